"""JSON Lines read a block at a time by the native core; what is out of the ordinary is read row by row."""

from __future__ import annotations

import io
import itertools
from typing import IO, TYPE_CHECKING, Any, Final, cast

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline.blocks import Block, Lines, mingle
from sealwright.telemetry.pipeline.encoding import DECODERS
from sealwright.telemetry.pipeline.json_lines import JsonLines, own_text
from sealwright.telemetry.pipeline.place import Place, told
from sealwright.telemetry.pipeline.rows import MOST_BYTES, MOST_ROWS, STEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from numpy.typing import NDArray

    from sealwright.telemetry.pipeline.rows import Row, Table

CHUNK: Final = 4 * STEP
"""Bytes of a file to hold at once: 16,384 rows of 256 bytes. A line that does not fit is no ordinary one."""


class JsonBlocks:
    """Blocks of a table, once its first rows have been read. A block lasts until the next is asked for.

    `added` are the names of a record: a row that has one of them is not ordinary.
    """

    def __init__(self, table: JsonLines, module: ModuleType, encoding: str, added: Iterable[str]) -> None:
        self._table, self._module, self._encoding = table, module, encoding
        names = (name.encode(errors="surrogatepass") for name in (table.column, *added))
        self._manner = (min(STEP, table.longest), list(DECODERS).index(encoding), tuple(names))
        self._text = _Text(table.stream)
        self._held: list[Row] = []
        self._weight = 0
        self._begin, self._end, self._offsets = (np.empty(MOST_ROWS + more, np.int64) for more in (0, 0, 1))
        self._ordinary, self._fault = np.empty(MOST_ROWS, np.bool_), np.zeros(MOST_ROWS, np.uint8)
        self._data = np.empty(CHUNK, np.uint8)

    @classmethod
    def of(cls, table: Table, encoding: str, added: Iterable[str]) -> JsonBlocks | None:
        """Return the blocks of a table, None where it has to be read row by row."""
        module = core().module
        if module is None or not isinstance(table, JsonLines) or not hasattr(table.stream, "readinto1"):
            return None
        return cls(table, module, encoding, added)

    def blocks(self, sample: Iterable[Row], rows: Iterator[Row]) -> Iterator[Block]:
        """Yield blocks of the rows that were read, of the `rows` up to a line's end, and of all others."""
        yield from self._keep(itertools.chain(sample, self._rest_of_line(rows)), None)
        self._text.at = told(self._table.stream)
        while (text := self._text.lines()) is not None:
            if len(text):
                yield from self._read(text)
            else:
                line = self._text.long_line()
                yield from self._keep(self._table.rows_of(cast("IO[bytes]", line)), self._text.at)
                self._text.at += line.read
        self._table.passed = Place(self._text.at)
        if self._held:
            yield self._take(_NO_LINES, [])

    def _rest_of_line(self, rows: Iterator[Row]) -> Iterator[Row]:
        while not self._table.between_lines and (row := next(rows, None)):
            yield row

    def _keep(self, rows: Iterable[Row], begin: int | None) -> Iterator[Block]:
        """Hold rows back for the next block, and yield those that are enough for one.

        `begin` is where the line of the first of them begins; None where the table knows its place.
        """
        for count, row in enumerate(rows, 1):
            self._held.append(row)
            self._weight += row.weight
            if len(self._held) >= MOST_ROWS or self._weight >= MOST_BYTES:
                self._table.passed = None if begin is None else Place(begin, count)
                yield self._take(_NO_LINES, [])

    def _read(self, text: NDArray[np.uint8]) -> Iterator[Block]:
        """Read lines, as many as belong in one block."""
        begin = self._text.at
        lines, used = self._scan(text, MOST_ROWS - len(self._held))
        self._text.skip(used)
        instead = self._rows_instead(lines, MOST_ROWS)
        if instead is None:
            # A few lines hold so many rows that they are several blocks.
            yield from self._keep(self._table.rows_of(io.BytesIO(text[:used].tobytes())), begin)
        elif block := self._take(lines, instead):
            self._table.passed = Place(self._text.at)
            yield block

    def _scan(self, text: NDArray[np.uint8], most: int) -> tuple[Lines, int]:
        begin, end, ordinary = self._begin[:most], self._end[:most], self._ordinary[:most]
        count, used = self._module.read_json(
            text, begin, end, ordinary, self._data, self._offsets[: most + 1], *self._manner
        )
        data, offsets = self._data, self._offsets[: count + 1]
        block = Block(text[:used], begin[:count], end[:count], data, offsets, self._fault[:count])
        return Lines(block, ordinary[:count]), used

    def _rows_instead(self, lines: Lines, most: int) -> list[list[Row]] | None:
        """Return the rows of each line that is not ordinary; None where they are too many."""
        instead: list[list[Row]] = []
        text, begin, end = lines.block.text, lines.block.begin, lines.block.end
        for place in lines.others():
            line = io.BytesIO(text[begin[place] : end[place]].tobytes())
            instead.append(list(itertools.islice(self._table.rows_of(line), most + 1)))
            most -= len(instead[-1])
            if most < 0:
                return None
        return instead

    def _take(self, lines: Lines, instead: list[list[Row]]) -> Block:
        held, self._held, self._weight = self._held, [], 0
        return mingle(lines, held, instead, self._encoding, own_text)


_NO_LINES: Final = Lines(Block.empty(), np.empty(0, np.bool_))


class _Text:
    """A file's next bytes, read in large pieces. `at` is where in the file those begin that are next."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._octets = bytearray(CHUNK)
        self._array = np.frombuffer(self._octets, np.uint8)
        self._begin = self._filled = self.at = 0
        self._ended = False

    def lines(self) -> NDArray[np.uint8] | None:
        """Return the whole lines at hand, none where one is longer than what is held; None at the end."""
        self._fill()
        if not self._filled:
            return None
        whole = self._filled if self._ended else self._octets.rfind(b"\n", 0, self._filled) + 1
        return self._array[:whole]

    def skip(self, count: int) -> None:
        """Go on behind the first `count` bytes; they stand where they are until more is asked for."""
        self._begin = count
        self.at += count

    def long_line(self) -> _OneLine:
        """Return the line that is too long to be held, as a stream."""
        held = bytes(self._octets[: self._filled])
        self._filled = 0
        return _OneLine(held, self._stream)

    def _fill(self) -> None:
        with memoryview(self._octets) as view:
            rest = self._filled - self._begin
            view[:rest] = view[self._begin : self._filled]
            self._begin, self._filled = 0, rest
            whole = self._octets.find(b"\n", 0, rest) >= 0
            # What a pipe has brought is opened before more is waited for, and signals are heard meanwhile.
            while self._filled < len(view) and not (whole or self._ended):
                with view[self._filled :] as room:
                    count = cast("Any", self._stream).readinto1(room)
                whole = self._octets.find(b"\n", self._filled, self._filled + count) >= 0
                self._filled += count
                self._ended = not count


class _OneLine:
    """A stream that ends with its first line, whose beginning has been read already.

    `read` counts the bytes that were asked for.
    """

    def __init__(self, held: bytes, stream: IO[bytes]) -> None:
        self._held, self._stream = io.BytesIO(held), stream
        self._ended = False
        self.read = 0

    def seekable(self) -> bool:
        """Say that there is no way back: who reads it knows where the line begins."""
        return False

    def readline(self, size: int) -> bytes:
        """Read to the end of the line, `size` bytes at most."""
        if self._ended:
            return b""
        piece = self._held.read(size)
        piece += self._stream.readline(size - len(piece))
        self._ended = piece.endswith(b"\n")
        self.read += len(piece)
        return piece
