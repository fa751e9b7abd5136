"""What befalls messages on their way, and the outcome that must be told for each."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.errors import Outcome, Reason
from sealwright.simulator.device import Draft, Sending
from sealwright.telemetry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.simulator.device import Device


class Place(Enum):
    """Where a fault happens, and so who can meet it."""

    ON_THE_WAY = "to the message: whoever has the keys meets it"
    KEY_FILE = "to the line of the key file"
    SERVICE = "to the header: only a service answers headers that nobody has told"


class Fault(NamedTuple):
    """One thing that goes wrong, to devices of some kinds."""

    place: Place
    kinds: tuple[Kind, ...]
    outcome: Outcome
    reason: Reason
    befall: Callable[[Sending, Sending], Sending]
    """Takes what is sent now and what the same device sent before; returns what arrives."""

    def can_befall(self, device: Device) -> bool:
        """Tell whether such a device can have the fault: a line that is not there cannot be spoilt."""
        return device.kind in self.kinds and (self.place is not Place.KEY_FILE or device.own_lines)


def _damage(
    change: Callable[[bytes], bytes],
    reason: Reason | Outcome,
    *kinds: Kind,
    place: Place = Place.ON_THE_WAY,
) -> Fault:
    """Change the message's bytes."""

    def befall(sent: Sending, _before: Sending) -> Sending:
        message = change(sent.message or b"")
        return replace(sent, message=message, payload=message.hex())

    return _fault(befall, reason, *kinds, place=place)


def _lose(payload: str | None, reason: Reason) -> Fault:
    """Put something into the row that is no message."""
    return _fault(lambda sent, _before: replace(sent, message=None, payload=payload), reason)


def _spoil(reason: Reason, *kinds: Kind, **fields: Any) -> Fault:
    """Change fields of the line in the key file; a field may be computed from the line."""

    def befall(sent: Sending, _before: Sending) -> Sending:
        line = sent.line or {}
        spoilt = {name: value(line) if callable(value) else value for name, value in fields.items()}
        return replace(sent, line={**line, **spoilt})

    return _fault(befall, reason, *kinds, place=Place.KEY_FILE)


def _fault(
    befall: Callable[[Sending, Sending], Sending],
    reason: Reason | Outcome,
    *kinds: Kind,
    place: Place = Place.ON_THE_WAY,
) -> Fault:
    which = kinds or (Kind.V1, Kind.V2, Kind.INTEGRITY)
    if isinstance(reason, Reason):
        return Fault(place, which, reason.outcome, reason, befall)
    return Fault(place, which, reason, Reason.NONE, befall)


def _flip(at: int) -> Callable[[bytes], bytes]:
    def flipped(message: bytes) -> bytes:
        octets = bytearray(message)
        octets[at] ^= 1
        return bytes(octets)

    return flipped


def _repeat(sent: Sending, before: Sending) -> Sending:
    """Deliver the message before once more. The line stays: it may tell the key of a whole day."""
    return replace(before, line=sent.line)


def _reuse_nonce(sent: Sending, before: Sending) -> Sending:
    """Seal another text with the header and key of the message before, as after a lost counter."""
    return Sending.all_of([Draft(sent.text, before.parameters, sent.line)])[0]


def _forge(message: bytes) -> bytes:
    """Claim a key that no message of the device had: whoever knows the UID can."""
    at = _IDENTITY[message[0] >> 4]
    return message[: at.start] + _inverted(message[at]) + message[at.stop :]


def _become_unknown(message: bytes) -> bytes:
    """Claim a UID that is in nobody's account."""
    at = _UID_AT[message[0] >> 4]
    return message[:at] + _inverted(message[at : at + 2]) + message[at + 2 :]


def _inverted(octets: bytes) -> bytes:
    return bytes(255 - octet for octet in octets)


_IDENTITY: Final = {1: slice(8, 14), 2: slice(1, 4)}
_UID_AT: Final = {1: 2, 2: 4}
"""By the version of a message: where its header names its key, and where its device."""

FAULTS: Final[dict[str, Fault]] = {
    "empty": _damage(lambda _: b"", Reason.EMPTY),
    "too_short": _damage(lambda message: message[:20], Reason.TOO_SHORT),
    "unknown_version": _damage(lambda message: b"\x31" + message[1:], Reason.UNKNOWN_VERSION),
    "text_under_one_block": _damage(
        lambda message: message[:21] + message[-16:], Reason.TEXT_UNDER_ONE_BLOCK, Kind.V2
    ),
    "truncated": _damage(lambda message: message[:-3], Outcome.NOT_AUTHENTIC),
    "flipped_text": _damage(_flip(-17), Outcome.NOT_AUTHENTIC),
    "flipped_tag": _damage(_flip(-1), Outcome.NOT_AUTHENTIC),
    # Only a v1 key serves other counters than the one it was asked for, so only there a key is tried.
    "flipped_counter": _damage(_flip(15), Outcome.NOT_AUTHENTIC, Kind.V1),
    "undecodable_text": _lose("<gateway time-out>", Reason.UNDECODABLE_TEXT),
    "null_payload": _lose(None, Reason.MISSING),
    "unknown_header": _fault(
        lambda sent, _before: replace(sent, line=None), Reason.UNKNOWN_HEADER, place=Place.KEY_FILE
    ),
    "another_device": _spoil(Reason.ANOTHER_DEVICE, ROTPublicUID="0002000089282245"),
    "wrong_key_length": _spoil(
        Reason.KEY_LENGTH, Kind.V1, Key=b64encode(b"a key of 24 made bytes..").decode()
    ),
    "equal_keys": _spoil(Reason.EQUAL_KEYS, Kind.V2, AuthenticationKey=lambda line: line["EncryptionKey"]),
    "unsupported_suite": _spoil(Reason.UNKNOWN_SUITE, Kind.V1, Kind.V2, CipherSuite="AES_128_GCM"),
    "forged": _damage(_forge, Outcome.NOT_AUTHENTIC, place=Place.SERVICE),
    "unknown_device": _damage(_become_unknown, Reason.UNKNOWN_HEADER, place=Place.SERVICE),
    "duplicate": _fault(_repeat, Outcome.OPENED),
    "nonce_reuse": _fault(_reuse_nonce, Outcome.OPENED),
}
"""By name, every fault there is. The last two open: they are flagged, not failed."""


def faults_of(*, served: bool) -> dict[str, Fault]:
    """Return the faults of a day whose keys a service tells, or a key file."""
    elsewhere = Place.KEY_FILE if served else Place.SERVICE
    return {name: fault for name, fault in FAULTS.items() if fault.place is not elsewhere}
