"""One header: which kind of message its first byte announces, and what it claims.

Nothing here is verified: whoever sends bytes chooses them. Only an engine's verdict makes a
header's claims true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NewType

from sealwright.errors import MessageError, Reason
from sealwright.telemetry.format.layouts import SHAPES, Kind, Shape
from sealwright.telemetry.format.suites import TAG_LENGTH, Direction, Purpose

if TYPE_CHECKING:
    from typing_extensions import Buffer

KeyId = NewType("KeyId", bytes)
"""The 14 bytes that name a key of a v1 device: `1101 | UID[2:8] | 6 bytes`."""

KEY_ID_LENGTH: Final = 14
INTEGRITY_TYPE: Final = 0x29

MAX_MESSAGE: Final = 16 * 2**20
"""The default limit for one message, in bytes."""

MAX_CCM_TEXT: Final = 2**24 - 1
"""The longest text that CCM with L = 3 can seal, in bytes (RFC 3610, section 2)."""


def _kinds(purpose: Purpose | None) -> bytes:
    """Return the kind for each first byte, 0 for none, when the message or `purpose` decides."""
    v2 = {None: Kind.V2, Purpose.PROTECTION: Kind.V2, Purpose.INTEGRITY: Kind.INTEGRITY}[purpose]
    kinds = bytearray(256)
    if purpose is not Purpose.INTEGRITY:
        kinds[0x10:0x20] = bytes([Kind.V1]) * 16
    kinds[0x20:0x30] = bytes([v2]) * 16
    if purpose is None:
        kinds[INTEGRITY_TYPE] = Kind.INTEGRITY
    return bytes(kinds)


KIND_OF_FIRST_BYTE: Final[dict[Purpose | None, bytes]] = {
    purpose: _kinds(purpose) for purpose in (None, *Purpose)
}
"""The dispatch: a high nibble of 1 is v1, 0x29 is integrity, any other 0x2X is v2.

A purpose that the caller names overrides the type byte. The purpose is never found out by
trying: with a key shared between purposes the same bytes could verify as both.
"""


@dataclass(frozen=True, slots=True)
class UnverifiedHeader:
    """What the first bytes of a message claim, before any key has been tried."""

    kind: Kind
    direction: Direction
    raw: bytes
    """The whole header: 16 bytes for v1, 12 for v2, 11 for integrity."""
    text_length: int
    """Bytes between header and tag."""

    @property
    def shape(self) -> Shape:
        """Lengths and positions of this kind."""
        return SHAPES[self.kind]

    @property
    def purpose(self) -> Purpose:
        """What parameters for this header must be for."""
        return self.shape.purpose

    @property
    def uid_tail(self) -> bytes:
        """The low six bytes of the ROTPublicUID; its two-byte prefix is not in a message."""
        at = self.shape.uid_at
        return self.raw[at : at + 6]

    @property
    def key_id(self) -> KeyId | None:
        """The key's 14-byte name in v1; other kinds have none that is known."""
        return KeyId(self.raw[:KEY_ID_LENGTH]) if self.kind is Kind.V1 else None

    @property
    def counter(self) -> int:
        """The number where a counter is thought to sit: unproved, for people to look at."""
        return int.from_bytes(self.raw[self.shape.counter])


def parse_header(
    message: Buffer,
    *,
    direction: str = Direction.UPLINK,
    purpose: str | None = None,
    max_length: int = MAX_MESSAGE,
) -> UnverifiedHeader:
    """Read the header of one whole message.

    `purpose` (`protection` or `integrity`) overrides what the type byte says. Raises MessageError
    (`malformed`, with a reason) for bytes that cannot be a message, and nothing else.
    """
    view = _octets(message)
    wanted = Purpose(purpose) if purpose is not None else None
    reason, kind = _judge(view, wanted, max_length)
    if reason:
        raise MessageError(reason.outcome, reason)
    shape = SHAPES[kind]
    return UnverifiedHeader(
        kind,
        Direction(direction),
        bytes(view[: shape.header_length]),
        len(view) - shape.shortest_message,
    )


def _octets(message: Buffer) -> memoryview:
    """View any bytes-like object as flat bytes; only one that is not contiguous is copied."""
    view = memoryview(message)
    try:
        return view.cast("B")
    except TypeError:
        return memoryview(view.tobytes())


def _judge(view: memoryview, purpose: Purpose | None, max_length: int) -> tuple[Reason, Kind]:
    """Return the first fault of a message, in the order in which its bytes are read."""
    if not view:
        return Reason.EMPTY, Kind.NONE
    kind = Kind(KIND_OF_FIRST_BYTE[purpose][view[0]])
    if kind is Kind.NONE:
        return Reason.WRONG_PURPOSE if view[0] >> 4 == 1 else Reason.UNKNOWN_VERSION, kind
    text = len(view) - SHAPES[kind].shortest_message
    if text < 0:
        return Reason.TOO_SHORT, kind
    if text < SHAPES[kind].shortest_text:
        return Reason.TEXT_UNDER_ONE_BLOCK, kind
    if len(view) > longest(kind, max_length):
        return Reason.TOO_LONG, kind
    return Reason.NONE, kind


def longest(kind: Kind, max_length: int) -> int:
    """Return the longest message of a kind in bytes, under the caller's limit and CCM's own."""
    ccm = MAX_CCM_TEXT + SHAPES[kind].header_length + TAG_LENGTH
    return min(max_length, ccm) if kind is Kind.V1 else max_length
