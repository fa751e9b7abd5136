"""Clocks: one that stands still until it is moved, and times as the service writes them."""

from datetime import UTC, datetime

from sealwright.simulator.clock import START, ManualClock, iso


def test_a_manual_clock_moves_when_it_is_told():
    """By seconds, by days, or not at all."""
    clock = ManualClock()
    assert clock() == clock() == START.timestamp()
    clock.advance(1.5)
    clock.advance(days=2)
    assert clock() == START.timestamp() + 1.5 + 2 * 86_400
    assert ManualClock(datetime(1970, 1, 2, tzinfo=UTC))() == 86_400


def test_times_are_iso_8601_in_utc():
    """Whole seconds, Z for the zone."""
    assert iso(START.timestamp() + 0.9) == "2026-01-15T00:00:00Z"
