"""Blocks of rows written as JSON Lines by the native core, byte for byte as `JsonLines.write` writes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.telemetry import COLUMNS, Kind
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline.record import fragments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from numpy.typing import NDArray

    from sealwright.telemetry import Batch
    from sealwright.telemetry.pipeline.blocks import Block

    Repeats = tuple[NDArray[np.bool_], NDArray[np.bool_]]

_NATIVE_FORMS: Final = ("hex", "base64")
_BESIDE_WORDS: Final = 256
"""Bytes of a line at most that are neither texts nor words (SW_JSON_LINE in json_lines.h)."""

_encode: Final = msgspec.json.Encoder().encode


class Written(NamedTuple):
    """The lines of a block, and where each of them ends. They last until the next block but one."""

    lines: memoryview
    ends: NDArray[np.int64]

    def some(self, places: Iterable[int]) -> Iterator[memoryview]:
        """Yield the lines at some places."""
        return (self.lines[self.ends[place - 1] if place else 0 : self.ends[place]] for place in places)


class JsonWriter:
    """Writes rows with their records; `form` is how plaintexts are shown."""

    def __init__(self, module: ModuleType, form: str, prefix: str = "") -> None:
        self._module, self._form = module, form
        self._words = _words(prefix)
        self._fixed = _BESIDE_WORDS + sum(map(len, self._words))
        # Two rooms in turns: one block's lines are still being stored while the next ones are made.
        self._room, self._other = np.empty(0, np.uint8), np.empty(0, np.uint8)

    @classmethod
    def of(cls, form: str, prefix: str) -> JsonWriter:
        """Return a writer over the core of this process, which has to have one."""
        return cls(core().module, form, prefix)  # type: ignore[arg-type]

    def write(self, block: Block, batch: Batch, repeats: Repeats) -> tuple[Written, NDArray[np.uint8]]:
        """Return the lines, and the code of each row's reason."""
        reason = np.where(block.fault, block.fault, batch.reason)
        given, given_at = np.empty(0, np.uint8), np.zeros(len(block) + 1, np.int64)
        if self._form not in _NATIVE_FORMS:
            pieces, in_hex = fragments(batch, self._form)
            given = np.frombuffer(b"".join(pieces), np.uint8)
            np.cumsum(list(map(len, pieces)), out=given_at[1:])
            reason[in_hex] = Reason.PLAINTEXT_IN_HEX.code
        columns: list[NDArray[Any]] = [batch.outcome, reason, batch.headers.kind, batch.uid, *repeats]
        texts = batch.arena, batch.offsets, given, given_at
        rows = block.text, block.begin, block.end, block.data, block.offsets
        own = int((block.end - block.begin).sum())
        most = len(block) * self._fixed + own + 2 * len(batch.arena) + len(given)
        out, ends = self._out(most), np.empty(len(block), np.int64)
        form = _NATIVE_FORMS.index(self._form) if self._form in _NATIVE_FORMS else 0
        self._module.write_json(*rows, *columns, *texts, out, ends, form, self._words)
        return Written(out.data[: ends[-1]], ends), reason

    def _out(self, most: int) -> NDArray[np.uint8]:
        """Return room for so many bytes, the one before the last where it is enough."""
        self._room, self._other = self._other, self._room
        if len(self._room) < most:
            self._room = np.empty(most, np.uint8)
        return self._room


def _words(prefix: str) -> tuple[bytes, ...]:
    """Return the words of a record in the order of json_lines.h."""
    names = [_encode(prefix + column) + b":" for column in COLUMNS]
    values = [*Outcome, *(kind.protection or None for kind in Kind), *(reason or None for reason in Reason)]
    return (names[0], *(b"," + name for name in names[1:]), *map(_encode, values))
