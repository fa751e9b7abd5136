"""Finding rows by their bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sealwright.telemetry.format.hashing import hash_rows
from sealwright.telemetry.keys import index
from sealwright.telemetry.keys.index import RowIndex

ROWS = np.arange(96, dtype=np.uint8).reshape(6, 16)


def rows_of(most):
    """Return a strategy for up to so many rows of few different bytes, so that many are equal."""
    sizes = st.integers(0, most)
    return sizes.flatmap(
        lambda count: arrays(np.uint8, (count, 8), elements=st.integers(0, 2), fill=st.just(0))
    )


@given(rows_of(20), rows_of(20))
def test_finds_the_first_equal_row(held, asked):
    """Each query finds the first row that equals it, or -1."""
    known = [row.tobytes() for row in held]
    expected = [known.index(row.tobytes()) if row.tobytes() in known else -1 for row in asked]
    assert RowIndex(held).find(asked).tolist() == expected


@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("significant", [14, 16])
def test_names(significant):
    """Names of 16 bytes are found whole or by their first bytes, and others are not."""
    chance = np.random.default_rng(1)
    names = chance.integers(0, 3, (3_000, 16), np.uint8)
    asked = chance.integers(0, 3, (1_000, 16), np.uint8)
    asked[::2] = names[chance.integers(0, len(names), 500)]
    asked[::4, significant:] ^= 3
    first = {row[:significant].tobytes(): at for at, row in reversed(list(enumerate(names)))}
    expected = [first.get(row[:significant].tobytes(), -1) for row in asked]
    assert RowIndex(names, significant).find(asked).tolist() == expected
    assert np.count_nonzero(np.array(expected) >= 0) >= 500 or significant == 16


@pytest.mark.parametrize("bits", [1, 6, 22])
@pytest.mark.parametrize("count", [1, 2, 3, 700])
def test_names_from_any_start(monkeypatch, bits, count):
    """However few bits tell where a search starts, it ends at the row: the last one and the first too."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    monkeypatch.setattr(index, "_MOST_BITS", bits)
    names = np.random.default_rng(2).integers(0, 256, (2 * count, 16), np.uint8)
    expected = [*range(count), *[-1] * count]
    assert RowIndex(names[:count]).find(names).tolist() == expected


@given(rows_of(20))
def test_repeats(held):
    """Repeats pair each row with the next one that equals it."""
    known = [row.tobytes() for row in held]
    expected = {(at, known.index(row, at + 1)) for at, row in enumerate(known) if row in known[at + 1 :]}
    before, after = RowIndex(held).repeats
    assert set(zip(before.tolist(), after.tolist(), strict=True)) == expected


def test_nothing_held():
    """An index without rows finds nothing and has no repeats."""
    empty = RowIndex(ROWS[:0])
    assert empty.find(ROWS).tolist() == [-1] * 6
    assert len(empty.repeats[0]) == 0


def test_nothing_asked():
    """No queries have no answers."""
    assert RowIndex(ROWS).find(ROWS[:0]).tolist() == []


def test_the_same_hash_is_not_the_same_row(monkeypatch):
    """A query is compared by its bytes: one that only shares a hash with a row does not find it."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    monkeypatch.setattr(index, "hash_rows", lambda rows, _: np.full(len(rows), 7, np.uint64))
    assert RowIndex(ROWS[:1]).find(ROWS[:2]).tolist() == [0, -1]


@pytest.mark.parametrize("collisions", [1, 3])
def test_collisions_draw_another_key(monkeypatch, collisions):
    """Held rows that share a hash under one key are indexed under the next that tells them apart."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    keys = iter(range(1, 10))
    monkeypatch.setattr(index, "new_key", lambda: np.uint64(next(keys)))
    monkeypatch.setattr(
        index,
        "hash_rows",
        lambda rows, key: np.ones(len(rows), np.uint64) if key <= collisions else hash_rows(rows, key),
    )
    held = RowIndex(ROWS)
    assert held.find(ROWS[::-1]).tolist() == [5, 4, 3, 2, 1, 0]
    assert next(keys) == collisions + 2
    assert len(held.repeats[0]) == 0


def test_equal_rows_are_no_collision(monkeypatch):
    """Rows that are equal share a hash under every key: that draws no other."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    keys = iter([np.uint64(1)])
    monkeypatch.setattr(index, "new_key", lambda: next(keys))
    held = RowIndex(np.vstack([ROWS, ROWS]))
    assert held.find(ROWS).tolist() == list(range(6))
