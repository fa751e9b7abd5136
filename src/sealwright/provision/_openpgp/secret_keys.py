"""Secret keys, as far as they can be read without their passphrase (RFC 4880 section 5.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.errors import CertificateError
from sealwright.provision._openpgp import packets as tags
from sealwright.provision._openpgp.keys import public_part, read_public_key
from sealwright.provision._openpgp.packets import Packet, packet, read_packets

if TYPE_CHECKING:
    from collections.abc import Sequence

_PUBLIC_TAGS: Final = {tags.SECRET_KEY: tags.PUBLIC_KEY, tags.SECRET_SUBKEY: tags.PUBLIC_SUBKEY}
_OPEN: Final = 0
_GNU: Final = 101


class SecretHalf(NamedTuple):
    """The packet of a secret key, and whether it asks for a passphrase."""

    packet: bytes
    locked: bool

    def __repr__(self) -> str:
        return f"<SecretHalf locked={self.locked}>"


class SecretKeys(NamedTuple):
    """A key file in two: the public key, and the secret halves that are in it, by fingerprint."""

    public: bytes
    halves: dict[str, SecretHalf]


def read_secret_keys(octets: bytes) -> SecretKeys:
    """Take a secret key apart; every signature stays as it was. Raises CertificateError for what is none."""
    found = read_packets(octets)
    if not found or found[0].tag != tags.SECRET_KEY:
        raise CertificateError("it does not begin with a secret key")
    return SecretKeys(b"".join(packet(*_public(each)) for each in found), _halves(found))


def _public(each: Packet) -> Packet:
    if each.tag not in _PUBLIC_TAGS:
        return each
    return Packet(_PUBLIC_TAGS[each.tag], public_part(each.body))


def _halves(found: Sequence[Packet]) -> dict[str, SecretHalf]:
    halves = {}
    for each in found:
        if each.tag not in _PUBLIC_TAGS:
            continue
        public = public_part(each.body)
        secret = each.body[len(public) :]
        if not _is_stub(secret):
            fingerprint = read_public_key(public).fingerprint
            halves[fingerprint] = SecretHalf(packet(*each), secret[:1] != bytes([_OPEN]))
    return halves


def _is_stub(secret: bytes) -> bool:
    """Tell whether gpg has left out the numbers: they are elsewhere, or on a card (its S2K mode 101)."""
    return len(secret) > 2 and secret[0] in {254, 255} and secret[2] == _GNU
