"""The ledger of one source: what was sent, answered and kept, in memory and in a store where there is one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from sealwright.telemetry.keys.keeping.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TOGETHER: Final = 64
"""Ends of calls that are written into the log together."""


class CallLog(Protocol):
    """What outlives the process; KeyStore has it."""

    def count_calls(self, calls: Iterable[Calls]) -> None:
        """Add to the counts of calls by day, device and path."""
        ...


class Ticket(NamedTuple):
    """The right to make one call, which the log has as sent from then on."""

    day: str
    """ISO 8601, UTC."""
    device: bytes
    """The low six bytes of the UID."""
    call: str
    """The path of the call."""

    def counted(self, sent: int = 0, answered: int = 0, kept: int = 0, withdrawn: int = 0) -> Calls:
        """Return counts to add for this call."""
        return Calls(self.day, self.device, self.call, sent, answered, kept, withdrawn)


@dataclass(slots=True)
class Ledger:
    """Requests that were sent, answered, kept (their parameters are safe) and withdrawn (never left).

    The log has a request before it is sent, so one that is cut short stays possibly paid there.
    Tickets are written into it some at a time, and their ends as well: of a process that is killed
    it may call a hundred requests possibly paid that never were. Threads may share a Ledger.
    """

    log: CallLog | None
    clock: Callable[[], float]
    """Seconds since 1970."""
    sent: int = 0
    answered: int = 0
    kept: int = 0
    withdrawn: int = 0
    _ends: list[Calls] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reached(self) -> int:
        """Requests that reached a socket."""
        return self.sent - self.withdrawn

    @property
    def possibly_paid(self) -> int:
        """Requests of which nobody knows whether the service has served them."""
        return self.sent - self.answered - self.withdrawn

    def ticket(self, device: bytes, call: str) -> Ticket:
        """Return a ticket of today; it counts once it is announced."""
        return Ticket(datetime.fromtimestamp(self.clock(), UTC).date().isoformat(), device, call)

    def announce(self, tickets: Iterable[Ticket]) -> None:
        """Let the log have requests as sent: before they are."""
        if self.log is not None:
            self.log.count_calls([ticket.counted(sent=1) for ticket in tickets])

    def withdraw(self, ticket: Ticket) -> None:
        """Take a ticket back that was never used."""
        self._end(ticket.counted(withdrawn=1))

    def send(self) -> None:
        """Count a request that is about to be sent."""
        with self._lock:
            self.sent += 1

    def settle(self, ticket: Ticket, *, answered: int, withdrawn: int, kept: bool) -> None:
        """Write down what has become of the requests of one call."""
        with self._lock:
            self.answered += answered
            self.withdrawn += withdrawn
            self.kept += kept
        self._end(ticket.counted(answered=answered, kept=int(kept), withdrawn=withdrawn))

    def flush(self) -> None:
        """Let the log have every end that it does not have yet."""
        with self._lock:
            ends, self._ends = self._ends, []
        if ends and self.log is not None:
            self.log.count_calls(ends)

    def _end(self, calls: Calls) -> None:
        if self.log is None:
            return
        with self._lock:
            self._ends.append(calls)
            full = len(self._ends) >= _TOGETHER
        if full:
            self.flush()
