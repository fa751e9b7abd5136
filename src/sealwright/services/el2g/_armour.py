"""Texts with a frame: PEM and PGP armour, sent as one JSON string with plain line ends (AN12642, section 11).

A JSON encoder writes a line end as the two characters that section 11 asks for. What was escaped by hand
before is unescaped, or it would arrive escaped twice.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from binascii import a2b_base64
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from sealwright.errors import Fault
from sealwright.services._fields import unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sealwright.services._rules import Namer


def _framed(*labels: str) -> Callable[[object], str]:
    """Return what reads a text with one of some frames. A private key is never one of them."""

    def read(value: object) -> str:
        text = unescaped(value.decode() if isinstance(value, (bytes, bytearray)) else value)
        if not isinstance(text, str):
            raise TypeError("not a text")
        found = re.findall(r"^-----(BEGIN|END) ([A-Z0-9 ]+)-----[ \t]*$", text, re.MULTILINE)
        if not any(found == [("BEGIN", label), ("END", label)] for label in labels):
            raise ValueError("not in its frame")
        return text.strip() + "\n"

    return read


def _armoured(label: str, words: str) -> Meta:
    return Meta(
        pattern=f"^-----BEGIN {label}-----",
        extra={
            "read": _framed(label),
            "must": f"must be {words} (one BEGIN {label} to END {label}, and nothing else that has a frame)",
            "takes": "str | bytes",
            "file": "text",
        },
    )


PgpPublicKey = Annotated[
    str,
    _armoured("PGP PUBLIC KEY BLOCK", "a PGP public key in ASCII armour"),
    Meta(description="Your PGP public key in ASCII armour, whose secret half has signed the message."),
]
PgpMessage = Annotated[
    str,
    _armoured("PGP MESSAGE", "a PGP message in ASCII armour"),
]
PublicKey = Annotated[
    str,
    _armoured("PUBLIC KEY", "a public key in PEM"),
    Meta(description="The public key in PEM."),
]
Certificate = Annotated[str, _armoured("CERTIFICATE", "one certificate in PEM")]


def _base64(value: object) -> object:
    """Turn bytes into base64, and check that a text is that."""
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    if isinstance(value, str):
        a2b_base64(value, strict_mode=True)
    return value


Base64 = Annotated[
    str,
    Meta(
        min_length=1,
        pattern="^[A-Za-z0-9+/]+={0,2}$",
        extra={
            "read": _base64,
            "must": "must be base64 and not empty, or bytes",
            "takes": "str | bytes",
            "file": "bytes",
        },
    ),
]
Checksum = Annotated[
    str,
    Meta(
        pattern="^[0-9A-Fa-f]{128}$",
        description="The SHA3-512 of it in hex, which is compared before anything is sent.",
        extra={"must": "must be a SHA3-512 in hex: 128 digits"},
    ),
]


def checksum(data: bytes) -> str:
    """Return the SHA3-512 of data in hex, as EL2G takes it beside a payload."""
    return hashlib.sha3_512(data).hexdigest()


class ChecksumOf:
    """A checksum that must be the one of another field: of its text, or of the bytes that this encodes."""

    def __init__(self, field: str, other: str) -> None:
        self.field = field
        self.other = other

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where the checksum is of something else."""
        told, data = values.get(self.field), values.get(self.other)
        if told is None or data is None:
            return
        if told.lower() not in map(checksum, _readings(data)):
            yield Fault(name(self.field), f"is not the SHA3-512 of {name(self.other)}")

    def schema(self, _name: Namer) -> dict[str, Any]:
        """Return nothing: a schema does not compute."""
        return {}


def _readings(text: str) -> Iterator[bytes]:
    """Yield what a checksum may be of; the document does not say whether encoding comes before it."""
    bare = "".join(line for line in text.splitlines() if not line.startswith("-"))
    yield from (text.encode(), text.rstrip("\n").encode())
    with suppress(ValueError):
        yield a2b_base64(bare)
