"""What stands in one more column of a batch's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError
from sealwright.telemetry.pipeline.arrow_table import Chunk
from sealwright.telemetry.pipeline.blocks import Block
from sealwright.telemetry.pipeline.rows import Row

if TYPE_CHECKING:
    from sealwright.telemetry.pipeline.job import Counted
    from sealwright.telemetry.pipeline.rows import Readable

_SCALARS: Final = str | int | float | bool | None
_NOTHING: Final = Row(b"{}", None)


def _decoder(name: str) -> msgspec.json.Decoder[list[Any]]:
    """Return what reads one column of a list of objects."""
    row = msgspec.defstruct("_Row", [("value", _SCALARS, None)], rename={"value": name})
    return msgspec.json.Decoder(list[row])  # type: ignore[valid-type]


class Column:
    """Reads a column; None where a row has nothing there, or what cannot be read.

    Raises InputError where the input tells that it has no such column.
    """

    def __init__(self, table: Readable, name: str) -> None:
        self._table, self._name = table, name
        try:
            table.value(_NOTHING, name)
        except InputError:
            raise InputError(
                f"report: the input has no column {name!r} to count over time by: look at --time-column"
            ) from None
        # A name with a dot in it may be a path, which only the table can tell.
        self._quick = _decoder(name) if name.isprintable() and not set(name) & set('."\\') else None

    def values(self, rows: Counted) -> list[Any]:
        """Return the value of each row."""
        if isinstance(rows, Chunk):
            rows = list(rows.rows())
        if not isinstance(rows, Block):
            return [self._table.value(row, self._name) for row in rows]
        text = rows.text.data
        objects = [text[a:b] for a, b in zip(rows.begin.tolist(), rows.end.tolist(), strict=True)]
        if self._quick is not None:
            try:
                # One list of all rows is read several times faster than each row by itself.
                return [each.value for each in self._quick.decode(b"[" + b",".join(objects) + b"]")]
            except (ValueError, RecursionError):
                pass  # a value of theirs is no text or number: then one by one
        return [self._table.value(Row(bytes(each), None), self._name) for each in objects]
