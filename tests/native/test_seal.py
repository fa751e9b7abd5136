"""The door `seal`: bounds to the byte, and its messages are those of another implementation."""

import contextlib
import threading

import numpy as np
import pytest

import frames
from native.doors import CPU, EXTREMES, RNG, SPAN, damaged, good_seal, native, numbers, octets


def test_messages_are_those_of_libcrypto():
    """Header, ciphertext and tag stand in each slot, under the nonce of the header or of the row."""
    for nonce_in_header in (True, False):
        arguments = good_seal()
        arguments[11] = nonce_in_header
        native.seal(*arguments)
        data, _, _, rows, _, arena, _, headers, *_ = arguments
        wanted = b""
        for place, (row, text) in enumerate(zip((0, 1, 0), (data[:5], data[:0], data[5:]), strict=True)):
            header = headers[16 * place :][:16].tobytes()
            nonce = header[4:] if nonce_in_header else rows["nonce"][row, :12].tobytes()
            wanted += frames.seal_v1(header, text.tobytes(), rows["key"][row, :16].tobytes(), nonce)
        assert arena.tobytes() == wanted


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("at", [1, 2, 4, 6], ids=["start", "text_length", "row", "slot"])
@pytest.mark.parametrize("kind", [1, 2, 3])
def test_numbers_that_lead_outside_raise(kind, at, value):
    """Starts, lengths, rows and slots of any size are checked, in each place, before anything is written."""
    for place in range(3):
        arguments = good_seal()
        arguments[8] = kind
        arguments[at][place] = value
        with pytest.raises(ValueError, match="native: "):
            native.seal(*arguments)
        assert set(arguments[5].tolist()) == {0xAA}


def test_one_byte_outside_is_outside():
    """The bounds are exact: a byte less of data or arena, and the call is refused."""
    for at in (0, 5):
        damaged("seal", at, lambda array: array[:-1].copy())


def test_slots_that_overlap_raise():
    """Each message has a slot of its own, one behind the other, as long as header, text and tag."""
    for slots in ((0, 36, 69), (0, 37, 68), (69, 37, 0)):
        damaged("seal", 6, lambda _, slots=slots: numbers(*slots))


@pytest.mark.parametrize("at", [0, 1, 2, 3, 4, 6, 7])
def test_the_arena_overlaps_nothing(at):
    """What is written must not be what was checked, nor what is still to be read."""
    arguments = good_seal()
    shared = np.zeros(max(arguments[at].nbytes, 121), np.uint8)
    inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
    inner[...] = arguments[at]
    arguments[at], arguments[5] = inner, shared[:121]
    with pytest.raises(ValueError, match="overlap"):
        native.seal(*arguments)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((8, kind) for kind in (0, 4, -1, 1 << 40, 1 << 64)),
        *((9, cpu) for cpu in (0, 4, -1, 255, 1 << 40)),
        *((10, header_length) for header_length in (-1, 12, 15, 17)),  # a nonce in it needs all 16
        *((12, span) for span in (b"\1\2\3\4\2", [1, 2])),
    ],
)
def test_kinds_paths_and_headers_that_do_not_exist_raise(at, value):
    """Kind is 1 to 3, cpu a path of this machine, a header at most 16 bytes, a span at most four parts."""
    damaged("seal", at, lambda _: value)


@pytest.mark.parametrize("suite", range(256))
def test_suites_of_another_kind_raise(suite):
    """A row's suite must be one of the kind's own."""
    for kind, suites in ((1, {0, 1}), (2, {2, 3}), (3, {4})):
        arguments = [octets(48), numbers(0, 16, 32), numbers(16, 16, 16), *good_seal()[3:]]
        arguments[3]["suite"], arguments[8], arguments[10], arguments[11] = suite, kind, 11, False
        arguments[5], arguments[6] = np.empty(129, np.uint8), numbers(0, 43, 86)
        if suite in suites:
            native.seal(*arguments)
        else:
            with pytest.raises(ValueError, match="suite"):
                native.seal(*arguments)


def test_nothing_is_sealed_to_nothing():
    """Empty buffers are a batch of no texts."""
    for kind in (1, 2, 3):
        none, no_bytes = numbers(), np.zeros(0, np.uint8)
        native.seal(
            no_bytes, none, none, no_bytes, none, no_bytes, none, no_bytes, kind, CPU, 11, False, SPAN
        )


@pytest.mark.parametrize("change", [0, 3, 7], ids=["data", "rows", "headers"])
@pytest.mark.parametrize("kind", [1, 2, 3])
def test_buffers_that_change_during_a_call_crash_nothing(kind, change):
    """Another thread may write to what is no address: the messages are worth nothing, and no more."""
    arguments = [
        octets(4800),
        np.arange(0, 4800, 48),
        np.full(100, 48),
        octets(108 * 2).view(good_seal()[3].dtype),
    ]
    arguments += [np.arange(100) % 2, np.empty(8000, np.uint8), np.arange(0, 8000, 80), octets(1600)]
    arguments += [kind, CPU, 16, False, b"\1\4\3\2"]
    flat, stop = arguments[change].view(np.uint8).reshape(-1), threading.Event()
    arguments[3]["suite"] = 2 * kind - 2

    def scribble():
        while not stop.is_set():
            flat[:] = RNG.integers(0, 256, len(flat), np.uint8)
            arguments[3]["suite"] = 2 * kind - 2

    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(300):
            with contextlib.suppress(ValueError):
                native.seal(*arguments)
    finally:
        stop.set()
        writer.join()
