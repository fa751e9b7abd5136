"""Cross-checking: a sample of what the native engine has opened is opened once more by the portable one.

The two share the keys that the source has given, and nothing else: headers are read, judged and
tried anew by numpy and OpenSSL.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import CrossCheckError, InputError, Outcome
from sealwright.telemetry.core import core, without_core
from sealwright.telemetry.format.messages import Messages
from sealwright.telemetry.opening.recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry.keys.table import ParameterSource
    from sealwright.telemetry.opening.batch import Batch

ONE_IN: Final = 10_000
"""Messages of which one is looked at, unless told otherwise."""

_AT_ONCE: Final = 64
"""Messages of one look, where a call has so many. A look costs some 0.4 ms and each message in it 5 µs, so
that at one in 10,000 every message that is opened pays about a nanosecond."""


class CrossCheck:
    """Opens one message in `every` once more with the portable engine, over all calls that it is given to.

    It looks seldom, and then at 64 messages of a call or more, drawn at random: at the first call that
    it sees, and whenever the share is due again. A call of fewer messages is looked at whole. Where
    the portable engine runs anyway there is nothing to compare. `checked` counts the messages.
    """

    def __init__(self, every: int = ONE_IN) -> None:
        if every < 1:
            raise InputError(
                f"cross-check: one message in {every} is none: give 1 or more, or no check at all"
            )
        self.every = every
        self.checked = 0
        # Messages until the next look. Threads that count at the same time may lose some.
        self._left = 0

    def open(
        self,
        messages: Messages,
        source: ParameterSource,
        opener: Callable[[Messages, ParameterSource], Batch],
    ) -> Batch:
        """Open messages; raise CrossCheckError where the engines differ over one that is looked at."""
        places = self._due(len(messages))
        if not places or core().module is None:
            return opener(messages, source)
        recorder = Recorder.of(source)
        batch = opener(messages, recorder.source)
        with without_core("a cross-check runs"):
            again = opener(Messages.of([messages[place] for place in places]), recorder.recorded)
        for at, place in enumerate(places):
            _compare(batch, place, again, at)
        self.checked += len(places)
        return batch

    def _due(self, count: int) -> list[int]:
        """Count messages; return the places of those to look at, mostly none."""
        self._left -= count
        if self._left >= 0:
            return []
        looks = min(count, max(_AT_ONCE, -(self._left // self.every)))
        self._left += looks * self.every
        return _spread(count, looks)


def _spread(count: int, looks: int) -> list[int]:
    """Return a place out of each of `looks` stretches, drawn in a way that no sender of messages foresees."""
    bounds = np.arange(looks + 1) * count // looks
    drawn = np.frombuffer(secrets.token_bytes(8 * looks), np.uint64) % np.diff(bounds).astype(np.uint64)
    places: list[int] = (bounds[:-1] + drawn.astype(np.int64)).tolist()
    return places


def _compare(native: Batch, place: int, portable: Batch, at: int) -> None:
    outcome, other = Outcome.of(int(native.outcome[place])), Outcome.of(int(portable.outcome[at]))
    if outcome is not other:
        raise CrossCheckError(place, f"is {outcome} natively and {other} with the portable engine")
    if native.reason[place] != portable.reason[at]:
        raise CrossCheckError(place, f"is {outcome} for two reasons")
    if outcome is Outcome.OPENED and native[place] != portable[at]:
        raise CrossCheckError(place, "opens to two different plaintexts")


CROSS_CHECK: Final = CrossCheck()
"""The check of every call that brings none of its own."""
