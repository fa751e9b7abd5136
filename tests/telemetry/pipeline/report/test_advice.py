"""What to do: every reason has an answer."""

import pytest

from sealwright.errors import Outcome, Reason
from sealwright.telemetry.pipeline.report.advice import troubles


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_every_reason_has_its_advice(reason):
    """Whatever befell messages, the page says what it means and what to do."""
    [trouble] = troubles({reason.outcome: 3}, {reason: 3})
    assert trouble.rows == 3
    assert trouble.outcome == reason.outcome
    assert trouble.meaning == reason.explanation
    assert trouble.advice.endswith(".")


def test_most_frequent_first_and_nothing_is_left_out():
    """What has no reason stands under its outcome."""
    found = troubles(
        {"opened": 5, "not_authentic": 7, "malformed": 4, "not_attempted": 1}, {"empty": 3, "missing": 1}
    )
    assert [(each.word, each.rows) for each in found] == [
        ("not_authentic", 7),
        ("empty", 3),
        ("missing", 1),
        ("not_attempted", 1),
    ]
    assert found[0].advice


def test_words_of_a_later_version():
    """They are shown as they are."""
    [trouble] = troubles({Outcome.OPENED: 1}, {"unheard_of": 2})
    assert trouble[:3] == ("unheard_of", "", 2)
