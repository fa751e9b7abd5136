"""File to file, the other way: texts are read with the devices they are for, sealed and written."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError
from sealwright.telemetry import Problem, Sealed, read_base64, read_hex, read_uid
from sealwright.telemetry.pipeline.formats import FORMATS
from sealwright.telemetry.pipeline.output import LateFile
from sealwright.telemetry.pipeline.rows import LONGEST_ROW, parts, refuse_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.telemetry import Sealer
    from sealwright.telemetry.pipeline.rows import Row, Table

COLUMNS: Final = ("payload", "kiv", "repeat", "problem")

_AT_ONCE: Final = 1024
"""Rows whose sets are claimed together: one write to the ledger's disk."""


@dataclass(frozen=True, slots=True)
class SealOptions:
    """How a file of texts is read and written; the command's options of the same names tell more."""

    format: str = "jsonl"
    column: str = "plaintext"
    uid_column: str = "rot_public_uid"
    plaintext: str = "hex"
    prefix: str = ""


@dataclass(slots=True)
class SealSummary:
    """What became of a file's rows: `sealed` and the `problems` sum up to `rows`."""

    rows: int = 0
    sealed: int = 0
    repeats: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    details: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, sealed: Sealed) -> None:
        """Count one row."""
        self.rows += 1
        self.sealed += sealed.message is not None
        self.repeats += sealed.repeat
        if sealed.problem:
            self.problems[sealed.problem] += 1
            self.details[sealed.detail or sealed.problem.explanation] += 1


def _base64(text: Any) -> bytes:
    return read_base64(text)[0]


def _utf8(text: Any) -> bytes:
    if type(text) is not str:
        raise ValueError("not a text")
    return text.encode()


TEXT_FORMS: Final[dict[str, Callable[[Any], bytes]]] = {
    "hex": lambda text: read_hex(text) if text else b"",
    "base64": _base64,
    "utf8": _utf8,
    "json": msgspec.json.encode,
}
"""How a text stands in its column, as `open` writes it; ValueError for one that does not."""


def run(stream: IO[bytes], sealer: Sealer, out: str, options: SealOptions) -> SealSummary:
    """Seal the text of every row for the device that the row names, and write all rows to `out`.

    Raises InputError for a file without the columns, or with a column of the added names.
    """
    begun = time.perf_counter()
    table = FORMATS[options.format](stream, options.column, LONGEST_ROW)
    summary = SealSummary()
    added = [options.prefix + name for name in COLUMNS]
    with LateFile(out) as file:
        for part in parts(table.rows(), _AT_ONCE):
            if not summary.rows:
                _begin(table, part, options, added)
                file.stream.write(table.head(added))
            for row, sealed in zip(part, _seal(table, part, sealer, options), strict=True):
                summary.add(sealed)
                file.stream.write(table.write(row, dict(zip(added, _values(sealed), strict=True))))
            refuse_taken(table, added, f" before row {summary.rows + 1:,}")
    summary.seconds = time.perf_counter() - begun
    return summary


def _begin(table: Table, part: list[Row], options: SealOptions, added: list[str]) -> None:
    columns = refuse_taken(table, added)
    for name in (options.column, options.uid_column):
        if all(table.value(row, name) is None for row in part):
            raise InputError(
                f"input: none of the first {len(part)} rows has a column {name!r}:"
                f" choose with --column and --uid-column out of: {', '.join(columns) or '(there are none)'}"
            )


def _seal(table: Table, rows: list[Row], sealer: Sealer, options: SealOptions) -> Iterator[Sealed]:
    read = [_read(table, row, options) for row in rows]
    sealed = iter(sealer.seal([each for each in read if not isinstance(each, Problem)]))
    return (Sealed(None, problem=each) if isinstance(each, Problem) else next(sealed) for each in read)


def _read(table: Table, row: Row, options: SealOptions) -> tuple[bytes, bytes] | Problem:
    """Return a row's device and text, or what is wrong with them."""
    uid = read_uid(table.value(row, options.uid_column))
    if uid is None:
        return Problem.UID_MALFORMED
    value = table.value(row, options.column)
    try:
        return Problem.NO_TEXT if value is None else (uid, TEXT_FORMS[options.plaintext](value))
    except ValueError:
        return Problem.NO_TEXT


def _values(sealed: Sealed) -> tuple[Any, ...]:
    message = None if sealed.message is None else sealed.message.hex()
    return message, sealed.kiv.hex() or None, sealed.repeat, sealed.problem
