"""Material that arrives in PGP messages: opened with the service's own key, and held to what was promised.

Without a key of its own a service refuses every such import: nothing counts as decrypted that was not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from sealwright.errors import SealwrightError
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.secret import Secret

_AES: Final = {"AES128": 32, "AES256": 64}
LARGEST_FILE: Final = 1_000
"""Hex digits of a confidential file."""


class Opener(Protocol):
    """Decrypts armoured messages with the service's secret key: `sealwright.provision.Receiver` is one."""

    def open(self, envelope: str, signer_key: str) -> Secret:
        """Return the payload. Raises SealwrightError that says which rule of section 12 is broken."""
        ...


def received(opener: Opener | None, message: str, customer_key: str, kind: str, size: str = "") -> bytes:
    """Return the material in a message, if it is what the request promises. Raises RefusalError (422)."""
    if opener is None:
        raise RefusalError(422, "Import failed: this service has no key to decrypt messages with")
    try:
        payload = opener.open(message, customer_key).reveal()
    except SealwrightError as problem:
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
