"""Keyed 64-bit hashes of fixed-size rows, and equal rows brought together by them.

Whoever sends messages chooses their headers, so every hash here is keyed with a number that is
drawn afresh each time; equality is always checked on the bytes themselves.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import numpy as np

from sealwright.telemetry.core import core

if TYPE_CHECKING:
    from numpy.typing import NDArray


def new_key() -> np.uint64:
    """Return a fresh hash key."""
    return np.uint64(secrets.randbits(64))


def hash_rows(rows: NDArray[np.uint8], key: np.uint64) -> NDArray[np.uint64]:
    """Hash rows of 8·k bytes, shape (n, 8k), to n numbers of 64 bits; 0 is never one of them."""
    words = as_words(rows)
    if (module := core().module) is not None:
        hashes = np.empty(len(words), np.uint64)
        module.hash_rows(words, int(key), hashes)
        return hashes
    state = np.full(len(words), key, np.uint64)
    for column in words.T:
        state ^= column
        _mix(state, 0xFF51AFD7ED558CCD)
    _mix(state, 0xC4CEB9FE1A85EC53)
    state[state == 0] = 1
    return state


def _mix(state: NDArray[np.uint64], multiplier: int) -> None:
    """Let each bit depend on those below and above it, as the finisher of MurmurHash3 does."""
    state *= np.uint64(multiplier)
    state ^= state >> np.uint64(32)


def as_words(rows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """View rows of 8·k bytes as k numbers each: they compare and copy several times faster so."""
    return np.ascontiguousarray(rows).view(np.uint64)


def distinct_rows(rows: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (first, group): where each distinct row first stands, and each row's place in that list.

    Rows have 8·k bytes. `rows[first][group]` equals `rows`; the order of `first` is arbitrary.
    """
    words = as_words(rows)
    while True:
        _, first, group = np.unique(hash_rows(rows, new_key()), return_index=True, return_inverse=True)
        if (words[first][group] == words).all():  # else two rows share a hash: draw another key
            return first, group


def distinct_numbers(numbers: NDArray[np.intp], limit: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (distinct, place): the numbers that occur, rising, and each number's place among them.

    All are 0 or more and below the limit. `distinct[place]` equals `numbers`.
    """
    if limit > 16 * len(numbers):  # a table of all that may occur would take more than it saves
        return np.unique(numbers, return_inverse=True)
    occurs = np.zeros(limit, np.bool_)
    occurs[numbers] = True
    distinct = np.flatnonzero(occurs)
    place = np.empty(limit, np.intp)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[numbers]
