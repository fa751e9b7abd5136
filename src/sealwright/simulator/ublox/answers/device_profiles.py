"""Device Profile APIs: the profiles, and what their new devices get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.services.ublox.device_profiles import (
    BootstrapProvisioningDelete,
    BootstrapProvisioningGet,
    BootstrapProvisioningSet,
    ProfileGet,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers.desk import DONE, page
from sealwright.simulator.ublox.devices import Properties
from sealwright.simulator.ublox.provisioning import merge, read_properties, shown

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account
    from sealwright.simulator.ublox.profiles import Profile

DESK = Desk()


@DESK.to(ProfileGet)
def get(account: Account, asked: ProfileGet) -> dict[str, Any]:
    """List profiles: all, by tags or by name."""
    tagged = {uid for tag in account.tags.all_of(asked.tag_names or ()) for uid in tag.profiles}
    rows = [
        _row(account, profile)
        for profile in account.profiles
        if (asked.tag_names is None or profile.uid in tagged)
        and (asked.profile_name is None or profile.name == asked.profile_name)
    ]
    return page(rows, asked.page_number, "DeviceProfiles")


def _row(account: Account, profile: Profile) -> dict[str, Any]:
    return {
        "DeviceProfileUID": profile.uid,
        "ProfileName": profile.name,
        "CreatedDate": iso(profile.created),
        "TagNames": [tag.name for tag in account.tags if profile.uid in tag.profiles],
    }


@DESK.to(BootstrapProvisioningSet)
def set_provisioning(account: Account, asked: BootstrapProvisioningSet) -> dict[str, str]:
    """Set what new devices of a profile get."""
    profile = account.profiles.get(asked.device_profile_uid)
    more = read_properties(asked.provisioning, account.now())
    if more.root_ca:
        account.cas.get(more.root_ca)
    profile.desired = merge(profile.desired or Properties(), more)
    return DONE


@DESK.to(BootstrapProvisioningGet)
def get_provisioning(account: Account, asked: BootstrapProvisioningGet) -> dict[str, Any]:
    """Show what new devices of a profile get."""
    profile = account.profiles.get(asked.device_profile_uid)
    desired = {} if profile.desired is None else shown(profile.desired, "ModifiedDate")
    return {"DeviceProfileUID": profile.uid, "DesiredProperties": desired}


@DESK.to(BootstrapProvisioningDelete)
def delete_provisioning(account: Account, asked: BootstrapProvisioningDelete) -> dict[str, str]:
    """Forget what new devices of a profile get."""
    account.profiles.get(asked.device_profile_uid).desired = None
    return DONE
