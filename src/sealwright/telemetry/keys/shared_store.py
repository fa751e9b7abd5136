"""A store's tables on a Redis or Valkey server, for the processes of many machines.

What the server sees is sealed or named by HMAC, as in the file. All names carry one hash tag, so a
cluster keeps them in one slot and scripts work there too.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import StoreError
from sealwright.secret import without_password
from sealwright.telemetry.keys.keeping.tables import (
    Claim,
    Count,
    Fetched,
    NotWritableError,
    Record,
    batched,
)

try:
    import redis
except ImportError:
    raise StoreError("store: a redis:// store needs a library: pip install 'sealwright[redis]'") from None

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PREFIX: Final = b"{sealwright}:1:"
_VAULT: Final = _PREFIX + b"vault"
_CROOKED: Final = _PREFIX + b"crooked"
_ROW, _FAMILY = _PREFIX + b"row:", _PREFIX + b"family:"
_LEASE, _DENIED, _CALLS = _PREFIX + b"lease:", _PREFIX + b"denied:", _PREFIX + b"calls:"
_SPENT, _TEXT = _PREFIX + b"spent:", _PREFIX + b"text:"

_PATIENCE: Final = 10.0
_AT_ONCE: Final = 1000
_NAME: Final = 16

# A row's hash holds its record under its owner, and under `m` and the owner its mark and family. A
# family's hash holds, under owner and mark, the name of the first row with that key.

_PUT: Final = """
local was = redis.call('HGET', KEYS[1], 'm' .. ARGV[1])
if was and was ~= ARGV[3] then
    local family = ARGV[5] .. string.sub(was, 17)
    local field = ARGV[1] .. string.sub(was, 1, 16)
    if redis.call('HGET', family, field) == ARGV[4] then redis.call('HDEL', family, field) end
end
if ARGV[2] == '' then
    redis.call('HDEL', KEYS[1], ARGV[1], 'm' .. ARGV[1])
    return
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], 'm' .. ARGV[1], ARGV[3])
if ARGV[3] ~= '' then
    local family = ARGV[5] .. string.sub(ARGV[3], 17)
    redis.call('HSETNX', family, ARGV[1] .. string.sub(ARGV[3], 1, 16), ARGV[4])
end
"""

_TAKE: Final = """
local taken = {}
for at, key in ipairs(KEYS) do
    local mine = redis.call('SET', key, ARGV[1], 'NX', 'PX', ARGV[2])
    if not mine and redis.call('GET', key) == ARGV[1] then
        mine = redis.call('PEXPIRE', key, ARGV[2])
    end
    taken[at] = mine and 1 or 0
end
return taken
"""

_GIVE_BACK: Final = """
for _, key in ipairs(KEYS) do
    if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
"""

_CLAIM: Final = """
if redis.call('SETNX', KEYS[1], ARGV[1]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[2]) end
return redis.call('GET', KEYS[1])
"""

DURABLE: Final = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
"""Settings under which what a server has acknowledged survives it, and nothing is thrown away."""

_OUT_OF_REACH: Final = (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError)
_REFUSED: Final = (redis.exceptions.AuthenticationError, redis.exceptions.NoPermissionError)
_FULL: Final = (redis.exceptions.OutOfMemoryError, redis.exceptions.ReadOnlyError)

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[Any]).decode


class RedisTables:
    """Tables on a server: `redis://`, `rediss://` (TLS) or `unix://`. Threads may share them.

    Leases and denials end by the server's clock. What a server has taken survives it as its own
    settings say; `claim` insists on settings under which it does for certain.
    """

    def __init__(self, url: str, wrapping: bytes = b"") -> None:
        """Connect; with a `wrapping` make a store first. Raises StoreError."""
        self.where = without_password(url)
        self._durable = False
        self._claiming = threading.RLock()
        with self._told():
            self._server: Any = redis.Redis.from_url(
                url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
            )
            scripts = (_PUT, _TAKE, _GIVE_BACK, _CLAIM)
            self._put, self._take, self._give_back, self._claim = map(self._server.register_script, scripts)
            if wrapping and not self._server.set(_VAULT, wrapping, nx=True):
                raise StoreError(f"store: {self.where} has one already: use it")
            if not self._server.exists(_VAULT):
                raise StoreError(
                    f"store: there is none at {self.where}: make one with `sealwright keys init`"
                )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.where}>"

    @contextmanager
    def _told(self, *, writing: bool = False) -> Iterator[None]:
        """Tell the library's errors in our words, which hold no password."""
        try:
            yield
        except (redis.exceptions.RedisError, ValueError, OSError) as problem:
            refused = isinstance(problem, _REFUSED)
            full = isinstance(problem, _FULL) or str(problem).startswith("MISCONF")
            if not refused and (full or (writing and isinstance(problem, _OUT_OF_REACH))):
                raise NotWritableError(f"store: {self.where} takes nothing: {_why(problem)}") from None
            hint = "look at user and password" if refused else _why(problem)
            raise StoreError(f"store: {self.where} cannot be used: {hint}") from None

    def _ask(self, questions: Iterable[tuple[Any, ...]], *, writing: bool = False) -> list[Any]:
        """Send commands in one go and return the replies."""
        with self._told(writing=writing), self._server.pipeline(transaction=writing) as pipe:
            for question in questions:
                pipe.execute_command(*question)
            replies: list[Any] = pipe.execute()
            return replies

    def wrapping(self) -> bytes:
        """Return the record of the wrapped store key."""
        with self._told():
            return bytes(self._server.get(_VAULT) or b"")

    def rewrap(self, wrapping: bytes) -> None:
        """Replace the record of the wrapped store key."""
        self._ask([("SET", _VAULT, wrapping)], writing=True)

    def fetch(
        self,
        names: Sequence[bytes],
        families: Sequence[bytes],
        devices: Sequence[bytes],
        owners: Sequence[bytes],
    ) -> Fetched:
        """Return records, leaders and crooked devices, in two rounds."""
        leaders = self._leaders(families, owners)
        asked = list(dict.fromkeys([*names, *(name for name, _ in leaders)]))
        *hashes, flags = self._ask(
            [*(("HGETALL", _ROW + name) for name in asked), ("SMISMEMBER", _CROOKED, *devices, b"")]
        )
        rows = {name: _records(name, fields) for name, fields in zip(asked, hashes, strict=True)}
        records = [
            record for name in names for record in rows[name].values() if not owners or record.owner in owners
        ]
        leading = [rows[name][owner] for name, owner in leaders if owner in rows[name]]
        crooked = {device for device, flag in zip(devices, flags, strict=False) if flag}
        return Fetched(records, leading, crooked)

    def _leaders(self, families: Sequence[bytes], owners: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
        """Return the name and owner of one record of each family that has one key."""
        leaders = []
        for fields in self._ask(("HGETALL", _FAMILY + family) for family in families):
            kin = {field: name for field, name in fields.items() if not owners or field[:_NAME] in owners}
            if len({field[_NAME:] for field in kin}) == 1:
                field, name = next(iter(kin.items()))
                leaders.append((name, field[:_NAME]))
        return leaders

    def put(self, records: Sequence[Record], crooked: Sequence[bytes]) -> None:
        """Write records and crooked devices, all or none."""
        with self._told(writing=True), self._server.pipeline(transaction=True) as pipe:
            for record in records:
                keys = (record.mark or b"") + (record.family or b"")
                packed = _encode(record[4:])
                self._put(
                    [_ROW + record.name], [record.owner, packed, keys, record.name, _FAMILY], client=pipe
                )
            if crooked:
                pipe.sadd(_CROOKED, *crooked)
            pipe.execute()

    def scan(self) -> Iterator[Record]:
        """Yield every record."""
        seen: set[bytes] = set()
        for names in self._names(_ROW):
            fresh = [name for name in dict.fromkeys(names) if name not in seen]
            seen.update(fresh)
            hashes = self._ask(("HGETALL", _ROW + name) for name in fresh)
            for name, fields in zip(fresh, hashes, strict=True):
                yield from _records(name, fields).values()

    def _names(self, prefix: bytes) -> Iterator[list[bytes]]:
        """Yield the names behind a prefix, some at a time; one may come twice."""
        cursor = 0
        while True:
            with self._told():
                cursor, keys = self._server.scan(cursor, match=prefix + b"*", count=_AT_ONCE)
            yield [key.removeprefix(prefix) for key in keys]
            if not cursor:
                return

    def delete(self, records: Sequence[Record]) -> None:
        """Remove records; another one of its family leads where a leader has gone."""
        with self._told(writing=True), self._server.pipeline(transaction=True) as pipe:
            for record in records:
                self._put([_ROW + record.name], [record.owner, b"", b"", record.name, _FAMILY], client=pipe)
            pipe.execute()
        touched = {record.family for record in records} - {None}
        if touched:
            for part in batched((each for each in self.scan() if each.family in touched), _AT_ONCE):
                self.put(part, [])

    def lease(self, names: Sequence[bytes], holder: bytes, now: float, seconds: float) -> list[bool]:
        """Take what nobody holds (SET NX PX). The server's clock counts, not `now`."""
        del now
        with self._told(writing=True):
            taken = self._take([_LEASE + name for name in names], [holder, int(1000 * seconds)])
            return [bool(each) for each in taken]

    def release(self, names: Sequence[bytes], holder: bytes) -> None:
        """Give back leases."""
        with self._told(writing=True):
            self._give_back([_LEASE + name for name in names], [holder])

    def deny(self, codes: dict[bytes, int], now: float, seconds: float) -> None:
        """Remember denials, which end by themselves."""
        del now
        milliseconds = int(1000 * seconds)
        self._ask(
            [("SET", _DENIED + name, code, "PX", milliseconds) for name, code in codes.items()], writing=True
        )

    def denied(self, names: Sequence[bytes], now: float) -> dict[bytes, int]:
        """Return denials that still count."""
        del now
        codes = self._ask([("MGET", *(_DENIED + name for name in names))])[0] if names else []
        return {name: int(code) for name, code in zip(names, codes, strict=True) if code is not None}

    def count(self, counts: Sequence[Count]) -> None:
        """Add to the ledger of calls."""
        questions: list[tuple[Any, ...]] = []
        for count in counts:
            key = _CALLS + count.name
            questions.append(("HSETNX", key, "box", _encode((count.salt, count.label))))
            questions += [("HINCRBY", key, word, getattr(count, word)) for word in _COUNTED]
        self._ask(questions, writing=True)

    def counts(self) -> Iterator[Count]:
        """Yield the ledger of calls."""
        names = dict.fromkeys(name for part in self._names(_CALLS) for name in part)
        for name, fields in zip(names, self._ask(("HGETALL", _CALLS + name) for name in names), strict=True):
            salt, label = _unpacked(fields.get(b"box", b""), 2) or (b"", b"")
            yield Count(name, salt, label, *(int(fields.get(word.encode(), 0)) for word in _COUNTED))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one thread at a time claim; those of other processes may come in between."""
        with self._claiming:
            yield

    def claim(self, claims: Sequence[Claim]) -> list[Claim]:
        """Write claims where there are none yet, and return what now stands."""
        self._require_durable()
        with self._told(writing=True), self._server.pipeline(transaction=True) as pipe:
            for claim in claims:
                keys = [_SPENT + claim.name, _TEXT + claim.text]
                self._claim(keys, [_encode(claim[1:]), claim.name], client=pipe)
            stands = pipe.execute()
        return [_claim(claim.name, value) for claim, value in zip(claims, stands, strict=True)]

    def _require_durable(self) -> None:
        """Raise StoreError where an acknowledged claim could be lost."""
        if self._durable:
            return
        for setting, needed in DURABLE.items():
            with self._told():
                found = self._server.config_get(setting).get(setting)
            if found != needed:
                raise StoreError(
                    f"store: {self.where} could forget which downlink sets are spent: it has"
                    f" {setting} {found}, and sealing needs {needed}; a store in a file does as well"
                )
        self._durable = True

    def claimed(self, names: Sequence[bytes]) -> set[bytes]:
        """Return which sets have been claimed."""
        flags = self._ask(("EXISTS", _SPENT + name) for name in names)
        return {name for name, flag in zip(names, flags, strict=True) if flag}

    def claims_of(self, texts: Sequence[bytes]) -> list[Claim]:
        """Return the claims for texts."""
        lists = self._ask(("LRANGE", _TEXT + text, 0, -1) for text in texts)
        names = [name for each in lists for name in each]
        values = self._ask(("GET", _SPENT + name) for name in names)
        return [_claim(name, value) for name, value in zip(names, values, strict=True)]

    def sync(self) -> None:
        """Leave it to the server's settings when it writes to its disk."""

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()


_COUNTED: Final = ("sent", "answered", "kept", "withdrawn")


def _why(problem: BaseException) -> str:
    """Name a problem without repeating what a server or a URL says."""
    word = str(problem).partition(" ")[0]
    return f"{type(problem).__name__}{f' ({word})' if word.isupper() else ''}"


def _records(name: bytes, fields: dict[bytes, bytes]) -> dict[bytes, Record]:
    """Return the records of a name by their owners; a damaged one is a record that does not open."""
    records = {}
    for owner, packed in fields.items():
        if len(owner) == _NAME:
            marked = fields.get(b"m" + owner, b"")
            mark, family = (marked[:_NAME], marked[_NAME:]) if marked else (None, None)
            rest = _unpacked(packed, 5) or (0, 0, b"", b"", b"")
            records[owner] = Record(name, owner, family, mark, *rest)
    return records


def _claim(name: bytes, value: bytes | None) -> Claim:
    return Claim(name, *(_unpacked(value or b"", 4) or (b"", b"", b"", b"")))


def _unpacked(packed: bytes, length: int) -> tuple[Any, ...] | None:
    try:
        values = _decode(packed)
    except msgspec.DecodeError:
        return None
    return tuple(values) if len(values) == length else None
