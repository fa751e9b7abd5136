"""One batch of headers on its way to the service, over several threads."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sealwright.errors import CredentialsError, Outcome, Reason, ServiceError
from sealwright.events import CALLS
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.asking.call import REQUEST, Answer, ask
from sealwright.telemetry.keys.asking.toll import Toll
from sealwright.telemetry.keys.table import ROW, KeyTable, State, pack_row

if TYPE_CHECKING:
    from collections import Counter

    from sealwright.events import Teller
    from sealwright.telemetry.format.header import UnverifiedHeader
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.asking.budget import Budget
    from sealwright.telemetry.keys.asking.call import Sends
    from sealwright.telemetry.keys.asking.ledger import Ledger, Ticket
    from sealwright.telemetry.keys.caching.contract import Keep

_AHEAD: Final = 4
"""So many times as many calls as run beside each other are admitted and written down together."""

_PATIENCE: Final = 4
"""So many errors in a row, or as many as calls run beside each other, mean that nobody is served."""

_BLANK: Final = bytes(ROW.itemsize)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all batches of a source share."""

    client: Sends
    budget: Budget
    ledger: Ledger
    complaints: Counter[str]
    concurrency: int
    stop: threading.Event
    tell: Teller

    def held_back(self, device: bytes) -> Reason:
        """Return why a call that was admitted is not made after all: NONE where it is."""
        if self.stop.is_set():
            return Reason.INTERRUPTED
        return Reason.DEVICE_PAUSED if self.budget.is_paused(device) else Reason.NONE


class _Errand(NamedTuple):
    """A header that may be asked for, and its place in the batch."""

    at: int
    header: UnverifiedHeader
    ticket: Ticket


@dataclass(slots=True, eq=False)
class Run:
    """n headers, asked for by several threads at once; each thread takes the next one."""

    desk: Desk
    headers: Headers
    keep: Keep
    _waiting: deque[int] = field(init=False)
    _ready: deque[_Errand] = field(default_factory=deque)
    _rows: list[bytes] = field(init=False)
    _errors: list[BaseException] = field(default_factory=list)
    _in_vain: int = 0
    _over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self._waiting = deque(range(len(self.headers)))
        self._rows = [_BLANK] * len(self.headers)

    def table(self) -> KeyTable:
        """Ask for every header, and return a row for each.

        Raises the weightiest error, once the calls that are under way have ended.
        """
        if self.headers.direction is Direction.UPLINK:
            try:
                self._fly(min(self.desk.concurrency, len(self.headers)) - 1)
            finally:
                self._give_back()
        if self._errors:
            raise min(self._errors, key=_weight)
        return KeyTable(np.frombuffer(b"".join(self._rows), ROW))

    def _fly(self, helpers: int) -> None:
        """Work in this thread and in so many others; wait for them, whatever ends this one."""
        pool = ThreadPoolExecutor(max(helpers, 1), "sealwright service")  # starts no thread by itself
        try:
            others = [pool.submit(self._work) for _ in range(helpers)]
            self._work()
            wait(others)
        except BaseException:  # Ctrl-C: what is under way ends, and nothing else begins
            self._over = True
            raise
        finally:
            pool.shutdown()

    def _work(self) -> None:
        try:
            while (errand := self._next()) is not None:
                self._run(errand)
        except BaseException as problem:  # noqa: BLE001  # it is raised where all threads have ended
            self._over = True
            self._errors.append(problem)

    def _next(self) -> _Errand | None:
        with self._lock:
            if not self._ready:
                self._admit()
            return self._ready.popleft() if self._ready and not self._over else None

    def _admit(self) -> None:
        """Let the next headers pass that the budget admits; the others get their row at once."""
        desk = self.desk
        while self._waiting and len(self._ready) < _AHEAD * desk.concurrency and not self._over:
            at = self._waiting.popleft()
            header = self.headers[at]
            assert header is not None  # noqa: S101  # only well-formed ones are asked for
            if reason := Reason.INTERRUPTED if desk.stop.is_set() else desk.budget.admit(header.uid_tail):
                self._rows[at] = self._not_made(header, reason)
            else:
                ticket = desk.ledger.ticket(header.uid_tail, REQUEST[header.kind].call.path)
                self._ready.append(_Errand(at, header, ticket))
        desk.ledger.announce([errand.ticket for errand in self._ready])

    def _run(self, errand: _Errand) -> None:
        if reason := self.desk.held_back(errand.ticket.device):
            self._withdraw(errand)
            self._rows[errand.at] = self._not_made(errand.header, reason)
            return
        try:
            self._rows[errand.at] = _row(self._asked(errand))
        except ServiceError as problem:
            self._tell(errand.header, "failed")
            self._fail(problem)

    def _not_made(self, header: UnverifiedHeader, reason: Reason) -> bytes:
        """Return the row of a header that is not asked for."""
        self._tell(header, Outcome.NOT_ATTEMPTED, reason)
        return _row(Answer(State.NOT_ATTEMPTED, reason))

    def _tell(self, header: UnverifiedHeader, outcome: str, reason: Reason = Reason.NONE) -> None:
        """Tell how a call has ended."""
        path = REQUEST[header.kind].call.path
        self.desk.tell(CALLS, operation=path, outcome=outcome, reason=reason)

    def _asked(self, errand: _Errand) -> Answer:
        """Ask for one header, and see that budget and ledger are right however it ends."""
        toll = Toll(self.desk.budget, self.desk.ledger, errand.ticket)
        kept = False
        try:
            answer = ask(self.desk.client, errand.header, toll)
            self._in_vain = 0
            if answer.parameters is not None:
                self.keep(answer.parameters)
                kept = True
        finally:
            toll.settle(kept=kept)
        self._tell(errand.header, answer.state.name.lower(), answer.reason)
        if answer.complaint:
            self.desk.complaints[answer.complaint] += 1
        return answer

    def _fail(self, problem: ServiceError) -> None:
        """Note an error. The other headers are still asked for, unless nobody is served any more."""
        with self._lock:
            self._errors.append(problem)
            self._in_vain += 1
            in_vain = self._in_vain >= max(self.desk.concurrency, _PATIENCE)
            self._over |= in_vain or isinstance(problem, CredentialsError)

    def _withdraw(self, errand: _Errand) -> None:
        self.desk.budget.give_back(errand.ticket.device, 1)
        self.desk.ledger.withdraw(errand.ticket)

    def _give_back(self) -> None:
        """Withdraw what was admitted and not asked for, and bring the log up to date."""
        while self._ready:
            self._withdraw(self._ready.popleft())
        self.desk.ledger.flush()


def _weight(problem: BaseException) -> int:
    """Return what is to be told first: what is no fault of the service, then the credentials."""
    if not isinstance(problem, ServiceError):
        return 0
    return 1 if isinstance(problem, CredentialsError) else 2


def _row(answer: Answer) -> bytes:
    if answer.parameters is not None:
        return pack_row(answer.parameters)
    return bytes((answer.state, 0, answer.reason.code)).ljust(ROW.itemsize, b"\0")
