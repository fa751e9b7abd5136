"""Every door of the C core, given what it must not be given: it raises, and nothing worse."""

import numpy as np
import pytest

from native.doors import CALLS, WRITTEN, damaged, each_buffer, each_call


@each_call
def test_the_good_call_is_good(name):
    """Each of the calls that are damaged below is accepted as it is."""
    function, make = CALLS[name]
    function(*make())


@each_call
def test_wrong_counts_of_arguments_raise(name):
    """One argument too few, too many or none at all is a TypeError."""
    function, make = CALLS[name]
    for arguments in ([], make()[:-1], [*make(), None]):
        with pytest.raises(TypeError):
            function(*arguments)


@each_call
def test_no_keywords_are_taken(name):
    """Arguments have places and no names."""
    function, make = CALLS[name]
    with pytest.raises(TypeError):
        function(*make(), secret=None)


@each_call
@pytest.mark.parametrize("wrong", [None, "text", 1.5, object(), [1, 2], 1 << 70, -(1 << 70)])
def test_wrong_types_raise(name, wrong):
    """No argument of another type gets through, wherever it stands; a truth value may be any object."""
    _, make = CALLS[name]
    for at in range(len(make())):
        if (name, at) not in {("open", 11), ("seal", 11), ("see", 3)}:
            damaged(name, at, lambda _: wrong)


@each_buffer
def test_short_and_long_buffers_raise(name, at):
    """A byte more or less than whole items is noticed; so are items that do not match the others."""
    if name in {"open", "seal", "parse_headers", "ring open", "texts"} and at == 0:
        return  # data may have any size: what lies outside is tested below
    if (name, at) in {("open", 5), ("seal", 5), ("ring open", 2)}:
        return  # the arena may be longer than its slots
    if (name, at) in {("read_json", 0), ("read_json", 4)} or (
        name == "write_json" and at in {0, 3, 11, 13, 15}
    ):
        return  # these too may have any size
    damaged(name, at, lambda array: bytearray(array.tobytes() + b"\0"))
    damaged(name, at, lambda array: bytearray(array.tobytes()[:-1]))


@each_buffer
def test_buffers_that_are_not_contiguous_raise(name, at):
    """Strided and reversed arrays are refused, never read as if they stood in a row."""
    damaged(name, at, lambda array: np.repeat(array, 2, axis=0)[::2])
    damaged(name, at, lambda array: array[::-1])
    damaged(name, at, lambda array: memoryview(array.view(np.uint8).reshape(-1).copy())[::-1])


@each_call
def test_outputs_that_cannot_be_written_raise(name):
    """Bytes and read-only arrays are no outputs."""

    def frozen(array):
        array.flags.writeable = False
        return array

    for at in WRITTEN[name]:
        damaged(name, at, frozen)
        damaged(name, at, lambda array: array.tobytes())


@each_buffer
def test_numbers_that_are_not_aligned_raise(name, at):
    """The compiler may rely on the alignment of numbers."""

    def shift(array):
        room = bytearray(array.nbytes + 16)
        at = next(i for i in range(1, 9) if np.frombuffer(room, np.uint8)[i:].ctypes.data % 8 == 1)
        room[at : at + array.nbytes] = array.tobytes()
        return memoryview(room)[at : at + array.nbytes]

    function, make = CALLS[name]
    arguments = make()
    if arguments[at].dtype in (np.int64, np.int32):
        damaged(name, at, shift)
    else:
        arguments[at] = shift(arguments[at])
        function(*arguments)
