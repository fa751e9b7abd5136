"""File to file by columns: Parquet to Parquet, Arrow IPC to Arrow IPC."""

from __future__ import annotations

import io
import time
from contextlib import ExitStack
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, Self

import numpy as np

from sealwright.errors import InputError, Outcome, Reason
from sealwright.events import Teller
from sealwright.telemetry import COLUMNS, DuplicateWindow, arrow_library, engine_info
from sealwright.telemetry.pipeline.arrow_table import BINARY, ArrowTable
from sealwright.telemetry.pipeline.beside import Beside
from sealwright.telemetry.pipeline.job import Opener, late_files
from sealwright.telemetry.pipeline.record import show
from sealwright.telemetry.pipeline.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sealwright.events import OnEvent
    from sealwright.telemetry import Batch, ParameterSource
    from sealwright.telemetry.pipeline.arrow_table import Chunk
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.job import Watch
    from sealwright.telemetry.pipeline.output import LateFile

COMPRESSIONS: Final = ("none", "snappy", "gzip", "zstd", "lz4")
_IPC_COMPRESSIONS: Final = {"zstd", "lz4"}
_ROWS: Final = 2**20
"""Rows of a row group, at most."""
_BYTES: Final = 128 * 2**20
"""Bytes of columns that are held until they are a row group; the last part may go beyond."""
_PLAIN: Final = {"plaintext", "tag", "counter"}
"""Added columns whose values hardly repeat: a dictionary would make them longer."""


def run_columns(  # noqa: PLR0913  # what a caller may choose, by keyword
    stream: IO[bytes],
    source: ParameterSource,
    out: str,
    options: Options,
    *,
    rejects: str | None = None,
    compression: str | None = None,
    on_batch: Callable[[Summary], None] = lambda _: None,
    watch: Watch | None = None,
    on_event: OnEvent | None = None,
) -> Summary:
    """Open every row of a file of columns into `out`, and a copy of those that failed into `rejects`.

    As `job.run` does, and in the input's own format: its columns, their types and metadata stay as
    they are, and the record's columns come behind them. Raises InputError as well for a file that
    cannot be read.
    """
    begun = time.perf_counter()
    table = ArrowTable(stream, options.format or "parquet", options.column, encoding=options.encoding)
    _refuse_taken(table, options)
    summary = Summary(encoding=table.encoding, engine=engine_info().name)
    opener = Opener(
        source, options, summary, DuplicateWindow(options.duplicate_window), watch, Teller(on_event)
    )
    schema = _schema(table, options)
    if watch:
        watch.begin(summary, table)
    with ExitStack() as outputs:
        files = late_files(outputs, out, rejects, watch)
        writers = [
            outputs.enter_context(_Writer(file, schema, table, options, compression)) for file in files
        ]
        writing = outputs.enter_context(Beside(here=not all(file.is_file for file in files)))
        for chunk in table.chunks():
            made, opened = _open(chunk, opener, options, schema)
            writing.put(partial(_write, writers, made, opened))
            on_batch(summary)
        for writer in writers:
            writing.put(writer.close)
    summary.seconds = time.perf_counter() - begun
    return summary


def _refuse_taken(table: ArrowTable, options: Options) -> None:
    if taken := [name for name in table.schema.names if name in options.added]:
        raise InputError(
            f"input: there are columns named {', '.join(taken)} already: give --prefix to keep both"
        )


def _schema(table: ArrowTable, options: Options) -> Any:
    """Return the input's schema, metadata and all, with the record's fields behind."""
    pa = arrow_library()
    words = pa.dictionary(pa.int8(), pa.string())
    kinds = {
        "outcome": words,
        "reason": words,
        "plaintext": pa.large_binary() if options.plaintext == BINARY else pa.large_string(),
        "protection": words,
        "rot_public_uid": pa.binary(8),
        "key_id": pa.binary(14),
        "counter": pa.uint32(),
        "tag": pa.binary(16),
        "duplicate": pa.bool_(),
        "nonce_reuse": pa.bool_(),
    }
    schema = table.schema
    for name in COLUMNS:
        schema = schema.append(pa.field(options.prefix + name, kinds[name]))
    return schema


def _open(chunk: Chunk, opener: Opener, options: Options, schema: Any) -> tuple[Any, NDArray[np.bool_]]:
    """Return rows with their record, and which of them opened."""
    pa = arrow_library()
    batch, repeats = opener.open(chunk.messages)
    reason = np.where(chunk.fault, chunk.fault, batch.reason)
    told = batch.to_arrow(*COLUMNS[:-2])  # repeats are those of the whole run, not of these rows
    record = dict(zip(told.schema.names, told.columns, strict=True))
    if options.plaintext != BINARY:
        record["plaintext"] = _texts(batch, options.plaintext, reason)
    record["reason"] = _words(reason)
    record |= dict(zip(COLUMNS[-2:], map(pa.array, repeats), strict=True))
    opener.count(chunk, batch, reason, repeats)
    made = pa.RecordBatch.from_arrays(
        [*chunk.columns.columns, *(record[name] for name in COLUMNS)], schema=schema
    )
    return made, batch.outcome == Outcome.OPENED.code


def _texts(batch: Batch, form: str, reason: NDArray[np.uint8]) -> Any:
    """Return plaintexts as texts; where one has to be shown in hex, the reason says so."""
    pa = arrow_library()
    shown = [show(text, form) for text in batch.to_list()]
    for place, (_, told) in enumerate(shown):
        if told:
            reason[place] = told.code
    return pa.array([value for value, _ in shown], pa.large_string())


def _words(reason: NDArray[np.uint8]) -> Any:
    pa = arrow_library()
    codes = pa.array(reason.astype(np.int8), mask=reason == Reason.NONE.code)
    return pa.DictionaryArray.from_arrays(codes, pa.array([str(each) for each in Reason]))


def _write(writers: list[_Writer], made: Any, opened: NDArray[np.bool_]) -> None:
    """Write all rows by the first writer; by the second, if there is one, those that did not open."""
    writers[0].write(made)
    for writer in writers[1:]:
        if not opened.all():
            writer.write(made.filter(arrow_library().array(~opened)))


class _Writer:
    """Writes record batches to a file: row groups of Parquet, or batches of Arrow IPC."""

    def __init__(
        self, file: LateFile, schema: Any, table: ArrowTable, options: Options, compression: str | None
    ) -> None:
        self._schema = schema
        self._held: list[Any] = []
        self._rows = self._bytes = 0
        self._sink = _Sink(file)
        sink = arrow_library().PythonFile(self._sink, mode="w")
        if options.format == "parquet":
            from pyarrow import parquet  # noqa: PLC0415  # an extra

            plain = {options.prefix + name for name in _PLAIN} | {options.column}
            self._writer = parquet.ParquetWriter(
                sink,
                schema,
                compression=compression or "snappy",
                use_dictionary=[name for name in schema.names if name not in plain],
            )
        else:
            self._writer = _ipc_writer(sink, schema, compression, is_stream=table.is_stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file: what has not been closed writes its end when it is forgotten."""
        self._sink.file = None

    def write(self, batch: Any) -> None:
        """Hold rows until they are enough to be written together."""
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= _ROWS or self._bytes >= _BYTES:
            self._flush()

    def _flush(self) -> None:
        held, self._held, self._rows, self._bytes = self._held, [], 0, 0
        if held:
            self._writer.write_table(arrow_library().Table.from_batches(held, self._schema))

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        self._flush()
        self._writer.close()


def _ipc_writer(sink: Any, schema: Any, compression: str | None, *, is_stream: bool) -> Any:
    ipc = arrow_library().ipc
    if compression not in {None, "none"} and compression not in _IPC_COMPRESSIONS:
        raise InputError(f"output: Arrow IPC is compressed by lz4 or zstd, not by {compression}")
    options = ipc.IpcWriteOptions(
        compression=None if compression == "none" else compression, emit_dictionary_deltas=True
    )
    return (ipc.new_stream if is_stream else ipc.new_file)(sink, schema, options=options)


class _Sink(io.RawIOBase):
    """A late file as pyarrow writes to it."""

    def __init__(self, file: LateFile) -> None:
        super().__init__()
        self.file: LateFile | None = file
        """None once nothing more is to be written."""
        self._size = 0

    def writable(self) -> bool:
        """Say so: pyarrow asks."""
        return True

    def write(self, octets: Any, /) -> int:
        """Write all of some bytes."""
        size = memoryview(octets).nbytes
        if self.file is not None:
            self.file.write([octets])
        self._size += size
        return size

    def tell(self) -> int:
        """Return how many bytes have been written."""
        return self._size
