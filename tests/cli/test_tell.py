"""Summaries in words."""

import pytest

from sealwright.cli.tell import tell_summary

QUIET = {
    "rows": 0,
    "outcomes": {},
    "reasons": {},
    "duplicates": 0,
    "nonce_reuse": 0,
    "encoding": "hex",
    "engine": "portable",
    "cross_checked": 0,
    "seconds": 1.234,
    "refused_lines": [],
    "irregular_replies": {},
}


def told(**changes):
    """Return the lines of a summary."""
    return list(tell_summary(QUIET | changes))


def test_nothing_to_tell():
    """No rows are one line."""
    assert told() == ["0 rows in 1.23 s (portable engine, hex)"]


def test_what_was_cross_checked():
    """The number of messages that the portable engine has opened once more stands beside the engine."""
    assert told(engine="native", cross_checked=1_064) == [
        "0 rows in 1.23 s (native engine, 1,064 cross-checked, hex)"
    ]


def test_counts_stand_in_columns():
    """Numbers have separators and stand right, in the order of outcomes; reasons belong to theirs."""
    lines = told(
        rows=1_234_567,
        outcomes={"not_authentic": 7, "opened": 1_234_000, "malformed": 560},
        reasons={"too_short": 500, "empty": 60, "plaintext_in_hex": 3},
    )
    assert lines == [
        "1,234,567 rows in 1.23 s (portable engine, hex)",
        "  1,234,000  opened",
        "               3 plaintext_in_hex: the plaintext is not in the form asked for and stands in hex",
        "        560  malformed",
        "               500 too_short: the message is shorter than its header and tag",
        "               60 empty: the message has no bytes",
        "          7  not_authentic",
    ]


def test_flags():
    """Duplicates are told, and a used nonce is an alarm."""
    assert told(rows=20, duplicates=3, nonce_reuse=1)[1:] == [
        "   3  flagged duplicate: the header and tag of an earlier row",
        "   1  ALARM nonce_reuse: an earlier header over another text",
    ]


def test_irregular_replies():
    """What departs from the guessed rules is counted."""
    assert told(irregular_replies={"nonce": 2, "kiv": 1})[1:] == [
        "irregular replies in the key file: 2 nonce, 1 kiv (used as they are)"
    ]


@pytest.mark.parametrize("count", [1, 5, 6, 12])
def test_refused_lines(count):
    """The first five are told with their reasons, the rest counted."""
    lines = told(refused_lines=[{"line": n, "reason": "mac_length"} for n in range(1, count + 1)])[1:]
    assert lines[0] == "key file line 1 refused: MACLength must be the number 128"
    assert len(lines) == min(count, 6)
    if count > 5:
        assert lines[5] == f"… and {count - 5} more lines refused (--json lists all)"
