"""ServiceSource: asks the u-blox service for the parameters of headers, within a budget.

header -> admitted by the budget -> written down as sent -> asked -> read strictly -> kept -> a row
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from sealwright.errors import InputError
from sealwright.events import Teller
from sealwright.telemetry.keys.asking.budget import Budget
from sealwright.telemetry.keys.asking.ledger import Ledger
from sealwright.telemetry.keys.asking.run import Desk, Run
from sealwright.telemetry.keys.cache import CachedSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.events import OnEvent
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.asking.call import Sends
    from sealwright.telemetry.keys.asking.ledger import CallLog
    from sealwright.telemetry.keys.caching.contract import Keep
    from sealwright.telemetry.keys.table import KeyTable

CONCURRENCY: Final = 16


class ServiceSource:
    """A source that asks the service, at a price; `CachedSource(ServiceSource(…), store=…)` keeps answers.

    `client` is a UbloxClient. `budget` is how many requests may reach a socket, "unlimited", or a
    Budget that says more; what it keeps from being asked is NOT_ATTEMPTED, with the reason. `log` (a
    KeyStore) has the ledger outlive the process; `ledger` counts what this source has sent.
    `concurrency` calls are under way at once; once `stop` is set, none is begun.

    Used by itself it holds what it learns in memory, asks once for threads that need the same
    answer, and once for v1 headers of the same key id unless `shortcut` is off. `resolve` raises
    ServiceError where the service failed for some header, after all others were asked for; what
    was answered is kept and not paid again. `complaints` counts what could not be used in replies.
    `on_event` hears of each call and how it ended, and of those that were not made, and why.
    """

    def __init__(  # noqa: PLR0913  # what a caller may choose, by keyword
        self,
        client: Sends,
        *,
        budget: Budget | int | Literal["unlimited"],
        log: CallLog | None = None,
        concurrency: int = CONCURRENCY,
        shortcut: bool = True,
        stop: threading.Event | None = None,
        clock: Callable[[], float] = time.time,
        on_event: OnEvent | None = None,
    ) -> None:
        if concurrency < 1:
            raise InputError(f"service: concurrency must be 1 or more, not {concurrency}")
        self.budget = budget if isinstance(budget, Budget) else Budget(budget)
        self.ledger = Ledger(log, clock)
        self.complaints: Counter[str] = Counter()
        stopped = stop or threading.Event()
        tell = Teller(on_event)
        self._desk = Desk(client, self.budget, self.ledger, self.complaints, concurrency, stopped, tell)
        self._front = CachedSource(self, shortcut=shortcut)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._desk.client!r}, {self.ledger.reached:,} requests made>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a source that asks a service is not pickled: make one in each process")

    def resolve(self, headers: Headers, *, exact: bool = False, keep: Keep | None = None) -> KeyTable:
        """Answer headers from memory, and ask for the others; with `keep`, ask for every one.

        A cache brings its own `keep` and hands over headers that are nowhere held. The service
        answers uplink headers alone: downlink ones are UNKNOWN, and no call is made for them.
        """
        if keep is None:
            return self._front.resolve(headers, exact=exact)
        return Run(self._desk, headers, keep).table()
