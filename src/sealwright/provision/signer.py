"""Who signs an envelope: whatever has a public key and signs a SHA-256 digest.

A key file is the one adapter that is here; the gpg agent with its smart cards has a file of its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from sealwright.errors import CertificateError, SignerError
from sealwright.provision._openpgp.armor import armor, dearmor
from sealwright.provision._openpgp.certificate import MAY_SIGN, read_certificate, usable
from sealwright.provision._openpgp.secret_keys import read_secret_keys
from sealwright.provision._pgpy import pgpy_at_work
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.provision._openpgp.certificate import Bound, Certificate
    from sealwright.provision._openpgp.keys import PublicKey
    from sealwright.provision._openpgp.secret_keys import SecretHalf, SecretKeys
    from sealwright.secret import Secret

SIZES: Final = (2048, 4096)
NEW_BITS: Final = 4096
SHA256: Final = Prehashed(hashes.SHA256())
PADDING: Final = PKCS1v15()
_PUBLIC: Final = "PUBLIC KEY BLOCK"
_SECRET: Final = "PRIVATE KEY BLOCK"  # noqa: S105  # the title of an armoured block


@dataclass(frozen=True, slots=True)
class SignerKey:
    """What the world may know of a signer: the key that signs, and the public key that is sent along."""

    key: PublicKey
    primary: PublicKey
    user_ids: tuple[str, ...]
    armored: str
    """The whole public key, as `customerPgpPublicKey` takes it."""


class Signer(Protocol):
    """Signs SHA-256 digests with an RSA key of 2048 or 4096 bits."""

    @property
    def public_key(self) -> SignerKey:
        """The public half."""

    def sign(self, digest: bytes) -> bytes:
        """Return the signature (PKCS #1 v1.5 with SHA-256) of a digest of 32 bytes.

        Raises SignerError. It is called by several threads at once.
        """


class KeyFileSigner:
    """Signs with a key that lies in memory, unlocked: it came from a key file."""

    def __init__(self, public_key: SignerKey, private_key: rsa.RSAPrivateKey) -> None:
        self._public, self._private = public_key, private_key

    @property
    def public_key(self) -> SignerKey:
        """The public half."""
        return self._public

    def sign(self, digest: bytes) -> bytes:
        """Sign a digest."""
        return self._private.sign(digest, PADDING, SHA256)

    def __repr__(self) -> str:
        return f"<KeyFileSigner {self._public.key.fingerprint}>"


@quiet
def read_signer_key(
    octets: bytes,
    *,
    clock: Callable[[], float] = time.time,
    wanted: str = "",
    held: Callable[[PublicKey], bool] | None = None,
) -> SignerKey:
    """Read a signer's public key, armoured or binary, verify it and choose the key that signs.

    Of a secret key file its public half is read, without a passphrase. The key that signs is the
    subkey with the fingerprint `wanted`, and no other; where that is the primary key's, or none, it is
    the primary key if it may sign, else the newest subkey that may, and has confirmed it. `held` tells
    of a key whether its secret half is at hand; a secret key file tells it itself. Raises SignerError
    for sizes that EdgeLock 2GO does not take, and for what is not to be relied on.
    """
    if not _is_public(octets):
        return _half_read(octets, clock)[0]
    now = int(clock())
    try:
        certificate = read_certificate(public_packets(octets), now=now)
        keys = _named(certificate, wanted, now) or _signing(certificate, now)
    except CertificateError as problem:
        raise SignerError(f"signer: {problem}") from None
    key = _chosen(keys, held or bool)
    _check_size(key)
    return SignerKey(key, certificate.primary.key, certificate.user_ids, armor(_PUBLIC, certificate.octets))


def _signing(certificate: Certificate, now: int) -> list[PublicKey]:
    """Return the keys that may sign, the preferred one first."""
    primary = certificate.primary
    first = [primary.key] if primary.may(MAY_SIGN) else []
    said = subkeys_that_sign(certificate)
    if first and not said:
        return first
    try:
        return first + [each.key for each in usable(said, MAY_SIGN, now, "key that may sign")]
    except CertificateError:
        if first:
            return first
        raise


def _named(certificate: Certificate, wanted: str, now: int) -> list[PublicKey]:
    """Return the subkey that is asked for; none where the whole key is. Raises CertificateError."""
    if wanted in {"", certificate.primary.key.fingerprint}:
        return []
    named = [each for each in subkeys_that_sign(certificate) if each.key.fingerprint == wanted]
    if not named:
        raise CertificateError(f"it has no subkey {wanted} that may sign: name another, or its primary key")
    return [each.key for each in usable(named, MAY_SIGN, now, f"signing subkey {wanted}")]


def subkeys_that_sign(certificate: Certificate) -> list[Bound]:
    """Return the subkeys that were made for signing, whatever has become of them."""
    # One that says nothing of signing has not confirmed the primary key either.
    return [each for each in certificate.subkeys if each.flags is not None and each.may(MAY_SIGN)]


def _chosen(keys: list[PublicKey], held: Callable[[PublicKey], bool]) -> PublicKey:
    key = next(filter(held, keys), None)
    if key is None:
        raise SignerError(
            f"signer: the secret half of {keys[0].fingerprint} is not there: import it, or put in the card"
        )
    return key


def _check_size(key: PublicKey) -> None:
    if key.bits not in SIZES:
        raise SignerError(
            f"signer: {key.algorithm}: EdgeLock 2GO verifies signatures of RSA keys of 2048 or 4096 bits only"
            " (AN12642 section 12; gpg makes 3072 unless it is told otherwise): make one with"
            " `sealwright signer new`"
        )


@quiet
def read_signer(
    octets: bytes, passphrase: Secret | None, *, clock: Callable[[], float] = time.time
) -> KeyFileSigner:
    """Read a secret key file, armoured or binary, and unlock it.

    Raises SignerError: for a public key, for a passphrase that is wrong or missing, for whatever
    `read_signer_key` refuses, and where PGPy is not to be had.
    """
    public, half = _half_read(octets, clock)
    return KeyFileSigner(public, private_key(secret_numbers(half, passphrase), public.key))


@quiet
def is_locked(octets: bytes, *, clock: Callable[[], float] = time.time) -> bool:
    """Tell whether a secret key file asks for a passphrase. Raises SignerError as `read_signer` does."""
    return _half_read(octets, clock)[1].locked


def _half_read(octets: bytes, clock: Callable[[], float]) -> tuple[SignerKey, SecretHalf]:
    """Return the public key of a secret key file, and the secret half of the key that signs.

    The public key is cut out here: what PGPy writes again is not always what it has read.
    """
    keys = _secret_keys(octets)
    public = read_signer_key(keys.public, clock=clock, held=lambda key: key.fingerprint in keys.halves)
    return public, keys.halves[public.key.fingerprint]


def public_packets(octets: bytes) -> bytes:
    """Return the packets of a public key, or of a secret key's public half. Raises SignerError."""
    if not _is_public(octets):
        return _secret_keys(octets).public
    try:
        return dearmor(octets, _PUBLIC)
    except CertificateError as problem:
        raise SignerError(f"signer: {problem}") from None


def _secret_keys(octets: bytes) -> SecretKeys:
    if _is_public(octets):
        raise SignerError(
            "signer: this is a public key, and signing needs the secret one: export it with"
            " `gpg --export-secret-keys --armor FINGERPRINT`, or give gpg:FINGERPRINT"
        )
    try:
        return read_secret_keys(dearmor(octets, _SECRET))
    except CertificateError as problem:
        raise SignerError(f"signer: {problem}") from None


def _is_public(octets: bytes) -> bool:
    """Tell whether this is a public key: by its armour, or by its first packet of either format."""
    return b"-----BEGIN PGP PUBLIC KEY BLOCK-----" in octets or octets[:1] in {
        b"\x98",
        b"\x99",
        b"\x9a",
        b"\xc6",
    }


def secret_numbers(half: SecretHalf, passphrase: Secret | None) -> tuple[int, int, int, int]:
    """Return p, q, d and e of a key; PGPy has them no more when it is done."""
    if half.locked and passphrase is None:
        raise SignerError("signer: the key is locked: give its passphrase")
    with pgpy_at_work("signer: the key cannot be read", SignerError) as pgpy:
        key = pgpy.packet.Packet(bytearray(half.packet))
        material = key.keymaterial
        try:
            if half.locked and passphrase is not None:
                key.unprotect(passphrase.reveal())
            return int(material.p), int(material.q), int(material.d), int(material.e)
        except pgpy.errors.PGPDecryptionError:
            raise SignerError("signer: the passphrase is not that of the key") from None
        finally:
            material.clear()


def private_key(numbers: tuple[int, int, int, int], public: PublicKey) -> rsa.RSAPrivateKey:
    """Return the key, once and for all signatures; its numbers are checked against each other.

    Signing with a key whose public half was changed would give the private one away.
    """
    p, q, d, e = numbers
    assert public.rsa is not None  # noqa: S101  # its size was looked at
    try:
        private = rsa.RSAPrivateNumbers(
            p,
            q,
            d,
            rsa.rsa_crt_dmp1(d, p),
            rsa.rsa_crt_dmq1(d, q),
            rsa.rsa_crt_iqmp(p, q),
            rsa.RSAPublicNumbers(e, p * q),
        ).private_key()
    except (ValueError, ZeroDivisionError):
        raise SignerError("signer: the secret numbers are no RSA key: the file is damaged") from None
    if private.public_key() != public.rsa:
        raise SignerError("signer: the secret half does not belong to the public half: the file was changed")
    return private


@quiet
def new_signer_file(user_id: str, passphrase: Secret, *, bits: int = NEW_BITS) -> str:
    """Make an RSA key that signs, and return it as an armoured secret key under a passphrase.

    `user_id` is such as `Provisioning <keys@example.com>`. Raises SignerError.
    """
    if bits not in SIZES:
        raise SignerError(f"signer: an RSA key of {bits} bits: EdgeLock 2GO takes 2048 and 4096")
    if not user_id.strip() or not user_id.isprintable():
        raise SignerError("signer: the user id must be a text such as: Provisioning <keys@example.com>")
    if not passphrase:
        raise SignerError("signer: a key without a passphrase is anybody's who finds the file: give one")
    with pgpy_at_work("signer: no key could be made", SignerError) as pgpy:
        words = pgpy.constants
        key = pgpy.PGPKey.new(words.PubKeyAlgorithm.RSAEncryptOrSign, bits)
        _order_primes(key._key.keymaterial)  # noqa: SLF001  # PGPy 0.6 shows the numbers nowhere else
        key.add_uid(
            pgpy.PGPUID.new(user_id),
            usage={words.KeyFlags.Certify, words.KeyFlags.Sign},
            hashes=[words.HashAlgorithm.SHA256],
            ciphers=[words.SymmetricKeyAlgorithm.AES256],
            compression=[words.CompressionAlgorithm.Uncompressed],
            hash=words.HashAlgorithm.SHA256,
        )
        key.protect(passphrase.reveal(), words.SymmetricKeyAlgorithm.AES256, words.HashAlgorithm.SHA256)
        # PGPy's own armour is not used: lines and checksum are ours everywhere.
        return armor(_SECRET, bytes(key))


def _order_primes(material: Any) -> None:
    """Put the smaller prime first, as RFC 4880 section 5.5.3 wants it and PGPy does not see to.

    gpg relies on the order: else one of some hundred signatures by an imported key fails there.
    """
    if material.p > material.q:
        number = type(material.p)
        material.p, material.q = material.q, material.p
        material.u = number(pow(int(material.p), -1, int(material.q)))
