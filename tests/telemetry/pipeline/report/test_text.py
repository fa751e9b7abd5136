"""Texts and numbers for people."""

import pytest

from sealwright.telemetry.pipeline.report.text import duration, escaped, plain, share, size


def test_nothing_becomes_markup():
    """The five characters of HTML, and those that turn writing around or move a terminal's cursor."""
    assert escaped("<a href=\"x\" o='y'>&") == "&lt;a href=&quot;x&quot; o=&#x27;y&#x27;&gt;&amp;"
    assert plain("a\x1b[31mb\u202ec\nd") == "a\\x1b[31mb\\u202ec\\nd"
    assert plain("Größe 測定") == "Größe 測定"


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (999_999, "1.0 MB"), (4 * 10**15, "4,000.0 TB")],
)
def test_sizes(count, told):
    """In the unit that suits them."""
    assert size(count) == told


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"),
        (0, 5, "0 %"),
        (5, 5, "100 %"),
        (1, 3, "33.33 %"),
        (1, 10**6, "< 0.01 %"),
        (10**6 - 1, 10**6, "> 99.99 %"),
    ],
)
def test_shares(part, whole, told):
    """One failure in a million is not 100 % opened."""
    assert share(part, whole) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.031, "0.03 s"), (12.34, "12.3 s"), (125.4, "2 min 5 s"), (12_000, "3 h 20 min")],
)
def test_durations(seconds, told):
    """As people say them."""
    assert duration(seconds) == told
