"""One message a line, in hex or base64 and nothing else. The output is JSON Lines."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import msgspec

from sealwright.errors import Reason
from sealwright.telemetry.pipeline.json_lines import splice
from sealwright.telemetry.pipeline.place import START, Place, told
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, Row, TooLong, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class TextLines:
    """Rows that are texts; in the output they stand in `column`."""

    has_column = True

    def __init__(self, stream: IO[bytes], column: str, longest: int = LONGEST_ROW) -> None:
        self._stream, self._column, self._longest = stream, column, longest

    def take_columns(self) -> list[str]:
        """Return the one column."""
        return [self._column]

    def rows(self, start: Place = START) -> Iterator[Row]:
        """Yield every line that is not empty, from a place on."""
        if start.offset:
            self._stream.seek(start.offset)
        for line in read_lines(self._stream, self._longest, first=not start.offset):
            if isinstance(line, TooLong):
                yield Row(line, None, Reason.TOO_LONG)
            elif text := line.strip():
                yield self._row(text)

    @property
    def place(self) -> Place:
        """The place behind the last row."""
        return Place(told(self._stream))

    def _row(self, text: bytes) -> Row:
        try:
            payload = text.decode()
        except UnicodeDecodeError:
            return Row(text, None, Reason.UNREADABLE_ROW)
        return Row(msgspec.json.encode({self._column: payload}), payload)

    def value(self, row: Row, column: str) -> Any:
        """Return the text: there is one column."""
        return row.payload if column == self._column else None

    def head(self, _added: Iterable[str]) -> bytes:
        """JSON Lines have no head."""
        return b""

    def write(self, row: Row, record: Mapping[str, Any]) -> bytes:
        """Return an object with the text and the record."""
        return splice(row, msgspec.json.encode(record))
