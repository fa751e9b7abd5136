"""Parquet and Arrow IPC: files that hold columns, read some thousands of rows at a time."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.errors import InputError
from sealwright.telemetry import arrow_library
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, decode_payload
from sealwright.telemetry.pipeline.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry import SealedMessages

FORMATS: Final = ("parquet", "arrow")
"""Formats of columns; what `arrow` is, a file or a stream of IPC, its first bytes tell."""

AT_ONCE: Final = 65_536
"""Rows that are read and opened at once, at most."""

BINARY: Final = "binary"
"""The encoding of a column that holds the messages themselves."""

_FILE_MAGIC: Final = b"ARROW1"
_SAMPLE: Final = 1000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: their columns, their messages, and what rows say of themselves (uint8, codes of Reason)."""

    columns: Any
    messages: SealedMessages
    fault: NDArray[np.uint8]

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one, for whoever looks at another column of theirs."""
        return (Row((self.columns, place), None) for place in range(len(self)))


class ArrowTable:
    """A file of columns, of which one holds messages: as bytes, or as texts in some encoding.

    Raises InputError for a file that cannot be read, and for one without the column.
    """

    def __init__(
        self, stream: IO[bytes], format_: str, column: str, *, encoding: str = "auto", at_once: int = AT_ONCE
    ) -> None:
        self._arrow, self._at_once = arrow_library(), at_once
        self._stream = stream
        self._path = column
        with self._readable():
            self._batches = self._open(stream, format_)
        self.encoding = self._encoding(encoding)

    def _open(self, stream: IO[bytes], format_: str) -> Iterator[Any]:
        if format_ == "parquet":
            if not stream.seekable():
                raise InputError(
                    "input: Parquet cannot be read from a pipe, for its end comes first: name a file"
                )
            from pyarrow import parquet  # noqa: PLC0415  # an extra

            file = parquet.ParquetFile(stream)
            self.schema, self.is_stream = file.schema_arrow, False
            batches: Iterator[Any] = file.iter_batches(batch_size=self._at_once)
            return batches
        ipc = self._arrow.ipc
        self.is_stream = not (stream.seekable() and _begins_a_file(stream))
        reader = ipc.open_stream(stream) if self.is_stream else ipc.open_file(stream)
        self.schema = reader.schema
        if self.is_stream:
            return iter(reader)
        return (reader.get_batch(number) for number in range(reader.num_record_batches))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Say where it comes from that a file cannot be read."""
        try:
            yield
        except (self._arrow.ArrowException, OSError) as problem:
            # Damaged data is an OSError as well, but none of the system.
            if isinstance(problem, OSError) and problem.errno is not None:
                raise
            words = " ".join(str(problem).split())
            raise InputError(f"input: the file cannot be read as its format: {words[:300]}") from None

    @cached_property
    def _steps(self) -> list[str]:
        """The names on the way to the message column: a.b may be a name, or b within a."""
        if self._path in self.schema.names:
            return [self._path]
        steps = self._path.split(".")
        kind = self._arrow.struct(self.schema)
        for step in steps:
            if not self._arrow.types.is_struct(kind) or kind.get_field_index(step) < 0:
                raise InputError(
                    f"input: there is no column {self._path!r}: choose one with --column out of:"
                    f" {', '.join(self.schema.names) or '(there are none)'}"
                )
            kind = kind.field(step).type
        return steps

    def _encoding(self, wanted: str) -> str:
        types = self._arrow.types
        kind = self._value_type()
        if any(is_kind(kind) for is_kind in (types.is_string, types.is_large_string, types.is_string_view)):
            return wanted if wanted != "auto" else self._choose()
        bytes_like = (
            types.is_binary,
            types.is_large_binary,
            types.is_binary_view,
            types.is_fixed_size_binary,
        )
        if any(is_kind(kind) for is_kind in (*bytes_like, types.is_null)):
            return BINARY
        raise InputError(
            f"input: column {self._path!r} is {kind}: messages are bytes, or texts of hex or base64"
        )

    def _value_type(self) -> Any:
        kind = self._arrow.struct(self.schema)
        for step in self._steps:
            kind = kind.field(step).type
        return kind.value_type if self._arrow.types.is_dictionary(kind) else kind

    def _choose(self) -> str:
        """Return the encoding that the first rows show; they are read again with all others."""
        first = next(self._taken(), None)
        if first is None:
            return next(iter(DECODERS))
        batches = self._batches
        self._batches = (each for part in ([first], batches) for each in part)
        return choose_encoding(self._payload(first.slice(0, _SAMPLE)).to_pylist())

    def _taken(self) -> Iterator[Any]:
        """Yield record batches of a size that is opened at once."""
        while True:
            with self._readable():
                batch = next(self._batches, None)
            if batch is None:
                self._check_end()
                return
            for start in range(0, batch.num_rows, self._at_once):
                yield batch.slice(start, self._at_once)

    def _check_end(self) -> None:
        """Read to the end of a stream of IPC: rows of another one behind it must not be lost."""
        if self.is_stream and self._stream.read(1):
            raise InputError("input: there is more behind the end of the stream: give each stream by itself")

    def chunks(self) -> Iterator[Chunk]:
        """Yield all rows, in order."""
        for columns in self._taken():
            payload = self._payload(columns)
            fault = np.zeros(len(payload), np.uint8)
            if self.encoding == BINARY:
                yield Chunk(columns, payload, fault)
                continue
            decoder = DECODERS[self.encoding]
            read = [decode_payload(text, decoder) for text in payload.to_pylist()]
            fault[:] = [reason.code for _, reason in read]
            yield Chunk(columns, [message for message, _ in read], fault)

    def _payload(self, columns: Any) -> Any:
        first, *others = self._steps
        payload = columns.column(first)
        for step in others:
            # A struct that is null has nothing in it.
            payload = self._arrow.compute.struct_field(payload, step)
        return payload

    def value(self, row: Row, name: str) -> Any:
        """Return what stands in any column of a row: numbers, texts, and moments as ISO 8601."""
        if name not in self.schema.names:
            raise InputError(f"input: there is no column {name!r}")
        if not isinstance(row.raw, tuple):
            return None
        columns, place = row.raw
        value = columns.column(name)[place].as_py()
        return value.isoformat() if isinstance(value, date) else value


def _begins_a_file(stream: IO[bytes]) -> bool:
    """Tell whether a file of Arrow IPC begins here; a stream of it begins otherwise."""
    begin = stream.tell()
    first = stream.read(len(_FILE_MAGIC))
    stream.seek(begin)
    return first == _FILE_MAGIC
