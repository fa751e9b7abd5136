"""Two sources as one: a key file, and a store for what the file does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sealwright.telemetry.keys.table import KeyTable, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.table import ParameterSource


class ChainedSource:
    """Asks the first source, and the second for headers that the first knows nothing of.

    A candidate of the first is tried before the second is asked: only when its tag fails does the
    header come back, with `exact`, and then the first knows nothing of it.
    """

    def __init__(self, first: ParameterSource, second: ParameterSource) -> None:
        self._first, self._second = first, second

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._first!r} and {self._second!r}>"

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer each header from the first source that can."""
        table = self._first.resolve(headers, exact=exact)
        missing = np.flatnonzero(table.state == State.UNKNOWN)
        if not len(missing):
            return table
        return _joined(table, self._second.resolve(headers.take(missing), exact=exact), missing)


def _joined(table: KeyTable, other: KeyTable, where: NDArray[np.intp]) -> KeyTable:
    row, state, shortcut = table.row.copy(), table.state.copy(), table.shortcut.copy()
    row[where] = other.row + len(table.rows)
    state[where], shortcut[where] = other.state, other.shortcut
    return KeyTable(np.concatenate([table.rows, other.rows]), row, state, shortcut)
