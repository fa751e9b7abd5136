"""The ledger: counts that add up, in memory and in a log."""

from sealwright.simulator.clock import START, ManualClock
from sealwright.telemetry.keys.asking.ledger import Ledger
from sealwright.telemetry.keys.keeping.calls import Calls

DEVICE, PATH = b"\0\0\x89\x28\x22\x45", "/e2e/uplink/protectionparameters/get"


class Log(list):
    """A log that keeps everything it is told."""

    def count_calls(self, calls):
        """Take calls down."""
        self.extend(calls)


def test_requests_are_written_down_before_they_are_sent():
    """From the ticket on the log has them as possibly paid; memory from the request on."""
    log = Log()
    ledger = Ledger(log, START.timestamp)
    ticket = ledger.ticket(DEVICE, PATH)
    assert log == []
    ledger.announce([ticket])
    assert log == [Calls("2026-01-15", DEVICE, PATH, sent=1)]
    ledger.send()
    assert (ledger.sent, ledger.reached, ledger.possibly_paid) == (1, 1, 1)
    ledger.settle(ticket, answered=1, withdrawn=0, kept=True)
    assert (ledger.reached, ledger.answered, ledger.kept, ledger.possibly_paid) == (1, 1, 1, 0)
    ledger.flush()
    assert log[1:] == [Calls("2026-01-15", DEVICE, PATH, answered=1, kept=1)]
    ledger.flush()
    assert len(log) == 2


def test_a_call_ends_on_the_day_on_which_it_began():
    """Or midnight would leave one day with a call too many and the next with one too few."""
    clock, log = ManualClock(), Log()
    ledger = Ledger(log, clock)
    ticket = ledger.ticket(DEVICE, PATH)
    clock.advance(days=1)
    ledger.settle(ticket, answered=1, withdrawn=0, kept=True)
    ledger.flush()
    assert [each.day for each in log] == ["2026-01-15"]


def test_what_never_left_and_what_was_not_answered():
    """The first is withdrawn, the second stays possibly paid; a ticket that was not used is withdrawn."""
    log = Log()
    ledger = Ledger(log, lambda: 0.0)
    ticket = ledger.ticket(DEVICE, PATH)
    for _ in range(2):
        ledger.send()
    ledger.settle(ticket, answered=0, withdrawn=1, kept=False)
    ledger.withdraw(ticket)
    assert (ledger.sent, ledger.withdrawn, ledger.reached, ledger.possibly_paid) == (2, 1, 1, 1)
    ledger.flush()
    assert [each.withdrawn for each in log] == [1, 1]


def test_ends_are_written_together():
    """The log gets them 64 at a time, and what is left with a flush."""
    log = Log()
    ledger = Ledger(log, lambda: 0.0)
    for _ in range(100):
        ledger.settle(ledger.ticket(DEVICE, PATH), answered=1, withdrawn=0, kept=True)
    assert len(log) == 64
    ledger.flush()
    assert len(log) == 100


def test_without_a_log_nothing_is_gathered():
    """Memory counts, and does not grow."""
    ledger = Ledger(None, lambda: 0.0)
    ledger.announce([ledger.ticket(DEVICE, PATH)])
    for _ in range(200):
        ledger.settle(ledger.ticket(DEVICE, PATH), answered=1, withdrawn=0, kept=True)
    ledger.flush()
    assert ledger.answered == 200
    assert ledger._ends == []
