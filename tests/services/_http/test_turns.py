"""Pauses that all threads keep, and the quota of repeats."""

from datetime import UTC, datetime

from asking import FakeTime
from sealwright.services._http.turns import Pause, Quota, Timing


def test_a_pause():
    """A pause ends by itself, and a shorter one does not end a longer one."""
    time = FakeTime()
    pause = Pause(time.timing)
    assert pause.left() == 0
    pause.extend(10)
    pause.extend(3)
    assert pause.left() == 10
    time.sleep(9)
    assert pause.left() == 1
    time.sleep(2)
    assert pause.left() == 0


def test_a_quota():
    """Repeats are taken until none is left; successes give some back, never more than there were."""
    quota = Quota(2)
    quota.give()
    assert [quota.take() for _ in range(3)] == [True, True, False]
    quota.give()
    assert [quota.take() for _ in range(2)] == [True, False]


def test_real_time():
    """Without arguments, time and chance are the machine's."""
    timing = Timing()
    assert abs((timing.now() - datetime.now(UTC)).total_seconds()) < 5
    assert timing.monotonic() <= timing.monotonic()
    assert 0 <= timing.random() < 1
