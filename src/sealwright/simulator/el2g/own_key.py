"""A PGP key for the simulated service: it is made for testing, and everybody has its secret half."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent


def pgp_key() -> bytes:
    """Return the public key that imports are encrypted to, armoured."""
    return (_FOLDER / "own_key.asc").read_bytes()


def pgp_secret_key() -> bytes:
    """Return the secret key that opens them, armoured and without a passphrase."""
    return (_FOLDER / "own_key_secret.asc").read_bytes()
