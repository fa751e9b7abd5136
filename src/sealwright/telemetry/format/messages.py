"""Many messages as one contiguous buffer and the offsets between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.format.arrow import is_arrow, read_column

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Buffer


class ArrowArray(Protocol):
    """A column of Arrow, of whatever library."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Lend the column: capsules of its schema and of itself."""
        ...


class ArrowStream(Protocol):
    """A column of Arrow that comes in pieces."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Lend the pieces: a capsule of their stream."""
        ...


SealedMessages: TypeAlias = (
    "Sequence[Buffer | None] | tuple[NDArray[Any], NDArray[Any]] | ArrowArray | ArrowStream | Messages"
)
"""What can be opened: a sequence of bytes-like messages, a column of Arrow, or `(data, offsets)`.

`data` is one array of bytes and `offsets` (int32 or int64) has one number more than there are
messages: message i is `data[offsets[i]:offsets[i + 1]]`, as in Arrow and numpy.
"""


class Lent(NamedTuple):
    """A caller's arrays as they came: offsets are of 4 or 8 bytes, and only their ends have been checked.

    `missing` is None where every message is there; one that is missing has no bytes.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[Any]
    missing: NDArray[np.bool_] | None = None


class _Columns(NamedTuple):
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    missing: NDArray[np.bool_]
    any_missing: bool


class Messages:
    """Messages end to end: `data` (bytes), `offsets` (n + 1, int64), `missing` (n, where there is none).

    What came stays as it is, as `listed` or `lent`, until one of the columns is asked for: the native
    core opens messages where they lie. Columns raise TypeError or ValueError for what they cannot hold.
    """

    lent: Lent | None
    listed: tuple[Any, ...] | None

    def __init__(self, given: Lent | tuple[Any, ...]) -> None:
        self.lent, self.listed = (given, None) if isinstance(given, Lent) else (None, given)

    @cached_property
    def _columns(self) -> _Columns:
        return _join(self.listed) if self.lent is None else _check(self.lent)

    @property
    def data(self) -> NDArray[np.uint8]:
        """All bytes, flat."""
        return self._columns.data

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each message begins in `data`, and at last where the last one ends."""
        return self._columns.offsets

    @property
    def missing(self) -> NDArray[np.bool_]:
        """True where there is no message."""
        return self._columns.missing

    @property
    def any_missing(self) -> bool:
        """Whether `missing` is True anywhere."""
        if self.lent is not None:
            return self.lent.missing is not None
        return self._columns.any_missing

    @classmethod
    def of(cls, messages: SealedMessages) -> Messages:
        """Bring messages of any accepted form into this one; the data of `(data, offsets)` is not copied.

        Nor is that of a column of binary or large_binary in one piece. Raises TypeError or ValueError
        for what is no sequence of messages, InputError for a column of Arrow without pyarrow.
        """
        if isinstance(messages, Messages):
            return messages
        if isinstance(messages, tuple) and len(messages) == 2 and _is_arrays(*messages):
            return _of_arrays(*messages)
        if is_arrow(messages):
            return cls(_checked(Lent(*read_column(messages))))
        if isinstance(messages, (str, bytes, bytearray, memoryview)) or not isinstance(messages, Sequence):
            raise TypeError(
                f"messages: a {type(messages).__name__} is not a sequence of messages;"
                " put a single message in a list, or use open_message"
            )
        return cls(tuple(messages))

    def __len__(self) -> int:
        return len(self.lent.offsets) - 1 if self.lent is not None else len(self.listed or ())

    def __getitem__(self, index: int) -> bytes | None:
        """Return one message, None where it is missing."""
        if self.listed is not None:
            message = self.listed[index]
            return None if message is None else bytes(memoryview(message))
        if self.any_missing and self.missing[index]:
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
    if offsets.dtype.itemsize < 4 or not offsets.dtype.isnative:
        offsets = offsets.astype(np.int64)
    return Messages(_checked(Lent(np.ascontiguousarray(data), np.ascontiguousarray(offsets))))


def _checked(lent: Lent) -> Lent:
    """Return what was lent if the ends of its offsets are within its data; raises ValueError."""
    if not 0 <= lent.offsets[0] <= lent.offsets[-1] <= len(lent.data):
        raise _not_rising(lent)
    return lent


def _not_rising(lent: Lent) -> ValueError:
    return ValueError(
        f"messages: offsets must rise from 0 or more to at most {len(lent.data)}, the length of data"
    )


def _check(lent: Lent) -> _Columns:
    """Copy a caller's offsets, so that nobody moves them once they have been checked."""
    offsets = lent.offsets.astype(np.int64)
    if offsets[0] < 0 or offsets[-1] > len(lent.data) or (np.diff(offsets) < 0).any():
        raise _not_rising(lent)
    none = lent.missing is None
    missing = np.zeros(len(offsets) - 1, np.bool_) if lent.missing is None else lent.missing
    return _Columns(lent.data, offsets, missing, any_missing=not none)


def _join(messages: tuple[Any, ...] | None) -> _Columns:
    messages = messages or ()
    offsets = np.zeros(len(messages) + 1, np.int64)
    module = core().module
    if module is not None:
        joined = module.join(messages, offsets)
        if joined is not None:
            missing = np.zeros(len(messages), np.bool_)
            return _Columns(np.frombuffer(joined, np.uint8), offsets, missing, any_missing=False)
    parts: Sequence[Any] = messages
    missing = np.zeros(len(messages), np.bool_)
    if not set(map(type, messages)) <= {bytes}:
        parts = [_flat(at, message) for at, message in enumerate(messages)]
        missing = np.fromiter((message is None for message in messages), np.bool_, len(messages))
    np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), out=offsets[1:])
    return _Columns(np.frombuffer(b"".join(parts), np.uint8), offsets, missing, bool(missing.any()))


def _flat(at: int, message: Buffer | None) -> bytes:
    try:
        return b"" if message is None else bytes(memoryview(message))
    except TypeError as problem:
        raise TypeError(
            f"messages: number {at} is a {type(message).__name__}, not bytes: {problem}"
        ) from None
