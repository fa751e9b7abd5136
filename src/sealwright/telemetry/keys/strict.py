"""Strict reading of the texts that key material comes in: JSON, base64, hex and UIDs.

Python's own parsers take `AB!@CD==` for base64 and keep the last of two equal JSON names. Key
material that is not exactly what it should be is refused here, and no error shows any of it.
"""

from __future__ import annotations

import binascii
import json
import re
import string
from typing import Any, Final

import msgspec

_MAX_DEPTH: Final = 32
_decode: Final = msgspec.json.Decoder().decode
_decode_base64: Final = binascii.a2b_base64
_PADDING: Final = ("", "=", "==")
_ANY: Final = frozenset(string.ascii_letters + string.digits + "+/") | {""}
_CANONICAL: Final = (_ANY, frozenset("AEIMQUYcgkosw048"), frozenset("AQgw"))
"""By the number of absent characters: the last characters that leave no stray low bits."""


def read_object(text: bytes) -> dict[str, Any]:
    """Read one JSON object: no name twice, no NaN, no nesting deeper than 32.

    Raises ValueError with a text that says where, never what.
    """
    try:
        value = _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise ValueError(f"not JSON: {_place(problem)}") from None
    if type(value) is not dict:
        raise ValueError("not a JSON object")
    # Each member needs one colon: as many colons as members leave none for a repeated or nested name.
    if text.count(b":") != len(value) or b"[" in text:
        _check_slowly(text)
    return value


def _place(problem: Exception) -> str:
    """Say where a fault is, in our words: the parser's may hold a piece of what it read."""
    if isinstance(problem, RecursionError):
        return "nested too deep"
    if isinstance(problem, UnicodeDecodeError):
        return "not UTF-8"
    at = re.search(r"\(byte \d+\)", str(problem))
    return f"a fault {at[0]}" if at else "it ends too early, or a number is out of range"


def _check_slowly(text: bytes) -> None:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("not strict JSON: a name stands twice in one object")
        return members

    depth = deepest = 0
    for bracket in re.findall(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(bracket, 0)
        deepest = max(depth, deepest)
    if deepest > _MAX_DEPTH:
        raise ValueError(f"not strict JSON: nested deeper than {_MAX_DEPTH}")
    json.loads(text, object_pairs_hook=unique)


def read_base64(text: object) -> tuple[bytes, bool]:
    """Read base64 of the standard alphabet; padding may be absent.

    Returns the bytes, and True when the last character carries stray low bits, as the REST
    document's own samples do. Raises ValueError for a foreign character or an impossible length.
    """
    if type(text) is not str:
        raise ValueError("not base64: not a text")
    characters = text.rstrip("=")
    absent = -len(characters) & 3
    if absent == 3 or len(text) - len(characters) not in {0, absent}:
        raise ValueError("not base64: the length or the padding is impossible")
    try:
        value = _decode_base64(characters + _PADDING[absent], strict_mode=True)
    except ValueError:
        raise ValueError("not base64: a foreign character") from None
    return value, characters[-1:] not in _CANONICAL[absent]


def read_hex(text: object) -> bytes:
    """Read hex digits, two a byte, without spaces or 0x. Raises ValueError for anything else."""
    if type(text) is not str or not text.isalnum():
        raise ValueError("not hex: not a text of hex digits")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError("not hex: a foreign character or an odd number of digits") from None


def read_uid(value: object) -> bytes | None:
    """Read a ROTPublicUID as 8 bytes; None where it is neither 16 hex digits nor their number.

    The service may send the UID as a bare number, whose decimal text *is* the hex digits without
    leading zeros (REST document 1.1.29: `2000089282245` is 0002000089282245).
    """
    if type(value) is int and 0 <= value < 10**16:
        return bytes.fromhex(f"{value:016d}")
    if type(value) is str and len(value) == 16 and value.isalnum():
        try:
            return bytes.fromhex(value)
        except ValueError:
            return None
    return None
