"""Sealed messages put together and taken apart by libcrypto: the wire formats without sealwright.

v1: header (16) | CCM ciphertext | tag (16). v2: header (12) | CBC-CS1 ciphertext | MAC (16).
Integrity: header (11) | data | MAC (16). The MAC is the left half of HMAC-SHA-256 over `span`,
a sum of `header`, `body`, `iv` and `kiv`; which span devices use is not published.
"""

from __future__ import annotations

import hmac

import libcrypto

TAG_LENGTH = 16
V1_HEADER, V2_HEADER, INTEGRITY_HEADER = 16, 12, 11


def seal_v1(header: bytes, text: bytes, key: bytes, nonce: bytes) -> bytes:
    """Encrypt and sign a text as v1."""
    return header + libcrypto.seal_ccm(key, nonce, text)


def open_v1(message: bytes, key: bytes, nonce: bytes) -> bytes | None:
    """Return the text of a v1 message, or None where the tag does not verify."""
    return libcrypto.open_ccm(key, nonce, message[V1_HEADER:])


def seal_v2(  # what v2 takes
    header: bytes,
    text: bytes,
    key: bytes,
    mac_key: bytes,
    iv: bytes,
    kiv: bytes = b"",
    span: str = "header+body",
) -> bytes:
    """Encrypt and sign a text as v2."""
    return sign(header, libcrypto.seal_cs1(key, iv, text), mac_key, iv, kiv, span)


def open_v2(
    message: bytes, key: bytes, mac_key: bytes, iv: bytes, kiv: bytes = b"", span: str = "header+body"
) -> bytes | None:
    """Return the text of a v2 message, or None where the MAC does not verify."""
    body = _verified(message, V2_HEADER, mac_key, iv, kiv, span)
    return None if body is None else libcrypto.open_cs1(key, iv, body)


def sign(
    header: bytes,
    body: bytes,
    mac_key: bytes,
    iv: bytes = b"",
    kiv: bytes = b"",
    span: str = "header+body",
) -> bytes:
    """Put a header before the body and a MAC behind it: an integrity message."""
    return header + body + _mac(header, body, mac_key, iv, kiv, span)


def verify(message: bytes, mac_key: bytes, kiv: bytes = b"", span: str = "header+body") -> bytes | None:
    """Return the data of an integrity message, or None where the MAC does not verify."""
    return _verified(message, INTEGRITY_HEADER, mac_key, b"", kiv, span)


def _verified(
    message: bytes, header_length: int, mac_key: bytes, iv: bytes, kiv: bytes, span: str
) -> bytes | None:
    header, body, mac = message[:header_length], message[header_length:-TAG_LENGTH], message[-TAG_LENGTH:]
    return body if hmac.compare_digest(mac, _mac(header, body, mac_key, iv, kiv, span)) else None


def _mac(header: bytes, body: bytes, mac_key: bytes, iv: bytes, kiv: bytes, span: str) -> bytes:
    parts = {"header": header, "body": body, "iv": iv, "kiv": kiv}
    return libcrypto.hmac_sha256(mac_key, b"".join(parts[name] for name in span.split("+")))[:TAG_LENGTH]
