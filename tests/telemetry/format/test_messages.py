"""Messages: every accepted form becomes one buffer with offsets, and nothing else is accepted."""

import array
from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.telemetry.format.messages import Messages

BYTES = bytes(range(64))
DATA = np.frombuffer(BYTES, np.uint8)


def contents(messages):
    """Return what Messages hold: bytes, or None where a message is missing."""
    return [
        None if gone else messages.data[start : start + length].tobytes()
        for start, length, gone in zip(
            messages.start.tolist(), messages.length.tolist(), messages.missing.tolist(), strict=True
        )
    ]


@given(st.lists(st.binary(max_size=40) | st.none()))
def test_a_sequence_comes_back(messages):
    """A sequence of bytes and None becomes exactly these messages, in order."""
    held = Messages.of(messages)
    assert contents(held) == messages
    assert len(held) == len(messages)
    assert held.offsets.dtype == np.int64


@pytest.mark.parametrize(
    ("message", "octets"),
    [
        (bytearray(b"abc"), b"abc"),
        (memoryview(b"abc"), b"abc"),
        (memoryview(b"abcdef")[::2], b"ace"),
        (memoryview(b"abc")[::-1], b"cba"),
        (memoryview(BYTES).cast("I"), BYTES),
        (memoryview(BYTES).cast("B", (8, 8)), BYTES),
        (array.array("H", [1, 2]), array.array("H", [1, 2]).tobytes()),
        (DATA[4:8], BYTES[4:8]),
        (DATA.reshape(8, 8)[:, 0], BYTES[::8]),
        (np.asfortranarray(DATA.reshape(8, 8)), BYTES),
        (DATA.view(">u4"), BYTES),
        (np.zeros((0, 3), np.uint8), b""),
        (b"", b""),
        (None, None),
    ],
    ids=[
        "bytearray",
        "memoryview",
        "strided",
        "reversed",
        "multi-byte items",
        "2-D view",
        "array",
        "numpy",
        "numpy strided",
        "numpy column order",
        "numpy big-endian",
        "empty in two dimensions",
        "empty",
        "None",
    ],
)
def test_a_message_of_any_bytes_like_form(message, octets):
    """A message is read as the bytes that it holds in order, however they lie in memory."""
    assert contents(Messages.of([b"before", message, b"after"])) == [b"before", octets, b"after"]


@pytest.mark.parametrize("make", [list, tuple, deque], ids=lambda make: make.__name__)
def test_any_sequence(make):
    """Lists, tuples and deques are sequences of messages."""
    assert contents(Messages.of(make([b"one", b"two", b""]))) == [b"one", b"two", b""]


def test_two_messages_in_a_tuple():
    """A tuple of two byte arrays is two messages, not data with offsets."""
    assert contents(Messages.of((DATA[:3], DATA[3:5]))) == [BYTES[:3], BYTES[3:5]]


def test_no_messages():
    """An empty sequence has no messages, and that is no error."""
    held = Messages.of([])
    assert len(held) == 0
    assert held.length.tolist() == []


def test_one_message():
    """A message by its place, from either end; None where it is missing."""
    messages = Messages.of([b"a", b"", None, b"bcd"])
    assert [messages[at] for at in (0, 1, 2, 3, -1, -4)] == [b"a", b"", None, b"bcd", b"bcd", b"a"]


def test_the_list_is_every_message_in_order():
    """Messages come apart as they were; a missing one has no bytes."""
    assert Messages.of([b"a", b"", None, b"bcd"]).to_list() == [b"a", b"", b"", b"bcd"]
    data, offsets = np.arange(9, dtype=np.uint8), np.array([2, 4, 4, 7])
    assert Messages.of((data, offsets)).to_list() == [b"\2\3", b"", b"\4\5\6"]
    assert Messages.of([]).to_list() == []


def test_messages_stay_themselves():
    """What has this form already is not touched."""
    held = Messages.of([b"one"])
    assert Messages.of(held) is held


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.int16, ">i4"], ids=str)
def test_offsets_of_any_signed_integer(dtype):
    """(data, offsets) holds message i between offsets i and i + 1."""
    held = Messages.of((DATA, np.array([0, 3, 3, 7], dtype)))
    assert contents(held) == [BYTES[:3], b"", BYTES[3:7]]


def test_data_is_not_copied():
    """A flat array of bytes is used where it lies."""
    held = Messages.of((DATA, np.array([0, 64])))
    assert np.shares_memory(held.data, DATA)


def test_offsets_may_begin_and_end_inside():
    """Bytes before the first and behind the last offset belong to no message."""
    assert contents(Messages.of((DATA, np.array([5, 9])))) == [BYTES[5:9]]


@pytest.mark.parametrize(
    ("data", "octets"),
    [(DATA[::2], BYTES[::2]), (DATA[::-1], BYTES[::-1]), (DATA.reshape(8, 8)[:, 0], BYTES[::8])],
    ids=["strided", "reversed", "a column"],
)
def test_data_of_any_strides(data, octets):
    """Bytes that do not lie side by side are copied into order."""
    held = Messages.of((data, np.array([0, 2, len(data)])))
    assert contents(held) == [octets[:2], octets[2:]]
    assert held.data.flags.c_contiguous


def test_offsets_of_any_strides():
    """Offsets may be a strided view too."""
    assert contents(Messages.of((DATA, np.array([0, 99, 3, 99, 7])[::2]))) == [BYTES[:3], BYTES[3:7]]


def test_read_only_arrays():
    """Arrays that nobody may write to, as Arrow gives them, are read."""
    offsets = np.array([0, 3])
    offsets.flags.writeable = False
    assert not DATA.flags.writeable
    assert contents(Messages.of((DATA, offsets))) == [BYTES[:3]]


@pytest.mark.parametrize("offsets", [[0], [0, 0, 0], [0, 0]], ids=["no messages", "two empty", "one empty"])
def test_data_of_no_bytes(offsets):
    """An empty buffer holds no messages, or empty ones."""
    held = Messages.of((np.zeros(0, np.uint8), np.array(offsets)))
    assert contents(held) == [b""] * (len(offsets) - 1)


@pytest.mark.parametrize(
    "offsets",
    [[-1, 3], [0, 65], [3, 2], [0, 9, 4, 12], [0, 2**62]],
    ids=["negative", "behind the end", "falling", "falling inside", "huge"],
)
def test_offsets_that_point_nowhere(offsets):
    """Offsets must rise within the data: nothing outside the buffer is ever read."""
    with pytest.raises(ValueError, match="offsets must rise from 0 or more to at most 64"):
        _ = Messages.of((DATA, np.array(offsets))).offsets


@pytest.mark.parametrize(
    ("data", "offsets"),
    [
        (DATA.reshape(8, 8), np.array([0, 8])),
        (DATA.view(np.int8), np.array([0, 8])),
        (DATA.view(np.uint32), np.array([0, 8])),
        (DATA, np.array([[0, 8]])),
        (DATA, np.array(8)),
        (np.array(8, np.uint8), np.array([0])),
        (DATA, np.zeros(0, np.int64)),
        (DATA, np.array([0, 8], np.uint64)),
        (DATA, np.array([0.0, 8.0])),
        (DATA, np.array([False, True])),
    ],
    ids=[
        "2-D data",
        "signed data",
        "wide data",
        "2-D offsets",
        "one offset without a dimension",
        "data without a dimension",
        "no offsets",
        "unsigned offsets",
        "float offsets",
        "bool offsets",
    ],
)
def test_arrays_of_another_form(data, offsets):
    """Arrays that are not flat bytes and flat signed integers are refused, not read as two messages."""
    with pytest.raises(TypeError, match=r"\(data, offsets\) needs data as a flat array of uint8"):
        Messages.of((data, offsets))


@pytest.mark.parametrize(
    "given",
    [b"11", bytearray(b"11"), memoryview(b"11"), "11", DATA, None, 7, {b"a"}, iter([b"a"]), {b"a": b"b"}],
    ids=lambda given: type(given).__name__,
)
def test_what_is_no_sequence_of_messages(given):
    """One message given by mistake is not taken apart into bytes; the hint says what was meant."""
    with pytest.raises(TypeError, match="is not a sequence of messages; put a single message in a list"):
        Messages.of(given)


@pytest.mark.parametrize("wrong", ["11ff", 7, [1, 2], object()], ids=["str", "int", "list", "object"])
def test_what_is_no_message(wrong):
    """A member that is not bytes-like is an error that says which one."""
    with pytest.raises(TypeError, match=f"number 1 is a {type(wrong).__name__}, not bytes"):
        _ = Messages.of([b"one", wrong]).data
