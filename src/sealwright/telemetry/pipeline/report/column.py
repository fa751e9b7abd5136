"""What stands in one more column of a batch's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.telemetry.pipeline.blocks import Block
from sealwright.telemetry.pipeline.rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.telemetry.pipeline.rows import Table

_SCALARS: Final = str | int | float | bool | None


class Column:
    """Reads a column; None where a row has nothing there, or what cannot be read."""

    def __init__(self, table: Table, name: str) -> None:
        self._table, self._name = table, name
        fields = [("value", _SCALARS, None)]
        # A name with a dot in it may be a path, which only the table can tell.
        self._quick = (
            None
            if "." in name
            else msgspec.json.Decoder(list[msgspec.defstruct("_Row", fields, rename={"value": name})])  # type: ignore[misc]
        )

    def values(self, rows: Sequence[Row] | Block) -> list[Any]:
        """Return the value of each row."""
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
