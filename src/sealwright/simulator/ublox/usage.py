"""What is billed ("/device/usage/get"), and what has been called: the ledger that tests compare with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from sealwright.simulator.service.exchange import Tallies

if TYPE_CHECKING:
    from collections.abc import Collection

LEAD_SECONDS: Final = 5 * 60
"""How long the service takes until a usage log shows (REST document 1.1.29)."""

OLDEST_DAYS: Final = 60
"""How far back usage can be asked for."""

BILLED_CALLS: Final = frozenset({"/e2e/uplink/symmetrickey/get", "/e2e/uplink/protectionparameters/get"})
"""The calls that are logged when they are answered; what else is logged happens on a device."""


class Usage:
    """The usage log: when, for which device, and what for."""

    def __init__(self) -> None:
        self._log: list[tuple[float, bytes, str]] = []

    def __len__(self) -> int:
        return len(self._log)

    def add(self, now: float, uid: bytes, what: str) -> None:
        """Log one use: the path of a billed call, or the name of what was applied to the device."""
        self._log.append((now, uid, what))

    def between(
        self, first: date, last: date, now: float, uids: Collection[bytes] | None = None
    ) -> dict[bytes, Counter[str]]:
        """Count uses by device and what for, from the first day to the last, as far as they show `now`."""
        found: dict[bytes, Counter[str]] = {}
        for at, uid, what in self._log:
            shown = at + LEAD_SECONDS <= now and (uids is None or uid in uids)
            if shown and first <= datetime.fromtimestamp(at, UTC).date() <= last:
                found.setdefault(uid, Counter())[what] += 1
        return found


@dataclass(slots=True)
class Ledger(Tallies):
    """What reached the service, by path, and what of it is billed: no call of the document tells it."""

    paid: Counter[str] = field(default_factory=Counter)
    """Billed calls by path: those that did their work, whether or not the answer arrived."""
    paid_for: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Billed calls by path and what was asked for: the header or KeyID in lower-case hex."""

    def total_paid(self) -> int:
        """Return how many calls were billed."""
        return self.paid.total()

    def most_paid_for_one(self) -> int:
        """Return how often the header or KeyID that was billed most was billed."""
        return max(self.paid_for.values(), default=0)
