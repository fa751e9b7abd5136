"""What fetching the parameters of messages would cost, before anything is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.keys.table import State

if TYPE_CHECKING:
    from sealwright.telemetry.format.headers import Headers
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

    def seconds(self, a_call: float, concurrency: int) -> tuple[float, float]:
        """Return how long the fewest and the most calls take, at so many seconds a call."""
        fewest, most = self.at_least + self.free, self.at_most + self.free
        return fewest * a_call / concurrency, most * a_call / concurrency


def plan(headers: Headers, held: ParameterSource | None) -> Plan:
    """Compare the uplink headers of messages with what a store, a key file or nothing holds."""
    formed = headers.take(np.flatnonzero(headers.kind))
    first, _ = distinct_rows(formed.raw)
    asked = formed.take(first)
    state = np.zeros(len(asked), np.uint8) if held is None else held.resolve(asked).state
    new = ~np.isin(state, (State.EXACT, State.CANDIDATE))
    billed = asked.kind != Kind.INTEGRITY
    names = asked.raw.copy()
    names[asked.kind == Kind.V1, KEY_ID_LENGTH:] = 0
    families, _ = distinct_rows(names[new & billed])
    return Plan(
        messages=len(formed),
        headers=len(asked),
        held=int(np.count_nonzero(~new)),
        at_least=len(families),
        at_most=int(np.count_nonzero(billed & (state != State.EXACT))),
        free=int(np.count_nonzero(new & ~billed)),
    )
