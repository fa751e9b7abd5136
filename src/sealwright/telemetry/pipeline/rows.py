"""Rows as a file holds them, and lines read without trusting their length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.place import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sealwright.telemetry.pipeline.place import Place

LONGEST_ROW: Final = 40 * 2**20
"""Bytes of one row at most: room for a message of 16 MiB in hex. Longer rows are drained, not held."""

STEP: Final = 2**20
"""Bytes to read at once of what may have no end."""

MOST_ROWS: Final = 16_384
"""Rows that are opened at once, at most."""

MOST_BYTES: Final = 16 * 2**20
"""Bytes of rows that are opened at once; the last row may go beyond."""

BOM: Final = b"\xef\xbb\xbf"
"""UTF-8's byte-order mark, which some programs put before a file's first line."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """What is left of a row that was drained: how many bytes it had."""

    size: int


@dataclass(slots=True)
class Row:
    """One row: its own text (`raw`), what stands in the message column, and what keeps it from opening."""

    raw: Any
    """What its format needs to write it again: bytes of JSON, a list of CSV fields, or a TooLong."""
    payload: Any
    fault: Reason = Reason.NONE

    @property
    def weight(self) -> int:
        """About how many bytes the row takes in memory."""
        if isinstance(self.raw, TooLong):
            return 0
        return sum(map(len, self.raw)) if isinstance(self.raw, list) else len(self.raw)


def parts(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    """Yield rows in parts that stay small in memory whatever the rows weigh."""
    part: list[Row] = []
    weight = 0
    for row in rows:
        part.append(row)
        weight += row.weight
        if len(part) >= most or weight >= MOST_BYTES:
            yield part
            part, weight = [], 0
    if part:
        yield part


def refuse_taken(table: Table, added: list[str], where: str = "") -> list[str]:
    """Return the columns met since the last look; raise InputError where an added name is among them."""
    columns = table.take_columns()
    if taken := [name for name in columns if name in added]:
        raise InputError(
            f"input{where}: there are columns named {', '.join(taken)} already: give --prefix to keep both"
        )
    return columns


class Readable(Protocol):
    """What has columns."""

    def value(self, row: Row, column: str, /) -> Any:
        """Return what stands in any column of a row, None where there is nothing or it cannot be read."""
        ...


class Table(Readable, Protocol):
    """A file format: reads rows, and writes them again with columns added."""

    @property
    def has_column(self) -> bool:
        """Whether any row so far has had the message column, with null in it or not."""
        ...

    def take_columns(self) -> list[str]:
        """Return the columns met since the last call, in order, and forget them."""
        ...

    def rows(self, start: Place = START, /) -> Iterator[Row]:
        """Yield every row in order from a place on; a row that cannot be read has a fault."""
        ...

    @property
    def place(self) -> Place:
        """The place behind the row that was yielded last, of a file that can be read again."""
        ...

    def head(self, added: Iterable[str], /) -> bytes:
        """Return what the output begins with."""
        ...

    def write(self, row: Row, record: Mapping[str, Any], /) -> bytes:
        """Return the row as a line of the output, with the record's columns behind its own."""
        ...


def read_lines(
    stream: IO[bytes], longest: int = LONGEST_ROW, *, first: bool = True
) -> Iterator[bytes | TooLong]:
    """Yield lines with their ends; a line over `longest` is drained.

    At the `first` line of a file a byte-order mark is left out.
    """
    while line := stream.readline(longest + 1):
        if first:
            line, first = line.removeprefix(BOM), False
        if len(line) > longest and not line.endswith(b"\n"):
            yield TooLong(len(line) + drain(stream))
        else:
            yield line


def drain(stream: IO[bytes]) -> int:
    """Read to the end of the line and return how many bytes that were."""
    size = 0
    while piece := stream.readline(STEP):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size
