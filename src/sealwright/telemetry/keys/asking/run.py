"""One batch of headers on its way to the service, over several threads."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import CredentialsError, Reason, ServiceError
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.asking.call import REQUEST, Answer, ask
from sealwright.telemetry.keys.asking.toll import Toll
from sealwright.telemetry.keys.table import ROW, KeyTable, State, pack_row

if TYPE_CHECKING:
    from collections import Counter

    from sealwright.telemetry.format.header import UnverifiedHeader
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.asking.budget import Budget
    from sealwright.telemetry.keys.asking.call import Sends
    from sealwright.telemetry.keys.asking.ledger import Ledger
    from sealwright.telemetry.keys.caching.contract import Keep

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


@dataclass(slots=True, eq=False)
class Run:
    """n headers, asked for by several threads at once; each thread takes the next one."""

    desk: Desk
    headers: Headers
    keep: Keep
    _left: deque[int] = field(init=False)
    _rows: list[bytes] = field(init=False)
    _errors: list[BaseException] = field(default_factory=list)
    _in_vain: int = 0
    _over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self._left = deque(range(len(self.headers)))
        self._rows = [_BLANK] * len(self.headers)

    def table(self) -> KeyTable:
        """Ask for every header, and return a row for each.

        Raises the first error of the service, once the calls that are under way have ended.
        """
        if self.headers.direction is Direction.UPLINK:
            self._fly(min(self.desk.concurrency, len(self.headers)) - 1)
        if self._errors:
            raise self._errors[0]
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
        while not self._over and (at := self._next()) is not None:
            try:
                self._rows[at] = _row(self._answer(self.headers[at]))
            except BaseException as problem:  # noqa: BLE001  # it is raised where all threads have ended
                self._fail(problem)

    def _next(self) -> int | None:
        try:
            return self._left.popleft()
        except IndexError:
            return None

    def _answer(self, header: UnverifiedHeader | None) -> Answer:
        assert header is not None  # noqa: S101  # only well-formed ones are asked for
        if self.desk.stop.is_set():
            return Answer(State.NOT_ATTEMPTED, Reason.INTERRUPTED)
        reason = self.desk.budget.admit(header.uid_tail)
        if reason:
            return Answer(State.NOT_ATTEMPTED, reason)
        return self._asked(header)

    def _asked(self, header: UnverifiedHeader) -> Answer:
        """Ask for one header, and see that budget and ledger are right however it ends."""
        desk = self.desk
        toll = Toll(desk.budget, desk.ledger, header.uid_tail, REQUEST[header.kind].call.path)
        kept = False
        try:
            answer = ask(desk.client, header, toll)
            self._in_vain = 0
            if answer.parameters is not None:
                self.keep(answer.parameters)
                kept = True
        finally:
            toll.settle(kept=kept)
        if answer.complaint:
            desk.complaints[answer.complaint] += 1
        return answer

    def _fail(self, problem: BaseException) -> None:
        """Note an error. The other headers are still asked for, unless nobody is served any more."""
        with self._lock:
            self._errors.append(problem)
            self._in_vain += 1
            may_pass = isinstance(problem, ServiceError) and not isinstance(problem, CredentialsError)
            self._over |= not may_pass or self._in_vain >= max(self.desk.concurrency, _PATIENCE)


def _row(answer: Answer) -> bytes:
    if answer.parameters is not None:
        return pack_row(answer.parameters)
    return bytes((answer.state, 0, answer.reason.code)).ljust(ROW.itemsize, b"\0")
