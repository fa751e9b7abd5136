"""Question: one batch of headers on its way to an answer, and what is still open about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sealwright.errors import Reason
from sealwright.telemetry.keys.keeping.looking import Found, Told, tabulate
from sealwright.telemetry.keys.keeping.names import Asked, device_of, has_family
from sealwright.telemetry.keys.table import State

if TYPE_CHECKING:
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.table import KeyTable


class Question:
    """n headers, by position; what has been found for them, and what has been told without a key.

    With `exact` only what is held for the very header counts, and no key of its family.
    """

    def __init__(self, headers: Headers, *, exact: bool) -> None:
        self.headers, self.exact = headers, exact
        self.found = Found()
        self.told: dict[bytes, Told] = {}
        self.answered: Counter[str] = Counter()
        """Headers by the source that has answered them."""
        self._asked = Asked.of(headers)

    def everything(self) -> list[int]:
        """Return all positions."""
        return list(range(len(self.headers)))

    def without_leader(self, positions: list[int]) -> list[int]:
        """Return those positions whose family no key serves, or for which only the very header counts."""
        if self.exact or not self.found.leaders:
            return positions
        led = np.array([self.found.leader(family) is not None for family in self._asked.families])
        among = np.array(positions, np.intp)
        left: list[int] = among[~led[self._asked.group[among]]].tolist()
        return left

    def open(self, positions: list[int]) -> list[int]:
        """Return those positions that have neither a key nor another answer."""
        exact, told, names = self.found.exact, self.told, self._asked.names
        left = self.without_leader(positions)
        return [at for at in left if names[at] not in exact and names[at] not in told]

    def names(self, positions: list[int]) -> list[bytes]:
        """Return the names of headers."""
        names = self._asked.names
        return names if len(positions) == len(names) else [names[at] for at in positions]

    def families(self, positions: list[int]) -> list[bytes]:
        """Return the families whose key would do, each once; none where only the very header counts."""
        if self.exact:
            return []
        groups = np.unique(self._asked.group[positions])
        return [family for family in map(self._asked.families.__getitem__, groups) if has_family(family)]

    def errands(self, positions: list[int], width: int) -> dict[bytes, list[int]]:
        """Return what to ask for next, by the name under which only one may ask.

        Of a family that one key may serve that is its first headers, `width` of them; any other
        header is asked for by itself.
        """
        errands: dict[bytes, list[int]] = {}
        for at in positions:
            family = self._asked.families[self._asked.group[at]]
            shared = not self.exact and self._may_be_served(family)
            name = family if shared else self._asked.names[at]
            together = errands.setdefault(name, [])
            if len(together) < width:
                together.append(at)
        return errands

    def _may_be_served(self, family: bytes) -> bool:
        disproved = family in self.found.leaders  # else it would not be open
        return has_family(family) and not disproved and device_of(family) not in self.found.crooked

    def read(self, table: KeyTable, positions: list[int]) -> dict[bytes, Told]:
        """Take what a source has told of positions without a key; return what is worth remembering."""
        told: dict[bytes, Told] = {}
        for at, code, reason in zip(positions, table.state.tolist(), table.reason.tolist(), strict=True):
            name = self._asked.names[at]
            if name not in self.found.exact:
                state = State(code) if code in _WITHOUT_KEY else State.UNKNOWN
                told[name] = Told(state, Reason.of(reason) if state else Reason.NONE)
        self.told |= told
        return {name: each for name, each in told.items() if each.state is not State.NOT_ATTEMPTED}

    def table(self) -> KeyTable:
        """Return the answer."""
        return tabulate(self._asked, self.found, self.told, exact=self.exact)


_WITHOUT_KEY = frozenset({State.REFUSED, State.NOT_ATTEMPTED})
