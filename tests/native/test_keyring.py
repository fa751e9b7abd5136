"""The keyring: what it is given as numbers is checked, and what is held opens, from arrays and from lists."""

import contextlib
import threading

import numpy as np
import pytest

from native.doors import (
    EXTREMES,
    RING,
    RNG,
    TEXTS,
    good_keyring,
    good_open_list,
    good_ring_open,
    held_messages,
    manner,
    verdicts,
)

OPENED, MALFORMED, NO_PARAMETERS, NOT_AUTHENTIC, NOT_ATTEMPTED = 0, 1, 2, 5, 6
UNKNOWN_HEADER = 10


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_offsets_that_lead_outside_raise(value, width):
    """Each offset is checked, of either width, wherever it stands."""
    for place in range(4):
        arguments = good_ring_open()
        with np.errstate(over="ignore"):
            arguments[1] = arguments[1].astype(width)
            arguments[1][place] = np.array(value, np.int64).astype(width)
        if (
            not (np.diff(arguments[1]) >= 0).all()
            or arguments[1][0] < 0
            or arguments[1][-1] > len(arguments[0])
        ):
            with pytest.raises(ValueError, match="messages: offsets must rise"):
                RING.open(*arguments)


@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_arrays_that_are_held_open(width):
    """Names are found and opened in one call; a damaged message leaves an empty slot."""
    arguments = good_ring_open()
    arguments[0], arguments[1] = arguments[0].copy(), arguments[1].astype(width)
    arguments[0][-1] ^= 1
    assert RING.open(*arguments) == 0
    _, _, arena, slot, outcome, _, place = arguments[:7]
    assert slot.tolist() == [0, 5, 5, 25]
    assert arena[:25].tobytes() == b"first" + bytes(20)
    assert outcome.tolist() == [OPENED, OPENED, NOT_AUTHENTIC]
    assert place.tolist() == [0, 1, 1]


def test_lists_that_are_held_open():
    """Texts come out as bytes, None where there is none; what is known of nobody is told."""
    good = held_messages()
    messages = (*good[:2], good[2][:-1] + b"?", b"", b"\x11" * 40, b"\x29" * 60, b"\x2b" * 44)
    columns = [np.empty(len(messages), each.dtype) for each in verdicts()]
    texts, left = RING.open_list(messages, *columns, *manner())
    assert texts == [TEXTS[0], TEXTS[1], *[None] * 5]
    outcomes = [OPENED, OPENED, NOT_AUTHENTIC, MALFORMED, NO_PARAMETERS, NOT_ATTEMPTED, NO_PARAMETERS]
    assert columns[0].tolist() == outcomes
    assert (columns[1][[4, 6]] == UNKNOWN_HEADER).all()
    assert left == 1


def test_the_purpose_overrides_the_type_byte():
    """Type 0x29 is signed by itself; asked for as encrypted it is a v2 name that nobody knows."""
    columns = [np.empty(1, each.dtype) for each in verdicts()]
    texts, left = RING.open_list((b"\x29" * 60,), *columns, 1, *manner()[1:])
    assert (texts, left, columns[0].tolist()) == ([None], 0, [NO_PARAMETERS])


@pytest.mark.parametrize(
    "stranger", [None, "text", bytearray(b"x"), memoryview(b"x"), 5, type("B", (bytes,), {})()]
)
def test_lists_with_strangers_are_left_to_others(stranger):
    """None is the answer where one item is not exactly bytes, wherever it stands."""
    for at in range(3):
        arguments = good_open_list()
        arguments[0] = (*arguments[0][:at], stranger, *arguments[0][at + 1 :])
        assert RING.open_list(*arguments) is None


@pytest.mark.parametrize("threads", [0, -1, 1 << 40])
def test_numbers_of_threads_that_are_none_raise(threads):
    """There is one thread at least, and no number that a machine cannot mean."""
    for make, function in ((good_ring_open, RING.open), (good_open_list, RING.open_list)):
        with pytest.raises(ValueError, match="threads"):
            function(*make()[:-2], threads, manner()[-1])


@pytest.mark.parametrize("written", [2, 3, 4, 5, 6])
def test_outputs_overlap_nothing(written):
    """What is written must not be what was checked."""
    for at in range(written):
        arguments = good_ring_open()
        shared = np.zeros(max(arguments[at].nbytes, 256), np.uint8)
        inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
        inner[...] = arguments[at]
        size, dtype = arguments[written].nbytes, arguments[written].dtype
        arguments[at], arguments[written] = inner, shared[:size].view(dtype)
        with pytest.raises(ValueError, match="overlap"):
            RING.open(*arguments)


@pytest.mark.parametrize("one", [1, 2, 3])
@pytest.mark.parametrize("other", [1, 2, 3])
def test_columns_of_a_list_overlap_nothing(one, other):
    """The same for the columns beside a list."""
    if one == other:
        return
    arguments = good_open_list()
    shared = np.zeros(16, np.uint8)
    for at in (one, other):
        arguments[at] = shared[: arguments[at].nbytes].view(arguments[at].dtype)
    with pytest.raises(ValueError, match="overlap"):
        RING.open_list(*arguments)


def test_uids_of_places():
    """The UID that belongs to each key; zeros where there is none; a place outside is an error."""
    uids = np.empty((3, 8), np.uint8)
    RING.uids(np.array([1, -1, 0], np.int32), uids)
    rows = good_keyring()[0]
    assert uids.tolist() == [rows["uid"][2].tolist(), [0] * 8, rows["uid"][1].tolist()]
    for place in (2, 1 << 30):
        with pytest.raises(ValueError, match="outside the keyring"):
            RING.uids(np.array([place], np.int32), uids[:1])


def test_an_arena_that_is_too_small_raises():
    """Texts are written within the arena, or not at all."""
    arguments = good_ring_open()
    arguments[2] = arguments[2][:24]
    with pytest.raises(ValueError, match="native: a text is too long"):
        RING.open(*arguments)


@pytest.mark.parametrize("change", [0, 1], ids=["data", "offsets"])
def test_buffers_that_change_during_a_call_crash_nothing(change):
    """Another thread may write to what is read: messages fail, and nothing worse."""
    arguments = good_ring_open()
    arguments[change] = arguments[change].copy()
    flat, stop = arguments[change].reshape(-1).view(np.uint8), threading.Event()

    def scribble():
        while not stop.is_set():
            flat[:] = RNG.integers(0, 256, len(flat), np.uint8)

    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(300):
            with contextlib.suppress(ValueError):
                RING.open(*arguments)
    finally:
        stop.set()
        writer.join()
