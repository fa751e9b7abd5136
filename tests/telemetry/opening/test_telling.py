"""What became of messages, as events."""

import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.events import Teller
from sealwright.telemetry.opening.telling import tell_outcomes, tell_repeats


def test_each_outcome_and_reason_that_occurs():
    """Once each, with its number."""
    heard = []
    outcome = np.array([0, 1, 1, Outcome.NOT_AUTHENTIC.code, 0], np.uint8)
    reason = np.array(
        [0, Reason.EMPTY.code, Reason.TOO_SHORT.code, 0, Reason.PLAINTEXT_IN_HEX.code], np.uint8
    )
    tell_outcomes(Teller(heard.append), outcome, reason)
    assert {(event.labels["outcome"], event.labels["reason"]): event.count for event in heard} == {
        ("opened", ""): 1,
        ("opened", "plaintext_in_hex"): 1,
        ("malformed", "empty"): 1,
        ("malformed", "too_short"): 1,
        ("not_authentic", ""): 1,
    }


def test_no_messages():
    """Nothing is no event."""
    heard = []
    tell_outcomes(Teller(heard.append), np.empty(0, np.uint8), np.empty(0, np.uint8))
    tell_repeats(Teller(heard.append), (np.zeros(3, np.bool_), np.zeros(3, np.bool_)))
    assert heard == []


def test_flags():
    """Each by its name."""
    heard = []
    tell_repeats(Teller(heard.append), (np.array([True, True]), np.array([False, True])))
    assert [(event.labels["flag"], event.count) for event in heard] == [("duplicate", 2), ("nonce_reuse", 1)]
