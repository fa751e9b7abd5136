"""What tests are made of: headers, replies of the service, and key files.

Every key here is a sentence that says so: none of them ever guarded anything.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from sealwright.telemetry.format.headers import Headers, Reading, parse_headers
from sealwright.telemetry.format.messages import Messages

if TYPE_CHECKING:
    from pathlib import Path

KEY: Final = b"made for testing"
KEY_256: Final = b"made for testing, longer by half"
MAC_KEY: Final = b"test key for MAC"
IV: Final = b"an IV for a test"

UID: Final = bytes.fromhex("0002000089282245")
V1_HEADER: Final = bytes.fromhex("1101 000089282245 621f7593c47f 0000")
V2_HEADER: Final = bytes.fromhex("21 000007 000089282245 01 00")
INTEGRITY_HEADER: Final = bytes.fromhex("29 00000f 000089282245 01")
DOWNLINK_KIV: Final = bytes.fromhex("2a 000009 000089282245 01 00 00000000")
INTEGRITY_DOWNLINK_KIV: Final = bytes.fromhex("29 000009 000089282245 01 00 00000000")

ABSENT: Final = object()
"""The value of a field that a reply shall not have."""


def b64(octets: bytes) -> str:
    """Return bytes as the service writes them."""
    return base64.b64encode(octets).decode()


def shown(text: str, *keys: bytes) -> list[str]:
    """Return the forms of keys that a text gives away: raw, hex, base64, escaped and listed."""
    forms = [
        form
        for key in keys
        for form in (
            key.decode("latin-1"),
            key.hex(),
            b64(key).rstrip("="),
            repr(key)[2:-1],
            str(list(key))[1:-1],
        )
    ]
    return [form for form in forms if form.lower() in text.lower()]


def uid_of(tail: bytes) -> str:
    """Return the full UID, in hex, of the device whose header holds these six bytes."""
    return (UID[:2] + tail).hex()


def reply_v1(header: bytes = V1_HEADER, key: bytes = KEY, **changes: Any) -> dict[str, Any]:
    """Return a reply of uplink/protectionparameters for a v1 header; `changes` replace its fields."""
    reply = {
        "Nonce": b64(header[4:16]),
        "MACLength": 128,
        "CipherSuite": f"AES_{8 * len(key)}_CCM",
        "Key": b64(key),
        "KIV": b64(header),
        "ROTPublicUID": uid_of(header[2:8]),
    }
    return _changed(reply, changes)


def reply_v2(
    header: bytes = V2_HEADER, key: bytes = KEY, mac_key: bytes = MAC_KEY, iv: bytes = IV, **changes: Any
) -> dict[str, Any]:
    """Return a reply of uplink/protectionparameters for a v2 header."""
    return reply_v2_downlink(header.ljust(16, b"\0"), key, mac_key, iv, **changes)


def reply_v2_downlink(
    kiv: bytes = DOWNLINK_KIV, key: bytes = KEY, mac_key: bytes = MAC_KEY, iv: bytes = IV, **changes: Any
) -> dict[str, Any]:
    """Return a reply of downlink/protectionparameters: its header is the beginning of KIV."""
    reply = {
        "MACLength": 128,
        "KeyLength": 8 * len(key),
        "CipherSuite": f"AES_{8 * len(key)}_CS1_HMAC_SHA256",
        "AuthenticationKey": b64(mac_key),
        "AuthKeyLength": 8 * len(mac_key),
        "EncryptionKey": b64(key),
        "KIV": b64(kiv),
        "AESIV": b64(iv),
        "ROTPublicUID": uid_of(kiv[4:10]),
    }
    return _changed(reply, changes)


def reply_integrity(
    header: bytes = INTEGRITY_HEADER, mac_key: bytes = MAC_KEY, **changes: Any
) -> dict[str, Any]:
    """Return a reply of uplink/integrityparameters; its suite is the slip that the service makes."""
    changes = {"CipherSuite": "AES_128_CCM"} | changes
    return reply_integrity_downlink(header.ljust(16, b"\0"), mac_key, **changes)


def reply_integrity_downlink(
    kiv: bytes = INTEGRITY_DOWNLINK_KIV, mac_key: bytes = MAC_KEY, **changes: Any
) -> dict[str, Any]:
    """Return a reply of downlink/integrityparameters: its header is the beginning of KIV."""
    reply = {
        "MACLength": 128,
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "AuthenticationKey": b64(mac_key),
        "AuthKeyLength": 8 * len(mac_key),
        "KIV": b64(kiv),
        "ROTPublicUID": uid_of(kiv[4:10]),
    }
    return _changed(reply, changes)


def _changed(reply: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (reply | changes).items() if value is not ABSENT}


def headers_of(*raw: bytes, **options: Any) -> Headers:
    """Return the headers of messages that begin with these, as they are asked of a source."""
    return parse_headers(Messages.of([header + bytes(32) for header in raw]), Reading.of(**options))


def key_line(reply: dict[str, Any], header: bytes | None = None, **more: Any) -> str:
    """Return a line of a key file: a reply, the header that was asked for, and fields like Direction."""
    asked = {"EncryptedHeader": header.hex()} if header is not None else {}
    return json.dumps(asked | reply | more)


def write_key_file(path: Path, *lines: str | bytes) -> Path:
    """Write a key file that only its owner may read. Texts get a line end, bytes are written as they are."""
    path.touch(0o600)
    path.chmod(0o600)
    path.write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() + b"\n" for line in lines))
    return path
