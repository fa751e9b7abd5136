"""File to file: rows are read, their messages opened in batches, and written in the order they came."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    MAX_MESSAGE,
    WINDOW,
    DuplicateWindow,
    Layouts,
    engine_info,
    open_messages,
)
from sealwright.telemetry.pipeline.csv_table import CsvTable
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, decode_payload
from sealwright.telemetry.pipeline.json_lines import JsonLines
from sealwright.telemetry.pipeline.output import LateFile
from sealwright.telemetry.pipeline.record import COLUMNS, records
from sealwright.telemetry.pipeline.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.telemetry import ParameterSource
    from sealwright.telemetry.pipeline.rows import Row, Table

FORMATS: Final[dict[str, Callable[[IO[bytes], str], Table]]] = {
    "jsonl": JsonLines,
    "lines": TextLines,
    "csv": CsvTable,
}
_FORMAT_OF_SUFFIX: Final = {".csv": "csv", ".tsv": "csv", ".txt": "lines", ".hex": "lines", ".b64": "lines"}

SAMPLE: Final = 1000
"""Rows from which the encoding is decided, once."""

_MOST_ROWS: Final = 16_384
_MOST_BYTES: Final = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is read, opened and written; the command's options of the same names tell more."""

    format: str | None = None
    column: str = "payload"
    encoding: str = "auto"
    direction: str = "uplink"
    purpose: str | None = None
    layouts: Layouts = DEFAULT_LAYOUTS
    plaintext: str = "hex"
    prefix: str = ""
    max_message: int = MAX_MESSAGE
    duplicate_window: int = WINDOW


@dataclass(slots=True)
class Summary:
    """What became of a file's rows. `outcomes` sums up to `rows`."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    nonce_reuse: int = 0
    encoding: str = ""
    engine: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Rows that did not open."""
        return self.rows - self.outcomes[Outcome.OPENED]


def format_of(path: str, wanted: str | None) -> str:
    """Return the format asked for, or the one that a file's name shows; `jsonl` where it shows none."""
    return wanted or _FORMAT_OF_SUFFIX.get(Path(path).suffix.lower(), "jsonl")


def run(
    stream: IO[bytes],
    source: ParameterSource,
    out: str,
    options: Options,
    *,
    rejects: str | None = None,
    on_batch: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Open every row of a stream into `out`, and a copy of those that failed into `rejects`.

    Rows in are rows out, in order, with the same columns and the record's behind them. Raises
    InputError for a file without the column, or with a column of the record's name.
    """
    begun = time.perf_counter()
    table = FORMATS[options.format or "jsonl"](stream, options.column)
    rows = table.rows()
    sample = list(itertools.islice(rows, SAMPLE))
    _check_columns(table, options)
    _check_some_payload(table, sample, options)
    summary = Summary(encoding=_encoding(sample, options), engine=engine_info().name)
    window = DuplicateWindow(options.duplicate_window)
    with ExitStack() as outputs:
        main = outputs.enter_context(LateFile(out)).stream
        copy = outputs.enter_context(LateFile(rejects)).stream if rejects else None
        for stream_out in filter(None, (main, copy)):
            stream_out.write(table.head(_added(options)))
        for part in _parts(itertools.chain(sample, rows)):
            made = _open(part, source, options, summary, window)
            _check_columns(table, options)
            for row, record in zip(part, made, strict=True):
                line = table.write(row, record)
                main.write(line)
                if copy is not None and record[options.prefix + "outcome"] != Outcome.OPENED:
                    copy.write(line)
            on_batch(summary)
    summary.seconds = time.perf_counter() - begun
    return summary


def _check_columns(table: Table, options: Options) -> None:
    taken = [name for name in _added(options) if name in table.columns_seen]
    if taken:
        raise InputError(
            f"input: there are columns named {', '.join(taken)} already: give --prefix to keep both"
        )


def _check_some_payload(table: Table, sample: list[Row], options: Options) -> None:
    if sample and all(row.fault is Reason.MISSING for row in sample):
        raise InputError(
            f"input: none of the first {len(sample)} rows has a column {options.column!r}:"
            f" choose one with --column out of: {', '.join(table.columns_seen)}"
        )


def _added(options: Options) -> list[str]:
    return [options.prefix + column for column in COLUMNS]


def _encoding(sample: list[Row], options: Options) -> str:
    if options.encoding != "auto":
        return options.encoding
    return choose_encoding(row.payload for row in sample)


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows in parts that stay small in memory whatever their messages weigh."""
    part: list[Row] = []
    weight = 0
    for row in rows:
        part.append(row)
        weight += len(row.payload) if isinstance(row.payload, (str, list)) else 0
        if len(part) >= _MOST_ROWS or weight >= _MOST_BYTES:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _open(
    part: list[Row],
    source: ParameterSource,
    options: Options,
    summary: Summary,
    window: DuplicateWindow,
) -> Iterator[dict[str, Any]]:
    """Open the messages of some rows, add them to the summary and yield their records."""
    decode = DECODERS[summary.encoding]
    messages, faults = [], []
    for row in part:
        message, fault = (None, row.fault) if row.fault else decode_payload(row.payload, decode)
        messages.append(message)
        faults.append(fault)
    batch = open_messages(
        messages,
        source,
        direction=options.direction,
        purpose=options.purpose,
        layouts=options.layouts,
        max_length=options.max_message,
    )
    repeats = batch.repeats(window)
    summary.duplicates += int(repeats[0].sum())
    summary.nonce_reuse += int(repeats[1].sum())
    for record in records(batch, faults, repeats, options.plaintext, options.prefix):
        summary.rows += 1
        summary.outcomes[record[options.prefix + "outcome"]] += 1
        if reason := record[options.prefix + "reason"]:
            summary.reasons[reason] += 1
        yield record


def read_messages(
    stream: IO[bytes], path: str, wanted: str | None, column: str, limit: int
) -> list[bytes | None]:
    """Return the first messages of a file, None for a row that has none: for looking, not for work."""
    rows = list(itertools.islice(FORMATS[format_of(path, wanted)](stream, column).rows(), limit))
    decode = DECODERS[choose_encoding(row.payload for row in rows)]
    return [None if row.fault else decode_payload(row.payload, decode)[0] for row in rows]
