"""What every recipe for vectors needs: drawn bytes, key lines, sealing, and a file's text.

All bytes follow from labels through SHAKE-256; the keys are made for testing. Sealing is
sealwright's: verify.py then opens the same bytes with nothing of sealwright.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import shake_256
from typing import Any, TypeAlias

from sealwright.telemetry import DEFAULT_LAYOUTS, read_reply, seal_message

Line: TypeAlias = dict[str, Any]
"""One line of a key file, before it is written as JSON."""

LENGTHS = (0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 4080, 4081, 4097)
"""Texts around each block border. Past 4,080 bytes the counter of CCM needs a second byte."""

KEY_BITS = (128, 256)


def draw(label: str, count: int) -> bytes:
    """Return bytes that follow from a label."""
    return shake_256(f"sealwright vectors/{label}".encode()).digest(count)


def base64(octets: bytes) -> str:
    """Return base64 with padding, as the service writes it."""
    return b64encode(octets).decode()


def uid_tail(label: str) -> bytes:
    """Return the low six bytes of a device's UID."""
    return bytes(2) + draw(f"{label}/uid", 4)


def ccm_line(label: str, *, bits: int = 128, header: bytes | None = None, **changes: Any) -> Line:
    """Return the line for a v1 header: a drawn one with counter 0 unless `header` is given."""
    if header is None:
        header = b"\x11\x01" + uid_tail(label) + draw(f"{label}/identity", 6) + bytes(2)
    return {
        "EncryptedHeader": header.hex(),
        "ROTPublicUID": (b"\x00\x02" + header[2:8]).hex(),
        "MACLength": 128,
        "CipherSuite": f"AES_{bits}_CCM",
        "Key": base64(draw(f"{label}/key", bits // 8)),
        "Nonce": base64(header[4:]),
        "KIV": base64(header),
        **changes,
    }


def cs1_line(label: str, *, bits: int = 128, first: int = 0x28, **changes: Any) -> Line:
    """Return the line for a v2 header whose type byte is `first`."""
    header = bytes([first]) + draw(f"{label}/counter", 3) + uid_tail(label) + b"\x01\x00"
    return {
        "EncryptedHeader": header.hex(),
        "ROTPublicUID": (b"\x00\x02" + header[4:10]).hex(),
        "MACLength": 128,
        "CipherSuite": f"AES_{bits}_CS1_HMAC_SHA256",
        "EncryptionKey": base64(draw(f"{label}/key", bits // 8)),
        "KeyLength": bits,
        "AuthenticationKey": base64(draw(f"{label}/mac key", bits // 8)),
        "AuthKeyLength": bits,
        "AESIV": base64(draw(f"{label}/iv", 16)),
        "KIV": base64(header + draw(f"{label}/kiv", 4)),
        **changes,
    }


def integrity_line(label: str, *, bits: int = 128, first: int = 0x29, **changes: Any) -> Line:
    """Return the line for a signed message; the suite's name is the one of the REST document's sample."""
    header = bytes([first]) + draw(f"{label}/counter", 3) + uid_tail(label) + b"\x01"
    return {
        "EncryptedHeader": header.hex(),
        "Purpose": "integrity",
        "ROTPublicUID": (b"\x00\x02" + header[4:10]).hex(),
        "MACLength": 128,
        "CipherSuite": "AES_128_CCM",
        "AuthenticationKey": base64(draw(f"{label}/mac key", bits // 8)),
        "AuthKeyLength": bits,
        "KIV": base64(header + draw(f"{label}/kiv", 5)),
        **changes,
    }


def downlink(line: Line) -> Line:
    """Return the same line for the way to the device: it has no header, its KIV begins with it."""
    return {"Direction": "downlink"} | {name: line[name] for name in line if name != "EncryptedHeader"}


def seal(text: bytes, line: Line, layout: str = "") -> bytes:
    """Seal a text with a line's parameters, in the default layouts or with one chosen."""
    layouts = DEFAULT_LAYOUTS.choose(layout) if layout else DEFAULT_LAYOUTS
    parameters = read_reply(
        line,
        header=bytes.fromhex(line.get("EncryptedHeader", "")),
        direction=line.get("Direction", "uplink"),
        purpose=line.get("Purpose", "protection"),
    )
    return seal_message(text, parameters, layouts=layouts)


def flip(octets: bytes, at: int, bit: int = 0) -> bytes:
    """Return the bytes with one bit flipped."""
    place = at % len(octets)
    return octets[:place] + bytes([octets[place] ^ 1 << bit]) + octets[place + 1 :]


def opened(comment: str, lines: Line | list[Line], message: bytes, text: bytes, **asked: str) -> str:
    """Return the file of a message that must open."""
    return _file({"comment": comment, "expect": "opened"}, asked, lines, message, text)


def fails(expect: str, comment: str, lines: Line | list[Line], message: bytes, **asked: str) -> str:
    """Return the file of a message that must not; `expect` is an outcome, or `outcome: reason`."""
    outcome, _, reason = expect.partition(": ")
    told = {"comment": comment, "expect": outcome} | ({"reason": reason} if reason else {})
    return _file(told, asked, lines, message, None)


def _file(
    told: dict[str, str],
    asked: dict[str, str],
    lines: Line | list[Line],
    message: bytes,
    text: bytes | None,
) -> str:
    fields = list((told | asked).items())
    fields += [("key-line", json.dumps(line)) for line in (lines if isinstance(lines, list) else [lines])]
    if text is not None:
        fields.append(("plaintext", text.hex()))
    fields.append(("message", message.hex()))
    return write(fields)


def write(fields: list[tuple[str, str]]) -> str:
    """Return the text of a file: one field a line."""
    return "".join(f"{name}: {value}".rstrip() + "\n" for name, value in fields)
