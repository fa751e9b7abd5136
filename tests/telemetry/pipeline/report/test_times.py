"""Times as senders write them, and counts by minute, hour and day."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sealwright.telemetry.pipeline.report import times
from sealwright.telemetry.pipeline.report.times import TimeLine, read_time

MINUTE = 1_767_225_720 // 60
"""2026-01-01T00:02Z."""


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-01T00:02:00Z",
        "2026-01-01T00:02:59.999Z",
        "2026-01-01 00:02:30",
        " 2026-01-01T01:02:00+01:00 ",
        "20260101T000200Z",
        MINUTE * 60,
        MINUTE * 60 + 59.9,
        MINUTE * 60_000,
        str(MINUTE * 60),
        f"{MINUTE * 60}.5",
        str(MINUTE * 60_000),
    ],
)
def test_times_that_are_one_minute(value):
    """ISO 8601, seconds and milliseconds, as numbers and as texts."""
    assert read_time(value) == MINUTE


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "yesterday",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-13-01T00:00:00Z",
        -1,
        -1.5,
        10**15,
        10**400,
        float("nan"),
        float("inf"),
        [2026],
        {"a": 1},
        "9" * 400,
    ],
)
def test_what_is_no_time(value):
    """Anything else is unreadable, and never an error."""
    assert read_time(value) == -1


def _line(values, opened=None):
    line = TimeLine("time")
    line.add(values, np.ones(len(values), np.bool_) if opened is None else np.array(opened))
    return line.times()


def _every(step, count):
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return [(begin + number * step).isoformat() for number in range(count)]


@pytest.mark.parametrize(
    ("step", "count", "seconds", "buckets"),
    [
        (timedelta(seconds=1), 180, 60, 3),
        (timedelta(minutes=1), 400, 60, 400),
        (timedelta(minutes=1), 401, 3_600, 7),
        (timedelta(hours=1), 401, 86_400, 17),
        (timedelta(days=1), 500, 86_400, 500),
    ],
)
def test_the_shortest_stretch_that_makes_few_buckets(step, count, seconds, buckets):
    """Minutes, then hours, then days; all rows are in them."""
    found = _line(_every(step, count))
    assert (found.seconds, len(found.buckets)) == (seconds, buckets)
    assert sum(bucket.opened for bucket in found.buckets) == count
    assert found.buckets[0].start == "2026-01-01T00:00Z"


def test_opened_and_failed_are_counted_apart():
    """And a row without a time is counted as one."""
    found = _line(["2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", "nonsense"], [True, False, True])
    assert [(each.opened, each.failed) for each in found.buckets] == [(1, 1)]
    assert found.unreadable == 1


def test_no_times_at_all():
    """Nothing is no error."""
    assert _line([None, None]).buckets == []


def test_the_list_is_bounded(monkeypatch):
    """What is beyond it is summed up."""
    monkeypatch.setattr(times, "MOST_LISTED", 5)
    found = _line(_every(timedelta(days=1), 500))
    assert (len(found.buckets), found.left_out) == (5, 495)
