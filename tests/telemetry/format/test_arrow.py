"""Columns of Arrow: every layout of bytes becomes messages, and nothing is copied that lies in one piece."""

import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.errors import InputError
from sealwright.telemetry.format.arrow import is_arrow, read_column
from sealwright.telemetry.format.messages import Messages

VALUES = [b"first", None, b"", b"a message that is longer than a view holds itself", b"first"]
VARIABLE = [pa.binary(), pa.large_binary(), pa.binary_view()]


def held(column):
    """Return what a column is read as: bytes, or None where there is nothing."""
    messages = Messages.of(column)
    return [messages[at] for at in range(len(messages))]


@pytest.mark.parametrize("kind", VARIABLE, ids=str)
@given(values=st.lists(st.binary(max_size=40) | st.none(), max_size=20), data=st.data())
def test_a_slice_comes_back(kind, values, data):
    """Any stretch of a column, with its nulls."""
    start = data.draw(st.integers(0, len(values)))
    length = data.draw(st.integers(0, len(values)))
    column = pa.array(values, kind).slice(start, length)
    assert held(column) == values[start : start + length]


@pytest.mark.parametrize("kind", VARIABLE, ids=str)
@pytest.mark.parametrize("cut", [0, 1, 3, 5])
def test_pieces(kind, cut):
    """A column in pieces, one of them perhaps empty, and a column of no piece at all."""
    whole = pa.array(VALUES, kind)
    assert held(pa.chunked_array([whole[:cut], whole[cut:]])) == VALUES
    assert held(pa.chunked_array([], kind)) == []


def test_other_layouts():
    """Bytes of one width, dictionaries, an extension's storage, and nothing but nulls."""
    fixed = pa.array([b"four", None, b"more"], pa.binary(4))
    assert held(fixed) == [b"four", None, b"more"]
    assert held(fixed[1:]) == [None, b"more"]
    words = pa.array([b"a", b"b", None, b"a"]).dictionary_encode()
    assert held(words) == [b"a", b"b", None, b"a"]
    assert held(pa.chunked_array([words[:1], words[1:]])) == [b"a", b"b", None, b"a"]
    opaque = pa.ExtensionArray.from_storage(pa.opaque(pa.binary(), "a", "b"), pa.array(VALUES))
    assert held(opaque) == VALUES
    assert held(pa.nulls(3)) == [None, None, None]


def test_a_column_of_nothing():
    """It may have no offsets at all."""
    nothing = pa.py_buffer(b"")
    assert held(pa.Array.from_buffers(pa.binary(), 0, [None, nothing, nothing])) == []


def test_bytes_under_a_null_are_not_read():
    """A column may keep bytes where a null is."""
    text = pa.py_buffer(b"secretopen")
    offsets = pa.py_buffer(np.array([0, 6, 10], np.int32))
    column = pa.Array.from_buffers(pa.binary(), 2, [pa.py_buffer(b"\x02"), offsets, text])
    messages = Messages.of(column)
    assert held(column) == [None, b"open"]
    assert b"secret" not in messages.data.tobytes()


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()], ids=str)
@pytest.mark.parametrize("in_pieces", [False, True])
def test_one_piece_is_not_copied(kind, in_pieces):
    """The messages are opened where the other library has them."""
    column = pa.array([b"x" * 40] * 5, kind)
    lent = Messages.of(pa.chunked_array([column]) if in_pieces else column).lent
    assert (lent.data.ctypes.data, lent.offsets.ctypes.data) == (
        column.buffers()[2].address,
        column.buffers()[1].address,
    )


class Lender:
    """A library of its own, which has nothing but the two methods."""

    def __init__(self, column, name):
        setattr(self, name, getattr(column, name))


@pytest.mark.parametrize(
    ("column", "name"),
    [(pa.array(VALUES), "__arrow_c_array__"), (pa.chunked_array([VALUES, VALUES]), "__arrow_c_stream__")],
)
def test_any_library(column, name):
    """What has one of the two methods is a column."""
    assert held(Lender(column, name)) == column.to_pylist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pa.array(["21"]), "string is no column of bytes: choose one column of a table, and decode texts"),
        (pa.array([[1]]), "list"),
        (pa.table({"payload": VALUES}), "payload: binary is no column"),
        (pa.record_batch({"payload": VALUES}), "payload: binary"),
        (pa.table({"a": VALUES, "b": VALUES}).to_reader(), "a: binary, b: binary"),
        (Lender(pa.table({"payload": VALUES}), "__arrow_c_stream__"), "struct<payload: binary>"),
    ],
    ids=["text", "list", "table", "batch", "reader", "stranger's table"],
)
def test_what_is_no_column(given, words):
    """It is told what it is, and what to do."""
    with pytest.raises(TypeError, match=words):
        Messages.of(given)


class Broken:
    """A library whose stream is none."""

    def __arrow_c_stream__(self, requested_schema=None):
        """Raise what pyarrow raises for a stream that fails."""
        raise pa.ArrowInvalid("the server has gone")


def test_a_stream_that_fails():
    """The other library's words are kept."""
    with pytest.raises(TypeError, match="cannot be read: the server has gone"):
        read_column(Broken())


def test_without_pyarrow(monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'sealwright\[arrow\]'"):
        read_column(Broken())


def test_what_is_arrow():
    """Bytes, lists and arrays of numpy are not."""
    assert is_arrow(pa.array([b""]))
    assert not any(map(is_arrow, (b"", [b""], np.zeros(1), (np.zeros(1), np.zeros(1)))))
