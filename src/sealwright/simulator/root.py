"""The root of trust that a device and the service share, and the keys that both derive from it.

A header carries the identity vector of its key (REST document 1.1.29, "/e2e/uplink/…/get"):
so whoever has the root answers every header, and the same header always in the same way. Where the
formats leave open how, the likeliest form is taken; the rest is a choice made here.

Every byte follows from the seed through SHAKE-256, the same on each machine and under each Python.
The keys are made for testing and protect nothing.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import shake_256
from typing import Any, Final

from sealwright.telemetry import Kind

KEY_ID_LENGTH: Final = 14
"""Bytes of a v1 header, and of a KeyID, that name the key."""

OWN_KEY_SET: Final = 1
"""The key-set id of v2 and signed headers whose key serves no other header."""

KIND_OF_LENGTH: Final = {16: Kind.V1, 12: Kind.V2, 11: Kind.INTEGRITY}
"""The kind of message by the bytes of its header."""

_KEY_SET_AT: Final = 10


@dataclass(frozen=True, slots=True)
class Root:
    """The secret of one device: `seed` and its 8-byte UID decide every byte."""

    seed: int
    uid: bytes
    crooked: bool = False
    """Whether v1 nonces do not follow from the header, as the formats allow: only the reply tells them."""

    @property
    def key_length(self) -> int:
        """Bytes of this device's keys: every third device has long ones."""
        return 32 if int.from_bytes(self.uid[6:]) % 3 == 2 else 16

    def reply(self, header: bytes) -> dict[str, Any]:
        """Return what the service says for a header of 16 (v1), 12 (v2) or 11 bytes (integrity)."""
        answer = {Kind.V1: self._v1, Kind.V2: self._v2, Kind.INTEGRITY: self._signed}
        fields = answer[KIND_OF_LENGTH[len(header)]](header)
        return {"ROTPublicUID": self.uid.hex(), "MACLength": 128, **fields}

    def psk(self, key_id: bytes, length: int) -> bytes:
        """Return the key of `length` bytes that a KeyID of 14 bytes names: a DTLS PSK, no message's key."""
        return self._draw("psk", key_id, 32)[:length]

    def _v1(self, header: bytes) -> dict[str, Any]:
        nonce = self._draw("nonce", header, 12) if self.crooked else header[4:]
        return {
            "CipherSuite": f"AES_{8 * self.key_length}_CCM",
            "Key": base64(self._draw("key", header[:KEY_ID_LENGTH], self.key_length)),
            "Nonce": base64(nonce),
            "KIV": base64(header),
        }

    def _v2(self, header: bytes) -> dict[str, Any]:
        drawn = self._draw("key", _key_name(header), 2 * 32)
        return {
            "CipherSuite": f"AES_{8 * self.key_length}_CS1_HMAC_SHA256",
            "EncryptionKey": base64(drawn[: self.key_length]),
            "KeyLength": 8 * self.key_length,
            "AuthenticationKey": base64(drawn[32 : 32 + self.key_length]),
            "AuthKeyLength": 8 * self.key_length,
            # The vendor's samples begin the IV as the header; a part that no header tells must be asked for.
            "AESIV": base64(header + self._draw("iv", header, 4)),
            "KIV": base64(header.ljust(16, b"\0")),
        }

    def _signed(self, header: bytes) -> dict[str, Any]:
        return {
            "CipherSuite": "AES_128_CS1_HMAC_SHA256",
            "AuthenticationKey": base64(self._draw("key", _key_name(header), self.key_length)),
            "AuthKeyLength": 8 * self.key_length,
            "KIV": base64(header.ljust(16, b"\0")),
        }

    def _draw(self, use: str, name: bytes, count: int) -> bytes:
        label = f"sealwright root {self.seed}/{self.uid.hex()}/{use}/{name.hex()}"
        return shake_256(label.encode()).digest(count)


def _key_name(header: bytes) -> bytes:
    """Return what names the key of a v2 or signed header: all of it, or all but its counter."""
    if header[_KEY_SET_AT] == OWN_KEY_SET:
        return header
    return header[:1] + header[4:11]


def base64(octets: bytes) -> str:
    """Return bytes as the service writes them."""
    return b64encode(octets).decode()
