"""File to file: rows are read, their messages opened in batches, and written in the order they came."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import IO, TYPE_CHECKING, Final, Protocol

import numpy as np

from sealwright.errors import CrossCheckError, Outcome, Reason
from sealwright.events import Teller
from sealwright.telemetry import (
    CrossCheck,
    DuplicateWindow,
    engine_info,
    open_messages,
    tell_outcomes,
    tell_repeats,
)
from sealwright.telemetry.pipeline.beside import Beside
from sealwright.telemetry.pipeline.input import Input
from sealwright.telemetry.pipeline.json_writer import JsonWriter
from sealwright.telemetry.pipeline.output import LateFile
from sealwright.telemetry.pipeline.record import records
from sealwright.telemetry.pipeline.rows import MOST_ROWS, parts, refuse_taken
from sealwright.telemetry.pipeline.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sealwright.events import OnEvent
    from sealwright.telemetry import Batch, ParameterSource, SealedMessages
    from sealwright.telemetry.pipeline.arrow_table import Chunk
    from sealwright.telemetry.pipeline.blocks import Block
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.resuming.part import Part
    from sealwright.telemetry.pipeline.resuming.resumable import Progress, ResumableJob
    from sealwright.telemetry.pipeline.rows import Readable, Row

    Counted = Sequence[Row] | Block | Chunk
    Repeats = tuple[NDArray[np.bool_], NDArray[np.bool_]]
    _Lines = tuple[Iterable[Buffer], Iterable[Buffer]]
    """Lines of the output, and once more those of rows that did not open."""

_CODE_OF_REASON: Final = {str(reason): reason.code for reason in Reason}


class Watch(Protocol):
    """Who wants to know more of a run than its summary; the report does."""

    def begin(self, summary: Summary, table: Readable) -> None:
        """Hear that the input can be read, and what will be counted."""
        ...

    def output(self, role: str, path: str, file: LateFile) -> None:
        """Hear of an output (`output`, or `rejects`) before anything is written to it."""
        ...

    def add(self, rows: Counted, batch: Batch, reason: NDArray[np.uint8], repeats: Repeats) -> None:
        """Hear what became of some rows; `reason` has the codes of what rows say of themselves, too."""
        ...


def run(  # noqa: PLR0913  # what a caller may choose, by keyword
    stream: IO[bytes],
    source: ParameterSource,
    out: str,
    options: Options,
    *,
    rejects: str | None = None,
    job: ResumableJob | None = None,
    on_batch: Callable[[Summary], None] = lambda _: None,
    watch: Watch | None = None,
    on_event: OnEvent | None = None,
) -> Summary:
    """Open every row of a stream into `out`, and a copy of those that failed into `rejects`.

    Rows in are rows out, in order, with the same columns and the record's behind them. With a `job`,
    made for the same outputs, what is done is kept, and gone on with where it was begun. Raises
    InputError for a file without the column, or with a column of the record's name, and
    CrossCheckError where the two engines differ over a row. `watch` and `on_event` hear of each batch.
    """
    begun = time.perf_counter()
    with ExitStack() as held:
        kept = None if job is None else held.enter_context(job).begin(stream)
        if job and kept and kept.finished:
            job.put()
            return kept.summary
        if kept is None:
            given = Input.of(stream, options, options.added)
            summary = Summary(encoding=given.encoding, engine=engine_info().name)
        else:
            given = Input.at(stream, options, options.added, kept.encoding, kept.place)
            summary = kept.summary
        before = summary.seconds
        window = job.window if job else DuplicateWindow(options.duplicate_window)
        opener = Opener(source, options, summary, window, watch, Teller(on_event))
        work = _Work(given, opener, options)
        batches = work.batches()
        if watch:
            watch.begin(summary, given.table)
        files: Sequence[LateFile | Part]
        files = job.parts if job else late_files(held, out, rejects, watch)
        if kept is None:
            for file in files:
                file.write([given.table.head(given.added)])
        with (
            Beside(here=job is None) as keeping,
            Beside(here=not all(file.is_file for file in files)) as writing,
        ):
            for written in batches:
                writing.put(partial(_write, files, written))
                if job and job.is_due(summary.rows):
                    summary.seconds = before + time.perf_counter() - begun
                    writing.put(partial(job.keep_beside, keeping, work.progress(job)))
                on_batch(summary)
        if job:
            summary.seconds = before + time.perf_counter() - begun
            job.finish(work.progress(job))
    summary.seconds = before + time.perf_counter() - begun
    return summary


def late_files(held: ExitStack, out: str, rejects: str | None, watch: Watch | None) -> list[LateFile]:
    """Return the outputs, in the order of their lines, and tell of them."""
    files = []
    for role, path in (("output", out), ("rejects", rejects)):
        if path:
            files.append(held.enter_context(LateFile(path)))
            if watch:
                watch.output(role, path, files[-1])
    return files


def _write(files: Sequence[LateFile | Part], written: _Lines) -> None:
    """Write all lines to the first file; to the second, if there is one, those of rows that did not open."""
    for file, lines in zip(files, written, strict=False):
        file.write(lines)


class Opener:
    """Opens messages of one run, and counts what became of them."""

    def __init__(
        self,
        source: ParameterSource,
        options: Options,
        summary: Summary,
        window: DuplicateWindow,
        watch: Watch | None = None,
        tell: Teller | None = None,
    ) -> None:
        self._source, self._options, self.summary = source, options, summary
        self._window, self._watch, self._tell = window, watch, tell or Teller()
        self._check = CrossCheck(options.cross_check) if options.cross_check else None
        self._checked_before = summary.cross_checked

    def open(self, messages: SealedMessages) -> tuple[Batch, Repeats]:
        """Open some messages, and tell which of them are repeats of earlier ones of this run."""
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
        self.summary.cross_checked = self._checked_before + (check.checked if check else 0)
        return batch, batch.repeats(self._window)

    def count(self, rows: Counted, batch: Batch, reason: NDArray[np.uint8], repeats: Repeats) -> None:
        """Count some rows; `reason` has the codes of what rows say of themselves, too."""
        self.summary.add(batch.outcome, reason, repeats)
        if self._tell.is_heard:
            tell_outcomes(self._tell, batch.outcome, reason)
            tell_repeats(self._tell, repeats)
        if self._watch:
            self._watch.add(rows, batch, reason, repeats)


class _Work:
    """Opens the rows of a file, and writes them again."""

    def __init__(self, given: Input, opener: Opener, options: Options) -> None:
        self._input, self._opener, self._options = given, opener, options

    def batches(self) -> Iterator[_Lines]:
        """Return what opens all rows, some thousands at a time."""
        blocks = self._input.blocks()
        return self.by_row() if blocks is None else self.by_block(blocks)

    def progress(self, job: ResumableJob) -> Progress:
        """Return how far the work has come, once a batch is done."""
        return job.progress(self._input.encoding, self._input.table.place, self._opener.summary)

    def by_row(self) -> Iterator[_Lines]:
        """Open rows and write them as their format has it."""
        given, options, write = self._input, self._options, self._input.table.write
        for part in parts(given.rows(), MOST_ROWS):
            self._refuse_taken(len(part))
            messages, faults = given.decode(part)
            batch, repeats = self._opener.open(messages)
            made = list(records(batch, faults, repeats, options.plaintext, options.prefix))
            lines = [write(row, record) for row, record in zip(part, made, strict=True)]
            codes = [_CODE_OF_REASON[record[options.prefix + "reason"] or ""] for record in made]
            self._opener.count(part, batch, np.array(codes, np.uint8), repeats)
            # A list, because it is read while the next part is being made.
            yield lines, [lines[place] for place in _failed(batch)]

    def by_block(self, blocks: Iterable[Block]) -> Iterator[_Lines]:
        """Open blocks of JSON Lines and write them natively."""
        writer = JsonWriter.of(self._options.plaintext, self._options.prefix)
        for block in blocks:
            self._refuse_taken(len(block))
            batch, repeats = self._opener.open((block.data, block.offsets))
            written, reason = writer.write(block, batch, repeats)
            self._opener.count(block, batch, reason, repeats)
            yield [written.lines], written.some(_failed(batch))

    def _refuse_taken(self, count: int) -> None:
        first = self._opener.summary.rows + 1
        refuse_taken(self._input.table, self._input.added, f", rows {first:,} to {first + count - 1:,}")


def _failed(batch: Batch) -> list[int]:
    """Return the places of the rows that did not open."""
    places: list[int] = np.flatnonzero(batch.outcome != Outcome.OPENED.code).tolist()
    return places
