"""Device groups and the devices in them (AN12642, sections 4.1.1, 4.1.2, 4.3.4, 4.3.5, 4.3.7 to 4.3.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from sealwright.errors import InputError
from sealwright.services._call import Itemized
from sealwright.services._fields import IN_PATH
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import (
    AnsweredId,
    AnsweredUid,
    DeviceGroupId,
    DeviceUid,
    DeviceUids,
    El2gGroup,
    El2gReply,
    El2gRequest,
    Filter,
    InPathNc12,
    Name,
    Page,
    PagedRequest,
    ProductDetails,
    ResourceMetadata,
)
from sealwright.services.el2g.devices import Device
from sealwright.services.el2g.uid import device_uid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.errors import RefusedError
    from sealwright.services._call import Request

GROUP = El2gGroup("device_groups", "Device groups of a product, and the devices in them.")

GroupName = Annotated[Name, Meta(description="The name of the device group.")]


class DeviceGroup(El2gReply, kw_only=True, frozen=True, eq=False):
    """A device group."""

    id: AnsweredId
    device_group_name: str | None = None
    device_count: int | None = None
    product_relationship: str | None = None
    product_details: ProductDetails | None = None
    resource_metadata: ResourceMetadata | None = None
    claim_code_overviews: list[Any] | None = None


class DeviceGroupPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of device groups."""

    content: list[DeviceGroup] | None = None


class DeviceProvisionings(El2gReply, kw_only=True, frozen=True, eq=False):
    """A device of a group; the provisionings are left out where the service has none to show."""

    device: Device | None = None
    provisionings: list[Any] | None = None


class DeviceProvisioningsPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of the devices of a group."""

    content: list[DeviceProvisionings] | None = None


class Unclaimed(El2gReply, kw_only=True, frozen=True, eq=False):
    """Which devices left their group and which did not: this answer says 200 either way."""

    successful_device_ids: list[AnsweredUid] | None = None
    failed_device_ids: list[AnsweredUid] | None = None


class JobStarted(El2gReply, kw_only=True, frozen=True, eq=False):
    """The id of a job that was started."""

    job_id: AnsweredId


def _refused_devices(problem: RefusedError) -> Iterator[tuple[str, str]]:
    """Yield the devices that a refusal names with the reason: the details name them in hex digits."""
    details = problem.details if isinstance(problem.details, dict) else {}
    for uid in _list(details, "notFoundDevices"):
        yield from _named(uid, "EL2G does not know this device")
    for each in _list(details, "devicesInDifferentGroup"):
        if isinstance(each, dict):
            where = each.get("deviceGroupId")
            yield from _named(each.get("deviceId"), f"the device is in device group {where}")


def _list(details: Mapping[str, Any], name: str) -> list[Any]:
    found = details.get(name)
    return found if isinstance(found, list) else []


def _named(uid: Any, why: str) -> Iterator[tuple[str, str]]:
    try:
        yield str(device_uid(uid if str(uid).lower().startswith("0x") else f"0x{uid}")), why
    except InputError:
        return


@GROUP.at("4.1.1", "POST /products/{nc12}/device-groups", "create", Retry.CREATE)
class CreateDeviceGroup(El2gRequest[DeviceGroup], kw_only=True, frozen=True, eq=False):
    """Create a device group. Its product decides which policies apply to its devices."""

    nc12: InPathNc12
    device_group_name: GroupName

    def look_up(self) -> Request[Any]:
        """Return what lists the groups of this name."""
        return ListDeviceGroups(nc12=self.nc12, name=self.device_group_name)

    def has_made(self, found: DeviceGroup) -> bool:
        """Compare the name, which the list is searched for in its own way."""
        return found.device_group_name == self.device_group_name


@GROUP.at(
    "4.1.2",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/devices",
    "add_devices",
    Retry.IDEMPOTENT,
    splits=("device_ids",),
    each=Itemized("device_ids"),
)
class AddDevices(El2gRequest[DeviceProvisioningsPage], kw_only=True, frozen=True, eq=False):
    """Add devices to a device group."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    device_ids: DeviceUids

    def refused_items(self, problem: RefusedError) -> Mapping[Any, str]:
        """Return the devices that a refusal names."""
        return dict(_refused_devices(problem))


@GROUP.at("4.3.4", "GET /products/{nc12}/device-groups", "list", Retry.READ, pages="content")
class ListDeviceGroups(PagedRequest[DeviceGroupPage], kw_only=True, frozen=True, eq=False):
    """List the device groups of a product."""

    nc12: InPathNc12
    name: Annotated[Filter, Meta(description="Only groups with this in their names.")] = None


@GROUP.at("4.3.5", "GET /products/{nc12}/device-groups/{deviceGroupId}", "get", Retry.READ)
class GetDeviceGroup(El2gRequest[DeviceGroup], kw_only=True, frozen=True, eq=False):
    """Show a device group."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId


@GROUP.at(
    "4.3.7", "GET /products/{nc12}/device-groups/{deviceGroupId}/devices/{deviceId}", "device", Retry.READ
)
class GetDevice(El2gRequest[Device], kw_only=True, frozen=True, eq=False):
    """Show a device of a device group."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    device_id: Annotated[DeviceUid, IN_PATH]


@GROUP.at(
    "4.3.8",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/devices",
    "devices",
    Retry.READ,
    pages="content",
)
class ListDevicesOfGroup(PagedRequest[DeviceProvisioningsPage], kw_only=True, frozen=True, eq=False):
    """List the devices of a device group."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId


@GROUP.at(
    "4.3.10",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/devices/unclaim",
    "unclaim_devices",
    # Sent twice, the second answer would tell of failures that are none.
    Retry.CREATE,
    splits=("device_ids",),
    each=Itemized("device_ids", "successful_device_ids", "failed_device_ids"),
)
class UnclaimDevices(El2gRequest[Unclaimed], kw_only=True, frozen=True, eq=False):
    """Take devices out of a device group, back into NXP's general one.

    The answer says success even where some devices stayed: look at failedDeviceIds.
    """

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    device_ids: DeviceUids

    def refused_items(self, problem: RefusedError) -> Mapping[Any, str]:
        """Return the devices that a refusal names."""
        return dict(_refused_devices(problem))


@GROUP.at(
    "4.3.11",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/unclaim",
    "unclaim_all",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class UnclaimAll(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Take all devices out of a device group.

    It begins now; nothing tells when it has ended, or which devices they were.
    """

    nc12: InPathNc12
    device_group_id: DeviceGroupId


@GROUP.at(
    "4.3.12",
    "DELETE /products/{nc12}/device-groups/{deviceGroupId}",
    "delete",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class DeleteDeviceGroup(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Delete a device group that has no devices, services or claim codes."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId


@GROUP.at("4.3.13", "PUT /products/{nc12}/device-groups/{deviceGroupId}", "update", Retry.IDEMPOTENT)
class UpdateDeviceGroup(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Rename a device group."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    device_group_name: GroupName


@GROUP.at(
    "",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/register-devices",
    "register_devices",
    Retry.CREATE,
    splits=("device_ids",),
    each=Itemized("device_ids", told="job_id"),
)
class RegisterDevices(El2gRequest[JobStarted], kw_only=True, frozen=True, eq=False):
    """Start a job that registers devices with a device group, at most 500 at once."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    device_ids: DeviceUids

    def refused_items(self, problem: RefusedError) -> Mapping[Any, str]:
        """Return the devices that a refusal names."""
        return dict(_refused_devices(problem))
