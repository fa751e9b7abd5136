"""Services, products, settings and reports: what there is to read, and hardly anything to change."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sealwright.services.el2g.audits import CreateReport
from sealwright.services.el2g.devices import ListDevices, ProductOfDevice
from sealwright.services.el2g.oid import FORBIDDEN, SUGGESTED
from sealwright.services.el2g.products import DevBoards, HardwareTypes, ListProducts
from sealwright.services.el2g.services import ListServices
from sealwright.services.el2g.settings import GetPolicyTemplate, GetReservedOids
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import page
from sealwright.simulator.el2g.answers.showing import device
from sealwright.simulator.el2g.catalog import BOARDS, PRODUCTS
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account

DESK = Desk()
RULES: Final = (
    "POLICY_OBJ_ALLOW_DELETE",
    "POLICY_OBJ_REQUIRE_SM",
    "POLICY_OBJ_FORBID_ALL",
    "POLICY_OBJ_ALLOW_SIGN",
    "POLICY_OBJ_ALLOW_VERIFY",
    "POLICY_OBJ_ALLOW_WRITE",
    "POLICY_OBJ_ALLOW_GEN",
    "POLICY_OBJ_ALLOW_KA",
    "POLICY_OBJ_ALLOW_READ",
    "POLICY_OBJ_ALLOW_ATTESTATION",
)
DEFAULT_RULES: Final = [
    {"objectId": "F0000021", "type": "MANDATORY", "accessRules": ["POLICY_OBJ_ALLOW_DELETE"]},
    {
        "objectId": "00000000",
        "type": "UNAUTHENTICATED",
        "accessRules": ["POLICY_OBJ_ALLOW_DELETE", "POLICY_OBJ_ALLOW_SIGN", "POLICY_OBJ_ALLOW_WRITE"],
    },
]
_NEED_ALGORITHM: Final = {"KEYPAIR", "STATIC_PUBLIC_KEY", "CERTIFICATE"}


@DESK.to(ListServices)
def services(_account: Account, _asked: ListServices) -> list[dict[str, str]]:
    """List the one service that is simulated."""
    return [{"name": "RTP", "description": "Remote trust provisioning"}]


@DESK.to(ListProducts)
def products(account: Account, asked: ListProducts) -> list[dict[str, Any]]:
    """List products, by type, variant, 12NC, or the device that is one."""
    known = account.devices.get(int(asked.device_id)) if asked.device_id else None
    return [
        each.shown | {"profiles": None, "customers": None}
        for each in PRODUCTS.values()
        if asked.hardware_type in {None, each.hardware_type}
        and asked.hardware_variant in {None, each.hardware_variant}
        and asked.nc12 in {None, each.nc12}
        and (asked.device_id is None or (known is not None and known.product is each))
    ]


@DESK.to(HardwareTypes)
def hardware_types(_account: Account, _asked: HardwareTypes) -> list[dict[str, Any]]:
    """List the products by type and variant."""
    ordered = sorted(PRODUCTS.values(), key=lambda each: (each.hardware_type, each.hardware_variant))
    return [
        {
            "name": name,
            "hardwareVariants": [
                {"name": variant, "products": [each.shown for each in those]}
                for variant, those in groupby(of_type, key=lambda each: each.hardware_variant)
            ],
        }
        for name, of_type in groupby(ordered, key=lambda each: each.hardware_type)
    ]


@DESK.to(DevBoards)
def dev_boards(_account: Account, _asked: DevBoards) -> list[dict[str, Any]]:
    """List the boards."""
    return [{"name": name, "color": color, "product": PRODUCTS[nc12].shown} for name, color, nc12 in BOARDS]


@DESK.to(ListDevices)
def devices(account: Account, asked: ListDevices) -> dict[str, Any]:
    """List the devices that are in a group of the account."""
    mine = [
        each
        for each in account.devices.values()
        if each.group is not None
        and asked.device_id in {None, str(each.uid)}
        and asked.product_type in {None, each.product.hardware_type}
    ]
    return page(account, asked, mine, device, "DevicePage")


@DESK.to(ProductOfDevice)
def product_of(account: Account, asked: ProductOfDevice) -> dict[str, Any]:
    """Show the product of a device."""
    return found(account.devices, int(asked.device_id), "Device").product.shown


@DESK.to(GetPolicyTemplate)
def policy_template(_account: Account, asked: GetPolicyTemplate) -> dict[str, Any]:
    """Show what a policy may be made of; the same for every product here."""
    if asked.nc12 not in PRODUCTS:
        raise RefusalError(404, f"Product {asked.nc12} not found")
    if asked.secure_object_type in _NEED_ALGORITHM and asked.algorithm is None:
        raise RefusalError(400, f"algorithm is mandatory for {asked.secure_object_type}")
    return {
        "secureObjectPolicyTemplate": {
            "secureObject": {"type": asked.secure_object_type, "keyPairAlgorithmType": asked.algorithm},
            "enabled": True,
            "policyType": "ACCESS_RULE",
            "accessRuleConfigurationTemplate": DEFAULT_RULES,
            "allowedAccessRuleOptions": list(RULES),
        },
        "accessRuleOidConfiguration": {
            "mandatoryUserId": "F0000021",
            "unauthenticatedUserId": "00000000",
            "objectIdRanges": {"SUGGESTED": [_range(SUGGESTED)], "FORBIDDEN": [*map(_range, FORBIDDEN)]},
        },
    }


def _range(oids: range) -> dict[str, str]:
    return {"minValue": f"{oids.start:08X}", "maxValue": f"{oids.stop - 1:08X}"}


@DESK.to(GetReservedOids)
def reserved_oids(_account: Account, _asked: GetReservedOids) -> dict[str, Any]:
    """Show which object ids are suggested and which are forbidden."""
    return {
        "suggestedObjectIdRanges": [_range(SUGGESTED)],
        "forbiddenObjectIdRanges": [*map(_range, FORBIDDEN)],
    }


@DESK.to(CreateReport)
def report(account: Account, asked: CreateReport) -> str:
    """Count the events of each month."""
    start, end = asked.start_year * 12 + asked.start_month - 1, asked.end_year * 12 + asked.end_month
    months = [divmod(number, 12) for number in range(start, end)]
    out = io.StringIO()
    told = csv.writer(out, lineterminator="\n")
    heads = [f"{date(year, month + 1, 1):%b-%y}" for year, month in months]
    told.writerow(["Company Name", "Company ID", "Event Type", *heads])
    for event in sorted({event for event, _, _ in account.events}):
        counts = [account.events[event, year, month + 1] for year, month in months]
        told.writerow(["Simulated", 19, event, *counts])
    return out.getvalue()
