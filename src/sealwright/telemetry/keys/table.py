"""KeyTable: what a source answers for a batch of headers; ParameterSource: who answers."""

from __future__ import annotations

import struct
from collections import Counter
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Protocol, runtime_checkable

import numpy as np

from sealwright.secret import Secret
from sealwright.telemetry.format.suites import Suite
from sealwright.telemetry.keys.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.format.suites import Direction, Purpose


class State(IntEnum):
    """What a source knows of a header."""

    UNKNOWN = 0
    EXACT = 1
    """The parameters that were fetched for this very header."""
    CANDIDATE = 2
    """A key that is held for the same v1 key id; the tag decides (the shortcut)."""
    REFUSED = 3
    """Parameters that disagree with themselves or the header; `reason` says how."""
    NOT_ATTEMPTED = 4
    """Not asked: a budget or an interrupt came first; `reason` says which."""


ROW: Final = np.dtype(
    [
        ("state", "u1"),
        ("suite", "u1"),
        ("reason", "u1"),
        ("mac_key_length", "u1"),
        ("uid", "u1", 8),
        ("key", "u1", 32),
        ("mac_key", "u1", 32),
        ("nonce", "u1", 16),
        ("kiv", "u1", 16),
    ],
)
"""One row, 108 bytes: codes of a State, a Suite and a Reason; shorter keys and nonces end in zeros."""

_ROW: Final = struct.Struct("4B8s32s32s16s16s")

KEY_LENGTH: Final = np.array([suite.key_length for suite in Suite], np.uint8)
"""Bytes of the key by the code of its suite."""


def field_items(rows: NDArray[np.void], field: str, width: int) -> NDArray[np.void]:
    """View the first bytes of a field of rows of dtype ROW as one item a row.

    Byte by byte, as the field itself is seen, numpy would copy them ten times slower.
    """
    return np.ndarray(len(rows), f"V{width}", rows, ROW.fields[field][1], (ROW.itemsize,))  # type: ignore[index]


class KeyTable:
    """What a source answers for n headers, in the order in which they were asked.

    `rows` holds parameter sets (k of them, dtype ROW), `row` (intp, n) says which one answers each
    header, `state` (uint8, n) how, and `shortcut` (bool, n) whether the nonce of a CCM message is its
    own header[4:16]: for every CANDIDATE, and where a row's nonce is the same anyway.

    Every field of ROW is a column of n: `suite`, `reason`, `mac_key_length` (uint8), `uid` (n × 8),
    `key` and `mac_key` (n × 32), `nonce` (n × 16: CCM nonce or CBC IV) and `kiv` (n × 16). Where the
    state is UNKNOWN `row` may be any number below k. A table prints counts, never keys.
    """

    __slots__ = ("row", "rows", "shortcut", "state")

    def __init__(
        self,
        rows: NDArray[np.void],
        row: NDArray[np.intp] | None = None,
        state: NDArray[np.uint8] | None = None,
        shortcut: NDArray[np.bool_] | None = None,
    ) -> None:
        self.rows = rows
        self.row = np.arange(len(rows)) if row is None else row
        self.state = rows["state"][self.row] if state is None else state
        self.shortcut = self.state == State.CANDIDATE if shortcut is None else shortcut

    @classmethod
    def unknown(cls, count: int) -> KeyTable:
        """Return a table in which every header is unknown."""
        return cls(np.zeros(count, ROW))

    def __len__(self) -> int:
        return len(self.row)

    def __getattr__(self, column: str) -> NDArray[np.uint8]:
        if column not in ROW.fields:  # type: ignore[operator]  # a structured dtype has fields
            raise AttributeError(column)
        values: NDArray[np.uint8] = self.rows[column][self.row]
        return values

    def __repr__(self) -> str:
        counts = Counter(State(code).name.lower() for code in self.state.tolist())
        return f"<KeyTable {dict(counts)}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a KeyTable holds keys and is neither pickled nor copied")


def pack_row(parameters: Parameters) -> bytes:
    """Return the bytes of the row that holds these parameters, in state EXACT."""
    mac_key = parameters.mac_key.reveal()
    return _ROW.pack(  # fills up with zeros
        State.EXACT,
        parameters.suite.code,
        0,
        len(mac_key),
        parameters.uid,
        parameters.key.reveal(),
        mac_key,
        parameters.nonce,
        parameters.kiv,
    )


class KeySet(NamedTuple):
    """What a row seals with: keys at their true length, the nonce and KIV in 16 bytes."""

    key: bytes
    mac_key: bytes
    nonce: bytes
    kiv: bytes


def unpack_rows(rows: NDArray[np.void]) -> Iterator[KeySet]:
    """Yield what each row seals with."""
    lengths = KEY_LENGTH.tolist()
    for _, suite, _, mac_key_length, _, key, mac_key, nonce, kiv in _ROW.iter_unpack(rows.tobytes()):
        yield KeySet(key[: lengths[suite]], mac_key[:mac_key_length], nonce, kiv)


def unpack_row(row: bytes, header: bytes, direction: Direction, purpose: Purpose) -> Parameters:
    """Return the parameters that `pack_row` has packed, for the header that they belong to."""
    _, code, _, mac_key_length, uid, key, mac_key, nonce, kiv = _ROW.unpack(row)
    suite = Suite.of(code)
    return Parameters(
        direction=direction,
        purpose=purpose,
        suite=suite,
        uid=uid,
        header=header,
        key=Secret(key[: suite.key_length]),
        mac_key=Secret(mac_key[:mac_key_length]),
        nonce=nonce[: suite.nonce_length],
        kiv=kiv if any(kiv) else b"",
    ).noted()


@runtime_checkable
class ParameterSource(Protocol):
    """Whoever answers headers with parameters: a key file, a store, a cache, a service."""

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer distinct, well-formed headers of one direction with one row each, in order.

        With `exact` no CANDIDATE is given: its tag has failed, and only the parameters for the
        very header help now. A source that has to pay or wait for an answer does so here.
        """
        ...
