"""Key pairs that follow from a label: another label, another key, and the same at every run."""

from __future__ import annotations

from hashlib import shake_256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

_ORDERS: Final = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
    ),
    "secp521r1": int(
        "1" + 65 * "F" + "A51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409", 16
    ),
}
"""The orders of the curves (SEC 2, sections 2.4.2, 2.5.1, 2.6.1): private keys are from 1 and below."""


def ec_key(label: str, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    """Return the private key of a label, on P-256 unless another curve is given."""
    on = curve or ec.SECP256R1()
    order = _ORDERS[on.name]
    drawn = int.from_bytes(shake_256(f"sealwright key pair {label}".encode()).digest(on.key_size // 8 + 8))
    return ec.derive_private_key(1 + drawn % (order - 1), on)
