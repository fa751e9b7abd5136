"""Opening within SQL: DuckDB's tables come out with what became of every row."""

import sys

import duckdb
import pytest

from recipe import flip
from sealwright import sql
from sealwright.errors import InputError
from telemetry.opening.opening_samples import KINDS, books, sample

GOOD = [sample(kind, f"sql/{kind}", b"21.4 degrees, said twice") for kind in KINDS]
SENT = [GOOD[0].message, None, flip(GOOD[1].message, -1), GOOD[1].message, b"\x31", GOOD[2].message]
RECORDS = [
    ("opened", None, GOOD[0].text, "encrypted"),
    ("malformed", "missing", None, None),
    ("not_authentic", None, None, "encrypted"),
    ("opened", None, GOOD[1].text, "encrypted"),
    ("malformed", "unknown_version", None, None),
    ("opened", None, GOOD[2].text, "signed"),
]
ROUNDS = 1_000
"""More rows than DuckDB gives a function at once."""


@pytest.fixture(name="connection")
def with_messages():
    """Return a connection with a table of messages, which knows how to open them."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE sent (place INTEGER, payload BLOB)")
        connection.executemany("INSERT INTO sent VALUES (?, ?)", list(enumerate(SENT)))
        connection.execute(
            f"CREATE TABLE many AS SELECT n * {len(SENT)} + place AS place, payload"
            f" FROM sent, range({ROUNDS}) AS rounds(n) ORDER BY place"
        )
        sql.register(connection, books(GOOD))
        yield connection


def test_plaintexts(connection):
    """NULL where a message did not open."""
    rows = connection.execute("SELECT open_message(payload) FROM many ORDER BY place").fetchall()
    assert rows == [(record[2],) for record in RECORDS] * ROUNDS


def test_records(connection):
    """A struct tells why; rows in are rows out."""
    rows = connection.execute(
        "SELECT r.outcome, r.reason, r.plaintext, r.protection"
        " FROM (SELECT place, open_record(payload) AS r FROM many) ORDER BY place"
    ).fetchall()
    assert rows == RECORDS * ROUNDS
    uids = "SELECT DISTINCT hex(open_record(payload).rot_public_uid) FROM sent"
    named = {uid for (uid,) in connection.execute(uids).fetchall()}
    assert named == {None, *(each.line["ROTPublicUID"].upper() for each in GOOD)}


def test_counting(connection):
    """Outcomes are words to group by."""
    counted = "SELECT open_record(payload).outcome AS o, count(*) FROM many GROUP BY o ORDER BY o"
    assert connection.execute(counted).fetchall() == [
        ("malformed", 2 * ROUNDS),
        ("not_authentic", ROUNDS),
        ("opened", 3 * ROUNDS),
    ]


def test_replacing_and_prefix(connection):
    """Other keys replace those of before; a prefix keeps both."""
    sql.register(connection, {}, prefix="no_")
    both = "SELECT count(open_message(payload)), count(no_open_message(payload)) FROM sent"
    assert connection.execute(both).fetchall() == [(3, 0)]
    sql.register(connection, {})
    assert connection.execute(both).fetchall() == [(0, 0)]


def test_options(connection):
    """Arguments of `open_messages` reach it."""
    sql.register(connection, books(GOOD), max_length=40)
    reasons = "SELECT open_record(payload).reason FROM sent WHERE place = 0"
    assert connection.execute(reasons).fetchall() == [("too_long",)]


def test_without_duckdb(monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"pip install 'sealwright\[sql\]'"):
        sql.register(None, {})
