"""The table: every contestant, the fastest first, with the ratio to the loop in Python."""

import pytest

from reporting import made_report
from sealwright.bench.table import show, significant


def test_the_table():
    """Names, nanoseconds, messages a second and ratios stand in order."""
    lines = show(made_report(), width=100).splitlines()
    assert lines[0].strip() == "realistic stream: 64 B"
    assert lines[1].split() == ["ns", "a", "message", "messages/s", "times", "as", "fast"]
    assert lines[2].split()[-3:] == ["20", "50,000,000", "50"]
    assert [line.split()[-1] for line in lines[2:8]] == ["50", "25", "4.0", "2.0", "1", "0.025"]


def test_the_baseline_is_the_loop_for_the_suite():
    """Signed messages are held against the loop that can open them."""
    told = show(made_report(), width=100)
    signed = told[told.index("signed") :].splitlines()
    assert signed[2].split()[-1] == "60"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.034, "0.034"), (0.86, "0.86"), (3.21, "3.2"), (9.97, "10"), (47.2, "47"), (1934, "1,900")],
)
def test_two_digits_mean_something(value, words):
    """A ratio has two digits, whatever its size."""
    assert significant(value) == words
