"""The door `open`: bounds to the byte, and on good input it is right."""

import numpy as np
import pytest

from native.doors import CPU, EXTREMES, SPAN, damaged, good_open, native, numbers


@pytest.mark.parametrize("shape", [(3, 1), (1, 3)])
def test_shapes_are_no_matter_where_bytes_stand_in_a_row(shape):
    """A contiguous array of two dimensions is its bytes."""
    arguments = good_open()
    arguments[4] = arguments[4].reshape(shape)
    native.open(*arguments)
    assert arguments[7].tolist() == [1, 1, 1]


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("at", [1, 2, 4, 6], ids=["start", "text_length", "row", "slot"])
@pytest.mark.parametrize("kind", [1, 2, 3])
def test_numbers_that_lead_outside_raise(kind, at, value):
    """Starts, lengths, rows and slots of any size are checked, in each place of the batch."""
    for place in range(3):
        arguments = good_open()
        arguments[8] = kind
        arguments[at][place] = value
        with pytest.raises(ValueError, match="native: "):
            native.open(*arguments)
        assert set(arguments[5].tolist()) == {0xAA}  # nothing has been written


def test_one_byte_outside_is_outside():
    """The bounds are exact: a byte less of data or arena, and the call is refused."""
    for at in (0, 5):
        damaged("open", at, lambda array: array[:-1].copy())


def test_slots_that_overlap_raise():
    """Each message has a slot of its own, one behind the other."""
    for slots in ((0, 4, 5), (0, 6, 5), (20, 20, 0)):
        damaged("open", 6, lambda _, slots=slots: numbers(*slots))


@pytest.mark.parametrize("at", range(8))
def test_outputs_overlap_nothing(at):
    """What is written must not be what was checked."""
    for written in (5, 7):
        if at == written:
            continue
        arguments = good_open()
        shared = np.zeros(max(arguments[at].nbytes, 64), np.uint8)
        inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
        inner[...] = arguments[at]
        arguments[at], arguments[written] = inner, shared[: arguments[written].nbytes]
        with pytest.raises(ValueError, match="overlap"):
            native.open(*arguments)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((8, kind) for kind in (0, 4, -1, 1 << 40, 1 << 64)),
        *((9, cpu) for cpu in (0, 4, -1, 255, 1 << 40)),
        *((10, header_length) for header_length in (-1, 17)),
        *((12, span) for span in (b"\1\2\3\4\2", [1, 2])),
    ],
)
def test_kinds_paths_and_headers_that_do_not_exist_raise(at, value):
    """Kind is 1 to 3, cpu a path of this machine, a header at most 16 bytes, a span at most four parts."""
    damaged("open", at, lambda _: value)


def test_a_nonce_in_the_header_needs_the_header():
    """There are 12 bytes of nonce in a header of 16, and in no other."""
    arguments = good_open()
    arguments[10], arguments[11] = 12, True
    with pytest.raises(ValueError, match="nonce"):
        native.open(*arguments)


@pytest.mark.parametrize("span", [b"", b"\1", b"\1\3\4", b"\1\0\2", b"\5\2", b"\xff\2", b"\1\1\1\1"])
def test_spans_that_do_not_end_in_the_body_raise(span):
    """A MAC that does not cover the text proves nothing."""
    arguments = good_open()
    arguments[3]["suite"], arguments[8], arguments[12] = 4, 3, span
    if not native.has_sha():
        pytest.skip("no SHA instructions")
    with pytest.raises(ValueError, match="span"):
        native.open(*arguments)


@pytest.mark.parametrize("suite", range(256))
def test_suites_of_another_kind_raise(suite):
    """A row's suite must be one of the kind's own."""
    for kind, suites in ((1, {0, 1}), (2, {2, 3}), (3, {4})):
        arguments = good_open()
        arguments[2][:], arguments[8], arguments[10] = 0, kind, 11
        arguments[3]["suite"] = suite
        if kind == 2:
            arguments[0], arguments[2][:], arguments[6][:] = np.zeros(900, np.uint8), 16, [0, 16, 32]
            arguments[5] = np.zeros(48, np.uint8)
        if suite in suites:
            native.open(*arguments)
        else:
            with pytest.raises(ValueError, match="suite"):
                native.open(*arguments)


def test_batches_of_nothing_open_nothing():
    """Empty buffers are a batch of no messages."""
    for kind in (1, 2, 3):
        none, no_bytes = numbers(), np.zeros(0, np.uint8)
        native.open(
            no_bytes, none, none, no_bytes, none, no_bytes, none, no_bytes, kind, CPU, 16, False, SPAN
        )
    empty = bytearray()
    assert native.parse_headers(b"", numbers(0), empty, empty, empty, empty, 0, 100) == 0
    native.judge(b"", b"", b"", b"", b"", bytes(256), empty, 0)
    native.KeyMap(b"", bytes(32)).find(b"", 16, empty)
    assert native.join([], np.empty(1, np.int64)) == b""
    assert native.texts(b"", numbers(0), b"") == []


def test_messages_open_and_damaged_ones_leave_zeros():
    """The texts come out where they were asked for; a message that fails leaves an empty slot."""
    arguments = good_open()
    native.open(*arguments)
    assert arguments[5].tobytes() == b"first" + b"the third of them ..."[:20]
    assert arguments[7].tolist() == [1, 1, 1]
    arguments = good_open()
    arguments[0] = arguments[0].copy()
    arguments[0][-1] ^= 1
    native.open(*arguments)
    assert arguments[5].tobytes() == b"first" + bytes(20)
    assert arguments[7].tolist() == [1, 1, 0]
