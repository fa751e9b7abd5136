"""The toll of one call: each request is taken before it leaves, and none twice."""

import pytest

from sealwright.telemetry.keys.asking.budget import Budget
from sealwright.telemetry.keys.asking.ledger import Ledger
from sealwright.telemetry.keys.asking.toll import Toll

DEVICE = b"\0\0\x89\x28\x22\x45"


@pytest.fixture
def begun():
    """Return a function that begins a call under a budget."""

    def begin(total=10, failures=20):
        budget, ledger = Budget(total, failures=failures), Ledger(None, lambda: 0.0)
        budget.admit(DEVICE)
        return Toll(budget, ledger, ledger.ticket(DEVICE, "/e2e")), budget, ledger

    return begin


def test_a_call_that_is_answered_at_once(begun):
    """One request, sent and answered."""
    toll, budget, ledger = begun()
    toll.sent = toll.answered = 1
    toll.settle(kept=True)
    assert budget.taken == 1
    assert (ledger.reached, ledger.answered, ledger.kept, ledger.possibly_paid) == (1, 1, 1, 0)


def test_a_call_that_never_left(begun):
    """Nothing is taken, and nothing may have been paid."""
    toll, budget, ledger = begun()
    assert toll.may_repeat()
    assert toll.may_repeat()
    toll.settle(kept=False)
    assert budget.taken == 0
    assert (ledger.sent, ledger.withdrawn, ledger.reached, ledger.possibly_paid) == (1, 1, 0, 0)


def test_repeats_are_taken_one_by_one(begun):
    """Each request that reached a socket counts; those without an answer are possibly paid."""
    toll, budget, ledger = begun()
    for sent in (1, 2):
        toll.sent = sent
        assert toll.may_repeat()
    toll.sent, toll.answered = 3, 1
    toll.settle(kept=True)
    assert budget.taken == 3
    assert (ledger.reached, ledger.answered, ledger.kept, ledger.possibly_paid) == (3, 1, 1, 2)


def test_the_budget_ends_repeats(begun):
    """Then the call ends as it is."""
    toll, budget, _ = begun(total=2)
    toll.sent = 1
    assert toll.may_repeat()
    toll.sent = 2
    assert not toll.may_repeat()
    toll.settle(kept=False)
    assert budget.taken == 2


def test_calls_in_vain_are_noted(begun):
    """So that the device is left alone after enough of them."""
    toll, budget, _ = begun(failures=1)
    toll.sent = toll.answered = 1
    toll.settle(kept=False)
    assert budget.admit(DEVICE) == "device_paused"
