"""The primitives of the key store: the one place of this room that imports a cryptography library."""

from __future__ import annotations

import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16

_SHA256: Final = hashes.SHA256()
_NONCE_BYTES: Final = 12


def derive(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """Return a key of 32 bytes for one purpose (HKDF with SHA-256, RFC 5869)."""
    return HKDF(_SHA256, KEY_BYTES, salt, purpose).derive(key)


def stretch(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    """Return a key of 32 bytes for a passphrase (scrypt, RFC 7914; N = 2^log_n, r = 8, p = 1)."""
    return Scrypt(salt, KEY_BYTES, 1 << log_n, 8, 1).derive(passphrase)


def mac(key: bytes, text: bytes) -> bytes:
    """Return the first 16 bytes of HMAC-SHA-256: a name that tells nothing without the key."""
    return hmac.digest(key, text, "sha256")[:16]


class Cipher:
    """AES-256-GCM under a key that seals few texts, each with a number of its own as the nonce."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, number: int, text: bytes, beside: bytes) -> bytes:
        """Encrypt a text and authenticate what stands beside it."""
        return self._aead.encrypt(number.to_bytes(_NONCE_BYTES), text, beside)

    def open(self, number: int, sealed: bytes, beside: bytes) -> bytes | None:
        """Return the text, None where anything is not as it was sealed."""
        try:
            return self._aead.decrypt(number.to_bytes(_NONCE_BYTES), sealed, beside)
        except (InvalidTag, ValueError):
            return None
