"""Columns of Arrow as bytes and offsets: of any library, by Arrow's PyCapsule interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sealwright.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray


class Column(NamedTuple):
    """n values end to end: value i is `data[offsets[i]:offsets[i + 1]]`, and nothing where it is missing.

    `offsets` are of 4 or 8 bytes, n + 1 of them; `missing` (bool, n) is None where no value is.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[Any]
    missing: NDArray[np.bool_] | None


def is_arrow(given: object) -> bool:
    """Tell whether an object gives a column, or a stream of its pieces, by the PyCapsule interface."""
    return hasattr(given, "__arrow_c_array__") or hasattr(given, "__arrow_c_stream__")


def arrow_library() -> ModuleType:
    """Return pyarrow. Raises InputError where it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # it is an extra, and takes longer to import than all of ours
    except ImportError:
        raise InputError("arrow: pyarrow is not installed: pip install 'sealwright[arrow]'") from None
    module: ModuleType = pa
    return module


def read_column(given: Any) -> Column:
    """Return the bytes of a column of Arrow.

    It may be binary, large_binary, binary_view or fixed_size_binary, dictionary-encoded, in pieces,
    a slice, and have nulls. The bytes of binary and large_binary in one piece stay where they are;
    the others, and columns in several pieces, are brought together once. Raises TypeError for a
    column of anything else and for a table, InputError where pyarrow is missing.
    """
    pa = arrow_library()
    array = _in_one_piece(pa, _plain(pa, _taken(pa, given)))
    missing = None
    if array.null_count:
        missing = array.is_null().to_numpy(zero_copy_only=False)
        if _lengths(pa, array)[missing].any():
            # Bytes may stand where a null is, and nobody must read them.
            array = array.fill_null(b"")
    return Column(_octets(array.buffers()[2]), _offsets(pa, array), missing)


def _taken(pa: ModuleType, given: Any) -> Any:
    """Take over what another library lends: an array, or an array in pieces."""
    if isinstance(given, pa.Array | pa.ChunkedArray):
        return given
    if isinstance(given, pa.Table | pa.RecordBatch | pa.RecordBatchReader):
        raise _no_column(given.schema)
    try:
        return pa.array(given) if hasattr(given, "__arrow_c_array__") else pa.chunked_array(given)
    except pa.ArrowException as problem:
        raise TypeError(f"messages: a column of Arrow cannot be read: {problem}") from None


def _plain(pa: ModuleType, array: Any) -> Any:
    """Return a column as binary or large_binary: what is encoded otherwise is brought together."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        array, kind = array.cast(kind.storage_type), kind.storage_type
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not any(is_kind(value) for is_kind in _kinds_of_bytes(pa.types)):
        raise _no_column(kind)
    several = isinstance(array, pa.ChunkedArray) and array.num_chunks > 1
    if pa.types.is_large_binary(kind) or (pa.types.is_binary(kind) and not several):
        return array
    # Offsets of 4 bytes may be too short for the pieces together.
    return array.cast(pa.large_binary())


def _kinds_of_bytes(types: Any) -> tuple[Any, ...]:
    # A column of nothing but nulls may be of the type null.
    return (
        types.is_binary,
        types.is_large_binary,
        types.is_binary_view,
        types.is_fixed_size_binary,
        types.is_null,
    )


def _no_column(kind: object) -> TypeError:
    shown = str(kind).replace("\n", ", ")
    return TypeError(
        f"messages: Arrow's {shown[:200]} is no column of bytes: choose one column of a table,"
        " and decode texts of hex or base64 first"
    )


def _in_one_piece(pa: ModuleType, array: Any) -> Any:
    if not isinstance(array, pa.ChunkedArray):
        return array
    return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()


def _octets(buffer: Any) -> NDArray[np.uint8]:
    return np.frombuffer(buffer, np.uint8) if buffer else np.empty(0, np.uint8)


def _offsets(pa: ModuleType, array: Any) -> NDArray[Any]:
    width = np.int64 if pa.types.is_large_binary(array.type) else np.int32
    buffer = array.buffers()[1]
    if not buffer:  # a column of nothing needs no offsets
        return np.zeros(1, width)
    return np.frombuffer(buffer, width)[array.offset : array.offset + len(array) + 1]


def _lengths(pa: ModuleType, array: Any) -> NDArray[Any]:
    return np.diff(_offsets(pa, array))
