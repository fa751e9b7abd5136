"""The texts that messages travel in: hex, base64, base64url, and JSON's arrays of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import Reason
from sealwright.telemetry import read_base64, read_hex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.telemetry.pipeline.rows import Row

    Decoder = Callable[[str], bytes]

_TO_STANDARD: Final = str.maketrans("-_", "+/")


def _base64(text: str) -> bytes:
    return read_base64(text)[0]


def _base64url(text: str) -> bytes:
    if "+" in text or "/" in text:
        raise ValueError("not base64url: a character of plain base64")
    return read_base64(text.translate(_TO_STANDARD))[0]


DECODERS: Final[dict[str, Decoder]] = {"hex": read_hex, "base64": _base64, "base64url": _base64url}


def choose_encoding(payloads: Iterable[Any]) -> str:
    """Return the encoding under which most texts begin with a hex digit of 1 or 2, as messages do.

    Texts of one encoding can often be read in another; a message's first digit tells them apart.
    Without any text that looks like a message it is `hex`.
    """
    texts = [payload.strip() for payload in payloads if isinstance(payload, str)]
    return max(DECODERS, key=lambda name: sum(_looks_sealed(text, DECODERS[name]) for text in texts))


def _looks_sealed(text: str, decode: Decoder) -> bool:
    try:
        message = decode(text)
    except ValueError:
        return False
    return bool(message) and message[0] >> 4 in {1, 2}


def read_payload(row: Row, decode: Decoder) -> tuple[bytes | None, Reason]:
    """Return the message that a row holds, or None and the reason why there is none."""
    return (None, row.fault) if row.fault else decode_payload(row.payload, decode)


def decode_payload(payload: Any, decode: Decoder) -> tuple[bytes | None, Reason]:
    """Return the message that a column's value holds, or None and the reason why there is none."""
    if payload is None:
        return None, Reason.MISSING
    if isinstance(payload, dict) and payload.get("type") == "Buffer":
        payload = payload.get("data")  # Node.js writes a Buffer so
    try:
        if isinstance(payload, str):
            text = payload.strip()
            return (decode(text) if text else b""), Reason.NONE
        if isinstance(payload, list) and bool not in set(map(type, payload)):
            return bytes(payload), Reason.NONE
    except (ValueError, TypeError):
        pass
    return None, Reason.UNDECODABLE_TEXT
