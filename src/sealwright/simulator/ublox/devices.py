"""The devices of an account: who they are, and which of them a request means."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import shake_256
from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import InputError
from sealwright.simulator.rotation import DAY, Rotation
from sealwright.simulator.service.refusal import RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.simulator.root import Root
    from sealwright.simulator.ublox.certificates import Change

HEARTBEAT: Final = 7 * DAY
"""Seconds between two security heartbeats unless set otherwise; the document names no default."""

UNATTRIBUTED: Final = "UNATTRIBUTED DEVICE PROFILE"
"""The DeviceProfileUID of devices that were sealed without one."""

FEATURES: Final = ("LocalDPR", "LocalC2C", "LocalC2CKeyPairing", "ZTPV1")
"""The feature authorizations that provisioning sets."""


@dataclass(slots=True)
class Properties:
    """Feature authorizations and network parameters, desired or current."""

    features: dict[str, tuple[bool, float]] = field(default_factory=dict)
    """By name: enabled or not, and since when."""
    heartbeat: int | None = None
    """SecurityHeartbeatInSec; None is the default."""
    root_ca: str = ""
    """The CA that signs the device's certificate; empty for none."""

    def copy(self) -> Properties:
        """Return the same properties, to change on their own."""
        return Properties(dict(self.features), self.heartbeat, self.root_ca)

    def enabled(self, name: str) -> bool:
        """Tell whether a feature is enabled."""
        return self.features.get(name, (False, 0.0))[0]


@dataclass(slots=True, eq=False)
class DeviceRecord:
    """What the service knows of one device."""

    root: Root
    imei: str
    device_serial_number: str
    serial_number: str
    profile: str = UNATTRIBUTED
    type_number: str = "SARA-R510S-01B-00"
    rot_version: str = "1"
    version: str = "12"
    activated: bool = True
    """ACTIVATED; else ALLOCATED, as a device is that bootstraps without being on the whitelist."""
    blacklisted: bool = False
    bootstrapped: float = 0.0
    last_seen: float = 0.0
    desired: Properties = field(default_factory=Properties)
    current: Properties = field(default_factory=Properties)
    change: Change | None = None
    """What waits to happen to the device's certificate."""
    online: bool = True
    """Whether its security heartbeats come by themselves when their time has come."""
    rotation: Rotation = field(default_factory=Rotation)
    rotations: int = 0
    """How many times a call has rotated the key."""
    first_key: int = 0
    """The number of the key with which the present rotation began."""
    sets_given: int = 0
    """How many downlink sets were given out: each has a header of its own."""

    @property
    def uid(self) -> bytes:
        """The ROTPublicUID, 8 bytes."""
        return self.root.uid

    @property
    def heartbeat(self) -> int:
        """Seconds between two security heartbeats."""
        return self.current.heartbeat or HEARTBEAT

    def sealed_info(self) -> dict[str, Any]:
        """Return what was sealed into the device, as the document's bootstrap event shows it."""
        return {
            "RotVersion": self.rot_version,
            "SerialNumber": self.serial_number,
            "Version": self.version,
            "DeviceSerialNumber": self.device_serial_number,
            "IMEI": self.imei,
            "DeviceProfileUID": self.profile,
            "TypeNumber": self.type_number,
            "IsBlacklisted": self.blacklisted,
        }


def make_record(root: Root, now: float, profile: str = UNATTRIBUTED) -> DeviceRecord:
    """Return the record of a device that has bootstrapped now; numbers follow from its root."""
    drawn = shake_256(f"sealwright device {root.seed}/{root.uid.hex()}".encode()).digest(24)
    digits = "".join(str(octet % 10) for octet in drawn)
    return DeviceRecord(
        root,
        imei=_with_check_digit("86261858" + digits[:6]),
        device_serial_number=digits[6:15],
        serial_number=digits[15:21],
        profile=profile,
        bootstrapped=now,
        last_seen=now,
        rotation=Rotation(since=now),
    )


def _with_check_digit(digits: str) -> str:
    """Return an IMEI: 14 digits and the Luhn digit that belongs to them."""
    weighted = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return f"{digits}{-sum(sum(divmod(number, 10)) for number in weighted) % 10}"


class Devices:
    """The inventory and the whitelist."""

    def __init__(self) -> None:
        self._by_uid: dict[bytes, DeviceRecord] = {}
        self._by_tail: dict[bytes, DeviceRecord] = {}
        self.whitelist: dict[str, str] = {}
        """Entries by UID (16 hex digits) or IMEI, in order; the value is the type of the entry."""

    def __len__(self) -> int:
        return len(self._by_uid)

    def __iter__(self) -> Iterator[DeviceRecord]:
        return iter(self._by_uid.values())

    def add(self, record: DeviceRecord) -> None:
        """Take a device in. Raises InputError for one whose header another would answer to."""
        if record.uid[2:] in self._by_tail:
            raise InputError(
                f"simulator: the device {record.uid.hex()} is there already: give each its own UID"
            )
        self._by_uid[record.uid] = self._by_tail[record.uid[2:]] = record

    def get(self, uid: str) -> DeviceRecord:
        """Return the device of 16 hex digits. Raises RefusalError (404) where the account has none."""
        record = self._by_uid.get(bytes.fromhex(uid))
        if record is None:
            raise RefusalError(404, f"Not Found. ROTPublicUID {uid} is not in this account")
        return record

    def named_in(self, tail: bytes) -> DeviceRecord:
        """Return the device whose UID ends in these six bytes of a header. Raises RefusalError (404)."""
        record = self._by_tail.get(tail)
        if record is None:
            raise RefusalError(404, "Not Found. No device of this account has this header")
        return record

    def all_of(self, uids: Iterable[str]) -> list[DeviceRecord]:
        """Return devices by 16 hex digits. Raises RefusalError (400) where the account lacks one."""
        records = [self._by_uid.get(bytes.fromhex(uid)) for uid in uids]
        if None in records:
            raise bad_request("Invalid ROTPublicUIDs")
        return [record for record in records if record is not None]

    def listed(self, record: DeviceRecord) -> bool:
        """Tell whether a device is on the whitelist, by its UID or its IMEI."""
        return record.uid.hex() in self.whitelist or record.imei in self.whitelist
