"""Public keys that are imported, held to the algorithm that they are said to be of (AN12642, 4.1.3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_NIST: Final = {f"secp{size}r1": f"NIST_P{size}" for size in (192, 224, 256, 384, 521)}
_OTHERS: Final[dict[type, str]] = {
    ed25519.Ed25519PublicKey: "ECC_ED_25519",
    x25519.X25519PublicKey: "ECC_MONT_DH_25519",
    x448.X448PublicKey: "ECC_MONT_DH_448",
}
_UNREAD: Final = {
    "BRAINPOOLP160R1",
    "BRAINPOOLP192R1",
    "BRAINPOOLP224R1",
    "BRAINPOOLP320R1",
    "SECP160K1",
    "SECP192K1",
    "SECP224K1",
}
"""Algorithms of EL2G that `cryptography` does not know: their keys are told from all others alone."""


def check_public_key(pem: str, algorithm: str) -> None:
    """Check that a key is of an algorithm. Raises RefusalError (422) where it is not, or cannot be read."""
    try:
        told = _algorithm(load_pem_public_key(pem.encode()))
    except ValueError:
        raise RefusalError(422, "Public key cannot be read") from None
    except UnsupportedAlgorithm:
        told = algorithm if algorithm in _UNREAD else ""
    if told != algorithm:
        raise RefusalError(422, f"Public key is of {told or 'another algorithm'}, not of {algorithm}")


def _algorithm(key: PublicKeyTypes) -> str:
    """Return EL2G's name of a key's algorithm; empty where it has none."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA_{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _NIST.get(key.curve.name, key.curve.name.upper())
    return next((name for kind, name in _OTHERS.items() if isinstance(key, kind)), "")
