"""JSON Lines, and JSON objects one behind the other without newlines."""

from __future__ import annotations

import io
import itertools
import re
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import Reason
from sealwright.telemetry.pipeline.place import START, Place, told
from sealwright.telemetry.pipeline.rows import BOM, LONGEST_ROW, STEP, Row, TooLong, drain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_decode: Final = msgspec.json.Decoder().decode
_split: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode: Final = msgspec.json.Encoder().encode
_ABSENT: Final = object()

_NO_OBJECT: Final = frozenset({Reason.UNREADABLE_ROW, Reason.TOO_LONG})
"""Faults of rows that have no object of their own to add to."""

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}]', re.DOTALL)
"""A brace, or a text, whole or cut off at the end of what has been read."""


_DEEPEST: Final = 10_000
"""Objects in objects at most; far more than the decoder takes. A file of braces ends the search soon."""


class JsonLines:
    """Rows that are JSON objects. The message stands at `column`, a name or a dotted path.

    `between_lines` is True where the last row was a whole line: nothing of it is still to come.
    `passed` is the place where they are read otherwise than by `rows`.
    """

    def __init__(self, stream: IO[bytes], column: str, longest: int = LONGEST_ROW) -> None:
        self.has_column = False
        self.between_lines = False
        self.passed: Place | None = None
        self.stream, self.column, self.longest = stream, column, longest
        self._columns: dict[str, None] = {}
        self._path = column.split(".")
        self._line = _Line()

    def take_columns(self) -> list[str]:
        """Return the columns met since the last call."""
        columns, self._columns = self._columns, {}
        return list(columns)

    def rows(self, start: Place = START) -> Iterator[Row]:
        """Yield every row from a place on; a line that is no JSON object has a fault."""
        if start.offset:
            self.stream.seek(start.offset)
        rows = self.rows_of(self.stream, first=not start.offset)
        return itertools.islice(rows, start.rows, None) if start.rows else rows

    @property
    def place(self) -> Place:
        """The place behind the last row."""
        if self.passed is not None:
            return self.passed
        if self.between_lines:
            return Place(told(self.stream))
        begin = told(self.stream) - self._line.held if self._line.begin is None else self._line.begin
        return Place(begin, self._line.rows)

    def rows_of(self, stream: IO[bytes], *, first: bool = False) -> Iterator[Row]:
        """Yield the rows of a piece of the file; `first` tells that it is the beginning."""
        for text, begin in read_objects(stream, self.longest, first=first):
            self.between_lines = False
            if isinstance(text, TooLong):
                self._line.go_on(begin, 0)
                yield Row(text, None, Reason.TOO_LONG)
            elif row := self._row(text):
                self.between_lines = begin is None
                if begin is not None:
                    self._line.go_on(begin, 0)
                yield row
            elif text.strip():
                yield from self._pieces(text, begin)

    def _row(self, text: bytes) -> Row | None:
        """Return the row that a text is, or None where it is no object."""
        try:
            fields = _members(text)
        except (ValueError, RecursionError):
            return None
        self._columns.update(dict.fromkeys(fields))
        try:
            payload = self._payload(fields)
        except (ValueError, RecursionError):
            return Row(text.strip(), None, Reason.UNDECODABLE_TEXT)
        if payload is _ABSENT or payload is None:
            return Row(text.strip(), None, Reason.MISSING)
        return Row(text.strip(), payload)

    def _payload(self, fields: dict[str, msgspec.Raw]) -> Any:
        """Return the message column's value."""
        raw = _find(fields, self.column, self._path)
        if raw is None:
            return _ABSENT
        self.has_column = True
        return _decode(raw)

    def value(self, row: Row, column: str) -> Any:
        """Return what stands in any column of a row."""
        if row.fault in _NO_OBJECT:
            return None
        try:
            raw = _find(_members(row.raw), column, column.split("."))
            return None if raw is None else _decode(raw)
        except (ValueError, RecursionError):
            return None

    def _pieces(self, text: bytes, begin: int | None) -> Iterator[Row]:
        """Yield the objects of a line that holds several, or the line itself as unreadable."""
        pieces = [
            piece
            for piece in split_objects(text, io.BytesIO(), self.longest)
            if isinstance(piece, bytes)  # a line that is held already has nothing to drain
        ]
        if sum(piece.startswith(b"{") for piece in pieces) < 2:
            pieces = [text]
        if begin is None:
            self._line = _Line()
        for piece in pieces:
            self._line.go_on(begin, len(text))
            yield self._row(piece) or Row(piece.rstrip(b"\r\n"), None, Reason.UNREADABLE_ROW)

    def head(self, _added: Iterable[str]) -> bytes:
        """JSON Lines have no head."""
        return b""

    def write(self, row: Row, record: Mapping[str, Any]) -> bytes:
        """Splice the record into the row's own text, which is otherwise kept byte for byte."""
        return splice(row, _encode(record))


def _find(fields: dict[str, msgspec.Raw], name: str, path: list[str]) -> msgspec.Raw | None:
    """Return a column's value as it stands there. A name that has a dot in it goes before a path."""
    if name not in fields:
        *way, name = path
        try:
            for step in way:
                fields = _split(fields[step])
        except (KeyError, msgspec.ValidationError):
            return None
    return fields.get(name)


def _members(text: bytes) -> dict[str, msgspec.Raw]:
    """Split an object into its members. Values stay texts, so no number of theirs is out of range."""
    if not text.isascii():
        text.decode()  # values that stay texts are not checked by the decoder
    return _split(text)


def splice(row: Row, record: bytes) -> bytes:
    """Return one line: the row's object with the members of another (JSON, not empty) behind its own."""
    own = own_text(row)[:-1].rstrip()
    return own + (b"" if own == b"{" else b",") + record[1:] + b"\n"


def own_text(row: Row) -> bytes:
    """Return the row's object; one that is none is kept in an object."""
    raw: bytes = _encode(_kept(row.raw)) if row.fault in _NO_OBJECT else row.raw
    # A carriage return can only stand between the tokens of JSON, where a space is as good.
    return raw.replace(b"\r", b" ")


def _kept(raw: Any) -> dict[str, Any]:
    """Return an object that keeps a row which is none."""
    if isinstance(raw, TooLong):
        return {"unreadable_bytes": raw.size}
    try:
        return {"unreadable": raw.decode()}
    except UnicodeDecodeError:
        return {"unreadable_hex": raw.hex()}


class _Line:
    """A line that holds more than one row: how many of them have been yielded, and where it begins.

    `begin` is None where the line is held, `held` bytes of it: it begins so many before the stream's place.
    """

    def __init__(self) -> None:
        self.begin: int | None = None
        self.held = self.rows = 0

    def go_on(self, begin: int | None, held: int) -> None:
        """Count a row, the first one where it is another line."""
        self.rows = self.rows + 1 if begin == self.begin else 1
        self.begin, self.held = begin, held


def read_objects(
    stream: IO[bytes], longest: int, *, first: bool = True
) -> Iterator[tuple[bytes | TooLong, int | None]]:
    """Yield lines and None; a line that goes on and on is yielded object by object, with its beginning.

    At the `first` line of a file a byte-order mark is left out.
    """
    step = min(STEP, longest)
    while line := stream.readline(step):
        cut = len(line) == step and not line.endswith(b"\n")
        if first:
            line, first = line.removeprefix(BOM), False
        if cut:
            begin = told(stream) - step
            yield from ((piece, begin) for piece in split_objects(line, stream, longest))
        else:
            yield line, None


def split_objects(held: bytes, stream: IO[bytes], longest: int) -> Iterator[bytes | TooLong]:
    """Yield the objects of one line, and whatever stands between two of them.

    `held` is the line's beginning, the rest is read from the stream. A line that does not begin
    with an object is yielded whole. Behind an object over `longest` nothing tells where the next
    one begins, so the line is drained from there.
    """
    goes_on = True
    objects = _objects if held.lstrip().startswith(b"{") else _none
    while goes_on:
        # The step grows with what is held, so that a long object is not looked through too often.
        piece = stream.readline(min(max(STEP, len(held)), longest - len(held) + 1))
        goes_on = bool(piece) and not piece.endswith(b"\n")
        held += piece
        end = 0
        for start, after in objects(held):
            if held[end:start].strip():
                yield held[end:start]
            yield held[start:after]
            end = after
        held = held[end:]
        if len(held) > longest and goes_on:
            yield TooLong(len(held) + drain(stream))
            return
    if held.strip():
        yield held


def _none(_text: bytes) -> Iterator[tuple[int, int]]:
    return iter(())


def _objects(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each whole object begins and ends, up to one that is too deep for any reader."""
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == b"{":
            start = token.start() if depth == 0 else start
            depth += 1
            if depth > _DEEPEST:
                return
        elif mark == b"}" and depth:
            depth -= 1
            if depth == 0:
                yield start, token.end()
