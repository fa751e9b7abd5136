"""Who may have signed at some time: what was signed in a key's time stays signed when that is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature

from sealwright.errors import CertificateError, SignerError
from sealwright.provision._openpgp.certificate import MAY_SIGN, read_certificate
from sealwright.provision.signer import PADDING, SHA256, SIZES, public_packets, subkeys_that_sign
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.provision._openpgp.certificate import Bound
    from sealwright.provision._openpgp.keys import PublicKey


class VerifyingKey(NamedTuple):
    """A key that may have signed, and what has become of it."""

    key: PublicKey
    ended: str = ""
    """Why it should sign nothing more, such as `is revoked`; empty where it may."""


@quiet
def read_verifying_keys(octets: bytes, *, clock: Callable[[], float] = time.time) -> list[VerifyingKey]:
    """Read every key that may have signed, of a public key or of the public half of a secret key file.

    Keys that have expired or are revoked are among them, and say so: whoever has the secret half of a
    revoked one may have signed with any date. Raises SignerError for damage, for whatever the primary
    key has not bound, and where no key is one that signers have.
    """
    try:
        certificate = read_certificate(public_packets(octets), now=None)
    except CertificateError as problem:
        raise SignerError(f"signer: {problem}") from None
    primary, now = certificate.primary, int(clock())
    able = [*([primary] if primary.may(MAY_SIGN) else ()), *subkeys_that_sign(certificate)]
    found = [VerifyingKey(each.key, _ended(primary, now) or _ended(each, now)) for each in able]
    keys = [each for each in found if each.key.bits in SIZES]
    if not keys:
        raise SignerError("signer: it has no RSA key of 2048 or 4096 bits that may have signed")
    return keys


def verifies(key: PublicKey, signature: bytes, digest: bytes) -> bool:
    """Tell whether a signer with this key has signed a digest: what `Signer.sign` has made."""
    if key.rsa is None:
        return False
    try:
        key.rsa.verify(signature, digest, PADDING, SHA256)
    except InvalidSignature:
        return False
    return True


def _ended(bound: Bound, now: int) -> str:
    if bound.revoked:
        return "is revoked"
    return "has expired" if bound.expires is not None and bound.expires <= now else ""
