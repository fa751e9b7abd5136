"""Tag APIs: groups of devices and of profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.services.ublox.tags import TagAssign, TagCreate, TagDelete, TagGet, TagRemove
from sealwright.simulator.clock import iso
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers.desk import DONE, page
from sealwright.simulator.ublox.tags import EVERY

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account

DESK = Desk()


@DESK.to(TagCreate)
def create(account: Account, asked: TagCreate) -> dict[str, str]:
    """Make a tag."""
    account.tags.create(asked.tag_name, account.now())
    return DONE


@DESK.to(TagDelete)
def delete(account: Account, asked: TagDelete) -> dict[str, str]:
    """Remove a tag that no device has."""
    account.tags.delete(asked.tag_name)
    return DONE


@DESK.to(TagGet)
def get(account: Account, asked: TagGet) -> dict[str, Any]:
    """List tags, and how much each is assigned to."""
    rows = [
        {
            "TagName": tag.name,
            "CreatedDate": iso(tag.created),
            "ROTPublicUIDsCount": len(tag.uids),
            "DeviceProfileUIDs": list(tag.profiles),
        }
        for tag in account.tags
    ]
    return page(rows, asked.page_number, "Tags")


@DESK.to(TagAssign)
def assign(account: Account, asked: TagAssign) -> dict[str, str]:
    """Give every tag to every device and profile; with SyncRequired to the profiles' devices too."""
    records = account.devices.all_of(asked.rot_public_uids or ())
    profiles = [account.profiles.get(uid) for uid in asked.device_profile_uids or ()]
    for profile in profiles if asked.sync_required else ():
        records += [record for record in account.devices if record.profile == profile.uid]
    for tag in account.tags.all_of(asked.tag_names):
        tag.uids.update({record.uid: None for record in records})
        tag.profiles.update({profile.uid: None for profile in profiles})
    return DONE


@DESK.to(TagRemove)
def remove(account: Account, asked: TagRemove) -> dict[str, str]:
    """Take tags away; what has none of them is passed over."""
    uids, profiles = asked.rot_public_uids or [], asked.device_profile_uids or []
    account.tags.remove(
        asked.tag_names,
        None if EVERY in uids else {bytes.fromhex(uid) for uid in uids},
        None if EVERY in profiles else set(profiles),
    )
    return DONE
