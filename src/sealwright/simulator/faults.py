"""What befalls messages on their way, and the outcome that must be told for each."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.errors import Outcome, Reason
from sealwright.simulator.device import Draft, Sending, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.simulator.device import Device


class Fault(NamedTuple):
    """One thing that goes wrong, to devices of some styles."""

    styles: tuple[Style, ...]
    outcome: Outcome
    reason: Reason
    befall: Callable[[Sending, Sending], Sending]
    """Takes what is sent now and what the same device sent before; returns what arrives."""

    def can_befall(self, device: Device) -> bool:
        """Tell whether devices of this style know the fault."""
        return device.style in self.styles


def _damage(change: Callable[[bytes], bytes], reason: Reason | Outcome, *styles: Style) -> Fault:
    """Change the message's bytes."""

    def befall(sent: Sending, _before: Sending) -> Sending:
        message = change(sent.message or b"")
        return replace(sent, message=message, payload=message.hex())

    return _fault(befall, reason, *styles)


def _lose(payload: str | None, reason: Reason) -> Fault:
    """Put something into the row that is no message."""
    return _fault(lambda sent, _before: replace(sent, message=None, payload=payload), reason)


def _spoil(reason: Reason, *styles: Style, **fields: Any) -> Fault:
    """Change fields of the line in the key file; a field may be computed from the line."""

    def befall(sent: Sending, _before: Sending) -> Sending:
        line = sent.line or {}
        spoilt = {name: value(line) if callable(value) else value for name, value in fields.items()}
        return replace(sent, line={**line, **spoilt})

    return _fault(befall, reason, *styles)


def _fault(befall: Callable[[Sending, Sending], Sending], reason: Reason | Outcome, *styles: Style) -> Fault:
    if isinstance(reason, Reason):
        return Fault(styles or tuple(Style), reason.outcome, reason, befall)
    return Fault(styles or tuple(Style), reason, Reason.NONE, befall)


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


_V1: Final = (Style.AUTOMATIC, Style.CONTINUOUS)
_OWN_KEYS: Final = (Style.CONTINUOUS, Style.V2, Style.INTEGRITY)
"""Styles in which each message has a line of its own in the key file."""

FAULTS: Final[dict[str, Fault]] = {
    "empty": _damage(lambda _: b"", Reason.EMPTY),
    "too_short": _damage(lambda message: message[:20], Reason.TOO_SHORT),
    "unknown_version": _damage(lambda message: b"\x31" + message[1:], Reason.UNKNOWN_VERSION),
    "text_under_one_block": _damage(
        lambda message: message[:21] + message[-16:], Reason.TEXT_UNDER_ONE_BLOCK, Style.V2
    ),
    "truncated": _damage(lambda message: message[:-3], Outcome.NOT_AUTHENTIC),
    "flipped_text": _damage(_flip(-17), Outcome.NOT_AUTHENTIC),
    "flipped_tag": _damage(_flip(-1), Outcome.NOT_AUTHENTIC),
    # Only a v1 key serves other counters than the one it was asked for, so only there a key is tried.
    "flipped_counter": _damage(_flip(15), Outcome.NOT_AUTHENTIC, *_V1),
    "undecodable_text": _lose("<gateway time-out>", Reason.UNDECODABLE_TEXT),
    "null_payload": _lose(None, Reason.MISSING),
    "unknown_header": _fault(
        lambda sent, _before: replace(sent, line=None), Reason.UNKNOWN_HEADER, *_OWN_KEYS
    ),
    "another_device": _spoil(Reason.ANOTHER_DEVICE, *_OWN_KEYS, ROTPublicUID="0002000089282245"),
    "wrong_key_length": _spoil(
        Reason.KEY_LENGTH, Style.CONTINUOUS, Key=b64encode(b"a key of 24 made bytes..").decode()
    ),
    "equal_keys": _spoil(Reason.EQUAL_KEYS, Style.V2, AuthenticationKey=lambda line: line["EncryptionKey"]),
    "unsupported_suite": _spoil(Reason.UNKNOWN_SUITE, Style.CONTINUOUS, Style.V2, CipherSuite="AES_128_GCM"),
    "duplicate": _fault(_repeat, Outcome.OPENED),
    "nonce_reuse": _fault(_reuse_nonce, Outcome.OPENED),
}
"""By name, every fault a fleet has. The last two open: they are flagged, not failed."""
