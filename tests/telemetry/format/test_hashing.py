"""Keyed hashes of rows, and equal rows brought together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sealwright.telemetry.format import hashing
from sealwright.telemetry.format.hashing import as_words, distinct_numbers, distinct_rows, hash_rows, new_key

ROWS = np.arange(96, dtype=np.uint8).reshape(6, 16)
KEY = np.uint64(0x7E57_7E57_7E57_7E57)


def few_rows(width):
    """Return a strategy for up to 40 rows of few different bytes, so that many are equal."""
    shapes = array_shapes(min_dims=1, max_dims=1, min_side=0, max_side=40).map(lambda shape: (*shape, width))
    return arrays(np.uint8, shapes, elements=st.integers(0, 1), fill=st.just(0))


def test_keys_are_drawn_afresh():
    """Whoever chooses headers cannot know the key: two draws of 64 bits do not agree."""
    assert new_key() != new_key()
    assert new_key().dtype == np.uint64


def test_equal_rows_have_equal_hashes():
    """A row's hash depends on its bytes and the key, not on its place."""
    assert (hash_rows(ROWS[::-1], KEY)[::-1] == hash_rows(ROWS, KEY)).all()


def test_another_key_gives_other_hashes():
    """Collisions under one key say nothing about another key."""
    assert (hash_rows(ROWS, KEY) != hash_rows(ROWS, KEY + np.uint64(1))).all()


@pytest.mark.parametrize("bit", [0, 7, 63, 64, 127])
def test_each_bit_counts(bit):
    """Flipping any one bit of a row changes its hash."""
    other = ROWS.copy()
    other[:, bit // 8] ^= 1 << bit % 8
    assert (hash_rows(other, KEY) != hash_rows(ROWS, KEY)).all()


def test_the_order_of_words_counts():
    """Two halves that change places do not hash alike."""
    assert (hash_rows(np.roll(ROWS, 8, axis=1), KEY) != hash_rows(ROWS, KEY)).all()


def test_zero_is_never_a_hash():
    """0 is free to mean `nothing here`: a row that would have it gets 1."""
    assert hash_rows(np.zeros((3, 8), np.uint8), np.uint64(0)).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "rows",
    [ROWS[::2], ROWS[:, ::-1][:, ::-1], np.asfortranarray(ROWS), np.repeat(ROWS, 2, axis=1)[:, ::2]],
    ids=["strided rows", "reversed twice", "column order", "strided bytes"],
)
def test_rows_of_any_strides(rows):
    """Rows hash by what they hold, however they lie in memory."""
    assert hash_rows(rows, KEY).tolist() == hash_rows(np.ascontiguousarray(rows), KEY).tolist()


def test_words():
    """Rows of 16 bytes are seen as two numbers each, and a batch without rows has none."""
    assert as_words(ROWS).shape == (6, 2)
    assert as_words(ROWS[:0]).shape == (0, 2)
    assert as_words(ROWS).tobytes() == ROWS.tobytes()


@given(few_rows(8) | few_rows(16))
def test_distinct_rows(rows):
    """`first` names each distinct row where it first stands, and `group` leads every row back to it."""
    first, group = distinct_rows(rows)
    assert (rows[first][group] == rows).all()
    seen = [row.tobytes() for row in rows]
    assert sorted(first.tolist()) == sorted({seen.index(row) for row in seen})


def test_no_rows():
    """A batch without rows has no distinct ones."""
    first, group = distinct_rows(ROWS[:0])
    assert len(first) == len(group) == 0


def test_a_collision_draws_another_key(monkeypatch):
    """Rows that share a hash under one key are told apart under the next."""
    drawn = []

    def collide_once(rows, key):
        drawn.append(key)
        return np.ones(len(rows), np.uint64) if len(drawn) == 1 else hash_rows(rows, key)

    monkeypatch.setattr(hashing, "hash_rows", collide_once)
    first, group = distinct_rows(np.vstack([ROWS, ROWS]))
    assert sorted(first.tolist()) == list(range(6))
    assert group[:6].tolist() == group[6:].tolist()
    assert len(set(drawn)) == 2


@pytest.mark.parametrize("limit", [50, 100_000], ids=["by a table", "by sorting"])
@given(numbers=st.lists(st.integers(0, 49), min_size=5))
def test_distinct_numbers(numbers, limit):
    """Each number that occurs is told once, rising, and every number's place leads back to it."""
    distinct, place = distinct_numbers(np.array(numbers), limit)
    assert distinct.tolist() == sorted(set(numbers))
    assert distinct[place].tolist() == numbers
