"""The doors `join` and `texts`: lists of bytes in and out."""

import numpy as np
import pytest

from native.doors import damaged, native, numbers, octets


@pytest.mark.parametrize("make", [list, tuple])
def test_join_and_texts_are_each_others_reverse(make):
    """What is joined comes apart again as it was."""
    messages = make(bytes(octets(n)) for n in [0, 0, 1, 15, 300, 0, 64])
    offsets = np.empty(len(messages) + 1, np.int64)
    joined = native.join(messages, offsets)
    assert joined == b"".join(messages)
    assert offsets.tolist() == [0, *np.cumsum([len(m) for m in messages]).tolist()]
    assert native.texts(joined, offsets, bytes([1] * len(messages))) == list(messages)


@pytest.mark.parametrize(
    "stranger", [None, "text", bytearray(b"x"), memoryview(b"x"), 5, type("B", (bytes,), {})()]
)
def test_join_leaves_what_is_not_bytes_to_others(stranger):
    """None is the answer where one item is not exactly bytes, wherever it stands."""
    for at in range(3):
        messages = [b"a", b"b", b"c"]
        messages[at] = stranger
        assert native.join(messages, np.empty(4, np.int64)) is None


class Shrinking:
    """An iterable whose list is shorter, or longer, once it has been asked for."""

    def __init__(self, counts):
        self.counts = counts

    def __len__(self):
        return self.counts[0]

    def __iter__(self):
        return iter([b"x" * 1000] * self.counts[1])


@pytest.mark.parametrize("counts", [(3, 0), (0, 3), (3, 100)])
def test_a_list_that_changes_is_noticed(counts):
    """The number of items is taken when nothing can change it any more."""
    with pytest.raises(ValueError, match="offsets"):
        native.join(Shrinking(counts), np.empty(counts[0] + 1, np.int64))


def test_an_iterable_that_raises_is_heard():
    """An error of the iterable's own comes through as it is."""

    def broken():
        yield b"a"
        raise LookupError

    with pytest.raises(LookupError):
        native.join(broken(), np.empty(2, np.int64))


@pytest.mark.parametrize(
    "offsets", [(0, 4, 3, 9), (-1, 4, 4, 9), (0, 4, 4, 10), (-(1 << 63), (1 << 63) - 1, 0, 0)]
)
def test_slots_outside_the_arena_raise(offsets):
    """A slot that leads outside is an error, not text of somewhere else."""
    damaged("texts", 1, lambda _: numbers(*offsets))


def test_texts_of_failed_messages_are_none_wherever_their_slot_is():
    """A status that is not 1 is no text: its slot is not even looked at."""
    assert native.texts(b"ab", numbers(0, 99, -5, 2), bytes([0, 2, 255])) == [None, None, None]
