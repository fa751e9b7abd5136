"""JSON Lines, and JSON objects one behind the other without newlines."""

from __future__ import annotations

import io
import itertools
import re
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, Row, TooLong, drain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode
_ABSENT: Final = object()
_STEP: Final = 2**20
_BOM: Final = b"\xef\xbb\xbf"

_NO_OBJECT: Final = frozenset({Reason.UNREADABLE_ROW, Reason.TOO_LONG})
"""Faults of rows that have no object of their own to add to."""

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}]', re.DOTALL)
"""A brace, or a text, whole or cut off at the end of what has been read."""


class JsonLines:
    """Rows that are JSON objects. The message stands at `column`, a name or a dotted path."""

    def __init__(self, stream: IO[bytes], column: str, longest: int = LONGEST_ROW) -> None:
        self.columns_seen: dict[str, None] = {}
        self._stream = stream
        self._column, self._path = column, column.split(".")
        self._longest = longest

    def rows(self) -> Iterator[Row]:
        """Yield every row; a line that is no JSON object has a fault."""
        for text in read_objects(self._stream, self._longest):
            if isinstance(text, TooLong):
                yield Row(text, None, Reason.TOO_LONG)
                continue
            if not text.strip():
                continue
            try:
                yield self._row(text, _decode(text))
            except (ValueError, RecursionError) as problem:
                yield from self._pieces(text, "trailing characters" in str(problem))

    def _row(self, text: bytes, fields: Any) -> Row:
        if type(fields) is not dict:
            return Row(text.strip(), None, Reason.UNREADABLE_ROW)
        self.columns_seen.update(dict.fromkeys(fields))
        payload = fields.get(self._column, _ABSENT)
        if payload is _ABSENT:
            payload = fields
            for name in self._path:
                payload = payload.get(name) if isinstance(payload, dict) else None
        return Row(text.strip(), payload, Reason.MISSING if payload is None else Reason.NONE)

    def _pieces(self, text: bytes, several: bool) -> Iterator[Row]:  # noqa: FBT001
        """Yield the objects of a line that holds several, or the line itself as unreadable."""
        pieces = list(split_objects(io.BytesIO(text), self._longest)) if several else []
        if len(pieces) < 2:
            yield Row(text.strip(), None, Reason.UNREADABLE_ROW)
            return
        for piece in pieces:
            try:
                yield self._row(piece, _decode(piece))
            except (ValueError, RecursionError):
                yield Row(piece.strip(), None, Reason.UNREADABLE_ROW)

    def head(self, _added: Iterable[str]) -> bytes:
        """JSON Lines have no head."""
        return b""

    def write(self, row: Row, record: Mapping[str, Any]) -> bytes:
        """Splice the record into the row's own text, which is otherwise kept byte for byte."""
        return splice(row, _encode(record))


def splice(row: Row, record: bytes) -> bytes:
    """Return one line: the row's object with the members of another (JSON, not empty) behind its own."""
    raw = _encode(_kept(row.raw)) if row.fault in _NO_OBJECT else row.raw
    # Newlines can only stand between the tokens of JSON, where a space is as good.
    own = raw[:-1].replace(b"\n", b" ").replace(b"\r", b" ").rstrip()
    return own + (b"" if own == b"{" else b",") + record[1:] + b"\n"


def _kept(raw: bytes | TooLong) -> dict[str, Any]:
    """Return an object that keeps a row which is none."""
    if isinstance(raw, TooLong):
        return {"unreadable_bytes": raw.size}
    try:
        return {"unreadable": raw.decode()}
    except UnicodeDecodeError:
        return {"unreadable_hex": raw.hex()}


def read_objects(stream: IO[bytes], longest: int) -> Iterator[bytes | TooLong]:
    """Yield lines; where a line turns out to be one endless row of objects, yield those."""
    step = min(_STEP, longest)
    begun = False
    while line := stream.readline(step):
        cut = len(line) == step and not line.endswith(b"\n")
        line, begun = line if begun else line.removeprefix(_BOM), True
        if not cut:
            yield line
        elif _goes_on(line):
            yield from split_objects(_Chained(line, stream), longest)
        else:
            line += stream.readline(longest)
            whole = len(line) <= longest or line.endswith(b"\n")
            yield line if whole else TooLong(len(line) + drain(stream))


def _goes_on(line: bytes) -> bool:
    """Tell whether a line holds a whole object and the beginning of another."""
    return len(list(itertools.islice(_objects(line), 1))) == 1


def _objects(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each whole object begins and ends."""
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == b"{":
            start = token.start() if depth == 0 else start
            depth += 1
        elif mark == b"}" and depth:
            depth -= 1
            if depth == 0:
                yield start, token.end()


def split_objects(stream: IO[bytes] | _Chained, longest: int) -> Iterator[bytes]:
    """Yield objects that stand one behind the other, and whatever stands between two of them.

    Raises InputError for an object over `longest`: behind it nothing tells where the next begins.
    """
    held = b""
    while piece := stream.read(_STEP):
        held += piece
        end = 0
        for start, after in _objects(held):
            if held[end:start].strip():
                yield held[end:start]
            yield held[start:after]
            end = after
        held = held[end:]
        if len(held) > longest:
            raise InputError(f"input: an object of concatenated JSON is longer than {longest} bytes")
    if held.strip():
        yield held


class _Chained:
    """A stream whose beginning has been read already."""

    def __init__(self, beginning: bytes, rest: IO[bytes]) -> None:
        self._beginning, self._rest = beginning, rest

    def read(self, size: int) -> bytes:
        beginning, self._beginning = self._beginning, b""
        return beginning or self._rest.read(size)
