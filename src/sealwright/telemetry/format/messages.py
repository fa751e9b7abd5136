"""Many messages as one contiguous buffer and the offsets between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sealwright.telemetry.core import core

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Buffer

SealedMessages: TypeAlias = "Sequence[Buffer | None] | tuple[NDArray[Any], NDArray[Any]] | Messages"
"""What can be opened: a sequence of bytes-like messages, or `(data, offsets)`.

`data` is one array of bytes and `offsets` (int32 or int64) has one number more than there are
messages: message i is `data[offsets[i]:offsets[i + 1]]`, as in Arrow and numpy.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """Messages end to end: `data` (bytes), `offsets` (n + 1, int64), `missing` (n, where there is none)."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    missing: NDArray[np.bool_]

    @classmethod
    def of(cls, messages: SealedMessages) -> Messages:
        """Bring messages of any accepted form into this one; the data of `(data, offsets)` is not copied.

        Raises TypeError or ValueError for what is no sequence of messages.
        """
        if isinstance(messages, Messages):
            return messages
        if isinstance(messages, tuple) and len(messages) == 2 and _is_arrays(*messages):
            return _of_arrays(*messages)
        if isinstance(messages, (str, bytes, bytearray, memoryview)) or not isinstance(messages, Sequence):
            raise TypeError(
                f"messages: a {type(messages).__name__} is not a sequence of messages;"
                " put a single message in a list, or use open_message"
            )
        return _of_sequence(messages)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> bytes | None:
        """Return one message, None where it is missing."""
        if self.missing[index]:
            return None
        return self.data[self.start[index] : self.offsets[1:][index]].tobytes()

    def to_list(self) -> list[bytes]:
        """Return every message in order; where one is missing it has no bytes."""
        octets, ends = self.data.tobytes(), self.offsets.tolist()
        return [octets[start:end] for start, end in pairwise(ends)]

    @property
    def start(self) -> NDArray[np.int64]:
        """Where each message begins in `data`."""
        return self.offsets[:-1]

    @property
    def length(self) -> NDArray[np.int64]:
        """Bytes of each message."""
        return np.diff(self.offsets)


def _is_arrays(data: Any, offsets: Any) -> bool:
    both = isinstance(data, np.ndarray) and isinstance(offsets, np.ndarray)
    return both and offsets.dtype != np.uint8  # else they are two messages


def _of_arrays(data: NDArray[Any], offsets: NDArray[Any]) -> Messages:
    flat = data.ndim == offsets.ndim == 1 and len(offsets) > 0
    if not flat or data.dtype != np.uint8 or offsets.dtype.kind != "i":
        raise TypeError(
            "messages: (data, offsets) needs data as a flat array of uint8 and offsets as a flat array"
            f" of n + 1 signed integers, not {data.dtype} of shape {data.shape}"
            f" and {offsets.dtype} of shape {offsets.shape}"
        )
    ends = np.array(offsets, np.int64)  # a copy: nobody may move them once they have been checked
    if ends[0] < 0 or ends[-1] > len(data) or (np.diff(ends) < 0).any():
        raise ValueError(
            f"messages: offsets must rise from 0 or more to at most {len(data)}, the length of data"
        )
    return Messages(np.ascontiguousarray(data), ends, np.zeros(len(ends) - 1, np.bool_))


def _of_sequence(messages: Sequence[Any]) -> Messages:
    offsets = np.zeros(len(messages) + 1, np.int64)
    module = core().module
    if module is not None and isinstance(messages, (list, tuple)):
        joined = module.join(messages, offsets)
        if joined is not None:
            return Messages(np.frombuffer(joined, np.uint8), offsets, np.zeros(len(messages), np.bool_))
    parts, missing = messages, np.zeros(len(messages), np.bool_)
    if not set(map(type, messages)) <= {bytes}:
        parts = [_flat(at, message) for at, message in enumerate(messages)]
        missing = np.fromiter((message is None for message in messages), np.bool_, len(messages))
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=offsets[1:])
    return Messages(np.frombuffer(b"".join(parts), np.uint8), offsets, missing)


def _flat(at: int, message: Buffer | None) -> bytes:
    try:
        return b"" if message is None else bytes(memoryview(message))
    except TypeError as problem:
        raise TypeError(
            f"messages: number {at} is a {type(message).__name__}, not bytes: {problem}"
        ) from None
