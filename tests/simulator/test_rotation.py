"""Rotation: which period a time falls into."""

import pytest

from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS, DAY, Rotation, RotationType


@pytest.mark.parametrize(
    ("days", "now", "period"),
    [
        (1, 0, 0),
        (1, DAY - 1, 0),
        (1, DAY, 1),
        (7, 7 * DAY - 1, 0),
        (7, 7 * DAY, 1),
        (30, 65 * DAY, 2),
        (7, -1, 0),
    ],
)
def test_periods(days, now, period):
    """A period has so many days; before the first one it is the first one all the same."""
    assert Rotation(RotationType.AUTOMATIC, days).period(now) == period
    assert Rotation(RotationType.AUTOMATIC, days, since=1000.0).period(now + 1000) == period


def test_the_default_is_seven_days_and_continuous_knows_no_periods():
    """As the document says of Days; under CONTINUOUS every message is its own."""
    assert AUTOMATIC.days == 7
    assert not AUTOMATIC.continuous
    assert CONTINUOUS.continuous
    assert CONTINUOUS.period(10**9) == 0
