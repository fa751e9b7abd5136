"""An account in use: a fleet, and what grows around one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sealwright.simulator.ublox.devices import Properties
from sealwright.simulator.ublox.events import SUSPICIONS
from sealwright.simulator.ublox.heartbeat import bootstrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.simulator.device import Device
    from sealwright.simulator.ublox.account import Account

PROFILES: Final = ("meters", "trackers", "bench")
TAGS: Final = ("downtown", "harbour", "spare")
ROOT_CA: Final = "ca.example.com"


def furnish(account: Account, devices: Sequence[Device]) -> None:
    """Register devices under three profiles, tag some, certify some, and let a few have a history."""
    now = account.now()
    ca = account.cas.create(ROOT_CA, 3_650, 365, 30, now)
    profiles = [account.profiles.add(name, now) for name in PROFILES]
    profiles[0].desired = Properties({"LocalDPR": (True, now)})
    profiles[1].desired = Properties({"ZTPV1": (True, now)}, root_ca=ca.name)
    tags = [account.tags.create(name, now) for name in TAGS]
    tags[0].profiles[profiles[0].uid] = None
    account.devices.whitelist.update({device.uid.hex(): "ROTPublicUID" for device in devices})
    for number, device in enumerate(devices):
        record = bootstrap(account, device.root, profiles[number % len(profiles)].uid)
        record.rotation = replace(device.rotation, since=now)
        if number % 4 < 2:
            tags[number % 4].uids[record.uid] = None
    *_, last = account.devices
    last.blacklisted = True
    account.clone(last)
    account.suspicions[last.uid] = SUSPICIONS[1]
    account.fail(last, "Invalid KeySetId for device")
