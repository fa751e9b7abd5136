"""The cipher of a protected message: AES in OpenPGP's CFB mode (RFC 4880 section 13.9)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:  # The mode has moved, and the oldest version that we take has it at its old place alone.
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # pragma: no cover
    from cryptography.hazmat.primitives.ciphers.modes import CFB

BLOCK: Final = 16
_ZERO_IV: Final = bytes(BLOCK)


@dataclass(frozen=True, slots=True)
class SymmetricCipher:
    """One of the three ciphers of AN12642 section 12, by OpenPGP's number for it."""

    number: int
    name: str
    key_octets: int


CIPHERS: Final = {
    cipher.name: cipher
    for cipher in (
        SymmetricCipher(9, "AES256", 32),
        SymmetricCipher(8, "AES192", 24),
        SymmetricCipher(7, "AES128", 16),
    )
}


def cfb_encrypt(key: bytes, text: bytes) -> bytes:
    """Encrypt with the zero IV that integrity-protected packets have (section 5.13)."""
    encryptor = Cipher(algorithms.AES(key), CFB(_ZERO_IV)).encryptor()
    return encryptor.update(text) + encryptor.finalize()


def cfb_decrypt(key: bytes, text: bytes) -> bytes:
    """Decrypt what `cfb_encrypt` has made."""
    decryptor = Cipher(algorithms.AES(key), CFB(_ZERO_IV)).decryptor()
    return decryptor.update(text) + decryptor.finalize()


def random_block() -> bytes:
    """Return a block of random octets with its last two repeated, which a protected text begins with."""
    block = secrets.token_bytes(BLOCK)
    return block + block[-2:]
