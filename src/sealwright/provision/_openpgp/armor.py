"""ASCII armour (RFC 4880 section 6): base64 between two lines, with a checksum of 24 bits."""

from __future__ import annotations

import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import CertificateError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINE: Final = 64
_INITIAL: Final = 0xB704CE
_POLYNOMIAL: Final = 0x1864CFB
_BLOCK: Final = 2048
_LONGEST: Final = 256 * 1024
_BEGIN: Final = re.compile(rb"^-----BEGIN PGP ([A-Z ]{1,40})-----$", re.MULTILINE)


def crc24(octets: bytes) -> int:
    """Return the checksum of RFC 4880 section 6.1.

    It is a remainder of polynomials, and a remainder of a sum is the sum of the remainders: so what
    each octet adds is looked up by its place. An octet after the other, it would take as long as the
    encryption.
    """
    table, register = _table(), _INITIAL
    for start in range(0, len(octets), _BLOCK):
        block = np.frombuffer(octets[start : start + _BLOCK], np.uint8)
        last = len(block) + 2
        added = table[np.arange(last, 2, -1), block]
        carried = table[[last, last - 1, last - 2], list(register.to_bytes(3))]
        register = int(np.bitwise_xor.reduce(added) ^ np.bitwise_xor.reduce(carried))
    return register


@cache
def _table() -> NDArray[np.uint32]:
    """Return what each octet adds at each place: x^0 and on, in steps of x^8."""
    powers, power = [], 1
    for _ in range(8 * (_BLOCK + 3)):
        powers.append(power)
        power = (power << 1) ^ (_POLYNOMIAL if power & 0x800000 else 0)
    places = np.array(powers, np.uint32).reshape(-1, 8, 1)
    set_bits = np.array([[octet >> bit & 1 for octet in range(256)] for bit in range(8)], np.uint32)
    added: NDArray[np.uint32] = np.bitwise_xor.reduce(places * set_bits, axis=1)
    return added


def armor(kind: str, octets: bytes) -> str:
    """Return octets as armoured text with lines of 64 characters; `kind` is such as `MESSAGE`."""
    text = binascii.b2a_base64(octets, newline=False).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    checksum = binascii.b2a_base64(crc24(octets).to_bytes(3), newline=False).decode("ascii")
    return "\n".join(
        [f"-----BEGIN PGP {kind}-----", "", *lines, f"={checksum}", f"-----END PGP {kind}-----", ""]
    )


def dearmor(text: bytes, kind: str) -> bytes:
    """Return the octets of the one armoured block of a text, or the text itself where it is binary.

    A checksum that is there must be right; RFC 9580 lets it be absent. Raises CertificateError.
    """
    if len(text) > _LONGEST:
        raise CertificateError(f"it is longer than {_LONGEST} bytes: is this an OpenPGP key?")
    if text[:1] and text[0] & 0x80:
        return text
    lines = b"\n".join(line.rstrip() for line in text.split(b"\n"))
    found = list(_BEGIN.finditer(lines))
    if not found:
        raise CertificateError(
            "there is no line -----BEGIN PGP …-----: give an OpenPGP key, armoured or binary"
        )
    if len(found) > 1:
        raise CertificateError(f"there are {len(found)} armoured blocks in it: give a file with one key")
    got = found[0][1].decode("ascii")
    if got != kind:
        raise CertificateError(f"it is a PGP {got}, and a PGP {kind} is asked for")
    body, end, _ = lines[found[0].end() :].partition(f"\n-----END PGP {kind}-----".encode())
    if not end:
        raise CertificateError(f"the line -----END PGP {kind}----- is missing: the file is cut short")
    return _decode(body)


def _decode(body: bytes) -> bytes:
    headers, blank, text = body.partition(b"\n\n")
    if not blank or any(b": " not in line for line in headers.split(b"\n") if line.strip()):
        raise CertificateError("there is no empty line after the armour's headers: the file is damaged")
    lines = text.rstrip().split(b"\n")
    checksum = lines.pop()[1:] if lines[-1][:1] == b"=" else None
    try:
        octets = binascii.a2b_base64(b"".join(lines), strict_mode=True)
        wanted = None if checksum is None else binascii.a2b_base64(checksum, strict_mode=True)
    except ValueError:
        raise CertificateError(
            "its base64 is damaged: copy the whole key again from where it is published"
        ) from None
    if wanted is not None and wanted != crc24(octets).to_bytes(3):
        raise CertificateError(
            f"its checksum is {crc24(octets):06X} and it says {wanted.hex().upper()}: copy it again"
        )
    return octets
