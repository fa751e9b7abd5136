"""The options of commands that fetch keys at a price."""

import pytest

from sealwright.cli import fetch_option
from sealwright.cli.fetch_option import plan_lines
from sealwright.telemetry import Plan
from sealwright.telemetry.keys import service
from sealwright.telemetry.keys.asking import budget


def test_the_defaults_are_those_of_python():
    """The numbers that the help shows are the ones that hold in Python."""
    assert fetch_option.DEVICE_BUDGET == budget.DEVICE_BUDGET
    assert fetch_option.CONCURRENCY == service.CONCURRENCY


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(1, 1, 0, 1, 1, 0), ["1 message with 1 header", "0 held", "1 billed calls", "about 1 s"]),
        (Plan(9, 5, 5, 0, 0, 0, malformed=2), ["and 2 are malformed", "5 held", "0 billed calls"]),
        (Plan(9, 5, 0, 2, 3, 1), ["2 to 3 billed calls", "1 calls that are not billed", "about 3 to 4 s"]),
    ],
)
def test_a_plan_in_words(plan, words):
    """What is not there is not told: no calls take no time."""
    lines = plan_lines(plan, 1, 1.0)
    assert all(any(word in line for line in lines) for word in words)
    assert any("about" in line for line in lines) is bool(plan.most)
