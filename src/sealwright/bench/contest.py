"""Contests: interleaved turns, medians and minima, and every plaintext checked in the same run."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sealwright.bench.corpus import Corpus

_FEWEST_TURNS: Final = 3
_LONG: Final = 0.05
"""Seconds of a round beyond which the first one of a turn is as good as the second."""


class WrongPlaintextError(SealwrightError):
    """A contestant gave another plaintext than the one that was sealed: its time counts for nothing."""


class Contestant(Protocol):
    """Opens the whole corpus in a round, and tells how long that took."""

    name: str
    ours: bool

    def play(self) -> float:
        """Open every message once; return the seconds that it took."""
        ...

    def texts(self) -> Sequence[bytes | None]:
        """Return the plaintexts of the last round."""
        ...


class InProcess:
    """A contestant that is a function of this process; `environment` stands only while it plays."""

    def __init__(
        self,
        name: str,
        run: Callable[[], Any],
        texts: Callable[[Any], Sequence[bytes | None]] = lambda made: made,
        *,
        environment: Mapping[str, str] | None = None,
        ours: bool = False,
    ) -> None:
        self.name, self.ours = name, ours
        self._run, self._texts, self._environment = run, texts, environment or {}
        self._made: Any = None

    def play(self) -> float:
        """Run the function once. What the last round made is dropped first, outside the clock."""
        self._made = None
        with setting(self._environment):
            start = perf_counter()
            made = self._run()
            seconds = perf_counter() - start
        self._made = made
        return seconds

    def texts(self) -> Sequence[bytes | None]:
        """Return the plaintexts of the last round."""
        with setting(self._environment):
            return self._texts(self._made)


@contextmanager
def setting(environment: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@dataclass(frozen=True, slots=True)
class Result:
    """What one contestant took, in nanoseconds a message."""

    name: str
    ours: bool
    median_ns: float
    minimum_ns: float
    cold_ns: float
    """The median of the first round of each turn, when the caches still hold the others' data."""
    turns: int


@dataclass(frozen=True, slots=True)
class Contest:
    """The results of contestants who opened the same messages in turns."""

    title: str
    about: str
    """The case in words."""
    count: int
    size: int
    """Bytes of each text; 0 for mixed ones."""
    results: list[Result] = field(default_factory=list)

    def find(self, name: str) -> Result | None:
        """Return a contestant's result, None where it did not take part."""
        return next((result for result in self.results if result.name == name), None)

    def ratio(self, name: str, against: str) -> float | None:
        """Return how many times faster one contestant is than another, None where one is missing."""
        one, other = self.find(name), self.find(against)
        return other.median_ns / one.median_ns if one and other else None


def hold(
    title: str, corpus: Corpus, contestants: Sequence[Contestant], *, turns: int = 15, seconds: float = 2.0
) -> Contest:
    """Let contestants open a corpus in turns, A B C, A B C, …, after a turn that does not count.

    Taking turns spreads the moods of the machine over all of them. Who has used up its `seconds`
    sits the remaining turns out, but not before three. Raises WrongPlaintextError.
    """
    times: dict[str, list[_Turn]] = {contestant.name: [] for contestant in contestants}
    for contestant in contestants:
        _turn(contestant, corpus)
    for _ in range(turns):
        for contestant in contestants:
            taken = times[contestant.name]
            if len(taken) < _FEWEST_TURNS or sum(turn.warm for turn in taken) < seconds:
                taken.append(_turn(contestant, corpus))
    count = len(corpus.messages)
    results = [_result(contestant, times[contestant.name], count) for contestant in contestants]
    return Contest(title, str(corpus.case), count, corpus.case.size, results)


class _Turn(NamedTuple):
    """Seconds of the two rounds of a turn: the first finds the others' data in the caches."""

    cold: float
    warm: float


def _turn(contestant: Contestant, corpus: Corpus) -> _Turn:
    """Let one play twice, for the caches and for the clock, and compare every plaintext."""
    cold = contestant.play()
    warm = contestant.play() if cold < _LONG else cold
    if list(contestant.texts()) != corpus.texts:
        raise WrongPlaintextError(
            f"bench: {contestant.name} gave a wrong plaintext ({corpus.case}): nothing here can be trusted"
        )
    return _Turn(cold, warm)


def _result(contestant: Contestant, turns: Sequence[_Turn], count: int) -> Result:
    warm = [1e9 * turn.warm / count for turn in turns]
    cold = [1e9 * turn.cold / count for turn in turns]
    return Result(contestant.name, contestant.ours, median(warm), min(warm), median(cold), len(turns))
