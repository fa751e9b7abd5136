"""KeyStore: parameters kept between runs, encrypted at rest, in an SQLite file or on a Redis server.

A random store key encrypts every row and is itself wrapped by the user's secret: 32 bytes, or a
passphrase. Rows are found by HMAC, so a stolen store does not list the fleet. Threads may share a
KeyStore, and processes may open the same file or server.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, Self, TypeVar

from sealwright.errors import Reason, StoreError
from sealwright.secret import quiet, without_password
from sealwright.telemetry.keys.keeping.calls import Calls, OwnedCalls, open_calls, seal_calls
from sealwright.telemetry.keys.keeping.entry import DEFAULT_ACCOUNT, FILE_ORIGIN, Entry, Owner
from sealwright.telemetry.keys.keeping.looking import Found, Told, tabulate
from sealwright.telemetry.keys.keeping.names import Asked, has_family
from sealwright.telemetry.keys.keeping.search import Search
from sealwright.telemetry.keys.keeping.spent import SpentSets
from sealwright.telemetry.keys.keeping.sqlite_tables import SqliteTables
from sealwright.telemetry.keys.keeping.tables import NotWritableError, batched
from sealwright.telemetry.keys.keeping.vault import Vault
from sealwright.telemetry.keys.keeping.wrapping import new_key, unwrap, wrap
from sealwright.telemetry.keys.table import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sealwright.secret import Secret
    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.keeping.tables import Record, Tables
    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.table import KeyTable

_PURPOSE: Final = "sealwright store"
_SERVERS: Final = ("redis://", "rediss://", "unix://")
_AT_ONCE: Final = 10_000
"""Rows in one transaction."""

_T = TypeVar("_T")


class StoreWarning(UserWarning):
    """A key store goes on with less than was asked for: in memory only, or without damaged rows."""


def _warn(words: str) -> None:
    warnings.warn(words, StoreWarning, stacklevel=4)


def is_server(where: str | os.PathLike[str]) -> bool:
    """Tell whether this names a server and not a file."""
    return str(where).startswith(_SERVERS)


def _tables(where: str | os.PathLike[str] | None, wrapping: bytes = b"") -> Tables:
    if where is not None and is_server(where):
        from sealwright.telemetry.keys.shared_store import RedisTables  # noqa: PLC0415  # an extra

        return RedisTables(str(where), wrapping)
    return SqliteTables(None if where is None else Path(where), wrapping)


class KeyStore:
    """A source over what is kept, and the place where sources keep what they have learnt.

    `KeyStore.create(where, secret)` makes a store, `KeyStore(where, secret)` opens one; `where` is a
    path or a redis:// URL. Without a secret nothing is written anywhere: the store lives in memory
    and says so. What it keeps belongs to a service's `origin` (or `file`) and an `account` label;
    look-ups see the account's entries of that origin and of files, or of all origins for None.

    When the disk is full or cannot be written the store goes on in memory and tells that once
    (`tell`, else a StoreWarning). Raises StoreError for a place that is no store of this user, a
    wrong secret, another version and damage. `damaged` counts rows that were not as they had been
    sealed: they count as absent.
    """

    # A URL may hold a password, so errors come from frames that do not hold the URL.
    @quiet
    def __init__(
        self,
        where: str | os.PathLike[str] | None,
        secret: Secret | None,
        *,
        origin: str | None = None,
        account: str = DEFAULT_ACCOUNT,
        clock: Callable[[], float] = time.time,
        tell: Callable[[str], None] = _warn,
    ) -> None:
        self.where = "memory" if where is None or secret is None else without_password(str(where))
        """The path or URL, without a password; `memory` for a store that is nowhere else."""
        self.origin, self.account = origin, account
        self.damaged = 0
        self._clock, self._tell = clock, tell
        self._lock = threading.Lock()
        self._spill: Tables | None = None
        self._holder = (0, b"")
        if where is None or secret is None:
            self._vault = Vault(new_key())
            self._tables: Tables = SqliteTables(None, b"none")
            self.memory_only = True
            if where is not None:
                place = without_password(str(where))
                tell(f"store: there is no secret for {place}: what is kept is in memory only, then forgotten")
        else:
            self._tables = _tables(where)
            self._vault = Vault(self._unlock(secret))
            self.memory_only = False
        self._spent = SpentSets(self._vault, self._tables)
        self._search = Search(self._vault, origin, account, self._count_damage)

    @classmethod
    @quiet
    def create(cls, where: str | os.PathLike[str], secret: Secret) -> None:
        """Make a new store, which this secret opens. Raises StoreError where there is one already."""
        _tables(where, wrap(new_key(), secret, _PURPOSE)).close()

    def _unlock(self, secret: Secret) -> Secret:
        try:
            key = unwrap(self._tables.wrapping(), secret, _PURPOSE)
        except StoreError as problem:
            self._tables.close()
            raise StoreError(f"store: {self.where}: {problem}") from None
        if key is None:
            self._tables.close()
            raise StoreError(f"store: {self.where}: this is not the secret with which it was made")
        return key

    @property
    def between_processes(self) -> bool:
        """Whether other processes see what is kept here."""
        return not self.memory_only

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.where}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key store is neither pickled nor copied: pass its path and open it again")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file or the connection."""
        self._tables.close()

    def rekey(self, secret: Secret) -> None:
        """Wrap the store key by another secret. A copy made before still opens by the old one."""
        self._tables.rewrap(wrap(self._vault.store_key, secret, _PURPOSE))

    # Looking up

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer headers from the store alone: EXACT, else CANDIDATE, else UNKNOWN."""
        asked = Asked.of(headers)
        families = [] if exact else asked.families
        return tabulate(asked, self.look_up(asked.names, families), {}, exact=exact)

    def look_up(self, names: Sequence[bytes], families: Sequence[bytes]) -> Found:
        """Return what is held for names, and for each family the one key that serves all of it."""
        return self._search.look_up(self._places(), names, families)

    def entries(self) -> Iterator[Entry]:
        """Yield every entry of every origin and account."""
        for tables in self._places():
            yield from filter(None, map(self._search.open, tables.scan()))

    def _places(self) -> list[Tables]:
        """Return where entries are: where they should be, and memory where that could not be written."""
        return [self._tables, self._spill] if self._spill else [self._tables]

    # Keeping

    def keep(self, parameters: Iterable[Parameters]) -> None:
        """Keep checked parameters, each under its header; what is held for that header is replaced.

        They survive the death of this process when this returns, and that of the machine after
        `flush`.
        """
        now = self._clock()
        self.keep_entries(Entry.of(each, now, self.owner) for each in parameters)

    def now(self) -> float:
        """Return the time by this store's clock."""
        return self._clock()

    @property
    def owner(self) -> Owner:
        """Whom new entries belong to."""
        return Owner(self.origin or FILE_ORIGIN, self.account)

    def keep_entries(self, entries: Iterable[Entry]) -> None:
        """Keep entries as they are, ten thousand in one transaction."""
        for part in batched(entries, _AT_ONCE):
            self._put(part)

    def _put(self, entries: list[Entry]) -> None:
        records = [self._vault.seal(entry) for entry in entries]
        crooked = [self._vault.device(each) for each in entries if each.crooked and has_family(each.name)]
        self._write(lambda tables: tables.put(records, crooked))

    def flush(self) -> None:
        """Make sure that what was kept survives the machine."""
        self._write(lambda tables: tables.sync())

    def purge(self, doomed: Callable[[Entry], bool]) -> int:
        """Remove entries for good, and return how many. The ledgers stay."""
        count = 0
        for tables in self._places():
            gone = [record for record in tables.scan() if self._is_doomed(record, doomed)]
            tables.delete(gone)
            count += len(gone)
        return count

    def _is_doomed(self, record: Record, doomed: Callable[[Entry], bool]) -> bool:
        entry = self._search.open(record)
        return entry is not None and doomed(entry)

    def _write(self, job: Callable[[Tables], _T]) -> _T:
        """Write where it should be; once that has failed, to memory."""
        if self._spill is None:
            try:
                return job(self._tables)
            except NotWritableError as problem:
                self._go_on_in_memory(problem)
        return job(self._spill or self._tables)

    def _go_on_in_memory(self, problem: NotWritableError) -> None:
        with self._lock:
            if self._spill is None:
                self._spill = SqliteTables(None, b"none")
                self._tell(
                    f"{problem}: what is learnt from here on is kept in memory only;"
                    " what was kept before is safe"
                )

    def _count_damage(self) -> None:
        self.damaged += 1
        if self.damaged == 1:
            self._tell(f"store: {self.where} has damaged rows, which count as absent")

    # Between processes

    def lease(self, names: Sequence[bytes], seconds: float) -> list[bool]:
        """Take the right to ask for names, for some seconds; tell for each whether it was to be had.

        What this store has taken before is extended. A lease that nobody gives back ends by itself.
        """
        mine = self._errands("lease", names)
        return self._write(lambda tables: tables.lease(mine, self._me(), self._clock(), seconds))

    def release(self, names: Sequence[bytes]) -> None:
        """Give leases back."""
        mine = self._errands("lease", names)
        self._write(lambda tables: tables.release(mine, self._me()))

    def deny(self, told: Mapping[bytes, Told], seconds: float) -> None:
        """Remember for some seconds, for all processes, that a service had no answer for names."""
        names = self._errands("denied", told)
        codes = {name: each.reason.code for name, each in zip(names, told.values(), strict=True)}
        self._write(lambda tables: tables.deny(codes, self._clock(), seconds))

    def denied(self, names: Sequence[bytes]) -> dict[bytes, Told]:
        """Return which names have been denied, and why."""
        mine = dict(zip(self._errands("denied", names), names, strict=True))
        codes: dict[bytes, int] = {}
        for tables in self._places():
            codes |= tables.denied(list(mine), self._clock())
        return {mine[name]: _told(code) for name, code in codes.items() if name in mine}

    def _errands(self, domain: str, names: Iterable[bytes]) -> list[bytes]:
        """Name what one service is asked for: another service may be asked for the same header."""
        return self._vault.names(domain, self.account, (self.owner.origin.encode() + name for name in names))

    def _me(self) -> bytes:
        """Return who holds this store's leases: a forked process is somebody else."""
        if self._holder[0] != os.getpid():
            self._holder = (os.getpid(), secrets.token_bytes(16))
        return self._holder[1]

    # The ledgers

    def count_calls(self, calls: Iterable[Calls]) -> None:
        """Add to the ledger of paid calls."""
        counts = [seal_calls(self._vault, self.owner, each) for each in calls]
        self._write(lambda tables: tables.count(counts))

    def calls(self) -> Iterator[OwnedCalls]:
        """Yield the ledger of paid calls, of every origin and account."""
        for tables in self._places():
            yield from open_calls(self._vault, tables.counts())

    @property
    def spent(self) -> SpentSets:
        """The ledger of spent downlink sets. Raises StoreError for a store that would forget it."""
        if self.memory_only:
            raise StoreError(
                "store: a store in memory forgets which downlink sets are spent: give a store and its secret"
            )
        return self._spent


def _told(code: int) -> Told:
    reason = Reason.of(code) if 0 <= code < len(Reason) else Reason.NONE
    return Told(State.REFUSED if reason else State.UNKNOWN, reason)
