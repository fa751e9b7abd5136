"""Entry: one parameter set, or one DTLS key, as a store keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import msgspec

from sealwright.secret import Secret
from sealwright.telemetry.format.header import KEY_ID_LENGTH
from sealwright.telemetry.format.layouts import KIND_OF_SUITE, SHAPE_OF_SUITE, SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.keeping.names import PSK_TAG, family_of, has_family, header_in, name_of, tag_of
from sealwright.telemetry.keys.table import pack_row, unpack_row

if TYPE_CHECKING:
    from sealwright.telemetry.keys.parameters import Parameters

FILE_ORIGIN: Final = "file"
"""The origin of what came from a key file; others are the URLs of services."""

DEFAULT_ACCOUNT: Final = "default"

CROOKED: Final = frozenset({"nonce", "kiv"})
"""Irregularities that turn the shortcut off for a device."""

PSK_SUITE: Final = 255
"""Stands for a suite where an entry is a DTLS key."""

_UID_BYTES: Final = 8
_UID_IN_ROW: Final = slice(4, 4 + _UID_BYTES)
_KEY_IN_ROW: Final = slice(12, 12 + 32)
_NONCE_BYTES: Final = 12
_V1_SUITES: Final = frozenset(suite.code for suite in SHAPES[Kind.V1].suites)
_NONCE_IN_ROW: Final = slice(76, 76 + _NONCE_BYTES)


class Owner(msgspec.Struct, frozen=True):
    """Whom an entry belongs to: the service that answered, and the user's label for the account."""

    origin: str = FILE_ORIGIN
    account: str = DEFAULT_ACCOUNT


class Entry(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One parameter set with its name, or one DTLS key. Its repr shows no key.

    `row` holds the bytes of `keys.table.ROW`; of a DTLS key it holds the device's UID and the key.
    `learned` is in seconds since 1970. `extra` is a JSON object of fields that we do not know.
    """

    name: bytes
    suite: int
    row: Secret
    learned: int
    irregular: tuple[str, ...] = ()
    extra: Secret = Secret(b"")
    owner: Owner = Owner()

    @classmethod
    def of(cls, parameters: Parameters, learned: float, owner: Owner, extra: bytes = b"") -> Self:
        """Return the entry for checked parameters, which have a header."""
        return cls(
            name=name_of(tag_of(parameters.direction, parameters.purpose), parameters.header),
            suite=parameters.suite.code,
            row=Secret(pack_row(parameters)),
            learned=int(learned),
            irregular=tuple(sorted(parameters.irregular)),
            extra=Secret(extra),
            owner=owner,
        )

    @classmethod
    def of_psk(
        cls, key_id: bytes, key: Secret, uid: bytes, learned: float, owner: Owner, extra: bytes = b""
    ) -> Self:
        """Return the entry for a DTLS key."""
        return cls(
            name=name_of(PSK_TAG, key_id),
            suite=PSK_SUITE,
            row=Secret(uid + key.reveal()),
            learned=int(learned),
            extra=Secret(extra),
            owner=owner,
        )

    @property
    def is_psk(self) -> bool:
        """Whether this is a DTLS key."""
        return self.suite == PSK_SUITE

    @property
    def kind(self) -> Kind:
        """The kind of message that this opens; NONE for a DTLS key."""
        return Kind.NONE if self.is_psk else KIND_OF_SUITE[Suite.of(self.suite)]

    @property
    def direction(self) -> Direction:
        """The direction of the messages that this opens."""
        return Direction.of(self.name[0] // 2 % 2)

    @property
    def purpose(self) -> Purpose:
        """What the parameters are for."""
        return Purpose.of(self.name[0] % 2)

    @property
    def header(self) -> bytes:
        """The header, or the key id of a DTLS key."""
        length = KEY_ID_LENGTH if self.is_psk else SHAPE_OF_SUITE[Suite.of(self.suite)].header_length
        return header_in(self.name, length)

    @property
    def uid(self) -> bytes:
        """The full ROTPublicUID of the device, 8 bytes."""
        return self.row.reveal()[:8] if self.is_psk else self.row.reveal()[_UID_IN_ROW]

    @property
    def key_in_row(self) -> Secret:
        """The key that decrypts, with zeros to 32 bytes."""
        return Secret(self.row.reveal()[_KEY_IN_ROW])

    @property
    def psk(self) -> Secret:
        """The key of a DTLS key."""
        return Secret(self.row.reveal()[_UID_BYTES:])

    @property
    def crooked(self) -> bool:
        """Whether the reply departs from the rules that the shortcut rests on."""
        return not CROOKED.isdisjoint(self.irregular)

    @property
    def regular(self) -> bool:
        """Whether this is v1 and its nonce is header[4:16]."""
        return self.suite in _V1_SUITES and self.row.reveal()[_NONCE_IN_ROW] == self.name[-_NONCE_BYTES:]

    @property
    def leads(self) -> bytes | None:
        """The family that this may serve with its key, None where it serves its own header alone."""
        return family_of(self.name) if has_family(self.name) and not self.crooked else None

    def parameters(self) -> Parameters:
        """Return the parameters of an entry that is no DTLS key."""
        return unpack_row(self.row.reveal(), self.header, self.direction, self.purpose)

    def same_as(self, other: Entry) -> bool:
        """Tell whether two entries of one name say the same."""
        return self.suite == other.suite and self.row.matches(other.row)
