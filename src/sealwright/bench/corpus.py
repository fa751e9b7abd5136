"""Seeded corpora: sealed messages, their keys, and the texts that must come out.

Every byte follows from the seed through SHAKE-256, so it is the same on each machine. The keys
are made for testing and protect nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import shake_256
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sealwright.errors import InputError
from sealwright.secret import Secret
from sealwright.telemetry import (
    Direction,
    HeldKeys,
    Messages,
    Parameters,
    Purpose,
    Suite,
    seal_each,
    seal_uplink,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIXED: Final = 0
"""The size that stands for lengths from 16 to 1,024 bytes, each as likely as the other."""

_SHORTEST_MIXED, _LONGEST_MIXED = 16, 1024
_MOST_A_KEY: Final = 2**16
"""A v1 header counts in two bytes: one more message of a key would repeat a nonce."""


class Keys(StrEnum):
    """How messages share keys."""

    ONE = "one key for all"
    HUNDRED = "100 messages a key"
    HALF = "two messages a key"
    DISTINCT = "a key a message"

    def among(self, messages: int) -> int:
        """Return how many keys so many messages have."""
        share = {Keys.ONE: messages, Keys.HUNDRED: 100, Keys.HALF: 2, Keys.DISTINCT: 1}[self]
        return max(1, messages // share)


@dataclass(frozen=True, slots=True)
class Case:
    """What a corpus is made of. The default is the realistic stream: 10,000 × 64 B, 5,000 keys."""

    count: int = 10_000
    size: int = 64
    """Bytes of each text, or MIXED."""
    keys: Keys = Keys.HALF
    suite: Suite = Suite.AES_128_CCM
    seed: int = 1

    def __str__(self) -> str:
        """Say the case as it stands above a table."""
        size = f"{_SHORTEST_MIXED} to {_LONGEST_MIXED:,}" if self.size == MIXED else f"{self.size:,}"
        keys = self.keys.among(self.count)
        under = f"{keys:,} keys" if keys > 1 else "one key"
        return f"{self.count:,} × {size} B, {self.suite}, {under}"


class KeySet(NamedTuple):
    """One device key as a user would hold it; `mac_key` and `iv` are empty in v1."""

    key: bytes
    mac_key: bytes
    iv: bytes


@dataclass(frozen=True)
class Corpus:
    """Sealed messages in the order in which they arrive, and what belongs to them.

    Under v1 a key is held once, for the first header of its key id, as a key file has it; its other
    messages are found by their key id. Under v2 each message has a parameter set of its own.
    """

    case: Case
    sealed: Messages
    plain: Messages
    parameters: list[Parameters]
    """What a key file holds."""
    key_sets: dict[bytes, KeySet]
    """The same for peers: by the key id (v1, 14 bytes) or by the header (v2, 12 bytes)."""
    rows: NDArray[np.int64]
    """Which of the key sets, in their order, each message has."""

    @cached_property
    def messages(self) -> list[bytes]:
        """The messages one by one."""
        return self.sealed.to_list()

    @cached_property
    def texts(self) -> list[bytes]:
        """What must come out, one by one."""
        return self.plain.to_list()

    @property
    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The messages as (data, offsets)."""
        return self.sealed.data, self.sealed.offsets

    def source(self) -> HeldKeys:
        """Return a new source that holds all parameters: its index belongs to the engine that runs."""
        return _holding(self.parameters)


def make(case: Case) -> Corpus:
    """Make the corpus of a case. Raises InputError where the case has no messages or repeats a nonce."""
    keys = case.keys.among(case.count)
    if case.count < 1 or -(-case.count // keys) > _MOST_A_KEY:
        raise InputError(f"corpus: {case.count} messages of {case.keys}: a key serves {_MOST_A_KEY} at most")
    key_of = _order(case) % keys
    texts = _texts(case)
    seal = _seal_v2 if case.suite.has_mac_key else _seal_v1
    return seal(case, texts, key_of)


def _seal_v1(case: Case, texts: Messages, key_of: NDArray[np.int64]) -> Corpus:
    drawn = _drawn_keys(case, 12 + case.suite.key_length)
    names = [b"\x11\x01" + each[:12] for each in drawn]
    held = [_v1(case.suite, name + bytes(2), each[12:]) for name, each in zip(names, drawn, strict=True)]
    headers = np.empty((case.count, 16), np.uint8)
    headers[:, :14] = np.frombuffer(b"".join(names), np.uint8).reshape(-1, 14)[key_of]
    headers[:, 14:] = _counters(key_of).astype(">u2")[:, None].view(np.uint8)
    key_sets = {name: KeySet(each[12:], b"", b"") for name, each in zip(names, drawn, strict=True)}
    return Corpus(case, seal_uplink(texts, headers, _holding(held)), texts, held, key_sets, key_of)


def _counters(key_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many messages of the same key come before each."""
    order = np.argsort(key_of, kind="stable")
    first = np.cumsum(np.bincount(key_of)) - np.bincount(key_of)
    counters = np.empty(len(key_of), np.int64)
    counters[order] = np.arange(len(key_of)) - first[key_of[order]]
    return counters


def _holding(parameters: list[Parameters]) -> HeldKeys:
    held = HeldKeys()
    for each in parameters:
        held.add(each)
    return held


def _v1(suite: Suite, header: bytes, key: bytes) -> Parameters:
    return _parameters(suite, header, KeySet(key, b"", header[4:]), header[2:8])


def _seal_v2(case: Case, texts: Messages, key_of: NDArray[np.int64]) -> Corpus:
    length = case.suite.key_length
    drawn = _drawn_keys(case, 6 + 2 * length)
    ivs = _draw(case, "ivs", 16 * case.count)
    held, key_sets = [], {}
    for at, which in enumerate(key_of.tolist()):
        uid, keys = drawn[which][:6], drawn[which][6:]
        header = b"\x28" + at.to_bytes(3) + uid + b"\x01\x00"
        key_sets[header] = KeySet(keys[:length], keys[length:], ivs[16 * at : 16 * at + 16])
        held.append(_parameters(case.suite, header, key_sets[header], uid))
    return Corpus(case, seal_each(texts, held), texts, held, key_sets, np.arange(case.count))


def _parameters(suite: Suite, header: bytes, keys: KeySet, uid: bytes) -> Parameters:
    return Parameters(
        direction=Direction.UPLINK,
        purpose=Purpose.PROTECTION,
        suite=suite,
        uid=b"\0\2" + uid,
        header=header,
        key=Secret(keys.key),
        mac_key=Secret(keys.mac_key),
        nonce=keys.iv,
        kiv=header.ljust(16, b"\0"),
    )


def _order(case: Case) -> NDArray[np.int64]:
    """Return a shuffled order: messages of one key do not arrive side by side."""
    return np.argsort(np.frombuffer(_draw(case, "order", 8 * case.count), np.uint64), kind="stable")


def _texts(case: Case) -> Messages:
    lengths = np.full(case.count, case.size)
    if case.size == MIXED:
        drawn = np.frombuffer(_draw(case, "lengths", 4 * case.count), np.uint32)
        lengths = _SHORTEST_MIXED + drawn.astype(np.int64) % (_LONGEST_MIXED - _SHORTEST_MIXED + 1)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    return Messages.of((np.frombuffer(_draw(case, "texts", int(offsets[-1])), np.uint8), offsets))


def _drawn_keys(case: Case, width: int) -> list[bytes]:
    """Return `width` bytes for each key: where its messages come from, and the key itself."""
    count = case.keys.among(case.count)
    octets = _draw(case, "keys", width * count)
    return [octets[at : at + width] for at in range(0, width * count, width)]


def _draw(case: Case, label: str, count: int) -> bytes:
    return shake_256(f"sealwright bench {case.seed}/{case.suite}/{label}".encode()).digest(count)
