"""File to file: rows are read, their messages opened in batches, and written in the order they came."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

import numpy as np

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
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, read_payload
from sealwright.telemetry.pipeline.formats import FORMATS
from sealwright.telemetry.pipeline.json_blocks import JsonBlocks
from sealwright.telemetry.pipeline.json_writer import JsonWriter
from sealwright.telemetry.pipeline.output import LateFile
from sealwright.telemetry.pipeline.record import COLUMNS, records
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, MOST_ROWS, parts, refuse_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sealwright.telemetry import Batch, ParameterSource, SealedMessages
    from sealwright.telemetry.pipeline.blocks import Block
    from sealwright.telemetry.pipeline.encoding import Decoder
    from sealwright.telemetry.pipeline.rows import Row, Table

    Repeats = tuple[NDArray[np.bool_], NDArray[np.bool_]]
    _Lines = tuple[Iterable[Buffer], Iterable[Buffer]]
    """Lines of the output, and once more those of rows that did not open."""

_CODE_OF_REASON: Final = {str(reason): reason.code for reason in Reason}

SAMPLE: Final = 1000
"""Rows from which the encoding is decided, once; fewer where they weigh too much to be held."""


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

    def add(self, outcome: NDArray[np.uint8], reason: NDArray[np.uint8], repeats: Repeats) -> None:
        """Count some rows by the codes of their outcomes and reasons."""
        self.rows += len(outcome)
        self.outcomes.update({Outcome.of(code): count for code, count in _counts(outcome)})
        self.reasons.update({Reason.of(code): count for code, count in _counts(reason) if code})
        self.duplicates += int(repeats[0].sum())
        self.nonce_reuse += int(repeats[1].sum())


def _counts(codes: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Return each code and how many times it is there, in the order in which they first appear."""
    counts = np.bincount(codes)
    there: list[int] = np.flatnonzero(counts).tolist()
    there.sort(key=lambda code: int((codes == code).argmax()))
    return [(code, int(counts[code])) for code in there]


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
    table, sample, rows, encoding = _begin(stream, options)
    work = _Work(table, source, options, Summary(encoding=encoding, engine=engine_info().name))
    blocks = JsonBlocks.of(table, encoding, _added(options))
    with ExitStack() as outputs:
        main = outputs.enter_context(LateFile(out)).stream
        copy = outputs.enter_context(LateFile(rejects)).stream if rejects else None
        for stream_out in filter(None, (main, copy)):
            stream_out.write(table.head(_added(options)))
        if blocks is None:
            written = work.by_row(parts(itertools.chain(sample, rows), MOST_ROWS))
        else:
            written = work.by_block(blocks.blocks(sample, rows))
        for lines, failed in written:
            main.writelines(lines)
            if copy is not None:
                copy.writelines(failed)
            on_batch(work.summary)
    work.summary.seconds = time.perf_counter() - begun
    return work.summary


class _Work:
    """Opens the rows of a table, and adds what became of them to the summary."""

    def __init__(self, table: Table, source: ParameterSource, options: Options, summary: Summary) -> None:
        self._table, self._source, self._options, self.summary = table, source, options, summary
        self._window = DuplicateWindow(options.duplicate_window)
        self._check = CrossCheck(options.cross_check) if options.cross_check else None

    def by_row(self, parts: Iterable[list[Row]]) -> Iterator[_Lines]:
        """Open rows and write them as their format has it."""
        decode = DECODERS[self.summary.encoding]
        options, write = self._options, self._table.write
        for part in parts:
            self._refuse_taken(len(part))
            messages, faults = _decode(part, decode)
            batch, repeats = self._open(messages)
            made = list(records(batch, faults, repeats, options.plaintext, options.prefix))
            lines = [write(row, record) for row, record in zip(part, made, strict=True)]
            reason = [_CODE_OF_REASON[record[options.prefix + "reason"] or ""] for record in made]
            self.summary.add(batch.outcome, np.array(reason, np.uint8), repeats)
            yield lines, (lines[place] for place in _failed(batch))

    def by_block(self, blocks: Iterable[Block]) -> Iterator[_Lines]:
        """Open blocks of JSON Lines and write them natively."""
        writer = JsonWriter.of(self._options.plaintext, self._options.prefix)
        for block in blocks:
            self._refuse_taken(len(block))
            batch, repeats = self._open((block.data, block.offsets))
            written, reason = writer.write(block, batch, repeats)
            self.summary.add(batch.outcome, reason, repeats)
            yield [written.lines], written.some(_failed(batch))

    def _refuse_taken(self, count: int) -> None:
        first = self.summary.rows + 1
        refuse_taken(self._table, _added(self._options), f", rows {first:,} to {first + count - 1:,}")

    def _open(self, messages: SealedMessages) -> tuple[Batch, Repeats]:
        options, check = self._options, self._check
        try:
            batch = open_messages(
                messages,
                self._source,
                direction=options.direction,
                purpose=options.purpose,
                layouts=options.layouts,
                max_length=options.max_message,
                cross_check=check,
            )
        except CrossCheckError as problem:
            raise problem.at(f"row {self.summary.rows + problem.index + 1:,}") from None
        self.summary.cross_checked = check.checked if check else 0
        return batch, batch.repeats(self._window)


def _failed(batch: Batch) -> list[int]:
    """Return the places of the rows that did not open."""
    places: list[int] = np.flatnonzero(batch.outcome != Outcome.OPENED.code).tolist()
    return places


def _begin(stream: IO[bytes], options: Options) -> tuple[Table, list[Row], Iterator[Row], str]:
    """Return the table, its first rows, which have shown that all is well, the others and the encoding."""
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
    return table, sample, rows, encoding


def _added(options: Options) -> list[str]:
    return [options.prefix + column for column in COLUMNS]


def _decode(rows: list[Row], decode: Decoder) -> tuple[list[bytes | None], list[Reason]]:
    """Return each row's message, or None, and the reason why there is none."""
    found = [read_payload(row, decode) for row in rows]
    return [message for message, _ in found], [fault for _, fault in found]


def read_messages(stream: IO[bytes], options: Options, limit: int) -> list[tuple[bytes | None, Reason]]:
    """Return the first messages of a file, and why there is none: for looking, not for work."""
    _, sample, rows, encoding = _begin(stream, options)
    first = list(itertools.islice(itertools.chain(sample, rows), limit))
    return list(zip(*_decode(first, DECODERS[encoding]), strict=True))
