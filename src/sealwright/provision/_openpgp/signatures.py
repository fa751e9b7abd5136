"""Signatures of version 4: read, hashed and verified with an RSA key (RFC 4880 sections 5.2.3, 5.2.4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from sealwright.errors import CertificateError
from sealwright.provision._openpgp.packets import Octets, read_length

if TYPE_CHECKING:
    from sealwright.provision._openpgp.keys import PublicKey

BINARY: Final = 0x00
CERTIFICATIONS: Final = (0x10, 0x11, 0x12, 0x13)
SUBKEY_BINDING: Final = 0x18
PRIMARY_BINDING: Final = 0x19
DIRECT: Final = 0x1F
KEY_REVOCATION: Final = 0x20
SUBKEY_REVOCATION: Final = 0x28
CERTIFICATION_REVOCATION: Final = 0x30

SHA256: Final = 8
# SHA-1 is here for the self-signatures of the key that NXP publishes, and for nothing of our own.
_HASHES: Final = {
    2: ("sha1", Prehashed(hashes.SHA1())),  # noqa: S303
    SHA256: ("sha256", Prehashed(hashes.SHA256())),
    9: ("sha384", Prehashed(hashes.SHA384())),
    10: ("sha512", Prehashed(hashes.SHA512())),
    11: ("sha224", Prehashed(hashes.SHA224())),
}
_PADDING: Final = PKCS1v15()

CREATED: Final = 2
EXPIRES_AFTER: Final = 3
KEY_EXPIRES_AFTER: Final = 9
ISSUER: Final = 16
KEY_FLAGS: Final = 27
EMBEDDED: Final = 32
ISSUER_FINGERPRINT: Final = 33
_UNDERSTOOD: Final = frozenset(
    # What we read, and what may be critical without changing what we do: preferences and remarks.
    {CREATED, EXPIRES_AFTER, KEY_EXPIRES_AFTER, ISSUER, KEY_FLAGS, EMBEDDED, ISSUER_FINGERPRINT}
    | {4, 5, 7, 11, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30}
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that nobody has verified yet."""

    kind: int
    public_algorithm: int
    hash_algorithm: int
    head: bytes
    """Its first octets up to the end of the hashed subpackets: they are signed too."""
    hashed: dict[int, bytes]
    unhashed: dict[int, bytes]
    critical: frozenset[int]
    """Subpackets that whoever does not know them must not overlook."""
    left: bytes
    value: int

    @property
    def created(self) -> int:
        """When it says that it was made, in seconds since 1970; 0 where it does not say."""
        return int.from_bytes(self.hashed.get(CREATED, b""))

    @property
    def expires(self) -> int | None:
        """When it ends; None for never."""
        after = int.from_bytes(self.hashed.get(EXPIRES_AFTER, b""))
        return self.created + after if after else None

    @property
    def key_lifetime(self) -> int:
        """For how many seconds after its making the key is valid; 0 for always."""
        return int.from_bytes(self.hashed.get(KEY_EXPIRES_AFTER, b""))

    @property
    def flags(self) -> int | None:
        """What the key may do (section 5.2.3.21); None where nothing is said."""
        flags = self.hashed.get(KEY_FLAGS)
        return None if flags is None else int.from_bytes(flags[:1])

    @property
    def embedded(self) -> bytes | None:
        """The signature within, by which a subkey confirms its primary key."""
        return self.hashed.get(EMBEDDED) or self.unhashed.get(EMBEDDED)

    @property
    def unknown(self) -> set[int]:
        """Critical subpackets that are not known here."""
        return set(self.critical - _UNDERSTOOD)

    def claims(self, key: PublicKey) -> bool:
        """Tell whether it says that this key has made it."""
        for area in (self.hashed, self.unhashed):
            if ISSUER_FINGERPRINT in area:
                return area[ISSUER_FINGERPRINT] == b"\x04" + bytes.fromhex(key.fingerprint)
            if ISSUER in area:
                return area[ISSUER] == key.key_id
        return False

    def digest(self, signed: bytes) -> bytes:
        """Return what is signed over these octets. Raises CertificateError for a hash that counts no more."""
        if self.hash_algorithm not in _HASHES:
            raise CertificateError(
                f"a signature in it uses hash algorithm {self.hash_algorithm}, which is not taken"
            )
        name, _ = _HASHES[self.hash_algorithm]
        trailer = b"\x04\xff" + len(self.head).to_bytes(4)
        return hashlib.new(name, signed + self.head + trailer, usedforsecurity=False).digest()

    def verifies(self, key: PublicKey, signed: bytes) -> bool:
        """Tell whether this RSA key has made it over these octets."""
        if key.rsa is None or self.public_algorithm not in {1, 3} or self.hash_algorithm not in _HASHES:
            return False
        digest = self.digest(signed)
        if digest[:2] != self.left or self.value >= 1 << (8 * key.modulus_octets):
            return False
        try:
            key.rsa.verify(
                self.value.to_bytes(key.modulus_octets), digest, _PADDING, _HASHES[self.hash_algorithm][1]
            )
        except InvalidSignature:
            return False
        return True


def read_signature(body: bytes) -> Signature | None:
    """Read the body of a signature packet; None for other versions and algorithms, which prove nothing here.

    Raises CertificateError for damage.
    """
    source = Octets(body)
    if source.number(1) != 4:
        return None
    kind, public_algorithm, hash_algorithm = source.take(3)
    if public_algorithm not in {1, 3}:
        return None
    hashed_area = source.take(source.number(2))
    head = body[: 6 + len(hashed_area)]
    hashed, critical = _subpackets(hashed_area)
    unhashed, _ = _subpackets(source.take(source.number(2)))
    left, value = source.take(2), source.mpi()
    if source:
        raise CertificateError("there are octets too many in a signature packet")
    return Signature(kind, public_algorithm, hash_algorithm, head, hashed, unhashed, critical, left, value)


def _subpackets(area: bytes) -> tuple[dict[int, bytes], frozenset[int]]:
    """Return the subpackets by type, the last of each, and which types are critical."""
    source, found, critical = Octets(area), {}, set()
    while source:
        subpacket = source.take(read_length(source, two_octets_below=255))
        if not subpacket:
            raise CertificateError("a signature in it has an empty subpacket")
        kind = subpacket[0] & 0x7F
        found[kind] = subpacket[1:]
        if subpacket[0] & 0x80:
            critical.add(kind)
    return found, frozenset(critical)
