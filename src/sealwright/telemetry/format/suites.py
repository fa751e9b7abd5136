"""Cipher suites: the names that the service uses and the lengths that go with them."""

from __future__ import annotations

from typing import Self

from sealwright.errors import Coded

TAG_LENGTH = 16
"""Bytes of a CCM tag and of a truncated HMAC: policy, whatever a reply says (MACLength 128)."""

BLOCK = 16
"""Bytes of an AES block."""

MAC_KEY_LENGTHS = frozenset({16, 32})
"""Bytes that an AuthenticationKey may have."""


class Purpose(Coded):
    """What a parameter set is for: decrypting and verifying, or verifying alone."""

    PROTECTION = "protection"
    INTEGRITY = "integrity"


class Direction(Coded):
    """The way of a message: from the device (uplink) or to it (downlink)."""

    UPLINK = "uplink"
    DOWNLINK = "downlink"


class Suite(Coded):
    """A cipher suite by the service's name for it, with its lengths in bytes.

    AES-CCM: RFC 3610 with L = 3 and M = 16, so the nonce has 12 bytes; no associated data.
    CS1_HMAC: AES-CBC with ciphertext stealing CS1 (addendum to SP 800-38A) and HMAC-SHA-256
    cut to its left 128 bits. No public vector of it is known. HMAC_SHA256 verifies alone.
    """

    key_length: int
    nonce_length: int
    has_mac_key: bool

    def __new__(cls, name: str, key_length: int, nonce_length: int, has_mac_key: bool) -> Self:  # noqa: FBT001
        """Make a name that knows its lengths."""
        suite = str.__new__(cls, name)
        suite._value_ = name
        suite.key_length = key_length
        suite.nonce_length = nonce_length
        suite.has_mac_key = has_mac_key
        return suite

    AES_128_CCM = "AES_128_CCM", 16, 12, False
    AES_256_CCM = "AES_256_CCM", 32, 12, False
    AES_128_CS1_HMAC_SHA256 = "AES_128_CS1_HMAC_SHA256", 16, 16, True
    AES_256_CS1_HMAC_SHA256 = "AES_256_CS1_HMAC_SHA256", 32, 16, True
    HMAC_SHA256 = "HMAC_SHA256", 0, 0, True
