"""The names under which parameters are looked up: whole headers, and what headers under one key share.

A name has 24 bytes: a tag for direction and purpose, zeros to 8 bytes, the header in 16. A v1 family
is a name without the last two bytes of its header: all messages under one key id have it. Other
kinds have no shortcut, and a name of theirs is its own family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.headers import HEADER_BYTES
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers

_PREFIX: Final = 8
NAME_BYTES: Final = _PREFIX + HEADER_BYTES
_FAMILY_END: Final = _PREFIX + KEY_ID_LENGTH
_UID: Final = slice(_PREFIX + SHAPES[Kind.V1].uid_at, _PREFIX + SHAPES[Kind.V1].uid_at + 6)

PSK_TAG: Final = 4
"""Stands where a direction and purpose have 0 to 3: a DTLS key, which no header ever asks for."""


def tag_of(direction: Direction, purpose: Purpose) -> int:
    """Return the number of a direction and purpose together, 0 to 3."""
    return 2 * direction.code + purpose.code


V1_TAG: Final = tag_of(Direction.UPLINK, Purpose.PROTECTION)
"""The tag under which v1 headers may be served by the key of another header."""


def name_of(tag: int, header: bytes) -> bytes:
    """Return the name of one header, or of the key id of a DTLS key."""
    return bytes((tag,)).ljust(_PREFIX, b"\0") + header.ljust(HEADER_BYTES, b"\0")


def header_in(name: bytes, length: int) -> bytes:
    """Return the header of a name, which has this many bytes."""
    return name[_PREFIX : _PREFIX + length]


def has_family(name: bytes) -> bool:
    """Tell whether other headers may share the key of this one."""
    return name[0] == V1_TAG and name[_PREFIX] >> 4 == Kind.V1


def family_of(name: bytes) -> bytes:
    """Return a name's family."""
    return name[:_FAMILY_END].ljust(NAME_BYTES, b"\0") if has_family(name) else name


def device_of(family: bytes) -> bytes:
    """Return the low six bytes of the UID in a v1 name or family."""
    return family[_UID]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """n headers by name, and their k distinct families: `group` says which family each one has."""

    names: list[bytes]
    families: list[bytes]
    group: NDArray[np.intp]

    @classmethod
    def of(cls, headers: Headers) -> Asked:
        """Name the headers of a batch."""
        names = np.zeros((len(headers), NAME_BYTES), np.uint8)
        signed = headers.kind == Kind.INTEGRITY
        names[:, 0] = tag_of(headers.direction, Purpose.PROTECTION) + signed
        names[:, _PREFIX:] = headers.raw
        families = names.copy()
        if headers.direction is Direction.UPLINK:
            families[headers.kind == Kind.V1, _FAMILY_END:] = 0
        first, group = distinct_rows(families)
        return cls(_items(names), _items(families[first]), group)


def _items(rows: NDArray[np.uint8]) -> list[bytes]:
    octets = rows.tobytes()
    return [octets[at : at + NAME_BYTES] for at in range(0, len(octets), NAME_BYTES)]
