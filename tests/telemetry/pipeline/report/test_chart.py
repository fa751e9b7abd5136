"""Charts: what is in the picture, and what is said in its place."""

import re

import pytest

from sealwright.telemetry.pipeline.report.chart import Span, meter, outcome_bar, time_chart
from sealwright.telemetry.pipeline.report.document import Bucket, Times

RECT = re.compile(r'<rect class="(\w+)" x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)">')


def _times(*buckets, seconds=3_600):
    return Times("t", seconds, 0, [Bucket(*each) for each in buckets], 0)


def _day(count, failed=0):
    return [(f"2026-01-15T{hour:02}:00Z", count, failed) for hour in range(24)]


def test_nothing_to_show():
    """No buckets, empty ones, and times that are none."""
    assert Span.of(_times()) is None
    assert Span.of(_times(("2026-01-15T00:00Z", 0, 0))) is None
    assert Span.of(_times(("nonsense", 1, 1))) is None


def test_one_bucket_fills_the_picture():
    """One column, as wide as it all."""
    chart = time_chart(Span.of(_times(("2026-01-15T00:00Z", 3, 1))))
    (opened, x, _, width, height), (failed, *_), _ = RECT.findall(chart)
    assert (opened, failed) == ("opened", "failed")
    assert float(x) == 0
    assert float(width) == pytest.approx(1000, abs=3)
    assert float(height) == 75


@pytest.mark.parametrize("failed", [0, 1])
def test_columns_stand_within_the_picture(failed):
    """In order, beside each other; what failed has a panel of its own where there is any."""
    chart = time_chart(Span.of(_times(*_day(100_000, failed))))
    assert chart.count("<svg") == 1 + failed
    rects = [(float(x), float(y), float(w), float(h)) for _, x, y, w, h in RECT.findall(chart)]
    assert len(rects) == 24 + 48 * failed
    assert all(x >= 0 and x + w <= 1000.01 and y >= 0 and y + h <= 100.01 and w > 0 for x, y, w, h in rects)
    assert min(h for *_, h in rects) >= 1.5


def test_a_clock_that_was_never_set_does_not_squeeze_the_others():
    """A few rows of 1970 are told, and not shown."""
    span = Span.of(_times(("1970-01-01T00:00Z", 5, 0), *_day(100)))
    assert (len(span.columns), span.outside) == (24, 5)


def test_a_gap_is_a_gap():
    """Where nothing was sent nothing stands."""
    span = Span.of(_times(*_day(10)[:3], *_day(10)[20:]))
    xs = [float(x) for _, x, *_ in RECT.findall(time_chart(span))]
    assert span.outside == 0
    assert xs[3] - xs[2] == pytest.approx(18 * 1000 / 24, abs=0.1)


@pytest.mark.parametrize(
    ("seconds", "first", "last"),
    [(3_600, "00:00", "00:00"), (86_400, "Jan 15", "Jan 16"), (60, "00:00", "23:01")],
)
def test_labels(seconds, first, last):
    """Hours within a day, days beyond."""
    axis = time_chart(Span.of(_times(*_day(1), seconds=seconds))).rpartition("axis")[2]
    labels = re.findall("<span>([^<]+)</span>", axis)
    assert labels[0] == first
    assert labels[-1] == last


def test_numbers_that_are_none():
    """A report that somebody wrote by hand."""
    span = Span.of(_times(("2026-01-15T00:00Z", -5, 3), ("2026-01-15T00:00Z", 1, 0), seconds=0))
    assert time_chart(span).count("<rect") == 3


def test_the_bar_of_outcomes_has_words():
    """A piece each, and all of it as text."""
    bar = outcome_bar([("opened", 9), ("malformed", 1)], 10)
    assert bar.count("<span") == 2
    assert 'aria-label="Outcomes: 9 opened (90 %); 1 malformed (10 %)"' in bar


def test_a_meter():
    """As long as its share of the most; nothing of nothing is nothing."""
    assert "width:50.0%" in meter(2, 4)
    assert "width:0.0%" in meter(0, 0)
