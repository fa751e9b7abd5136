"""Blocks: rows as columns, so that none of them has to be an object."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sealwright.telemetry.pipeline.encoding import DECODERS, read_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sealwright.telemetry.pipeline.rows import Row


@dataclass(frozen=True, slots=True)
class Block:
    """n rows, each of them an object of JSON and the message that it holds.

    Row i's object is `text[begin[i]:end[i]]`, its message `data[offsets[i]:offsets[i + 1]]`. `fault`
    (uint8, codes of Reason) tells why there is no message.
    """

    text: NDArray[np.uint8]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    fault: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.begin)

    @classmethod
    def empty(cls) -> Block:
        """Return a block of no rows."""
        octets, numbers = np.empty(0, np.uint8), np.empty(0, np.int64)
        return cls(octets, numbers, numbers, octets, np.zeros(1, np.int64), octets)


@dataclass(frozen=True, slots=True)
class Lines:
    """A block of lines, and which of them stand for themselves; in the place of the others come rows."""

    block: Block
    ordinary: NDArray[np.bool_]

    def others(self) -> list[int]:
        """Return the places of the lines that do not."""
        places: list[int] = np.flatnonzero(~self.ordinary).tolist()
        return places


def mingle(
    lines: Lines,
    before: Sequence[Row],
    instead: Sequence[Sequence[Row]],
    encoding: str,
    own_text: Callable[[Row], bytes],
) -> Block:
    """Return a block of the rows `before` some lines, and of these lines, or the rows `instead` of them.

    `instead` has the rows of each line that does not stand for itself, none or more; `own_text` gives
    the object of one of those rows.
    """
    rows = [*before, *itertools.chain.from_iterable(instead)]
    if not rows and lines.ordinary.all():
        return lines.block
    own, place, at = _places(lines, len(before), list(map(len, instead)))
    decode = DECODERS[encoding]
    found = [read_payload(row, decode) for row in rows]
    messages = [message or b"" for message, _ in found]
    texts = list(map(own_text, rows))
    given = lines.block
    base = len(given.text)
    ends = base + np.cumsum(list(map(len, texts)), dtype=np.int64)
    count = len(own) + len(place)

    def column(own_values: NDArray[Any], values: Any) -> NDArray[Any]:
        made = np.empty(count, own_values.dtype)
        made[own], made[place] = own_values, values
        return made

    length = np.diff(given.offsets)[lines.ordinary]
    return Block(
        text=np.concatenate([given.text, np.frombuffer(b"".join(texts), np.uint8)]),
        begin=column(given.begin[lines.ordinary], np.concatenate([[base], ends])[:-1]),
        end=column(given.end[lines.ordinary], ends),
        data=_insert(given, messages, at),
        offsets=np.concatenate([[0], np.cumsum(column(length, list(map(len, messages))), dtype=np.int64)]),
        fault=column(given.fault[lines.ordinary], [fault.code for _, fault in found]),
    )


def _places(
    lines: Lines, before: int, counts: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[int]]:
    """Return the places of the lines that stand for themselves, those of the rows, and where in the data.

    `counts` has the number of rows of each other line.
    """
    per_line = lines.ordinary.astype(np.int64)
    others = np.flatnonzero(~lines.ordinary)
    per_line[others] = counts
    first = before + np.cumsum(per_line) - per_line
    within = np.concatenate([np.arange(count) for count in counts]) if counts else np.empty(0, np.int64)
    place = np.concatenate([np.arange(before), np.repeat(first[others], counts) + within])
    at = [0] * before + np.repeat(lines.block.offsets[others], counts).tolist()
    return first[lines.ordinary], place.astype(np.int64), at


def _insert(block: Block, messages: list[bytes], at: list[int]) -> NDArray[np.uint8]:
    """Return the block's data with other messages at some places in it."""
    if not any(messages):
        return block.data
    data, done = memoryview(block.data.data), 0
    pieces: list[bytes | memoryview] = []
    for message, place in zip(messages, at, strict=True):
        if message:
            pieces += data[done:place], message
            done = place
    return np.frombuffer(b"".join([*pieces, data[done : int(block.offsets[-1])]]), np.uint8)
