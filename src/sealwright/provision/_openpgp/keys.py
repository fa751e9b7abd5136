"""Public keys of version 4 (RFC 4880 section 5.5.2), with their fingerprints (section 12.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from sealwright.errors import CertificateError
from sealwright.provision._openpgp.packets import Octets

RSA: Final = 1
RSA_ENCRYPT_ONLY: Final = 2
RSA_SIGN_ONLY: Final = 3
_RSA_FAMILY: Final = (RSA, RSA_ENCRYPT_ONLY, RSA_SIGN_ONLY)
_NAMES: Final = {16: "ElGamal", 17: "DSA", 18: "ECDH", 19: "ECDSA", 22: "EdDSA", 25: "X25519", 27: "Ed25519"}
_LEAST_BITS: Final = 1024
_MOST_BITS: Final = 16384
_LONGEST: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as it stands in a packet. `rsa` is None for other algorithms."""

    body: bytes
    created: int
    algorithm: str
    fingerprint: str
    rsa: RSAPublicKey | None

    @property
    def key_id(self) -> bytes:
        """The last 8 bytes of the fingerprint, by which packets name a key."""
        return bytes.fromhex(self.fingerprint[-16:])

    @property
    def algorithm_number(self) -> int:
        """OpenPGP's number of the algorithm (section 9.1)."""
        return self.body[5]

    @property
    def bits(self) -> int:
        """The length of an RSA modulus; 0 for other algorithms."""
        return self.rsa.key_size if self.rsa else 0

    @property
    def modulus_octets(self) -> int:
        """The length of what an RSA key encrypts and signs to."""
        return (self.bits + 7) // 8

    def hashed(self) -> bytes:
        """Return what signatures over the key begin with (section 5.2.4)."""
        return hashed_key(self.body)


def hashed_key(body: bytes) -> bytes:
    """Return what fingerprints and signatures hash of a key packet's body (sections 5.2.4, 12.2).

    Raises CertificateError for one that is longer than its length can say there.
    """
    if len(body) > _LONGEST:
        raise CertificateError(
            f"it has a key packet of {len(body):,} octets, and a key has at most {_LONGEST:,}"
        )
    return b"\x99" + len(body).to_bytes(2) + body


def read_public_key(body: bytes) -> PublicKey:
    """Read the body of a key packet. Raises CertificateError for other versions and for damage."""
    source = Octets(body)
    version = source.number(1)
    if version != 4:
        raise CertificateError(
            f"it is an OpenPGP key of version {version}: EdgeLock 2GO works with version 4"
        )
    created, algorithm = source.number(4), source.number(1)
    rsa = None
    if algorithm in _RSA_FAMILY:
        modulus, exponent = source.mpi(), source.mpi()
        rsa = _rsa(modulus, exponent)
        if source:
            raise CertificateError("there are octets too many in a key packet")
    name = f"RSA-{rsa.key_size}" if rsa else _NAMES.get(algorithm, f"algorithm {algorithm}")
    return PublicKey(body, created, name, fingerprint_of(body), rsa)


def fingerprint_of(body: bytes) -> str:
    """Return the fingerprint of a key packet's body, in upper-case hex. Raises CertificateError."""
    # SHA-1 is what makes a version 4 fingerprint; nothing here relies on more than its second preimages.
    return hashlib.sha1(hashed_key(body), usedforsecurity=False).hexdigest().upper()


def public_part(body: bytes) -> bytes:
    """Return the public part of a secret key's body (section 5.5.3). Raises CertificateError."""
    source = Octets(body)
    source.take(5)
    algorithm = source.number(1)
    if algorithm not in _PUBLIC_PARTS:
        raise CertificateError(f"it has a key of algorithm {algorithm}, which is not known here")
    for piece in _PUBLIC_PARTS[algorithm]:
        if piece == "mpi":
            source.mpi()
        else:
            source.take(source.number(1))
    return body[: len(body) - len(source.rest())]


_RSA_PARTS: Final = ("mpi", "mpi")
_PUBLIC_PARTS: Final = {
    1: _RSA_PARTS,
    2: _RSA_PARTS,
    3: _RSA_PARTS,
    16: ("mpi", "mpi", "mpi"),
    17: ("mpi", "mpi", "mpi", "mpi"),
    18: ("octets", "mpi", "octets"),
    19: ("octets", "mpi"),
    22: ("octets", "mpi"),
}
"""What follows the algorithm in a public key: numbers, and octets behind their count (RFC 6637 too)."""


def _rsa(modulus: int, exponent: int) -> RSAPublicKey:
    if not _LEAST_BITS <= modulus.bit_length() <= _MOST_BITS:
        raise CertificateError(f"it has an RSA key of {modulus.bit_length()} bits")
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise CertificateError("the numbers of its RSA key are no RSA key: it is damaged") from None
