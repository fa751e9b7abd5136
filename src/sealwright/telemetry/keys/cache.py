"""CachedSource: memory in front of a store in front of a source that costs. What is held is never asked for.

Of all threads, and through leases of all processes, that need one answer a single one asks. Under
one v1 key id the first header is asked for and the others are tried with its key, until a device's
replies show that this does not hold for it: then each of its headers is asked for by itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np

from sealwright.errors import InputError
from sealwright.events import ANSWERS, Teller
from sealwright.telemetry.keys.caching.flights import Flights
from sealwright.telemetry.keys.caching.leases import held
from sealwright.telemetry.keys.caching.memory import NEGATIVE_SECONDS, Memory
from sealwright.telemetry.keys.caching.question import Question
from sealwright.telemetry.keys.caching.ring import Ring
from sealwright.telemetry.keys.keeping.entry import Entry, Owner
from sealwright.telemetry.keys.keeping.forks import renew_in_children
from sealwright.telemetry.keys.keeping.looking import Found, Told
from sealwright.telemetry.keys.table import State, unpack_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sealwright.events import OnEvent
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.caching.contract import Store, Upstream
    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.table import KeyTable

MOST_KEYS: Final = 100_000
SECONDS: Final = 3600.0
LEASE_SECONDS: Final = 15.0
"""For so long others wait for a process that was killed; one that lives extends its leases."""

_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.25


class NullStore:
    """A store that keeps nothing: the cache is in memory alone."""

    between_processes = False

    def look_up(self, names: Sequence[bytes], families: Sequence[bytes]) -> Found:
        """Find nothing."""
        del names, families
        return Found()

    def keep(self, parameters: Iterable[Parameters]) -> None:
        """Keep nothing."""

    def flush(self) -> None:
        """Do nothing."""

    def lease(self, names: Sequence[bytes], seconds: float) -> list[bool]:
        """Grant everything: there is nobody else."""
        del seconds
        return [True] * len(names)

    def release(self, names: Sequence[bytes]) -> None:
        """Do nothing."""

    def deny(self, told: Mapping[bytes, Told], seconds: float) -> None:
        """Remember nothing."""

    def denied(self, names: Sequence[bytes]) -> dict[bytes, Told]:
        """Remember nothing."""
        del names
        return {}


class CachedSource:
    """A source over memory, a store and, where there is one, an upstream that is asked for the rest.

    In memory are at most `most` keys, each for `seconds` and up to a minute more. What the upstream
    does not know, and what it refuses, is remembered for ten minutes; errors and what was not
    attempted never are. Without the `shortcut` every header is asked for by itself. `on_event` hears
    how many headers were answered out of memory, by the store, by the service, which is
    the upstream, or by none. Threads may share a CachedSource.

    `resolve` raises what the upstream raises, to all who wait for the same answer.
    """

    def __init__(  # noqa: PLR0913  # what a caller may choose, by keyword
        self,
        upstream: Upstream | None = None,
        *,
        store: Store | None = None,
        shortcut: bool = True,
        most: int = MOST_KEYS,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        on_event: OnEvent | None = None,
    ) -> None:
        self._upstream = upstream
        self._tell = Teller(on_event)
        self._store = NullStore() if store is None else store
        self._shortcut, self._sleep = shortcut, sleep
        self._limits = most, seconds, clock
        self.renew()
        renew_in_children(self)

    def renew(self) -> None:
        """Begin with an empty memory, and without flights, which nobody will end in a forked child."""
        self._memory, self._flights = Memory(*self._limits), Flights()
        self._ring = Ring(self._memory, self._limits[2])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._memory)} keys in memory over {self._store!r}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a source that holds keys is neither pickled nor copied: make another one there")

    def keyring(self) -> Any:
        """Return the core's keyring of what is in memory, None where each header is looked up by itself.

        What it does not open is to be resolved: it may not know the newest keys.
        """
        return self._ring.current() if self._shortcut else None

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer headers out of memory and store, and ask the upstream for what is nowhere held."""
        question = Question(headers, exact=exact or not self._shortcut)
        left = self._recall(question, question.everything())
        width = 1
        while left and self._upstream is not None:
            self._fly(question, question.errands(left, width))
            left = self._recall(question, question.open(left))
            # Where the first headers of a family are unknown the next are forged likely, or many.
            width *= 2
        if self._tell.is_heard:
            self._tell_answers(question)
        return question.table()

    def _tell_answers(self, question: Question) -> None:
        """Tell which source has answered how many headers.

        What closes when the key of another header arrives is answered out of memory.
        """
        answered = question.answered
        answered["none"] += len(question.open(question.everything()))
        answered["memory"] += len(question.headers) - answered.total()
        for source, count in answered.items():
            self._tell(ANSWERS, count, source=source)

    def _recall(self, question: Question, positions: list[int]) -> list[int]:
        """Look into memory and then into the store; return what is still open."""
        if not positions:
            return []
        names = question.names(positions)
        question.found.add(self._memory.look_up(names, question.families(positions)))
        positions = question.open(positions)
        question.told |= self._memory.told(question.names(positions))
        return self._look(question, question.open(positions))

    def _look(self, question: Question, positions: list[int]) -> list[int]:
        """Look into the store; return what is still open.

        Families come first: one key answers all their headers, and a header that it does not open
        comes back with `exact`.
        """
        before = len(positions)
        if positions:
            self._take(question, self._store.look_up([], question.families(positions)))
            positions = question.without_leader(positions)
        if positions:
            self._take(question, self._store.look_up(question.names(positions), []))
            positions = question.open(positions)
        if positions and self._upstream is not None:
            question.told |= self._store.denied(question.names(positions))
            positions = question.open(positions)
        question.answered["store"] += before - len(positions)
        return positions

    def _take(self, question: Question, found: Found) -> None:
        self._memory.take(found)
        question.found.add(found)

    def _fly(self, question: Question, errands: dict[bytes, list[int]]) -> None:
        """Ask for what no other thread asks for, and wait for the others."""
        mine, others = self._flights.board(errands)
        error: BaseException | None = None
        try:
            self._settle(question, {name: errands[name] for name in mine})
        except BaseException as problem:
            error = problem
            raise
        finally:
            self._flights.land(mine, error)
        for flight in others:
            flight.wait()

    def _settle(self, question: Question, errands: dict[bytes, list[int]]) -> None:
        """Ask for what no other process asks for; wait until the others have it, or have gone.

        No lease is held while waiting, so two processes never wait for each other.
        """
        pause = _FIRST_PAUSE
        while errands:
            taken = self._store.lease(list(errands), LEASE_SECONDS)
            granted = [name for name, mine in zip(errands, taken, strict=True) if mine]
            if granted:
                with held(self._store, granted, LEASE_SECONDS):
                    self._ask(question, [at for name in granted for at in errands.pop(name)])
                pause = _FIRST_PAUSE
            else:
                self._sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            others = question.open([at for each in errands.values() for at in each])
            left = {*self._look(question, others)}
            errands = {name: each for name, each in errands.items() if not left.isdisjoint(each)}

    def _ask(self, question: Question, positions: list[int]) -> None:
        """Ask the upstream, and keep each answer as it comes."""
        # Another thread may have landed before our flight, another process have asked before our lease.
        positions = self._recall(question, positions)
        if not positions or self._upstream is None:
            return
        headers = question.headers.take(np.array(positions))

        keep = _Keeper(self._memory, self._store)
        try:
            table = self._upstream.resolve(headers, exact=True, keep=keep)
            if len(table) != len(headers):
                raise InputError(
                    f"source: {len(table)} rows for {len(headers)} headers: each header needs one row"
                )
            keep.rest(headers, table)
        finally:
            for entry in keep.entries:
                question.found.learn(entry)
            self._store.flush()
        told = question.read(table, positions)
        waiting = int(np.count_nonzero(table.state == State.NOT_ATTEMPTED))
        question.answered.update(service=len(positions) - waiting, none=waiting)
        self._memory.deny(told)
        self._store.deny(told, NEGATIVE_SECONDS)


class _Keeper:
    """Puts answers into memory and store as they come."""

    def __init__(self, memory: Memory, store: Store) -> None:
        self._memory, self._store = memory, store
        self.entries: list[Entry] = []

    def __call__(self, parameters: Parameters) -> None:
        """Keep one answer."""
        entry = Entry.of(parameters, 0, Owner())
        self._memory.learn(entry)
        self.entries.append(entry)
        self._store.keep([parameters])

    def rest(self, headers: Headers, table: KeyTable) -> None:
        """Keep what the table holds and nobody has handed over."""
        kept = {entry.name for entry in self.entries}
        for at in np.flatnonzero(table.state == State.EXACT).tolist():
            header = headers[at]
            assert header is not None  # noqa: S101  # only well-formed ones are asked for
            row = table.rows[table.row[at]].tobytes()
            parameters = unpack_row(row, header.raw, header.direction, header.purpose)
            if Entry.of(parameters, 0, Owner()).name not in kept:
                self(parameters)
