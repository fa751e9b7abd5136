"""The door `open_stream`: what it is given as numbers is checked, and what is held opens."""

import contextlib
import threading

import numpy as np
import pytest

from native.doors import EXTREMES, HELD, RNG, good_stream


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("at", [0, 3, 6, 10], ids=["row", "start", "text_length", "slot"])
def test_numbers_of_a_stream_that_lead_outside_raise(at, value):
    """What a stream is given as numbers is checked as what a batch is given."""
    for place in range(3):
        arguments = good_stream()
        arguments[at][place] = value
        with pytest.raises(ValueError, match="native: "):
            HELD.open_stream(*arguments)


def test_streams_open_what_is_held():
    """Names are found, judged and opened in one call; a damaged message leaves an empty slot."""
    arguments = good_stream()
    arguments[2] = arguments[2].copy()
    arguments[2][-1] ^= 1
    HELD.open_stream(*arguments)
    assert arguments[11].tobytes() == b"first" + bytes(20)
    assert arguments[14].tolist() == [1, 1, 2]
    assert arguments[12].tolist() == [1, 2, 2]


@pytest.mark.parametrize("written", [11, 12, 13, 14, 15])
def test_outputs_of_a_stream_overlap_nothing(written):
    """What is written must not be what was checked."""
    for at in range(written):
        arguments = good_stream()
        shared = np.zeros(max(arguments[at].nbytes, 64), np.uint8)
        inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
        inner[...] = arguments[at]
        arguments[at], arguments[written] = inner, shared[: arguments[written].nbytes]
        with pytest.raises(ValueError, match="overlap"):
            HELD.open_stream(*arguments)


@pytest.mark.parametrize("change", ["data", "rows", "told", "raw"])
def test_buffers_that_change_during_a_call_crash_nothing(change):
    """Another thread may write to what is no address: messages fail, and nothing worse."""
    place = {"data": 2, "rows": 7, "told": 9, "raw": 5}[change]
    arguments = good_stream()
    arguments[place] = arguments[place].copy()
    flat, stop = arguments[place].reshape(-1).view(np.uint8), threading.Event()

    def scribble():
        while not stop.is_set():
            flat[:] = RNG.integers(0, 256, len(flat), np.uint8)

    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(300):
            with contextlib.suppress(ValueError):
                HELD.open_stream(*arguments)
    finally:
        stop.set()
        writer.join()
