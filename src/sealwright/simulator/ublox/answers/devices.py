"""Device APIs: the list, the whitelist and provisioning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.services.ublox import read_whitelist
from sealwright.services.ublox.devices import (
    ListGet,
    ProvisioningDelete,
    ProvisioningGet,
    ProvisioningSet,
    WhitelistAdd,
    WhitelistGet,
)
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers.desk import DONE, page
from sealwright.simulator.ublox.devices import Properties
from sealwright.simulator.ublox.provisioning import merge, read_properties, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.simulator.ublox.account import Account

DESK = Desk()


@DESK.to(ListGet)
def list_devices(account: Account, asked: ListGet) -> dict[str, Any]:
    """List devices: all, or those on one of the lists."""
    uids = [
        record.uid.hex()
        for record in account.devices
        if asked.filter in {None, "ALL"}
        or (asked.filter == "BLACKLISTED" and record.blacklisted)
        or (asked.filter == "WHITELISTED" and account.devices.listed(record))
    ]
    return page(uids, asked.page_number, "ROTPublicUIDs")


@DESK.to(WhitelistAdd)
def whitelist_add(account: Account, asked: WhitelistAdd) -> dict[str, str]:
    """Add to the whitelist, or remove from it."""
    _change_whitelist(account, asked.rot_public_uids or (), "ROTPublicUID", asked.action or "ADD")
    _change_whitelist(account, asked.imeis or (), "IMEI", asked.action or "ADD")
    return DONE


def upload_whitelist(account: Account, body: bytes) -> dict[str, str]:
    """Do what the rows of a CSV file say. Raises RequestError that names a wrong one, and does nothing."""
    for entry in list(read_whitelist(body)):
        _change_whitelist(account, [entry.rot_public_uid], "ROTPublicUID", entry.action)
    return DONE


def _change_whitelist(account: Account, names: Sequence[str], kind: str, action: str) -> None:
    """Let names of a kind be on the whitelist, or not any more."""
    for name in names:
        if action == "ADD":
            account.devices.whitelist[name.lower()] = kind
        else:
            account.devices.whitelist.pop(name.lower(), None)


@DESK.to(WhitelistGet)
def whitelist_get(account: Account, asked: WhitelistGet) -> dict[str, Any]:
    """List the whitelist, in the words of the CSV file that it can be sent as."""
    rows = [{"Id": name, "Type": kind} for name, kind in account.devices.whitelist.items()]
    return page(rows, asked.page_number, "DeviceWhitelist")


@DESK.to(ProvisioningSet)
def provisioning_set(account: Account, asked: ProvisioningSet) -> dict[str, str]:
    """Set what devices get at their next heartbeat."""
    records = account.chosen(uids=asked.rot_public_uids, tags=asked.tag_names)
    more = read_properties(asked.provisioning, account.now())
    if more.root_ca:
        account.cas.get(more.root_ca)
    for record in records:
        record.desired = merge(record.desired, more)
    return DONE


@DESK.to(ProvisioningGet)
def provisioning_get(account: Account, asked: ProvisioningGet) -> list[dict[str, Any]]:
    """Show what devices are to get."""
    return [
        {"ROTPublicUID": record.uid.hex(), "DesiredProperties": shown(record.desired, "ModifiedDate")}
        for record in account.chosen(uids=asked.rot_public_uids, tags=asked.tag_names)
    ]


@DESK.to(ProvisioningDelete)
def provisioning_delete(account: Account, asked: ProvisioningDelete) -> dict[str, str]:
    """Forget what devices were to get; the heartbeat goes back to its default."""
    for record in account.chosen(uids=asked.rot_public_uids, tags=asked.tag_names):
        record.desired = Properties()
        record.current.heartbeat = None
    return DONE
