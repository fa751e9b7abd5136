"""A line of a key file as the pattern of others: what they say, and where, if only digits differ."""

from __future__ import annotations

import re
import string
from binascii import a2b_base64, a2b_hex
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import msgspec

from sealwright.telemetry.format.layouts import SHAPE_OF_SUITE, Shape
from sealwright.telemetry.format.suites import BLOCK, Suite

if TYPE_CHECKING:
    from collections.abc import Callable


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """What an ordinary line may say. A default stands for a field that is not there."""

    EncryptedHeader: str
    CipherSuite: str
    MACLength: Literal[128]
    ROTPublicUID: str | Annotated[int, msgspec.Meta(ge=1, lt=10**16)]
    Nonce: str = ""
    Key: str = ""
    EncryptionKey: str = ""
    AuthenticationKey: str = ""
    AESIV: str = ""
    KIV: str = ""
    KeyLength: int = 0
    AuthKeyLength: Literal[0, 128] = 0
    Direction: Literal["", "uplink"] = ""
    Purpose: Literal["", "protection", "integrity"] = ""


_decode: Final = msgspec.json.Decoder(_Line).decode
_SUITES: Final = {suite.value: suite for suite in Suite}


class Code(NamedTuple):
    """A way to write bytes: `octets` of them as `digits`."""

    octets: int
    digits: int
    zero: int
    marks: bytes
    """The table that translates each digit to `d` and all else to `?`."""
    decode: Callable[[bytes], bytes]


def _code(octets: int, digits: int, alphabet: str, decode: Callable[[bytes], bytes]) -> Code:
    known = alphabet.encode()
    marks = bytes(ord("d" if octet in known else "?") for octet in range(256))
    return Code(octets, digits, known[0], marks, decode)


_HEX: Final = _code(1, 2, string.hexdigits, a2b_hex)
DECIMAL: Final = _code(1, 2, string.digits, a2b_hex)
"""A UID as a number: its digits are the hex digits without leading zeros."""
_BASE64: Final = _code(
    3, 4, string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/", a2b_base64
)


class _Field(NamedTuple):
    name: str
    code: Code
    length: int
    """In bytes, once decoded."""


def _fields(suite: Suite) -> dict[str, _Field]:
    """Return the fields with digits that a suite's lines have, by their column in ROW (or `header`)."""
    both = suite.has_mac_key
    fields = {
        "header": _Field("EncryptedHeader", _HEX, SHAPE_OF_SUITE[suite].header_length),
        "uid": _Field("ROTPublicUID", _HEX, 8),
        "key": _Field("EncryptionKey" if both else "Key", _BASE64, suite.key_length),
        "mac_key": _Field("AuthenticationKey", _BASE64, BLOCK if both else 0),
        "nonce": _Field("AESIV" if both else "Nonce", _BASE64, suite.nonce_length),
        "kiv": _Field("KIV", _BASE64, BLOCK),
    }
    return {column: field for column, field in fields.items() if field.length}


_FIELDS: Final = {suite: _fields(suite) for suite in Suite}
_MAY: Final = frozenset({"KIV", "KeyLength", "AuthKeyLength", "Direction", "Purpose"})
_MUST: Final = {
    suite: {"CipherSuite", "MACLength", *(field.name for field in fields.values())} - _MAY
    for suite, fields in _FIELDS.items()
}


class Span(NamedTuple):
    """Where the digits of a field stand in a line."""

    at: slice
    code: Code
    length: int


class Pattern(NamedTuple):
    """What one line says of all lines that differ from it in digits alone."""

    suite: Suite
    shape: Shape
    skeleton: bytes
    """The line with `d` for every digit that may differ."""
    spans: dict[str, Span]
    """By column of ROW, and `header`."""


def read_pattern(text: bytes) -> Pattern | None:
    """Return the pattern that a line is, None where it is not ordinary."""
    try:
        line = _decode(text)
    except ValueError:
        return None
    suite = _suite(line)
    said = {name for name in _Line.__struct_fields__ if getattr(line, name)}
    # Each member needs one colon: as many colons as fields leave none for a name that stands twice.
    if suite is None or said - _MAY != _MUST[suite] or len(said) != text.count(b":") or b"\\" in text:
        return None
    spans = {}
    skeleton = bytearray(text)
    for column, field in _FIELDS[suite].items():
        if field.name in said:
            span = _span(text, field)
            if span is None:
                return None
            spans[column] = span
            skeleton[span.at] = b"d" * (span.at.stop - span.at.start)
    return Pattern(suite, SHAPE_OF_SUITE[suite], bytes(skeleton), spans)


def _suite(line: _Line) -> Suite | None:
    """Return a line's suite as the careful reader finds it, None where that one would refuse the line."""
    suite = _SUITES.get(line.CipherSuite)
    if suite and line.Purpose == "integrity":
        suite = Suite.HMAC_SHA256  # whatever its name: the sample says AES_128_CCM
    elif suite is Suite.HMAC_SHA256:
        return None
    return suite if suite and line.KeyLength in {0, 8 * suite.key_length} else None


def _span(text: bytes, field: _Field) -> Span | None:
    """Return where the digits of a field stand, None where their number or the padding is wrong."""
    name, code, length = field
    # In JSON without escapes nothing but a name stands between quotes before a colon.
    found = re.search(rb'"%s"\s*:\s*("?)([A-Za-z0-9+/]+)(=*)\1' % name.encode(), text)
    if found is None:
        return None
    quote, digits, padding = found.groups()
    needed = -(-length * code.digits // code.octets)
    if quote and (len(digits) != needed or len(padding) not in {0, -needed % code.digits}):
        return None
    return Span(slice(*found.span(2)), code if quote else DECIMAL, length)
