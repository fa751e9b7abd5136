"""Devices: the account's list, its whitelist, and provisioning (REST document 1.1.29, "Device APIs")."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from sealwright.services._fields import Row
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne
from sealwright.services.ublox._fields import (
    Imeis,
    Message,
    Page,
    PageNumber,
    TagNames,
    UbloxReply,
    UbloxRequest,
    Uid,
    Uids,
    group,
)
from sealwright.services.ublox._provisioning import PAID_WHEN_ENABLED, Provisioning
from sealwright.services.ublox.whitelist import read_whitelist

GROUP = group("devices", "Device APIs", "Devices of the account, their whitelist and their provisioning.")

_DEVICES_OR_TAGS = (AtLeastOne("rot_public_uids", "tag_names"),)


class DeviceList(Page, kw_only=True, frozen=True, eq=False):
    """A page of the account's devices."""

    rot_public_uids: list[Uid] | None = None


class DeviceWhitelist(Page, kw_only=True, frozen=True, eq=False):
    """A page of the whitelist, each entry as the service shows it."""

    device_whitelist: list[Row | str] | None = None


class DesiredProvisioning(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What a device is to be provisioned with."""

    rot_public_uid: Uid | None = None
    desired_properties: dict[str, Any] | None = None


@GROUP.call("/device/list/get", "list_get", Retry.READ, pages="rot_public_uids")
class ListGet(UbloxRequest[DeviceList], kw_only=True, frozen=True, eq=False):
    """List the devices of the account, or those on or off the whitelist."""

    filter: Annotated[
        Literal["ALL", "WHITELISTED", "BLACKLISTED"] | None, Meta(description="Which devices.")
    ] = None
    page_number: PageNumber | None = None


@GROUP.call(
    "/device/whitelist/add",
    "whitelist_add",
    Retry.IDEMPOTENT,
    splits=("rot_public_uids", "imeis"),
    uploads="application/octet-stream",
)
class WhitelistAdd(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Put devices on the whitelist, or take them off.

    A device that bootstraps gets its profile's features only if it is on the whitelist. The document
    marks ROTPublicUIDs as required and says in prose that IMEIs do as well: either is taken.
    """

    rules = (AtLeastOne("rot_public_uids", "imeis"),)

    @classmethod
    def check_upload(cls, body: bytes) -> None:
        """Read a CSV file as the service would."""
        for _ in read_whitelist(body):
            """The first wrong row is an error."""

    rot_public_uids: Uids | None = None
    imeis: Imeis | None = None
    action: Annotated[
        Literal["ADD", "DELETE"] | None, Meta(description="Add to the whitelist, or remove from it.")
    ] = None


@GROUP.call("/device/whitelist/get", "whitelist_get", Retry.READ, pages="device_whitelist")
class WhitelistGet(UbloxRequest[DeviceWhitelist], kw_only=True, frozen=True, eq=False):
    """List the devices on the whitelist."""

    page_number: PageNumber | None = None


@GROUP.call(
    "/device/provisioning/set",
    "provisioning_set",
    Retry.IDEMPOTENT,
    paid=PAID_WHEN_ENABLED,
    splits=("rot_public_uids",),
)
class ProvisioningSet(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Set features and network parameters of devices that have bootstrapped.

    They are applied at a device's next security heartbeat.
    """

    rules = _DEVICES_OR_TAGS

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    provisioning: Provisioning


@GROUP.call("/device/provisioning/get", "provisioning_get", Retry.READ, splits=("rot_public_uids",))
class ProvisioningGet(UbloxRequest[list[DesiredProvisioning]], kw_only=True, frozen=True, eq=False):
    """Show what is set for devices and not yet applied."""

    rules = _DEVICES_OR_TAGS

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None


@GROUP.call(
    "/device/provisioning/delete",
    "provisioning_delete",
    Retry.IDEMPOTENT,
    irreversible=True,
    splits=("rot_public_uids",),
)
class ProvisioningDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Delete what is set for devices, so that nothing is applied when they next connect.

    What was applied before stays. Network parameters go back to their defaults.
    """

    rules = _DEVICES_OR_TAGS

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
