"""What opening tells of every message, as columns of Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry.format.arrow import arrow_library
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.layouts import SHAPES, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers

_OUTCOMES: Final = [outcome.value for outcome in Outcome]
_REASONS: Final = [reason.value for reason in Reason]
_PROTECTIONS: Final = list(dict.fromkeys(kind.protection for kind in SHAPES))
_PROTECTION_OF_KIND: Final = np.array(
    [_PROTECTIONS.index(kind.protection) if kind else 0 for kind in Kind], np.uint8
)


class Told(Protocol):
    """What a Batch tells of its n messages, and all that is asked of it here."""

    outcome: NDArray[np.uint8]
    reason: NDArray[np.uint8]

    def __len__(self) -> int: ...

    @property
    def headers(self) -> Headers:
        """What they claim of themselves."""
        ...

    @property
    def uid(self) -> NDArray[np.uint8]:
        """The UIDs (n × 8), zeros where a message did not open."""
        ...

    @property
    def arena(self) -> NDArray[np.uint8]:
        """The plaintexts end to end."""
        ...

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each begins, n + 1."""
        ...

    @property
    def tag(self) -> NDArray[np.uint8]:
        """The last 16 bytes of each (n × 16)."""
        ...

    @property
    def duplicate(self) -> NDArray[np.bool_]:
        """The same message once more."""
        ...

    @property
    def nonce_reuse(self) -> NDArray[np.bool_]:
        """Another message under the same header."""
        ...


def record_batch(batch: Told, names: Sequence[str] = ()) -> pa.RecordBatch:
    """Return what became of the messages of a batch as a record batch of Arrow.

    All of COLUMNS, or those named, in the order named. `plaintext` is large_binary and not copied;
    words are dictionary-encoded; `rot_public_uid`, `key_id` and `tag` are bytes of 8, 14 and 16, and
    `counter` is uint32. What a message does not have is null: one that did not open has no plaintext
    and no UID. Raises InputError for an unknown name, or where pyarrow is missing.
    """
    arrow = arrow_library()
    chosen = names or COLUMNS
    if unknown := [name for name in chosen if name not in _MAKERS]:
        raise InputError(f"batch: there is no column {', '.join(unknown)}: choose of {', '.join(COLUMNS)}")
    return arrow.record_batch([_MAKERS[name](arrow, batch) for name in chosen], names=list(chosen))


def _outcome(pa: Any, batch: Told) -> Any:
    return _words(pa, batch.outcome, _OUTCOMES)


def _reason(pa: Any, batch: Told) -> Any:
    return _words(pa, batch.reason, _REASONS, batch.reason != Reason.NONE.code)


def _protection(pa: Any, batch: Told) -> Any:
    kind = batch.headers.kind
    return _words(pa, _PROTECTION_OF_KIND[kind], _PROTECTIONS, kind != Kind.NONE)


def _plaintext(pa: Any, batch: Told) -> Any:
    opened = batch.outcome == Outcome.OPENED.code
    buffers = [_bits(pa, opened), pa.py_buffer(batch.offsets), pa.py_buffer(batch.arena)]
    return pa.Array.from_buffers(pa.large_binary(), len(batch), buffers)


def _rot_public_uid(pa: Any, batch: Told) -> Any:
    return _octets(pa, batch.uid, batch.outcome == Outcome.OPENED.code)


def _key_id(pa: Any, batch: Told) -> Any:
    return _octets(pa, batch.headers.raw[:, :KEY_ID_LENGTH], batch.headers.kind == Kind.V1)


def _counter(pa: Any, batch: Told) -> Any:
    headers = batch.headers
    number = np.zeros(len(batch), np.uint32)
    for kind, shape in SHAPES.items():
        these = headers.kind == kind
        if these.any():
            for at in range(shape.counter.start, shape.counter.stop):
                number[these] = number[these] << 8 | headers.raw[these, at]
    return _values(pa, pa.uint32(), number, headers.kind != Kind.NONE)


def _tag(pa: Any, batch: Told) -> Any:
    return _octets(pa, batch.tag, batch.headers.kind != Kind.NONE)


def _duplicate(pa: Any, batch: Told) -> Any:
    return _flags(pa, batch.duplicate)


def _nonce_reuse(pa: Any, batch: Told) -> Any:
    return _flags(pa, batch.nonce_reuse)


_MAKERS: Final[dict[str, Callable[[Any, Told], Any]]] = {
    "outcome": _outcome,
    "reason": _reason,
    "plaintext": _plaintext,
    "protection": _protection,
    "rot_public_uid": _rot_public_uid,
    "key_id": _key_id,
    "counter": _counter,
    "tag": _tag,
    "duplicate": _duplicate,
    "nonce_reuse": _nonce_reuse,
}
COLUMNS: Final = tuple(_MAKERS)
"""The columns that opening adds to a row, in this order."""


def _bits(pa: Any, true: NDArray[np.bool_]) -> Any:
    """Return a bitmap of Arrow, None where all bits would be set."""
    return None if true.all() else pa.py_buffer(np.packbits(true, bitorder="little"))


def _flags(pa: Any, true: NDArray[np.bool_]) -> Any:
    return pa.Array.from_buffers(
        pa.bool_(), len(true), [None, pa.py_buffer(np.packbits(true, bitorder="little"))]
    )


def _values(pa: Any, kind: Any, values: NDArray[Any], there: NDArray[np.bool_]) -> Any:
    buffers = [_bits(pa, there), pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _octets(pa: Any, rows: NDArray[np.uint8], there: NDArray[np.bool_]) -> Any:
    return _values(pa, pa.binary(rows.shape[1]), rows, there)


def _words(
    pa: Any, codes: NDArray[np.uint8], words: list[str], there: NDArray[np.bool_] | None = None
) -> Any:
    """Return words by their codes; no word is in the dictionary twice, which some readers refuse."""
    every = np.ones(len(codes), np.bool_) if there is None else there
    return pa.DictionaryArray.from_arrays(_values(pa, pa.int8(), codes, every), pa.array(words))
