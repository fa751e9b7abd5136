"""KeyTable: rows of parameters as columns, that print counts and never keys."""

import copy
import pickle

import numpy as np
import pytest

from making import (
    INTEGRITY_HEADER,
    IV,
    KEY,
    KEY_256,
    MAC_KEY,
    V1_HEADER,
    V2_HEADER,
    reply_integrity,
    reply_v1,
    reply_v2,
    shown,
)
from sealwright.errors import Reason
from sealwright.telemetry.format.suites import Purpose, Suite
from sealwright.telemetry.keys.held import HeldKeys
from sealwright.telemetry.keys.parameters import read_reply
from sealwright.telemetry.keys.table import (
    KEY_LENGTH,
    ROW,
    KeySet,
    KeyTable,
    ParameterSource,
    State,
    field_items,
    pack_row,
    unpack_rows,
)


def row_of(reply, header, purpose=Purpose.PROTECTION):
    """Return a table of the one row that holds a reply."""
    packed = pack_row(read_reply(reply, header=header, purpose=purpose))
    return KeyTable(np.frombuffer(packed, ROW))


def test_a_row_is_packed_without_gaps():
    """A row has the size that is written beside it, so many rows are one block of bytes."""
    assert ROW.itemsize == len(pack_row(read_reply(reply_v1(), header=V1_HEADER))) == 108


@pytest.mark.parametrize(("field", "width"), [("uid", 8), ("key", 32), ("nonce", 12)])
def test_a_field_as_items(field, width):
    """The first bytes of a field are one item a row, and no copy."""
    rows = np.random.default_rng(1).integers(0, 256, (5, ROW.itemsize), np.uint8).view(ROW)[:, 0]
    items = field_items(rows, field, width)
    assert items.tolist() == [row[field][:width].tobytes() for row in rows]
    assert np.shares_memory(items, rows)


def test_a_row_of_ccm():
    """A v1 row: shorter keys and nonces end in zeros, and there is no MAC key."""
    table = row_of(reply_v1(), V1_HEADER)
    assert table.state.tolist() == [State.EXACT]
    assert table.suite.tolist() == [Suite.AES_128_CCM.code]
    assert table.uid[0].tobytes().hex() == "0002000089282245"
    assert table.key[0].tobytes() == KEY + bytes(16)
    assert table.nonce[0].tobytes() == V1_HEADER[4:] + bytes(4)
    assert table.kiv[0].tobytes() == V1_HEADER
    assert table.mac_key_length.tolist() == [0]
    assert not table.mac_key.any()


def test_what_a_table_is_not_told_follows_from_its_rows():
    """Each header has the row of its place, the row's state, and the shortcut where it is a candidate."""
    rows = np.zeros(3, ROW)
    rows["state"] = State.EXACT, State.CANDIDATE, State.REFUSED
    table = KeyTable(rows)
    assert (table.row.tolist(), table.state.tolist()) == ([0, 1, 2], rows["state"].tolist())
    assert table.shortcut.tolist() == [False, True, False]
    turned = KeyTable(rows, np.array([1, 1]))
    assert (turned.state.tolist(), turned.shortcut.tolist()) == ([State.CANDIDATE] * 2, [True, True])
    state, shortcut = np.array([State.EXACT], np.uint8), np.array([True])
    told = KeyTable(rows, np.array([2]), state, shortcut)
    assert (told.row.tolist(), told.state, told.shortcut) == ([2], state, shortcut)


def test_rows_come_apart_again():
    """Each row gives its keys at their true length, and what else it seals with in 16 bytes."""
    sets = [
        read_reply(reply_v1(key=KEY_256), header=V1_HEADER),
        read_reply(reply_v2(), header=V2_HEADER),
        read_reply(reply_integrity(), header=INTEGRITY_HEADER, purpose=Purpose.INTEGRITY),
    ]
    rows = np.frombuffer(b"".join(map(pack_row, sets)), ROW)
    assert list(unpack_rows(rows)) == [
        KeySet(KEY_256, b"", V1_HEADER[4:] + bytes(4), V1_HEADER),
        KeySet(KEY, MAC_KEY, IV, V2_HEADER + bytes(4)),
        KeySet(b"", MAC_KEY, bytes(16), INTEGRITY_HEADER + bytes(5)),
    ]
    assert list(unpack_rows(rows[:0])) == []


def test_a_row_of_cs1():
    """A v2 row holds both keys whole, and the IV."""
    table = row_of(reply_v2(key=KEY_256), V2_HEADER)
    assert table.suite.tolist() == [Suite.AES_256_CS1_HMAC_SHA256.code]
    assert table.key[0].tobytes() == KEY_256
    assert table.mac_key[0].tobytes() == MAC_KEY + bytes(16)
    assert table.nonce[0].tobytes() == IV
    assert table.mac_key_length.tolist() == [16]


def test_a_row_of_integrity():
    """A signed-only row has a MAC key and no other."""
    table = row_of(reply_integrity(), INTEGRITY_HEADER, Purpose.INTEGRITY)
    assert table.suite.tolist() == [Suite.HMAC_SHA256.code]
    assert not table.key.any()
    assert table.mac_key[0, :16].tobytes() == MAC_KEY


def test_key_lengths_by_suite():
    """The length of a key is its suite's."""
    assert [KEY_LENGTH[suite.code] for suite in Suite] == [suite.key_length for suite in Suite]


def test_unknown():
    """A fresh table knows nothing of any header."""
    table = KeyTable.unknown(3)
    assert len(table) == 3
    assert table.state.tolist() == [State.UNKNOWN] * 3
    assert table.reason.tolist() == [Reason.NONE.code] * 3


@pytest.mark.parametrize("column", ROW.names)
def test_columns(column):
    """Each field of a row is a column of the table, one value a header, in the order of the question."""
    rows = np.concatenate([row_of(reply_v1(), V1_HEADER).rows, row_of(reply_v2(), V2_HEADER).rows])
    table = KeyTable(rows, np.array([1, 0, 1]))
    assert len(table) == 3
    assert getattr(table, column).tolist() == rows[column][[1, 0, 1]].tolist()


def test_a_state_of_its_own():
    """The same row may answer one header exactly and another as a candidate."""
    rows = row_of(reply_v1(), V1_HEADER).rows
    states = np.array([State.EXACT, State.CANDIDATE], np.uint8)
    assert KeyTable(rows, np.array([0, 0]), states).state.tolist() == states.tolist()


def test_no_other_columns():
    """A misspelt column is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="keys"):
        _ = KeyTable.unknown(1).keys


def test_it_prints_counts():
    """A table shows how many rows have each state."""
    table = KeyTable.unknown(3)
    table.state[:] = [State.EXACT, State.REFUSED, State.EXACT]
    assert repr(table) == "<KeyTable {'exact': 2, 'refused': 1}>"


@pytest.mark.parametrize("show", [repr, str, "{}".format], ids=["repr", "str", "format"])
def test_it_prints_no_key(show):
    """No way of printing a table shows a key of it."""
    assert not shown(show(row_of(reply_v2(), V2_HEADER)), KEY, MAC_KEY)


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_neither_pickled_nor_copied(spread):
    """A table's keys stay where they are."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        spread(row_of(reply_v1(), V1_HEADER))


def test_a_source_is_known_by_what_it_can():
    """Whatever has `resolve` is a source; a dictionary has none."""
    assert isinstance(HeldKeys(), ParameterSource)
    assert not isinstance({}, ParameterSource)
