"""Keys and their rotation ("/e2e/…"): what the service derives, counts and bills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sealwright.simulator.root import KIND_OF_LENGTH, OWN_KEY_SET, base64
from sealwright.simulator.rotation import DAY, Rotation, RotationType
from sealwright.simulator.service.refusal import bad_request
from sealwright.telemetry import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.simulator.ublox.devices import DeviceRecord, Devices

_TAIL_AT: Final = {Kind.V1: 2, Kind.V2: 4, Kind.INTEGRITY: 4}
"""Where a header has the low six bytes of its device's UID."""

_DOWNLINK_TYPE: Final = {Kind.V2: 0x2A, Kind.INTEGRITY: 0x29}
_DOWNLINK_END: Final = {Kind.V2: b"\0", Kind.INTEGRITY: b""}


class KeyDesk:
    """Answers the six calls about keys for the devices of an account."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def device_of(self, header: bytes) -> DeviceRecord:
        """Return the device that a header or KeyID names. Raises RefusalError (404) where there is none."""
        kind = KIND_OF_LENGTH.get(len(header), Kind.V1)
        at = _TAIL_AT[kind]
        return self._devices.named_in(header[at : at + 6])

    def uplink(self, header: bytes, kinds: Iterable[Kind]) -> dict[str, Any]:
        """Return the parameters of an uplink header of one of these kinds.

        A header always gets the same answer: old messages stay readable whatever has been rotated
        since. Raises RefusalError (400) for a header that no message of these kinds has, 404 for an
        unknown device.
        """
        kind = KIND_OF_LENGTH[len(header)]
        version = 1 if kind is Kind.V1 else 2
        if kind not in set(kinds) or header[0] >> 4 != version:
            raise bad_request("Invalid EncryptedHeader")
        record = self.device_of(header)
        self._called(record)
        return record.root.reply(header)

    def symmetric_key(self, key_id: bytes, length: int) -> dict[str, Any]:
        """Return the key that a KeyID of 14 bytes names; `length` is in bits."""
        if key_id[0] >> 4 != 1:
            raise bad_request("Invalid KeyID")
        record = self.device_of(key_id)
        self._called(record)
        key = record.root.psk(key_id, length // 8)
        return {"Key": base64(key), "ROTPublicUID": record.uid.hex()}

    def downlink(self, uid: str, kind: Kind, now: float) -> dict[str, Any]:
        """Return a set of parameters for one message to it: no set is given twice."""
        record = self._devices.get(uid)
        self._called(record)
        record.sets_given += 1
        counter = record.sets_given.to_bytes(3)
        header = bytes((_DOWNLINK_TYPE[kind],)) + counter + record.uid[2:] + bytes((_key_set(record, now),))
        return record.root.reply(header + _DOWNLINK_END[kind])

    def rotate(self, records: Iterable[DeviceRecord], kind: RotationType, days: int, now: float) -> str:
        """Set how keys rotate, and return the sentence that the service says about it."""
        adjusted = False
        for record in records:
            record.first_key += record.rotation.period(now) + 1
            record.rotation = Rotation(kind, days, since=now)
            record.rotations += 1
            if kind is RotationType.AUTOMATIC and days * DAY < record.heartbeat:
                record.current.heartbeat = days * DAY
                adjusted = True
        if kind is RotationType.CONTINUOUS:
            return "The continuous rotation has been set."
        words = f"The automatic rotation has been set. The key will be rotated every {_days(days)}."
        return f"{words} The Security heartbeat has been adjusted to {_days(days)}." if adjusted else words

    def _called(self, record: DeviceRecord) -> None:
        # "every time e2e APIs are called, the key will be rotated" (REST document 1.1.29, "/e2e/key/rotate")
        if record.rotation.continuous:
            record.rotations += 1


def _key_set(record: DeviceRecord, now: float) -> int:
    """Return the key-set id: its own for every message, or the one of the present period."""
    if record.rotation.continuous:
        return OWN_KEY_SET
    return 2 + (record.first_key + record.rotation.period(now)) % 254


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
