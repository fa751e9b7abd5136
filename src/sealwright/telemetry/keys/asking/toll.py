"""What one call costs: its requests, taken from the budget and written into the ledger before they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.telemetry.keys.asking.budget import Budget
    from sealwright.telemetry.keys.asking.ledger import Ledger, Ticket


@dataclass(slots=True)
class Toll:
    """The tally of one call, which the client counts up; its ticket pays for the first request.

    The client counts `sent` for each request that reaches a socket and `answered` for each that
    gets a whole answer, and asks `may_repeat` before it sends another one.
    """

    budget: Budget
    ledger: Ledger
    ticket: Ticket
    sent: int = 0
    answered: int = 0
    _taken: int = 1

    def __post_init__(self) -> None:
        """Count the first request."""
        self.ledger.send()

    def may_repeat(self) -> bool:
        """Tell whether another request may be sent, and take it from the budget."""
        if self.sent < self._taken:  # the one before never left
            return True
        if not self.budget.take_more(self.ticket.device):
            return False
        self._taken += 1
        self.ledger.send()
        self.ledger.announce([self.ticket])
        return True

    def settle(self, *, kept: bool) -> None:
        """Write down how the call has ended: whether its parameters are kept, and what never left."""
        unused = self._taken - self.sent
        self.budget.give_back(self.ticket.device, unused)
        self.budget.judge(self.ticket.device, useful=kept)
        self.ledger.settle(self.ticket, answered=self.answered, withdrawn=unused, kept=kept)
