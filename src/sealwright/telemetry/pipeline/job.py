"""File to file: rows are read, their messages opened in batches, and written in the order they came."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

from sealwright.errors import CrossCheckError, InputError, Outcome, Reason
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    MAX_MESSAGE,
    ONE_IN,
    WINDOW,
    CrossCheck,
    DuplicateWindow,
    Layouts,
    engine_info,
    open_messages,
)
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, decode_payload
from sealwright.telemetry.pipeline.formats import FORMATS
from sealwright.telemetry.pipeline.output import LateFile
from sealwright.telemetry.pipeline.record import COLUMNS, records
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, parts, refuse_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.telemetry import ParameterSource
    from sealwright.telemetry.pipeline.rows import Row, Table

SAMPLE: Final = 1000
"""Rows from which the encoding is decided, once; fewer where they weigh too much to be held."""

_MOST_ROWS: Final = 16_384


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
    cross_check: int = ONE_IN
    """One message in so many is opened once more with the portable engine; 0: none."""


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
    cross_checked: int = 0
    """Messages that the portable engine has opened once more."""
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Rows that did not open."""
        return self.rows - self.outcomes[Outcome.OPENED]


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
    InputError for a file without the column, or with a column of the record's name, and
    CrossCheckError where the two engines differ over a row.
    """
    begun = time.perf_counter()
    table, rows, encoding = _begin(stream, options)
    summary = Summary(encoding=encoding, engine=engine_info().name)
    window = DuplicateWindow(options.duplicate_window)
    check = CrossCheck(options.cross_check) if options.cross_check else None
    with ExitStack() as outputs:
        main = outputs.enter_context(LateFile(out)).stream
        copy = outputs.enter_context(LateFile(rejects)).stream if rejects else None
        for stream_out in filter(None, (main, copy)):
            stream_out.write(table.head(_added(options)))
        for part in parts(rows, _MOST_ROWS):
            first = summary.rows + 1
            refuse_taken(table, _added(options), f", rows {first:,} to {first + len(part) - 1:,}")
            made = _open(part, source, options, summary, window, check)
            for row, record in zip(part, made, strict=True):
                line = table.write(row, record)
                main.write(line)
                if copy is not None and record[options.prefix + "outcome"] != Outcome.OPENED:
                    copy.write(line)
            on_batch(summary)
    summary.seconds = time.perf_counter() - begun
    return summary


def _begin(stream: IO[bytes], options: Options) -> tuple[Table, Iterator[Row], str]:
    """Return the table, its rows and their encoding, once the first rows have shown that all is well."""
    longest = max(LONGEST_ROW, 5 * options.max_message // 2)
    table = FORMATS[options.format or "jsonl"](stream, options.column, longest)
    rows = table.rows()
    sample = next(parts(rows, SAMPLE), [])
    columns = refuse_taken(table, _added(options))
    if not table.has_column and any(row.fault is Reason.MISSING for row in sample):
        raise InputError(
            f"input: none of the first {len(sample)} rows has a column {options.column!r}:"
            f" choose one with --column out of: {', '.join(columns) or '(there are none)'}"
        )
    encoding = options.encoding
    if encoding == "auto":
        encoding = choose_encoding(row.payload for row in sample)
    return table, itertools.chain(sample, rows), encoding


def _added(options: Options) -> list[str]:
    return [options.prefix + column for column in COLUMNS]


def _open(
    part: list[Row],
    source: ParameterSource,
    options: Options,
    summary: Summary,
    window: DuplicateWindow,
    check: CrossCheck | None,
) -> Iterator[dict[str, Any]]:
    """Open the messages of some rows, add them to the summary and yield their records."""
    messages, faults = _decode(part, summary.encoding)
    try:
        batch = open_messages(
            messages,
            source,
            direction=options.direction,
            purpose=options.purpose,
            layouts=options.layouts,
            max_length=options.max_message,
            cross_check=check,
        )
    except CrossCheckError as problem:
        raise problem.at(f"row {summary.rows + problem.index + 1:,}") from None
    summary.cross_checked = check.checked if check else 0
    repeats = batch.repeats(window)
    summary.duplicates += int(repeats[0].sum())
    summary.nonce_reuse += int(repeats[1].sum())
    for record in records(batch, faults, repeats, options.plaintext, options.prefix):
        summary.rows += 1
        summary.outcomes[record[options.prefix + "outcome"]] += 1
        if reason := record[options.prefix + "reason"]:
            summary.reasons[reason] += 1
        yield record


def _decode(rows: list[Row], encoding: str) -> tuple[list[bytes | None], list[Reason]]:
    """Return each row's message, or None, and the reason why there is none."""
    decode = DECODERS[encoding]
    found = [(None, row.fault) if row.fault else decode_payload(row.payload, decode) for row in rows]
    return [message for message, _ in found], [fault for _, fault in found]


def read_messages(stream: IO[bytes], options: Options, limit: int) -> list[tuple[bytes | None, Reason]]:
    """Return the first messages of a file, and why there is none: for looking, not for work."""
    _, rows, encoding = _begin(stream, options)
    return list(zip(*_decode(list(itertools.islice(rows, limit)), encoding), strict=True))
