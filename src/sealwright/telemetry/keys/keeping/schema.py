"""The tables of a store in SQLite, and the questions to them."""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x5EA1_0A11
"""What `file` and SQLite see of whose database this is."""

TABLES: Final = """
CREATE TABLE vault (id INTEGER PRIMARY KEY CHECK (id = 1), wrapping BLOB NOT NULL);
CREATE TABLE keys (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, owner BLOB NOT NULL, family BLOB, mark BLOB,
    learned INTEGER NOT NULL, suite INTEGER NOT NULL, salt BLOB NOT NULL, label BLOB NOT NULL,
    sealed BLOB NOT NULL, UNIQUE (name, owner));
CREATE INDEX keys_by_family ON keys (family, mark, owner) WHERE family IS NOT NULL;
CREATE TABLE crooked (device BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE leases (name BLOB PRIMARY KEY, holder BLOB NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE denied (name BLOB PRIMARY KEY, code INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE calls (
    name BLOB PRIMARY KEY, salt BLOB NOT NULL, label BLOB NOT NULL, sent INTEGER NOT NULL,
    answered INTEGER NOT NULL, kept INTEGER NOT NULL, withdrawn INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE spent (
    name BLOB PRIMARY KEY, text BLOB NOT NULL, salt BLOB NOT NULL, label BLOB NOT NULL,
    sealed BLOB NOT NULL, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX spent_by_text ON spent (text);
CREATE TABLE tally (id INTEGER PRIMARY KEY CHECK (id = 1), spent INTEGER NOT NULL, digest BLOB NOT NULL);
INSERT INTO tally VALUES (1, 0, zeroblob(16));
"""

_RECORD: Final = "name, owner, family, mark, learned, suite, salt, label, sealed"

SCAN: Final = f"SELECT {_RECORD} FROM keys ORDER BY id"  # noqa: S608  # of our own words
PUT: Final = f"""
INSERT INTO keys ({_RECORD}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name, owner) DO UPDATE SET family = excluded.family, mark = excluded.mark,
    learned = excluded.learned, suite = excluded.suite, salt = excluded.salt, label = excluded.label,
    sealed = excluded.sealed"""  # noqa: S608
DELETE: Final = "DELETE FROM keys WHERE name = ? AND owner = ?"
CROOKED: Final = "INSERT INTO crooked VALUES (?) ON CONFLICT DO NOTHING"

LEASE: Final = """
INSERT INTO leases VALUES (:name, :holder, :expires)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
WHERE holder = excluded.holder"""
FORGET_LEASES: Final = "DELETE FROM leases WHERE expires <= :now OR expires > :latest"
RELEASE: Final = "DELETE FROM leases WHERE name = ? AND holder = ?"
DENY: Final = """
INSERT INTO denied VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET code = excluded.code, expires = excluded.expires"""
FORGET_DENIED: Final = "DELETE FROM denied WHERE expires <= ?"

COUNT: Final = """
INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET sent = sent + excluded.sent, answered = answered + excluded.answered,
    kept = kept + excluded.kept, withdrawn = withdrawn + excluded.withdrawn"""
COUNTS: Final = "SELECT name, salt, label, sent, answered, kept, withdrawn FROM calls"

_CLAIM: Final = "name, text, salt, label, sealed"
CLAIM: Final = f"INSERT INTO spent ({_CLAIM}, number) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"  # noqa: S608
SPENT: Final = "SELECT name, number FROM spent"
"""With a column that no index has, so that SQLite reads the very tree in which claims are looked up."""

TALLY: Final = "SELECT spent, digest FROM tally"
SET_TALLY: Final = "UPDATE tally SET spent = ?, digest = ?"
CLAIMED: Final = f"SELECT {_CLAIM} FROM spent WHERE name = ?"  # noqa: S608

MOST_AT_ONCE: Final = 10_000
"""Names in one question. SQLite takes 32,766 parameters, and a question has three sorts of names."""


RECORD, LEADER, DEVICE = range(3)


def marks(count: int) -> str:
    """Return so many question marks."""
    return ",".join("?" * count)


def fetch(names: int, families: int, devices: int, owners: int) -> str:
    """Return the question for the records of so many names, families and devices.

    Of each family it gives one record, and none where two keys have been met under one key id. Each
    row begins with what it is: RECORD, LEADER or DEVICE.
    """
    among = f" AND owner IN ({marks(owners)})" if owners else ""
    return f"""
SELECT {LEADER}, {_RECORD} FROM keys JOIN (
    SELECT min(id) AS id FROM keys WHERE family IN ({marks(families)}){among}
    GROUP BY family HAVING min(mark) = max(mark)) USING (id)
UNION ALL SELECT {RECORD}, {_RECORD} FROM keys WHERE name IN ({marks(names)}){among}
UNION ALL SELECT {DEVICE}, device, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM crooked WHERE device IN ({marks(devices)})"""  # noqa: S608


def denied(names: int) -> str:
    """Return the question for denials of so many names."""
    return f"SELECT name, code FROM denied WHERE expires > ? AND name IN ({marks(names)})"  # noqa: S608


def claimed(names: int) -> str:
    """Return the question which of so many sets have been claimed."""
    return f"SELECT name FROM spent WHERE name IN ({marks(names)})"  # noqa: S608


def claims_of(texts: int) -> str:
    """Return the question for the claims of so many texts."""
    return f"SELECT {_CLAIM} FROM spent WHERE text IN ({marks(texts)}) ORDER BY number"  # noqa: S608
