"""Many headers at once, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.header import (
    KIND_OF_FIRST_BYTE,
    MAX_MESSAGE,
    UnverifiedHeader,
    longest,
)
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from sealwright.telemetry.format.messages import Messages

    _Columns = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]

HEADER_BYTES: Final = 16
"""Bytes a header takes in a column: the longest one; shorter ones end in zeros."""


def _by_kind(attribute: str) -> bytes:
    """Return a translation table from a Kind's code to a length of its shape."""
    return bytes(getattr(SHAPES[k], attribute) if k else 0 for k in Kind).ljust(256, b"\0")


_HEADER_LENGTH: Final = _by_kind("header_length")
_SHORTEST: Final = _by_kind("shortest_message")
_SHORTEST_TEXT: Final = _by_kind("shortest_text")


@dataclass(frozen=True, slots=True, eq=False)
class Headers:
    """The headers of a batch: n rows, none of them verified.

    `kind` (uint8, a Kind; NONE where the message is malformed), `reason` (uint8, the code of a
    Reason), `raw` (n × 16 bytes, zeros behind the header), `text_length` (int64, 0 where malformed).
    """

    direction: Direction
    kind: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    raw: NDArray[np.uint8]
    text_length: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, row: int) -> UnverifiedHeader | None:
        """Return one header, or None where the message is malformed."""
        kind = Kind(int(self.kind[row]))
        if kind is Kind.NONE:
            return None
        raw = self.raw[row, : SHAPES[kind].header_length].tobytes()
        return UnverifiedHeader(kind, self.direction, raw, int(self.text_length[row]))

    def take(self, rows: NDArray[np.intp]) -> Headers:
        """Return some rows, in the order asked for."""
        return Headers(
            self.direction, self.kind[rows], self.reason[rows], self.raw[rows], self.text_length[rows]
        )

    @property
    def header_length(self) -> NDArray[np.uint8]:
        """Bytes of each header, 0 where malformed."""
        return _look_up(_HEADER_LENGTH, self.kind)

    @property
    def uid_tail(self) -> NDArray[np.uint8]:
        """The low six bytes of each ROTPublicUID as claimed (n × 6), zeros where malformed."""
        tails = np.zeros((len(self), 6), np.uint8)
        for kind, shape in SHAPES.items():
            these = self.kind == kind
            tails[these] = self.raw[these, shape.uid_at : shape.uid_at + 6]
        return tails

    def purposes(self) -> list[Purpose]:
        """Return what parameters for each header must be for; malformed rows have no say."""
        return [SHAPES[Kind(k)].purpose if k else Purpose.PROTECTION for k in self.kind.tolist()]


_MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """How headers are read: which way the messages went, and what overrides what they say."""

    direction: Direction = Direction.UPLINK
    purpose: Purpose | None = None
    max_length: int = MAX_MESSAGE
    """Bytes of the longest message that is not malformed."""

    @classmethod
    def of(
        cls, direction: str = Direction.UPLINK, purpose: str | None = None, max_length: int = MAX_MESSAGE
    ) -> Reading:
        """Return the reading that a caller's words ask for. Raises ValueError for other words."""
        return cls(Direction(direction), None if purpose is None else Purpose(purpose), max_length)

    @property
    def purpose_code(self) -> int:
        """The core's number of the purpose: 0 where the message tells it, 1 protection, 2 integrity."""
        return 0 if self.purpose is None else 1 + self.purpose.code

    @property
    def limit(self) -> int:
        """`max_length`, or less where a C number cannot hold it."""
        return min(self.max_length, _MOST)


_AS_THEY_SAY: Final = Reading()


def parse_headers(messages: Messages, reading: Reading = _AS_THEY_SAY) -> Headers:
    """Read the headers of many messages; says of each what `parse_header` says of one."""
    module = core().module
    read = _read if module is None else partial(_read_natively, module)
    kind, reason, raw, text_length = read(messages, reading)
    if messages.any_missing:
        reason[messages.missing] = Reason.MISSING.code
    return Headers(reading.direction, kind, reason, raw, text_length)


def _read_natively(module: ModuleType, messages: Messages, reading: Reading) -> _Columns:
    count = len(messages)
    kind, reason = np.empty(count, np.uint8), np.empty(count, np.uint8)
    raw, text_length = np.empty((count, HEADER_BYTES), np.uint8), np.empty(count, np.int64)
    columns = kind, reason, raw, text_length
    module.parse_headers(messages.data, messages.offsets, *columns, reading.purpose_code, reading.limit)
    return columns


def _read(messages: Messages, reading: Reading) -> _Columns:
    max_length, length = reading.max_length, messages.length
    raw = _first_sixteen(messages, length)
    kind = _look_up(KIND_OF_FIRST_BYTE[reading.purpose], raw[:, 0])
    text_length = length - _look_up(_SHORTEST, kind)
    faulty = (kind == Kind.NONE) | (text_length < _look_up(_SHORTEST_TEXT, kind))
    if len(length) and length.max() > min(longest(k, max_length) for k in SHAPES):
        faulty |= length > _limit(kind, max_length)
    reason = np.zeros(len(kind), np.uint8)
    if faulty.any():
        bad = np.flatnonzero(faulty)
        reason[bad] = _judge(raw[bad, 0], kind[bad], length[bad])
        kind[bad], raw[bad], text_length[bad] = Kind.NONE, 0, 0
    for each in (Kind.V2, Kind.INTEGRITY):
        shorter = kind == each
        if shorter.any():
            raw[shorter, SHAPES[each].header_length :] = 0
    return kind, reason, raw, text_length


def _look_up(table: bytes, codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # bytes.translate is several times faster here than indexing an array with uint8.
    return np.frombuffer(bytearray(codes.tobytes().translate(table)), np.uint8)


def _first_sixteen(messages: Messages, length: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return 16 bytes from the start of each message, shape (n, 16).

    What stands behind a message of fewer bytes is no matter: it is malformed whatever it holds.
    """
    data, start = messages.data, messages.start
    within = start <= len(data) - HEADER_BYTES
    if within.all() and len(data) >= HEADER_BYTES:
        return windows(data, HEADER_BYTES)[start].view(np.uint8).reshape(-1, HEADER_BYTES)
    raw = np.zeros((len(length), HEADER_BYTES), np.uint8)
    if within.any():
        raw[within] = windows(data, HEADER_BYTES)[start[within]].view(np.uint8).reshape(-1, HEADER_BYTES)
    for row in np.flatnonzero(~within & (length > 0)).tolist():
        tail = data[start[row] :]
        raw[row, : len(tail)] = tail
    return raw


def _limit(kind: NDArray[np.uint8], max_length: int) -> NDArray[np.int64]:
    return np.array([longest(k, max_length) if k else max_length for k in Kind], np.int64)[kind]


def _judge(first: NDArray[np.uint8], kind: NDArray[np.uint8], length: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the code of each faulty message's first fault, in the order of `parse_header`."""
    text = length - _look_up(_SHORTEST, kind)
    faults = {
        Reason.EMPTY: length == 0,
        Reason.WRONG_PURPOSE: (kind == Kind.NONE) & (first >> 4 == 1),
        Reason.UNKNOWN_VERSION: kind == Kind.NONE,
        Reason.TOO_SHORT: text < 0,
        Reason.TEXT_UNDER_ONE_BLOCK: text < _look_up(_SHORTEST_TEXT, kind),
    }
    codes = [reason.code for reason in faults]
    return np.select(list(faults.values()), codes, Reason.TOO_LONG.code).astype(np.uint8)


def windows(data: NDArray[np.uint8], width: int) -> NDArray[np.void]:
    """View a buffer of at least `width` bytes as overlapping items, one beginning at each byte."""
    return np.ndarray((len(data) - width + 1,), f"V{width}", buffer=data, strides=(1,))
