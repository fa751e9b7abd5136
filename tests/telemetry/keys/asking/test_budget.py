"""The budget: in all, for a device, for listed devices only, and the pause after calls in vain."""

import math
import threading

import pytest

from sealwright.errors import InputError, Outcome, Reason
from sealwright.simulator.clock import ManualClock
from sealwright.telemetry.keys.asking.budget import Budget

DEVICE, OTHER = b"\0\0\x89\x28\x22\x45", b"\0\0\x89\x28\x22\x46"


def admitted(budget, device, times):
    """Return the reasons of so many attempts."""
    return [budget.admit(device) for _ in range(times)]


def test_in_all():
    """As many as there are, whoever asks."""
    budget = Budget(3)
    assert admitted(budget, DEVICE, 2) + admitted(budget, OTHER, 2) == [Reason.NONE] * 3 + [Reason.BUDGET]
    assert budget.taken == 3
    assert repr(budget) == "<Budget: 3 of 3 requests taken>"
    assert Budget(0).admit(DEVICE) is Reason.BUDGET


def test_for_a_device():
    """Another device still has its own."""
    budget = Budget("unlimited", a_device=2)
    assert budget.total == math.inf
    assert admitted(budget, DEVICE, 3) == [Reason.NONE, Reason.NONE, Reason.DEVICE_BUDGET]
    assert admitted(budget, OTHER, 1) == [Reason.NONE]


@pytest.mark.parametrize("device", ["0002000089282245", bytes.fromhex("0002000089282245")])
def test_for_listed_devices_only(device):
    """By UID in hex or as bytes; others cost nothing."""
    budget = Budget(5, devices=[device])
    assert budget.admit(DEVICE) is Reason.NONE
    assert budget.admit(OTHER) is Reason.DEVICE_NOT_LISTED
    assert Budget(5, devices=[]).admit(DEVICE) is Reason.DEVICE_NOT_LISTED
    assert budget.taken == 1


def test_a_device_is_left_alone_after_calls_in_vain():
    """Twenty of them, for ten minutes; then twenty more. One that is useful begins the count anew."""
    clock = ManualClock()
    budget = Budget("unlimited", clock=clock)

    def calls(useful, times):
        for _ in range(times):
            assert budget.admit(DEVICE) is Reason.NONE
            budget.judge(DEVICE, useful=useful)

    calls(useful=False, times=19)
    calls(useful=True, times=1)
    calls(useful=False, times=20)
    assert budget.admit(DEVICE) is Reason.DEVICE_PAUSED
    assert budget.admit(OTHER) is Reason.NONE
    clock.advance(599)
    assert budget.admit(DEVICE) is Reason.DEVICE_PAUSED
    clock.advance(1)
    calls(useful=False, times=20)
    assert budget.admit(DEVICE) is Reason.DEVICE_PAUSED


def test_repeats_and_what_never_left():
    """A repeat is one request more; what is given back can be taken again."""
    budget = Budget(3, a_device=2)
    budget.admit(DEVICE)
    assert [budget.take_more(DEVICE) for _ in range(2)] == [True, False]
    budget.give_back(DEVICE, 2)
    assert budget.taken == 0
    assert admitted(budget, DEVICE, 3) == [Reason.NONE, Reason.NONE, Reason.DEVICE_BUDGET]
    assert admitted(budget, OTHER, 2) == [Reason.NONE, Reason.BUDGET]
    assert not budget.take_more(OTHER)


def test_a_million_attempts_from_many_threads_stay_within_it():
    """Nothing is taken twice."""
    budget, granted = Budget(5_000, a_device=1_000), []

    def stranger(number):
        device = number.to_bytes(6)
        granted.append(sum(budget.admit(device) is Reason.NONE for _ in range(20_000)))

    threads = [threading.Thread(target=stranger, args=(number % 4,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == budget.taken == 4_000


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"total": -1}, "a number of requests, 0 or more, or 'unlimited'"),
        ({"total": True}, "a number of requests"),
        ({"total": 5.0}, "a number of requests"),
        ({"total": "many"}, "a number of requests"),
        ({"total": 5, "devices": ["000200008928224"]}, "16 hex digits"),
        ({"total": 5, "devices": [b"1234567"]}, "8 bytes"),
        ({"total": 5, "a_device": 0}, "1 or more"),
        ({"total": 5, "failures": 0}, "1 or more"),
    ],
)
def test_what_is_no_budget(options, words):
    """An InputError that says what it is."""
    with pytest.raises(InputError, match="budget: ") as caught:
        Budget(**options)
    assert words in str(caught.value)


def test_every_reason_of_a_budget_is_not_attempted():
    """Such a message may open another day."""
    reasons = (Reason.BUDGET, Reason.DEVICE_BUDGET, Reason.DEVICE_PAUSED, Reason.DEVICE_NOT_LISTED)
    assert {reason.outcome for reason in reasons} == {Outcome.NOT_ATTEMPTED}
