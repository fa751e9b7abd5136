"""Material that arrives in PGP messages: opened with the service's own key, and held to what was promised.

Opening a message, and verifying its signature with the customer's key, is another's work: see `Opener`.
Without one every such import is refused, because nothing may count as decrypted that was not.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from sealwright.simulator.service.refusal import RefusalError

_AES: Final = {"AES128": 32, "AES256": 64}
LARGEST_FILE: Final = 1_000
"""Hex digits of a confidential file."""


class Opener(Protocol):
    """Decrypts an armoured message with the recipient's secret key, and verifies who signed it.

    Raises ValueError that says which rule of section 12 is broken: hash, cipher, compression, the
    signer's size, a signature that is not the customer's, or a message that does not decrypt.
    """

    def __call__(self, message: str, customer_key: str) -> bytes:
        """Return the payload."""
        ...


def received(opener: Opener | None, message: str, customer_key: str, kind: str, size: str = "") -> bytes:
    """Return the material in a message, if it is what the request promises. Raises RefusalError (422)."""
    if opener is None:
        raise RefusalError(422, "Import failed: this service has no key to decrypt messages with")
    try:
        payload = opener(message, customer_key)
    except ValueError as problem:
        raise RefusalError(422, f"Import failed: {problem}") from None
    digits = re.sub(rb"[ \t\r\n]", b"", payload).decode("latin-1")
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", digits):
        raise RefusalError(422, "Import failed: the payload is not an even number of hex digits")
    if wrong := _length_problem(kind, size, len(digits)):
        raise RefusalError(422, f"Import failed: {wrong}")
    return bytes.fromhex(digits)


def _length_problem(kind: str, size: str, digits: int) -> str:
    if kind == "BINARY_FILE":
        return "" if digits <= LARGEST_FILE else f"a file has at most {LARGEST_FILE} hex digits"
    wanted = _AES.get(size) or 2 * int(size)
    return "" if digits == wanted else f"keySize {size} needs {wanted} hex digits, and {digits} came"
