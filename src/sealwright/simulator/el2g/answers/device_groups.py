"""Device groups and the devices in them (AN12642, sections 4.1.1, 4.1.2, 4.3.4 to 4.3.13)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.services.el2g.device_groups import (
    AddDevices,
    CreateDeviceGroup,
    DeleteDeviceGroup,
    GetDevice,
    GetDeviceGroup,
    ListDeviceGroups,
    ListDevicesOfGroup,
    RegisterDevices,
    UnclaimAll,
    UnclaimDevices,
    UpdateDeviceGroup,
)
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import named, page
from sealwright.simulator.el2g.answers.showing import device, device_group, provisioning
from sealwright.simulator.el2g.catalog import PRODUCTS
from sealwright.simulator.el2g.records import DeviceGroup
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account
    from sealwright.simulator.el2g.records import Device

DESK = Desk()


class DevicesRefusedError(RefusalError):
    """A refusal that names devices, in a text of JSON as the service writes it."""

    def __init__(self, unknown: list[int], elsewhere: list[Device]) -> None:
        super().__init__(422, "Devices cannot be added to the device group")
        self.code = "ERR_SEDM_422_11"
        self.details = json.dumps(
            {
                "notFoundDevices": [f"{uid:036x}" for uid in unknown],
                "devicesInDifferentGroup": [
                    {"deviceId": f"{each.uid:036x}", "deviceGroupId": each.group and each.group.id}
                    for each in elsewhere
                ],
            }
        )


def _product(nc12: str) -> Any:
    if nc12 not in PRODUCTS:
        raise RefusalError(404, f"Product {nc12} not found")
    return PRODUCTS[nc12]


@DESK.to(CreateDeviceGroup)
def create(account: Account, asked: CreateDeviceGroup) -> dict[str, Any]:
    """Make a group; a name may be given twice, because the document does not forbid it."""
    now = account.now()
    made = DeviceGroup(account.number(), asked.device_group_name, now, now, product=_product(asked.nc12))
    account.groups[made.id] = made
    return device_group(made)


@DESK.to(ListDeviceGroups)
def groups(account: Account, asked: ListDeviceGroups) -> dict[str, Any]:
    """List the groups of a product."""
    product = _product(asked.nc12)
    mine = [
        each for each in account.groups.values() if each.product is product and named(asked.name, each.name)
    ]
    return page(account, asked, mine, device_group, "DeviceGroupPage")


@DESK.to(GetDeviceGroup)
def get(account: Account, asked: GetDeviceGroup) -> dict[str, Any]:
    """Show a group."""
    return device_group(account.group(asked.nc12, asked.device_group_id))


@DESK.to(UpdateDeviceGroup)
def update(account: Account, asked: UpdateDeviceGroup) -> None:
    """Rename a group."""
    group = account.group(asked.nc12, asked.device_group_id)
    group.name = asked.device_group_name
    group.touch(account.now())


@DESK.to(DeleteDeviceGroup)
def delete(account: Account, asked: DeleteDeviceGroup) -> None:
    """Remove a group that has nothing any more."""
    group = account.group(asked.nc12, asked.device_group_id)
    if group.devices or account.objects_of(group) or group.codes:
        raise RefusalError(409, "Device group has devices, services or claim codes assigned")
    del account.groups[group.id]


def _takes(account: Account, group: DeviceGroup, uids: list[str]) -> list[Device]:
    """Return devices that may join a group. Raises RefusalError (422) that names those that may not."""
    numbers = [int(uid) for uid in uids]
    known = [account.devices[uid] for uid in numbers if uid in account.devices]
    unknown = [uid for uid in numbers if uid not in account.devices]
    unknown += [each.uid for each in known if each.product is not group.product]
    elsewhere = [each for each in known if each.group not in {None, group}]
    if unknown or elsewhere:
        raise DevicesRefusedError(unknown, elsewhere)
    return known


@DESK.to(AddDevices)
def add_devices(account: Account, asked: AddDevices) -> dict[str, Any]:
    """Put devices into a group: all of them or none."""
    group = account.group(asked.nc12, asked.device_group_id)
    for each in _takes(account, group, asked.device_ids):
        if each.group is None:
            account.join(each, group)
    return _devices(account, ListDevicesOfGroup(nc12=asked.nc12, device_group_id=group.id), group)


@DESK.to(RegisterDevices)
def register_devices(account: Account, asked: RegisterDevices) -> dict[str, Any]:
    """Put devices into a group, as a job."""
    group = account.group(asked.nc12, asked.device_group_id)
    for each in _takes(account, group, asked.device_ids):
        if each.group is None:
            account.join(each, group)
    return {"jobId": account.start_job().id}


@DESK.to(ListDevicesOfGroup)
def devices(account: Account, asked: ListDevicesOfGroup) -> dict[str, Any]:
    """List the devices of a group with their provisionings."""
    return _devices(account, asked, account.group(asked.nc12, asked.device_group_id))


def _devices(account: Account, asked: ListDevicesOfGroup, group: DeviceGroup) -> dict[str, Any]:
    now = account.now()

    def show(each: Device) -> dict[str, Any]:
        return {
            "device": device(each),
            "provisionings": [provisioning(now, one) for one in each.provisionings.values()],
        }

    return page(account, asked, group.devices.values(), show, "DeviceServiceProvisioningPage")


@DESK.to(GetDevice)
def get_device(account: Account, asked: GetDevice) -> dict[str, Any]:
    """Show a device of a group."""
    group = account.group(asked.nc12, asked.device_group_id)
    one = found(account.devices, int(asked.device_id), "Device")
    if one.group is not group:
        raise RefusalError(404, f"Device with id {one.uid} not found in device group {group.id}")
    return device(one)


@DESK.to(UnclaimDevices)
def unclaim_devices(account: Account, asked: UnclaimDevices) -> dict[str, Any]:
    """Take devices out of a group; those that are not in it fail, and the answer says 200 all the same."""
    group = account.group(asked.nc12, asked.device_group_id)
    inside = {uid for uid in asked.device_ids if int(uid) in group.devices}
    for uid in inside:
        account.leave(group.devices[int(uid)])
    return {
        "successfulDeviceIds": [uid for uid in asked.device_ids if uid in inside],
        "failedDeviceIds": [uid for uid in asked.device_ids if uid not in inside],
    }


@DESK.to(UnclaimAll)
def unclaim_all(account: Account, asked: UnclaimAll) -> None:
    """Take all devices out of a group."""
    for each in list(account.group(asked.nc12, asked.device_group_id).devices.values()):
        account.leave(each)
