"""What fetching the parameters of messages would cost, before anything is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.keys.table import State

if TYPE_CHECKING:
    from sealwright.telemetry.format.distinct import DistinctHeaders
    from sealwright.telemetry.keys.table import ParameterSource


class Plan(NamedTuple):
    """Numbers of distinct, well-formed headers, and of the calls that they may take."""

    messages: int
    """Messages whose header can be read."""
    headers: int
    held: int
    """Headers whose parameters are held, or whose key is: it is tried first."""
    at_least: int
    """Billed calls if one call serves each new v1 key id, as it does unless the service is irregular."""
    at_most: int
    """Billed calls if every header that is not held itself has to be asked for."""
    free: int
    """Calls for integrity parameters, which are not billed."""
    malformed: int = 0
    """Messages whose header cannot be read: they cost nothing."""

    @property
    def most(self) -> int:
        """Calls of both sorts, at most."""
        return self.at_most + self.free

    def seconds(self, a_call: float, concurrency: int) -> tuple[float, float]:
        """Return how long the fewest and the most calls take, at so many seconds a call."""
        return (self.at_least + self.free) * a_call / concurrency, self.most * a_call / concurrency


def plan(claimed: DistinctHeaders, held: ParameterSource | None, *, exact: bool = False) -> Plan:
    """Compare the uplink headers of messages with what a store, a key file or nothing holds.

    With `exact` a key that is held for a header's key id does not count: each header needs its own.
    """
    asked = claimed.headers()
    state = np.zeros(len(asked), np.uint8) if held is None else held.resolve(asked, exact=exact).state
    new = ~np.isin(state, (State.EXACT, State.CANDIDATE))
    billed = asked.kind != Kind.INTEGRITY
    names = asked.raw.copy()
    if not exact:
        names[asked.kind == Kind.V1, KEY_ID_LENGTH:] = 0
    families, _ = distinct_rows(names[new & billed])
    return Plan(
        messages=claimed.formed,
        headers=len(asked),
        held=int(np.count_nonzero(~new)),
        at_least=len(families),
        at_most=int(np.count_nonzero(billed & (state != State.EXACT))),
        free=int(np.count_nonzero(new & ~billed)),
        malformed=claimed.messages - claimed.formed,
    )
