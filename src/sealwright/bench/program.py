"""What `sealwright bench` measures: a list of contests, which one runs on any machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Final

from sealwright.bench import doors, peers
from sealwright.bench.contest import Contest, Contestant, InProcess, hold
from sealwright.bench.corpus import MIXED, Case, Corpus, Keys, make
from sealwright.bench.extras import has, hint
from sealwright.bench.limit import assumed
from sealwright.bench.machine import examine, pinned
from sealwright.bench.report import Report
from sealwright.telemetry import Suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.bench.peers import Peer

STREAM: Final = "realistic stream"
SIZES: Final = "payload sizes"
SIGNED: Final = "AES-CBC-CS1 and HMAC"
SINGLE: Final = "one message a call"
MATRIX: Final = "other keys and suites"

CACHED: Final = "AESCCM, cached objects"
NEW: Final = "AESCCM, new objects"
PYCRYPTODOME: Final = "pycryptodome"
HMAC: Final = "hmac and CBC in Python"

_OTHER_SIZES: Final = (16, 256, 1024)
"""The stream has texts of 64 bytes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    count: int = 10_000
    """Messages of a corpus."""
    turns: int = 15
    seconds: float = 0.35
    """What one contestant may take of one contest, beyond its first turns."""
    full: bool = False
    """Whether every way of sharing keys and every suite is measured too."""

    def cases(self) -> Iterator[tuple[str, Case]]:
        """Yield the contests in order: a title and the case of each."""
        yield STREAM, Case(self.count)
        for size in _OTHER_SIZES:
            yield SIZES, Case(self.count, size)
        yield SIGNED, Case(self.count, suite=Suite.AES_128_CS1_HMAC_SHA256)
        yield SINGLE, Case(max(self.count // 50, 2))
        if self.full:
            yield MATRIX, Case(self.count, MIXED)
            suites = [suite for suite in Suite if suite.key_length]
            yield from ((MATRIX, Case(self.count, 64, *pair)) for pair in product(Keys, suites))


def run(
    plan: Plan, say: Callable[[str], None], entrants: Callable[..., list[Contestant]] | None = None
) -> Report:
    """Measure everything that is planned, on one core. `say` is told what comes next.

    `entrants` returns further contestants for a title and a corpus. Raises WrongPlaintextError.
    """
    report = Report(datetime.now(UTC).isoformat(timespec="seconds"), examine(), assumed(doors.native_path()))
    report.missing.extend(_missing())
    with pinned():
        for title, case in plan.cases():
            say(f"{title}: {case}")
            report.contests.append(_hold(title, make(case), plan, entrants))
    return report


def _hold(
    title: str, corpus: Corpus, plan: Plan, entrants: Callable[..., list[Contestant]] | None
) -> Contest:
    contestants = [*_ours(title, corpus), *_peers(title, corpus)]
    if entrants:
        contestants += entrants(title, corpus)
    return hold(title, corpus, contestants, turns=plan.turns, seconds=plan.seconds)


def _ours(title: str, corpus: Corpus) -> list[Contestant]:
    if title == SINGLE:
        return [doors.one_by_one(corpus)]
    portable = doors.arrays(corpus, doors.PORTABLE, doors.PORTABLE_ENGINE)
    native = doors.native_path() is not None
    return [*([doors.arrays(corpus), doors.lists(corpus)] if native else []), portable]


def _peers(title: str, corpus: Corpus) -> list[Contestant]:
    if corpus.case.suite.has_mac_key:
        return [_peer(HMAC, peers.hmac_cs1(corpus.key_sets), corpus)]
    found: list[Contestant] = [
        _peer(CACHED, peers.aesccm_cached(corpus.key_sets), corpus),
        _peer(NEW, peers.aesccm_new(corpus.key_sets), corpus),
    ]
    if has("Crypto") and title != MATRIX:
        found.append(_peer(PYCRYPTODOME, peers.pycryptodome(corpus.key_sets), corpus))
    return found


def _peer(name: str, peer: Peer, corpus: Corpus) -> InProcess:
    return InProcess(name, lambda: peer(corpus.messages))


def _missing() -> list[str]:
    missing = [f"no pycryptodome to compare with: {hint('Crypto')}"] if not has("Crypto") else []
    if doors.native_path() is None:
        missing.append(f"no native engine to measure: {examine().engine}")
    return missing


def baseline(contest: Contest) -> str:
    """Return the name of the loop that ratios are against: the best that one writes in Python."""
    return HMAC if contest.find(HMAC) else CACHED
