"""The ledger of one source: what was sent, answered and kept, in memory and in a store where there is one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from sealwright.telemetry.keys.keeping.calls import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class CallLog(Protocol):
    """What outlives the process; KeyStore has it."""

    def count_calls(self, calls: Iterable[Calls]) -> None:
        """Add to the counts of calls by day, device and path."""
        ...


@dataclass(slots=True)
class Ledger:
    """Requests that were sent, answered, kept (their parameters are safe) and withdrawn (never left).

    A request is written down before it is sent, so one that is cut short stays possibly paid, in
    the log that outlives the process too. Threads may share a Ledger.
    """

    log: CallLog | None
    clock: Callable[[], float]
    """Seconds since 1970."""
    sent: int = 0
    answered: int = 0
    kept: int = 0
    withdrawn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def reached(self) -> int:
        """Requests that reached a socket."""
        return self.sent - self.withdrawn

    @property
    def possibly_paid(self) -> int:
        """Requests of which nobody knows whether the service has served them."""
        return self.sent - self.answered - self.withdrawn

    def sending(self, device: bytes, call: str, count: int = 1) -> None:
        """Write down requests that are about to be sent."""
        self._add(device, call, sent=count)

    def settle(self, device: bytes, call: str, *, answered: int, withdrawn: int, kept: bool) -> None:
        """Write down what has become of the requests of one call."""
        self._add(device, call, answered=answered, withdrawn=withdrawn, kept=int(kept))

    def _add(
        self, device: bytes, call: str, sent: int = 0, answered: int = 0, kept: int = 0, withdrawn: int = 0
    ) -> None:
        with self._lock:
            self.sent += sent
            self.answered += answered
            self.kept += kept
            self.withdrawn += withdrawn
        if self.log is not None:
            day = datetime.fromtimestamp(self.clock(), UTC).date().isoformat()
            self.log.count_calls([Calls(day, device, call, sent, answered, kept, withdrawn)])
