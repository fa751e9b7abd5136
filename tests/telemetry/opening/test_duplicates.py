"""The window of duplicates: what it remembers, how long, and that it never takes one for another."""

import numpy as np
import pytest

from sealwright.telemetry import DuplicateWindow
from sealwright.telemetry.core import core
from sealwright.telemetry.opening.duplicates import _HashSet


@pytest.fixture(autouse=True, params=["portable", "native"])
def _both(request, monkeypatch):
    """Let each test run with the sets of numpy, and with those of the core where it is."""
    if request.param == "native" and core().module is None:
        pytest.skip(core().reason)
    monkeypatch.setenv("SEALWRIGHT_ENGINE", request.param)


def _rows(numbers):
    """Return rows of 16 bytes, one for each number."""
    rows = np.zeros((len(numbers), 2), np.uint64)
    rows[:, 0] = numbers
    return rows.view(np.uint8)


def _stream(window, headers, tags=None):
    """Show messages to a window one by one; return both flags of each."""
    told = [window.see(_rows([h]), _rows([t])) for h, t in zip(headers, tags or headers, strict=True)]
    return [bool(d) for d, _ in told], [bool(r) for _, r in told]


def test_a_million_messages_with_one_percent_repeats():
    """Of 1,000,000 messages exactly the 10,000 repeats are duplicates, over several calls."""
    rng = np.random.default_rng(17)
    numbers = np.arange(1_000_000)
    repeats = np.sort(rng.choice(np.arange(1_000, 1_000_000), 10_000, replace=False))
    fresh = np.setdiff1d(numbers, repeats)
    earlier = fresh[(rng.random(10_000) * np.searchsorted(fresh, repeats)).astype(int)]
    numbers[repeats] = earlier
    rows, window, found = _rows(numbers), DuplicateWindow(), []
    for at in range(0, len(rows), 300_000):
        duplicate, reuse = window.see(rows[at : at + 300_000], rows[at : at + 300_000])
        found.append(at + np.flatnonzero(duplicate))
        assert not reuse.any()
    assert np.array_equal(np.concatenate(found), repeats)


def test_repeats_within_one_call_are_seen():
    """The first of equal rows is new and the others are not, in one array as in two."""
    window = DuplicateWindow()
    duplicate, reuse = window.see(_rows([5, 6, 5, 5]), _rows([1, 1, 1, 2]))
    assert duplicate.tolist() == [False, False, True, False]
    assert reuse.tolist() == [False, False, False, True]
    duplicate, reuse = window.see(_rows([6, 6, 5]), _rows([1, 3, 2]))
    assert duplicate.tolist() == [True, False, True]
    assert reuse.tolist() == [False, True, False]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_the_last_messages_are_remembered(size):
    """A message comes again after size - 1 others: it is known, whatever came before."""
    for before in (0, 1, size // 2, size, 3 * size):
        stream = [*range(1000, 1000 + before), 7, *range(2000, 2000 + size - 1), 7]
        duplicate, _ = _stream(DuplicateWindow(size), stream)
        assert np.flatnonzero(duplicate).tolist() == [len(stream) - 1]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_header_is_remembered_as_long_as_its_messages(size):
    """The alarm of nonce reuse reaches as far back as duplicates do."""
    headers = [7, *range(2000, 2000 + size - 1), 7]
    _, reuse = _stream(DuplicateWindow(size), headers, list(range(size + 1)))
    assert np.flatnonzero(reuse).tolist() == [size]


def test_what_is_older_than_two_generations_is_forgotten():
    """A window does not grow without end: after twice its size a message is new again."""
    duplicate, reuse = _stream(DuplicateWindow(10), [7, *range(100, 120), 7])
    assert not any(duplicate + reuse)


def test_one_call_may_be_longer_than_the_window():
    """An array of many windows' lengths is seen in pieces."""
    duplicate, _ = DuplicateWindow(2).see(_rows([1, 1, 3, 4, 3, 6, 7, 1]), _rows([1] * 8))
    assert np.flatnonzero(duplicate).tolist() == [1, 4]


@pytest.mark.parametrize("seed", range(10))
def test_how_many_messages_a_call_has_is_no_matter(seed):
    """Generations turn at the same messages, whether these come one by one or in calls of any length."""
    rng = np.random.default_rng(seed)
    headers, tags = rng.integers(0, 12, 400), rng.integers(0, 3, 400)
    alone, window, flags = _stream(DuplicateWindow(7), headers, list(tags)), DuplicateWindow(7), []
    bounds = np.sort(rng.integers(0, 400, 30))
    for part, tag in zip(np.split(headers, bounds), np.split(tags, bounds), strict=True):
        flags.append(window.see(_rows(part), _rows(tag)))
    assert [np.concatenate(each).tolist() for each in zip(*flags, strict=True)] == list(alone)
    assert all(map(any, alone))


@pytest.mark.parametrize("size", [1, 3, 8, 1000])
@pytest.mark.parametrize("done", [0, 1, 8, 23, 24, 100])
def test_a_window_is_made_again_out_of_its_hashes(size, done):
    """With the key and the hashes of its last two generations another window goes on as the first would."""
    rng = np.random.default_rng(size)
    headers, tags = rng.integers(0, 12, 200), rng.integers(0, 3, 200)
    told = []
    window = DuplicateWindow(size, on_seen=told.append)
    window.see(_rows(headers[:done]), _rows(tags[:done]))
    hashes = np.concatenate([np.empty((0, 2), np.uint64), *told])
    first = max(0, window.seen // size - 1) * size
    again = DuplicateWindow(size, key=window.key, seen=first)
    again.remember(hashes[first:, 0], hashes[first:, 1])
    assert again.seen == window.seen == done
    rest = _rows(headers[done:]), _rows(tags[done:])
    for flags, same in zip(window.see(*rest), again.see(*rest), strict=True):
        assert flags.tolist() == same.tolist()


def test_a_window_of_no_size_remembers_the_last_one():
    """The least window is one message."""
    assert _stream(DuplicateWindow(0), [1, 1, 2, 2])[0] == [False, True, False, True]


def test_no_messages_are_no_repeats():
    """Nothing comes of nothing."""
    duplicate, reuse = DuplicateWindow().see(_rows([]), _rows([]))
    assert (len(duplicate), len(reuse)) == (0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_a_forgotten_message_raises_no_alarm(seed):
    """Messages and headers are forgotten together: nonce_reuse needs two tags under one header."""
    headers = np.random.default_rng(seed).integers(0, 9, 300).tolist()
    tags = [10 * header + (header < 2) * (at % 2) for at, header in enumerate(headers)]
    _, reuse = _stream(DuplicateWindow(3), headers, tags)
    assert any(reuse)
    assert {header for header, told in zip(headers, reuse, strict=True) if told} <= {0, 1}


def test_a_set_grows_and_keeps_what_it_holds():
    """At most half of the slots are taken, and nothing is lost or invented on the way."""
    rng = np.random.default_rng(3)
    hashes = np.unique(rng.integers(1, 2**64, 20_000, np.uint64))
    inside, outside = hashes[::2], hashes[1::2]
    held = _HashSet()
    for part in np.array_split(inside, 7):
        assert not held.add(part).any()
        assert len(held._slots) >= 2 * len(held)
    assert len(held) == len(inside)
    assert held.holds(inside).all()
    assert not held.holds(outside).any()


def test_hashes_that_want_one_slot_are_all_kept():
    """Forced collisions are probed for: equal low bits do not make two hashes one."""
    hashes = (np.arange(1, 81, dtype=np.uint64) << np.uint64(32)) + np.uint64(1023)
    held = _HashSet()
    assert not held.add(hashes[:40]).any()
    assert held.holds(hashes).tolist() == [True] * 40 + [False] * 40
    assert held.add(hashes).tolist() == [True] * 40 + [False] * 40
    assert held.holds(hashes).all()
    assert not held.holds(hashes + np.uint64(1)).any()


def test_the_hashes_are_keyed_afresh():
    """Whoever sends messages cannot choose their hashes: two windows hash alike messages unlike."""
    first, second = DuplicateWindow(), DuplicateWindow()
    for window in (first, second):
        window.see(_rows([1]), _rows([1]))
    remembered = [window._young.messages._slots.max() for window in (first, second)]
    assert remembered[0] != remembered[1]
