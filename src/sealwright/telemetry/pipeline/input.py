"""A file's messages: its format is known, its first rows show where they stand and how they are written."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from sealwright.errors import InputError, Reason
from sealwright.telemetry import (
    COLUMNS,
    DEFAULT_LAYOUTS,
    MAX_MESSAGE,
    ONE_IN,
    WINDOW,
    DistinctHeaders,
    Layouts,
    Messages,
    Reading,
)
from sealwright.telemetry.pipeline.arrow_table import AT_ONCE, ArrowTable
from sealwright.telemetry.pipeline.arrow_table import FORMATS as FORMATS_OF_COLUMNS
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, read_payload
from sealwright.telemetry.pipeline.formats import FORMATS
from sealwright.telemetry.pipeline.json_blocks import JsonBlocks
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, MOST_ROWS, parts, refuse_taken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.telemetry import SealedMessages
    from sealwright.telemetry.pipeline.arrow_table import Chunk
    from sealwright.telemetry.pipeline.blocks import Block
    from sealwright.telemetry.pipeline.place import Place
    from sealwright.telemetry.pipeline.rows import Row, Table

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

    @property
    def terms(self) -> dict[str, str | int | None]:
        """What decides about the output: all but the cross-check, each as a word or a number."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        del told["cross_check"]
        kinds = (self.layouts.v1, self.layouts.v2, self.layouts.integrity)
        shown = (f"{each.kind.title}={each.name}{'' if each.check_uid else ',any-uid'}" for each in kinds)
        return {**told, "layouts": " ".join(shown)}

    @property
    def added(self) -> list[str]:
        """The names of the columns that the record adds."""
        return [self.prefix + column for column in COLUMNS]


class Input(NamedTuple):
    """A file whose first rows have shown that all is well."""

    table: Table
    encoding: str
    sample: list[Row]
    others: Iterator[Row]
    added: list[str]

    @classmethod
    def at(
        cls, stream: IO[bytes], options: Options, added: Iterable[str], encoding: str, place: Place
    ) -> Input:
        """Go on at a place of a file, whose first rows have shown the encoding in another run."""
        table = _table(stream, options)
        return cls(table, encoding, [], table.rows(place), list(added))

    @classmethod
    def of(cls, stream: IO[bytes], options: Options, added: Iterable[str]) -> Input:
        """Read the first rows of a file.

        Raises InputError for a file without the column, or with a column of one of the `added` names.
        """
        table = _table(stream, options)
        rows = table.rows()
        sample = next(parts(rows, SAMPLE), [])
        names = list(added)
        columns = refuse_taken(table, names)
        if not table.has_column and any(row.fault is Reason.MISSING for row in sample):
            raise InputError(
                f"input: none of the first {len(sample)} rows has a column {options.column!r}:"
                f" choose one with --column out of: {', '.join(columns) or '(there are none)'}"
            )
        encoding = options.encoding
        if encoding == "auto":
            encoding = choose_encoding(row.payload for row in sample)
        return cls(table, encoding, sample, rows, names)

    def blocks(self) -> Iterator[Block] | None:
        """Return the rows as blocks, None where they have to be read one by one."""
        blocks = JsonBlocks.of(self.table, self.encoding, self.added)
        return None if blocks is None else blocks.blocks(self.sample, self.others)

    def rows(self) -> Iterator[Row]:
        """Return the rows one by one."""
        return itertools.chain(self.sample, self.others)

    def decode(self, rows: Iterable[Row]) -> tuple[list[bytes | None], list[Reason]]:
        """Return each row's message, or None, and the reason why there is none."""
        decoder = DECODERS[self.encoding]
        found = [read_payload(row, decoder) for row in rows]
        return [message for message, _ in found], [fault for _, fault in found]

    def messages(self) -> Iterator[SealedMessages]:
        """Yield all messages, some thousands at a time; one that is read is gone when the next comes."""
        if (blocks := self.blocks()) is not None:
            yield from ((block.data, block.offsets) for block in blocks)
        else:
            yield from (self.decode(part)[0] for part in parts(self.rows(), MOST_ROWS))


def _table(stream: IO[bytes], options: Options) -> Table:
    longest = max(LONGEST_ROW, 5 * options.max_message // 2)
    return FORMATS[options.format or "jsonl"](stream, options.column, longest)


def read_messages(stream: IO[bytes], options: Options, limit: int) -> list[tuple[bytes | None, Reason]]:
    """Return the first messages of a file, and why there is none: for looking, not for work."""
    if options.format in FORMATS_OF_COLUMNS:
        chunks = _columns(stream, options, min(limit, AT_ONCE)).chunks()
        rows = (row for chunk in chunks for row in _rows_of(chunk))
        return list(itertools.islice(rows, limit))
    given = Input.of(stream, options, ())
    return list(zip(*given.decode(itertools.islice(given.rows(), limit)), strict=True))


def claimed_headers(stream: IO[bytes], options: Options) -> DistinctHeaders:
    """Return the distinct headers of all messages of a file; raises InputError as `Input.of` does."""
    claimed = DistinctHeaders(Reading.of(options.direction, options.purpose, options.max_message))
    claimed.add(map(Messages.of, _messages(stream, options)))
    return claimed


def _messages(stream: IO[bytes], options: Options) -> Iterator[SealedMessages]:
    if options.format in FORMATS_OF_COLUMNS:
        return (chunk.messages for chunk in _columns(stream, options).chunks())
    return Input.of(stream, options, ()).messages()


def _columns(stream: IO[bytes], options: Options, at_once: int = AT_ONCE) -> ArrowTable:
    name = options.format or FORMATS_OF_COLUMNS[0]
    return ArrowTable(stream, name, options.column, encoding=options.encoding, at_once=max(at_once, 1))


def _rows_of(chunk: Chunk) -> Iterator[tuple[bytes | None, Reason]]:
    messages = Messages.of(chunk.messages)
    for place, code in enumerate(chunk.fault.tolist()):
        message = messages[place]
        yield message, Reason.of(code) if code or message is not None else Reason.MISSING
