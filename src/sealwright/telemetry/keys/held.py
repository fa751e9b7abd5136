"""Parameters held in memory: exact look-up first, then the v1 key id as a candidate."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np

from sealwright.errors import InputError, ParametersError, Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.headers import HEADER_BYTES
from sealwright.telemetry.format.layouts import SHAPE_OF_SUITE, SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.index import RowIndex
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.strict import read_hex
from sealwright.telemetry.keys.table import ROW, KeyTable, ParameterSource, State, pack_row, unpack_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry.format.header import UnverifiedHeader
    from sealwright.telemetry.format.headers import Headers

_LOOK_UP_BYTES: Final = 8 + HEADER_BYTES
"""A look-up row: a byte for direction and purpose, zeros to 8 bytes, the header in 16."""


def _tag(direction: Direction, purpose: Purpose) -> int:
    return 2 * direction.code + purpose.code


_HEADER_LENGTHS: Final = {
    purpose: frozenset(shape.header_length for shape in SHAPES.values() if shape.purpose is purpose)
    for purpose in Purpose
}

_PREFIXES: Final = tuple(bytes((tag,)).ljust(8, b"\0") for tag in range(4))


_CROOKED: Final = frozenset({"nonce", "kiv"})
"""Irregularities that turn the shortcut off for a device."""


class HeldKeys:
    """A source of parameters that are all in memory. It never asks anybody."""

    in_memory: Final = True
    """A header that is asked for twice costs nothing: batches need not bring equal ones together."""

    def __init__(self) -> None:
        # Row 0 holds nothing and is never found: it answers headers that nothing is known of.
        self._rows = bytearray(ROW.itemsize)
        self._look_ups = bytearray(b"\xff" * _LOOK_UP_BYTES)
        self._crooked = bytearray()
        self._index: _Index | None = None

    def __len__(self) -> int:
        return len(self._rows) // ROW.itemsize - 1

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} parameter sets>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a source that holds keys is neither pickled nor copied: pass its key file's path")

    def add(self, parameters: Parameters) -> None:
        """Hold parameters for their header; raises InputError where it cannot be a message's header."""
        if len(parameters.header) not in _HEADER_LENGTHS[parameters.purpose]:
            raise InputError(
                f"source: parameters for a header of {len(parameters.header)} bytes serve no message:"
                " it is 16 (v1), 12 (v2) or 11 bytes (integrity)"
            )
        self._append(pack_row(parameters), parameters.direction, parameters.purpose, parameters.header)
        if parameters.irregular & _CROOKED:
            self._crooked += parameters.uid

    def refuse(self, header: bytes, direction: Direction, purpose: Purpose, reason: Reason) -> None:
        """Hold the fact that the parameters for a header cannot be used, where messages can have it."""
        if len(header) not in _HEADER_LENGTHS[purpose]:
            return
        row = bytes((State.REFUSED, 0, reason.code)).ljust(ROW.itemsize, b"\0")
        self._append(row, direction, purpose, header)

    def _append(self, row: bytes, direction: Direction, purpose: Purpose, header: bytes) -> None:
        self._index = None  # it looks into the very memory that grows here
        self._rows += row
        self._look_ups += _PREFIXES[_tag(direction, purpose)] + header.ljust(HEADER_BYTES, b"\0")

    def hold(self, rows: NDArray[np.void], purposes: NDArray[np.uint8], headers: NDArray[np.uint8]) -> None:
        """Hold n regular uplink rows together, each for its purpose (a code) and header (in 16 bytes)."""
        look_ups = np.zeros((len(rows), _LOOK_UP_BYTES), np.uint8)
        look_ups[:, 0] = _tag(Direction.UPLINK, Purpose.PROTECTION) + purposes
        look_ups[:, 8:] = headers
        self._index = None  # as in _append
        self._rows += rows.tobytes()
        self._look_ups += look_ups.tobytes()

    def conflict(self) -> tuple[int, int] | None:
        """Return the first two rows (from 0) with different contents for one header, None without such."""
        index = self._indexed()
        before, after = RowIndex(index.look_ups).repeats
        octets = index.table.view(np.uint8).reshape(-1, ROW.itemsize)
        differ = np.flatnonzero((octets[before] != octets[after]).any(axis=1))
        if not len(differ):
            return None
        first = differ[np.argmin(after[differ])]
        return int(before[first]) - 1, int(after[first]) - 1

    def contents(self) -> Iterator[tuple[int, Parameters]]:
        """Yield the parameters that are held, each with the number of its row, in the order of holding.

        Refused ones are left out, and numbers count from 0.
        """
        index = self._indexed()
        for row in np.flatnonzero(index.table["state"] == State.EXACT).tolist():
            yield row - 1, index.parameters(row)

    def downlink_sets(self, uid: bytes, purpose: Purpose) -> HeldSets:
        """Return the downlink parameter sets of a device, in the order of holding."""
        index = self._indexed()
        return HeldSets(index, index.sets(_tag(Direction.DOWNLINK, purpose)).get(uid, {}))

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer each header from memory: EXACT or REFUSED, else CANDIDATE, else UNKNOWN."""
        index = self._indexed()
        row = np.zeros(len(headers), np.intp)
        signed = headers.kind == Kind.INTEGRITY
        for purpose, asked in ((Purpose.PROTECTION, ~signed), (Purpose.INTEGRITY, signed)):
            index.exact[_tag(headers.direction, purpose)].answer(row, headers.raw, asked)
        state = index.table["state"][row]
        if headers.direction is Direction.UPLINK and not exact:
            candidates = (row == 0) & (headers.kind == Kind.V1)
            if candidates.any():
                index.key_ids.answer(row, headers.raw, candidates)
                state[candidates & (row != 0)] = State.CANDIDATE
        return KeyTable(index.table, row, state, index.regular[row])

    def keyring(self) -> Any:
        """Return the core's keyring of these keys, which opens most messages alone; None without it."""
        return self._indexed().keyring

    def _indexed(self) -> _Index:
        if self._index is None:
            self._index = _Index(self._rows, self._look_ups, self._crooked)
        return self._index


class _Index:
    """The table, and the ways into it: each is made when it is first taken."""

    def __init__(self, rows: bytearray, look_ups: bytearray, crooked: bytearray) -> None:
        self.table = np.frombuffer(rows, ROW)
        self.table.flags.writeable = False  # answers look into it
        self.look_ups = np.frombuffer(look_ups, np.uint8).reshape(-1, _LOOK_UP_BYTES)
        self._crooked = np.frombuffer(bytes(crooked), np.uint8).reshape(-1, 8)
        self._by_uid: dict[int, dict[bytes, dict[bytes, int]]] = {}

    @cached_property
    def regular(self) -> NDArray[np.bool_]:
        """Where a v1 row's nonce is header[4:16], as every row's is that serves candidates."""
        regular: NDArray[np.bool_] = self.look_ups[:, 8] >> 4 == Kind.V1
        regular &= (self.table["nonce"][:, :12] == self.look_ups[:, 12:]).all(axis=1)
        return regular

    @cached_property
    def exact(self) -> dict[int, _Names]:
        """Whole headers, by the tag of their direction and purpose."""
        tags = {tag: np.flatnonzero(self.look_ups[:, 0] == tag) for tag in range(len(_PREFIXES))}
        return {tag: _Names(self.look_ups[rows, 8:], rows) for tag, rows in tags.items()}

    @cached_property
    def key_ids(self) -> _Names:
        """v1 key ids that may serve other headers."""
        return _Names(*_serving_key_ids(self.table, self.look_ups, self.crooked), KEY_ID_LENGTH)

    @cached_property
    def crooked(self) -> NDArray[np.bool_]:
        """Rows of devices that break the nonce's rule."""
        return RowIndex(self._crooked).find(self.table["uid"]) >= 0

    @cached_property
    def keyring(self) -> Any:
        """The core's own copy of the keys for uplink protection, which it wipes when it goes."""
        module = core().module
        crooked = self.crooked if len(self._crooked) else np.zeros(len(self.table), np.bool_)
        return module and module.KeyRing(self.table, self.look_ups, crooked, secrets.token_bytes(32))

    def parameters(self, row: int) -> Parameters:
        """Return the parameters in a row."""
        octets, name = self.table[row].tobytes(), self.look_ups[row].tobytes()
        length = SHAPE_OF_SUITE[Suite.of(octets[1])].header_length
        direction, purpose = Direction.of(name[0] // 2), Purpose.of(name[0] % 2)
        return unpack_row(octets, name[8 : 8 + length], direction, purpose)

    def sets(self, tag: int) -> dict[bytes, dict[bytes, int]]:
        """Return the rows of a direction and purpose, by the UID of their device and their KIV."""
        if tag not in self._by_uid:
            found: dict[bytes, dict[bytes, int]] = {}
            usable = (self.look_ups[:, 0] == tag) & (self.table["state"] == State.EXACT)
            uids, kivs = self.table["uid"], self.table["kiv"]
            for row in np.flatnonzero(usable).tolist():
                found.setdefault(uids[row].tobytes(), {}).setdefault(kivs[row].tobytes(), row)
            self._by_uid[tag] = found
        return self._by_uid[tag]


class HeldSets:
    """The downlink sets of one device, in the order in which they are held. A repeated one counts once."""

    def __init__(self, index: _Index, rows: dict[bytes, int]) -> None:
        self._index, self._rows = index, rows
        self.kivs = tuple(rows)

    def __contains__(self, kiv: object) -> bool:
        return kiv in self._rows

    def set_of(self, kiv: bytes) -> Parameters:
        """Return the set with a KIV."""
        return self._index.parameters(self._rows[kiv])


class _Names:
    """Names of 16 bytes, and the row of the table that each stands for."""

    def __init__(
        self, names: NDArray[np.uint8], rows: NDArray[np.intp], significant: int = HEADER_BYTES
    ) -> None:
        self.index = RowIndex(names, significant)
        # What is not found is place -1, the last: row 0, which holds nothing.
        self.rows = np.append(rows, 0)

    def answer(self, row: NDArray[np.intp], raw: NDArray[np.uint8], asked: NDArray[np.bool_]) -> None:
        """Write the row of each header that is asked for, 0 where it is not known."""
        wanted = np.count_nonzero(asked)
        if wanted > len(asked) // 4:  # picking them out would cost more than looking all of them up
            np.copyto(row, self.rows[self.index.find(raw)], where=asked)
        elif wanted:
            row[asked] = self.rows[self.index.find(raw[asked])]


def _serving_key_ids(
    table: NDArray[np.void], look_ups: NDArray[np.uint8], crooked: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the v1 key ids for which the shortcut may be tried, and a row that holds the key of each."""
    uplink = look_ups[:, 0] == _tag(Direction.UPLINK, Purpose.PROTECTION)
    may = uplink & (table["state"] == State.EXACT) & (look_ups[:, 8] >> 4 == Kind.V1)
    may &= ~crooked
    rows = np.flatnonzero(may)
    names = look_ups[rows, 8:]
    # One key id under two keys disproves the shortcut for it.
    before, after = RowIndex(names, KEY_ID_LENGTH).repeats
    torn = before[(table["key"][rows[before]] != table["key"][rows[after]]).any(axis=1)]
    whole = RowIndex(names[torn], KEY_ID_LENGTH).find(names) < 0
    return names[whole], rows[whole]


def as_source(
    given: object,
    *,
    direction: Direction = Direction.UPLINK,
    asked: UnverifiedHeader | None = None,
) -> ParameterSource:
    """Make a source of what a caller has.

    A source stays itself. `Parameters`, or one reply of the service as a dict, become a source
    that holds them for the header `asked` (where they do not bring their own). A dict of headers
    (bytes or hex) to replies or Parameters becomes a source that holds them all. A reply that
    disagrees with its header is held as refused; one that cannot be read raises ReplyError.
    """
    if isinstance(given, HeldKeys | ParameterSource):  # the quick question first
        return given
    held = HeldKeys()
    if isinstance(given, Parameters) or (isinstance(given, Mapping) and "ROTPublicUID" in given):
        if asked is None:
            raise InputError(
                "source: one parameter set serves one header: give a dict of header to parameters"
            )
        _hold(held, asked.raw, given, direction, asked.purpose)
    elif isinstance(given, Mapping):
        for name, reply in given.items():
            header = name if isinstance(name, bytes) else _read_name(name)
            _hold(held, header, reply, direction, _purpose_of(header))
        if held.conflict():
            raise InputError("source: one header is told twice, as bytes and in hex, with other contents")
    else:
        raise InputError(f"source: a {type(given).__name__} is not a source, Parameters or a dict of them")
    return held


def _read_name(name: object) -> bytes:
    try:
        return read_hex(name)
    except ValueError as problem:
        raise InputError(f"source: a header is given as bytes or hex, and one is {problem}") from None


def _purpose_of(header: bytes) -> Purpose:
    signed = len(header) == SHAPES[Kind.INTEGRITY].header_length
    return Purpose.INTEGRITY if signed else Purpose.PROTECTION


def _hold(
    held: HeldKeys,
    header: bytes,
    given: Mapping[str, Any] | Parameters,
    direction: Direction,
    purpose: Purpose,
) -> None:
    if isinstance(given, Parameters):
        held.add(given if given.header else given.for_header(header))
        return
    if not isinstance(given, Mapping):
        raise InputError(f"source: a {type(given).__name__} is neither a reply of the service nor Parameters")
    try:
        held.add(read_reply(given, header=header, direction=direction, purpose=purpose))
    except ParametersError as problem:
        held.refuse(header, direction, purpose, problem.reason)
