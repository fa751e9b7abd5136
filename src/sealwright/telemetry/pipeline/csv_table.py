"""CSV with a header row, in the delimiter that the header row shows."""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, Row, TooLong, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DELIMITERS: Final = ",;\t|"
_DRAINED: Final = "\x00drained:"


class CsvTable:
    """Rows of a CSV file. Bytes that are not UTF-8 come out as they went in."""

    def __init__(self, stream: IO[bytes], column: str, longest: int = LONGEST_ROW) -> None:
        lines = self._texts(read_lines(stream, longest))
        head = next(lines, "")
        self._delimiter = max(_DELIMITERS, key=head.count)
        self._names = next(csv.reader([head], delimiter=self._delimiter), [])
        if column not in self._names:
            raise InputError(
                f"input: there is no column {column!r}; the header row has: {', '.join(self._names)}"
            )
        self.columns_seen: dict[str, None] = dict.fromkeys(self._names)
        self._at = self._names.index(column)
        self._lines, self._longest = lines, longest

    @staticmethod
    def _texts(lines: Iterator[bytes | TooLong]) -> Iterator[str]:
        for line in lines:
            if isinstance(line, TooLong):
                yield f"{_DRAINED}{line.size}\n"
            else:
                yield line.decode(errors="surrogateescape")

    def rows(self) -> Iterator[Row]:
        """Yield every row that is not empty; one with too few or too many fields has a fault."""
        limit = csv.field_size_limit(self._longest)
        reader = csv.reader(self._lines, delimiter=self._delimiter)
        try:
            while True:
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield Row([""], None, Reason.TOO_LONG)
                    continue
                if fields:
                    yield self._row(fields)
        finally:
            csv.field_size_limit(limit)

    def _row(self, fields: list[str]) -> Row:
        if fields[0].startswith(_DRAINED):
            return Row([f"{fields[0].removeprefix(_DRAINED)} bytes"], None, Reason.TOO_LONG)
        if len(fields) != len(self._names):
            return Row(fields, None, Reason.UNREADABLE_ROW)
        return Row(fields, fields[self._at])

    def head(self, added: Iterable[str]) -> bytes:
        """Return the header row with the added columns."""
        return self._line([*self._names, *added])

    def write(self, row: Row, record: Mapping[str, Any]) -> bytes:
        """Return the row's fields and the record's values, null as nothing.

        A row with too few fields is filled up; what is too much stands in its last column, so that
        the added columns stay in their places.
        """
        fields, wide = list(row.raw), len(self._names)
        if len(fields) > wide:
            fields[wide - 1 :] = [self._delimiter.join(fields[wide - 1 :])]
        fields += [""] * (wide - len(fields))
        return self._line([*fields, *(_text(value) for value in record.values())])

    def _line(self, fields: list[str]) -> bytes:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="\n").writerow(fields)
        return line.getvalue().encode(errors="surrogateescape")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else str(value)
