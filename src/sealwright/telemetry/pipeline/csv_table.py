"""CSV with a header row, in the delimiter that the header row shows."""

from __future__ import annotations

import csv
import io
import itertools
import re
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.place import START, Place, told
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, Row, TooLong, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DELIMITERS: Final = ",;\t|"
_QUOTED: Final = re.compile('"[^"]*"?')


class CsvTable:
    """Rows of a CSV file. Bytes that are not UTF-8 come out as they went in."""

    has_column = True

    def __init__(self, stream: IO[bytes], column: str, longest: int = LONGEST_ROW) -> None:
        self._stream = stream
        self._record = _Record(stream, longest)
        try:
            first = next(self._record)
            self._delimiter = max(_DELIMITERS, key=_QUOTED.sub("", first).count)
            self._reader = csv.reader(itertools.chain([first], self._record), delimiter=self._delimiter)
            self._names = next(self._reader)
        except (StopIteration, csv.Error):
            raise InputError(
                "input: a CSV file begins with a header row, and this one has none that can be read"
            ) from None
        self._at = _place(column, self._names)
        self._new_columns = list(self._names)
        self._longest = longest

    def take_columns(self) -> list[str]:
        """Return the header row's columns once."""
        columns, self._new_columns = self._new_columns, []
        return columns

    def rows(self, start: Place = START) -> Iterator[Row]:
        """Yield every row that is not empty, from a place on or behind the header row.

        One with too few or too many fields has a fault.
        """
        if start.offset:
            self._stream.seek(start.offset)
        limit = csv.field_size_limit(max(csv.field_size_limit(), self._longest))
        try:
            while True:
                self._record.begin()
                try:
                    fields = next(self._reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield self._record.unreadable()
                    continue
                if fields:
                    yield self._row(fields)
        finally:
            csv.field_size_limit(limit)

    @property
    def place(self) -> Place:
        """The place behind the last row."""
        return Place(told(self._stream))

    def _row(self, fields: list[str]) -> Row:
        if len(fields) != len(self._names):
            return Row(fields, None, Reason.UNREADABLE_ROW)
        return Row(fields, fields[self._at])

    def value(self, row: Row, column: str) -> Any:
        """Return what stands in any column of a row."""
        at = _place(column, self._names)
        return None if isinstance(row.raw, TooLong) or len(row.raw) != len(self._names) else row.raw[at]

    def head(self, added: Iterable[str]) -> bytes:
        """Return the header row with the added columns."""
        return self._line([*self._names, *added])

    def write(self, row: Row, record: Mapping[str, Any]) -> bytes:
        """Return the row's fields and the record's values, null as nothing.

        A row with too few fields is filled up; what is too much stands in its last column, so that
        the added columns stay in their places. Of a drained row its length stands in the first.
        """
        wide = len(self._names)
        fields = [f"{row.raw.size} bytes"] if isinstance(row.raw, TooLong) else list(row.raw)
        if len(fields) > wide:
            fields[wide - 1 :] = [self._delimiter.join(fields[wide - 1 :])]
        fields += [""] * (wide - len(fields))
        return self._line([*fields, *(_text(value) for value in record.values())])

    def _line(self, fields: list[str]) -> bytes:
        line = io.StringIO()
        # The writer quotes a field for the characters of its line end: both, or a lone \r would stand bare.
        csv.writer(line, delimiter=self._delimiter, lineterminator="\r\n").writerow(fields)
        return line.getvalue().removesuffix("\r\n").encode(errors="surrogateescape") + b"\n"


class _Record:
    """The lines of a file as texts, and those of the record that is being read: csv keeps no raw text."""

    def __init__(self, stream: IO[bytes], longest: int) -> None:
        self._lines = read_lines(stream, longest)
        self._longest = longest
        self.begin()

    def begin(self) -> None:
        """Begin a record."""
        self._texts: list[str] = []
        self._size = 0

    def __iter__(self) -> _Record:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._size += line.size if isinstance(line, TooLong) else len(line)
        if isinstance(line, TooLong) or self._size > self._longest + 1:
            self._size = max(self._size, self._longest + 2)
            raise csv.Error("the record is too long")
        self._texts.append(line.decode(errors="surrogateescape"))
        return self._texts[-1]

    def unreadable(self) -> Row:
        """Return the record as it stands in the file, or its length where it is too long to hold."""
        if self._size > self._longest + 1:
            return Row(TooLong(self._size), None, Reason.TOO_LONG)
        return Row(["".join(self._texts).rstrip("\r\n")], None, Reason.UNREADABLE_ROW)


def _place(column: str, names: list[str]) -> int:
    if names.count(column) > 1:
        raise InputError(f"input: the header row has {names.count(column)} columns {column!r}: rename one")
    if column not in names:
        raise InputError(
            f"input: there is no column {column!r}: choose one with --column out of: {', '.join(names)}"
        )
    return names.index(column)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else str(value)
