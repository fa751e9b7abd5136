"""A store's tables in an SQLite file (WAL mode), for the processes of one machine; or in memory alone."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NoReturn

from sealwright.errors import StoreError
from sealwright.telemetry.keys.keeping import schema
from sealwright.telemetry.keys.keeping.forks import renew_in_children
from sealwright.telemetry.keys.keeping.private_file import (
    check_private_file,
    make_private_file,
    remove_private_file,
)
from sealwright.telemetry.keys.keeping.tables import (
    LEDGER_IS_DAMAGED,
    Claim,
    Count,
    Fetched,
    NotWritableError,
    Record,
)
from sealwright.telemetry.keys.keeping.vault import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PATIENCE: Final = 30.0
"""Seconds to wait while another process writes."""

_LONGEST_LEASE: Final = 3600.0
"""Seconds. A lease that goes on for longer was written by a clock that has been set back since."""

_NOT_WRITABLE: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
    }
)

_SETTINGS: Final = (
    # A commit survives the process; `sync` and `claim` make it survive the machine.
    "PRAGMA synchronous = NORMAL",
    # What is purged is overwritten.
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)

_INHERITED: Final[list[sqlite3.Connection]] = []
"""Connections of a parent process, which a fork has copied."""


class SqliteTables:
    """Tables in one file, or in memory where `path` is None. Threads take turns."""

    def __init__(self, path: Path | None, wrapping: bytes = b"") -> None:
        """Open a file; with a `wrapping` make it first. Raises StoreError."""
        self.path = path
        self.where = "memory" if path is None else str(path)
        self._lock = threading.RLock()
        self._writes = self._tallied = self._closed = False
        self._connection: sqlite3.Connection | None = None
        if wrapping and path is not None:
            make_private_file(path)
        try:
            self._begin(wrapping)
        except BaseException:
            self.close()
            if wrapping and path is not None:
                remove_private_file(path)
            raise
        renew_in_children(self)

    def _begin(self, wrapping: bytes) -> None:
        if wrapping:
            self._make(wrapping)
        else:
            self._check_version()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.where}>"

    def __del__(self) -> None:
        self.close()

    def renew(self) -> None:
        """Leave the parent's connection alone, not even close it, and open another when it is needed."""
        self._lock = threading.RLock()
        self._writes = self._tallied = False
        if self.path is not None and self._connection is not None:
            _INHERITED.append(self._connection)
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        if self.path is None:
            return self._open(":memory:")
        check_private_file(self.path)
        place = self.path.absolute().as_uri()
        try:
            return self._open(f"{place}?mode=rw")
        except NotWritableError:
            # On a file system that cannot be written, WAL mode finds no place for its index.
            wal = self.path.with_name(self.path.name + "-wal")
            if wal.exists() and wal.stat().st_size:
                raise
            return self._open(f"{place}?mode=ro&immutable=1")

    def _open(self, place: str) -> sqlite3.Connection:
        with self._told():
            connection = sqlite3.connect(
                place, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, uri=True
            )
            try:
                for setting in _SETTINGS:
                    connection.execute(setting)
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            except BaseException:
                connection.close()
                raise
            return connection

    def _make(self, wrapping: bytes) -> None:
        self._ask("PRAGMA journal_mode = WAL")
        with self._writing() as connection:
            for statement in schema.TABLES.strip().split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("INSERT INTO vault VALUES (1, ?)", (wrapping,))
        self.sync()

    def _check_version(self) -> None:
        application = self._ask("PRAGMA application_id")[0][0]
        version = self._ask("PRAGMA user_version")[0][0]
        if application != schema.APPLICATION_ID:
            raise StoreError(f"store: {self.where} is a database, but not a key store of sealwright")
        if version != FORMAT:
            raise StoreError(
                f"store: {self.where} has format {version}, and this version of sealwright reads {FORMAT}:"
                " use the version that made it, `keys export` there and `keys import` here"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's errors in our words."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as problem:
            self._tell(problem)

    def _tell(self, problem: Exception) -> NoReturn:
        code = getattr(problem, "sqlite_errorcode", 0)
        if code & 0xFF in _NOT_WRITABLE:
            raise NotWritableError(f"store: {self.where}: {problem}") from None
        name = getattr(problem, "sqlite_errorname", type(problem).__name__)
        raise StoreError(
            f"store: {self.where} is damaged ({name}): restore it from a copy,"
            " or make a new one and import what has been exported"
        ) from None

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        """Give one thread the connection."""
        with self._lock, self._told():
            if self._closed:
                raise StoreError(f"store: {self.where} has been closed")
            if self._connection is None:
                self._connection = self._connect()
            yield self._connection

    @contextmanager
    def _writing(self, *, durably: bool = False) -> Iterator[sqlite3.Connection]:
        """Do all of a block or nothing of it; a block within a block is part of it."""
        with self._turn() as connection:
            if self._writes:
                yield connection
                return
            if durably:
                connection.execute("PRAGMA synchronous = FULL")
            self._writes = True
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                self._writes = False
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if durably:
                    connection.execute("PRAGMA synchronous = NORMAL")

    def _ask(self, question: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._turn() as connection:
            return connection.execute(question, values).fetchall()

    def wrapping(self) -> bytes:
        """Return the record of the wrapped store key."""
        rows = self._ask("SELECT wrapping FROM vault")
        return rows[0][0] if rows and type(rows[0][0]) is bytes else b""

    def rewrap(self, wrapping: bytes) -> None:
        """Replace the record of the wrapped store key."""
        with self._writing(durably=True) as connection:
            connection.execute("UPDATE vault SET wrapping = ?", (wrapping,))
        self._empty_log()

    def fetch(
        self,
        names: Sequence[bytes],
        families: Sequence[bytes],
        devices: Sequence[bytes],
        owners: Sequence[bytes],
    ) -> Fetched:
        """Return records, leaders and crooked devices, 10,000 names a question."""
        fetched = Fetched([], [], set())
        lists = {schema.RECORD: fetched.records, schema.LEADER: fetched.leaders}
        for at in range(0, max(len(names), len(families)), schema.MOST_AT_ONCE):
            part = slice(at, at + schema.MOST_AT_ONCE)
            mine, kin, tails = names[part], families[part], devices[part]
            question = schema.fetch(len(mine), len(kin), len(tails), len(owners))
            for row in self._ask(question, (*kin, *owners, *mine, *owners, *tails)):
                if row[0] == schema.DEVICE:
                    fetched.crooked.add(row[1])
                else:
                    lists[row[0]].append(Record(*row[1:]))
        return fetched

    def put(self, records: Sequence[Record], crooked: Sequence[bytes]) -> None:
        """Write records and crooked devices."""
        with self._writing() as connection:
            connection.executemany(schema.PUT, records)
            connection.executemany(schema.CROOKED, [(device,) for device in crooked])

    def scan(self) -> Iterator[Record]:
        """Yield every record, a thousand at a time."""
        with self._turn() as connection:
            cursor = connection.execute(schema.SCAN)
        while rows := self._more(cursor):
            yield from (Record(*row) for row in rows)

    def _more(self, cursor: sqlite3.Cursor) -> list[Any]:
        with self._turn():
            return cursor.fetchmany(1000)

    def delete(self, records: Sequence[Record]) -> None:
        """Remove records, and the log in which they stood."""
        with self._writing(durably=True) as connection:
            connection.executemany(schema.DELETE, [record[:2] for record in records])
        self._empty_log()

    def _empty_log(self) -> None:
        """Bring the log into the file: what was replaced must not stand in it. Readers may delay that."""
        with suppress(NotWritableError):
            self._ask("PRAGMA wal_checkpoint(TRUNCATE)")

    def lease(self, names: Sequence[bytes], holder: bytes, now: float, seconds: float) -> list[bool]:
        """Take what nobody holds, or holds beyond its time, or beyond any time that a sane clock gives."""
        times = {"now": now, "expires": now + seconds, "latest": now + _LONGEST_LEASE}
        with self._writing() as connection:
            connection.execute(schema.FORGET_LEASES, times)
            return [
                connection.execute(schema.LEASE, {"name": name, "holder": holder, **times}).rowcount == 1
                for name in names
            ]

    def release(self, names: Sequence[bytes], holder: bytes) -> None:
        """Give back leases."""
        with self._writing() as connection:
            connection.executemany(schema.RELEASE, [(name, holder) for name in names])

    def deny(self, codes: dict[bytes, int], now: float, seconds: float) -> None:
        """Remember denials, and forget those whose time is over."""
        with self._writing() as connection:
            connection.execute(schema.FORGET_DENIED, (now,))
            connection.executemany(schema.DENY, [(name, code, now + seconds) for name, code in codes.items()])

    def denied(self, names: Sequence[bytes], now: float) -> dict[bytes, int]:
        """Return denials that still count."""
        found: dict[bytes, int] = {}
        for at in range(0, len(names), schema.MOST_AT_ONCE):
            part = names[at : at + schema.MOST_AT_ONCE]
            found.update(self._ask(schema.denied(len(part)), (now, *part)))
        return found

    def count(self, counts: Sequence[Count]) -> None:
        """Add to the ledger of calls."""
        with self._writing() as connection:
            connection.executemany(schema.COUNT, counts)

    def counts(self) -> Iterator[Count]:
        """Yield the ledger of calls."""
        return (Count(*row) for row in self._ask(schema.COUNTS))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the right to write until the end: nobody else claims in between."""
        self._check_tally()
        with self._writing(durably=True):
            yield

    def claim(self, claims: Sequence[Claim]) -> list[Claim]:
        """Write claims where there are none yet, and return what now stands."""
        self._check_tally()
        with self._writing(durably=True) as connection:
            count, digest = self._tally(connection)
            for claim in claims:
                if connection.execute(schema.CLAIM, (*claim, count)).rowcount == 1:
                    count, digest = count + 1, _both(digest, claim.name)
            connection.execute(schema.SET_TALLY, (count, digest))
            stands = [connection.execute(schema.CLAIMED, (claim.name,)).fetchone() for claim in claims]
            if None in stands:
                raise self._damaged_ledger()
        return [Claim(*row) for row in stands]

    def _check_tally(self) -> None:
        """Raise StoreError where the names of spent sets are not those that were written.

        Of all damage this would be the worst: a set whose name is lost would be used again. Looked at
        once a process.
        """
        if self._tallied:
            return
        with self._writing() as connection:
            tally = self._tally(connection)
            names = [name for name, _ in connection.execute(schema.SPENT)]
        if set(map(type, names)) - {bytes} or tally != (len(names), reduce(_both, names, bytes(16))):
            raise self._damaged_ledger()
        self._tallied = True

    def _tally(self, connection: sqlite3.Connection) -> tuple[int, bytes]:
        """Return how many sets are spent, and the exclusive or of their names."""
        count, digest = connection.execute(schema.TALLY).fetchone() or (None, None)
        if type(count) is not int or type(digest) is not bytes:
            raise self._damaged_ledger()
        return count, digest

    def _damaged_ledger(self) -> StoreError:
        return StoreError(f"store: {self.where}: {LEDGER_IS_DAMAGED}")

    def claimed(self, names: Sequence[bytes]) -> set[bytes]:
        """Return which sets have been claimed."""
        self._check_tally()
        found: set[bytes] = set()
        for at in range(0, len(names), schema.MOST_AT_ONCE):
            part = names[at : at + schema.MOST_AT_ONCE]
            found.update(row[0] for row in self._ask(schema.claimed(len(part)), part))
        return found

    def claims_of(self, texts: Sequence[bytes]) -> list[Claim]:
        """Return the claims for texts."""
        found: list[Claim] = []
        for at in range(0, len(texts), schema.MOST_AT_ONCE):
            part = texts[at : at + schema.MOST_AT_ONCE]
            found += (Claim(*row) for row in self._ask(schema.claims_of(len(part)), part))
        return found

    def sync(self) -> None:
        """Write the log through to the disk: a commit under FULL does that."""
        with self._writing(durably=True) as connection:
            connection.execute("UPDATE vault SET id = id")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()


def _both(one: bytes, other: bytes) -> bytes:
    """Return the exclusive or of two names."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(max(len(one), len(other)))
