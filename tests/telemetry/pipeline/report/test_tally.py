"""Counts of many distinct numbers: exact, until there are too many of them."""

import numpy as np
import pytest

from sealwright.telemetry.pipeline.report.tally import Tally


def _counts(tally):
    numbers, counts = tally.counts()
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def test_nothing():
    """A tally that was told nothing counts nothing."""
    tally = Tally()
    tally.add(np.empty(0, np.uint64))
    assert _counts(tally) == {}
    assert tally.dropped == 0


@pytest.mark.parametrize("most", [4, 100, 10_000])
def test_counts_agree_with_a_dictionary(most):
    """However often it merges, every number is counted as often as it was told."""
    chance = np.random.default_rng(7)
    told = chance.integers(0, 4, 5_000).astype(np.uint64) * np.uint64(2**62)
    tally = Tally(most)
    for part in np.array_split(told, 50):
        tally.add(part)
        if len(part) % 3 == 0:
            tally.counts()
    numbers, counts = np.unique(told, return_counts=True)
    assert _counts(tally) == dict(zip(numbers.tolist(), counts.tolist(), strict=True))


def test_the_rarest_are_dropped_and_summed():
    """Memory is bounded: what is told once goes before what is told often, and is not forgotten."""
    tally = Tally(10)
    tally.add(np.repeat(np.arange(5, dtype=np.uint64), 100))
    for begin in range(100, 1_100, 100):
        tally.add(np.arange(begin, begin + 100, dtype=np.uint64))
    held = _counts(tally)
    assert len(held) == 10
    assert all(held[number] == 100 for number in range(5))
    assert sum(held.values()) + tally.dropped == 1_500
