"""The ledger: counts that add up, in memory and in a log."""

from sealwright.simulator.clock import START
from sealwright.telemetry.keys.asking.ledger import Ledger
from sealwright.telemetry.keys.keeping.calls import Calls

DEVICE, PATH = b"\0\0\x89\x28\x22\x45", "/e2e/uplink/protectionparameters/get"


class Log(list):
    """A log that keeps everything it is told."""

    def count_calls(self, calls):
        """Take calls down."""
        self.extend(calls)


def test_requests_are_written_down_before_they_are_sent():
    """Until they are settled they are possibly paid, also in the log."""
    log = Log()
    ledger = Ledger(log, START.timestamp)
    ledger.sending(DEVICE, PATH)
    assert (ledger.sent, ledger.reached, ledger.possibly_paid) == (1, 1, 1)
    assert log == [Calls("2026-01-15", DEVICE, PATH, sent=1)]
    ledger.settle(DEVICE, PATH, answered=1, withdrawn=0, kept=True)
    assert (ledger.reached, ledger.answered, ledger.kept, ledger.possibly_paid) == (1, 1, 1, 0)
    assert log[1:] == [Calls("2026-01-15", DEVICE, PATH, answered=1, kept=1)]


def test_what_never_left_and_what_was_not_answered():
    """The first is withdrawn, the second stays possibly paid."""
    ledger = Ledger(None, lambda: 0.0)
    ledger.sending(DEVICE, PATH, 2)
    ledger.settle(DEVICE, PATH, answered=0, withdrawn=1, kept=False)
    assert (ledger.sent, ledger.withdrawn, ledger.reached, ledger.possibly_paid) == (2, 1, 1, 1)
