"""Key material: made, read, combined and checked, and held in a Secret from then on (AN12642 section 12)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from sealwright.errors import MaterialError
from sealwright.secret import Secret, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_AES_BYTES: Final = (16, 32)
_MOST_HMAC_BYTES: Final = 256
_MOST_BINARY_BYTES: Final = 500
_SPACES: Final = b" \t\r\n"
_DIGITS: Final = b"0123456789abcdefABCDEF"
_ZERO_BLOCK: Final = bytes(16)
_CMAC_KCV_BYTES: Final = 5
_LEGACY_KCV_BYTES: Final = 3
_CHALLENGE_BYTES: Final = 64 * 1024


class MaterialKind(StrEnum):
    """What the bytes are for: AES and HMAC master keys, or a confidential binary file."""

    AES = "aes"
    HMAC = "hmac"
    BINARY = "binary"


class CheckValues(NamedTuple):
    """Key check values of an AES key, in upper-case hex.

    `cmac` is that of X9.24-1:2017 (AES-CMAC over one block of zeros, the first 5 bytes), `legacy`
    the older one (a block of zeros encrypted, the first 3 bytes). Custodians' sheets have either.
    """

    cmac: str
    legacy: str

    def agree_with(self, typed: str) -> bool:
        """Tell whether a value of 6 to 10 hex digits is the beginning of one of the two."""
        wanted = "".join(typed.split()).upper()
        return len(wanted) >= 2 * _LEGACY_KCV_BYTES and any(value.startswith(wanted) for value in self)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Key material that EdgeLock 2GO takes. Raises MaterialError for any other length."""

    kind: MaterialKind
    secret: Secret

    def __post_init__(self) -> None:
        problem = _length_problem(self.kind, len(self.secret))
        if problem:
            raise MaterialError(f"material: {problem}")

    def __len__(self) -> int:
        return len(self.secret)

    @property
    def key_size(self) -> str:
        """The size in the API's words: AES128, AES256, or the number of bytes (sections 4.1.3.3, 4.1.3.4)."""
        return f"AES{8 * len(self)}" if self.kind is MaterialKind.AES else str(len(self))

    @property
    def check_values(self) -> CheckValues | None:
        """The key check values of an AES key.

        None for other kinds: a digest of an HMAC key or a file, which may be one byte or a PIN, would
        let anybody guess it.
        """
        if self.kind is not MaterialKind.AES:
            return None
        encryptor = Cipher(algorithms.AES(self.secret.reveal()), modes.ECB()).encryptor()  # noqa: S305  # one block
        legacy = encryptor.update(_ZERO_BLOCK)[:_LEGACY_KCV_BYTES]
        cmac = self.answer(_ZERO_BLOCK)[:_CMAC_KCV_BYTES]
        return CheckValues(cmac.hex().upper(), legacy.hex().upper())

    def answer(self, challenge: bytes, *, digest: str = "sha256") -> bytes:
        """Return what a device that was provisioned with this key must answer to a challenge.

        16 bytes of AES-CMAC (NIST SP 800-38B), or the HMAC with `digest`: sha1, sha256, sha384 or
        sha512. Raises MaterialError for a binary file, which computes nothing.
        """
        if len(challenge) > _CHALLENGE_BYTES:
            raise MaterialError(f"material: a challenge has at most {_CHALLENGE_BYTES} bytes")
        if self.kind is MaterialKind.AES:
            cmac = CMAC(algorithms.AES(self.secret.reveal()))
            cmac.update(challenge)
            return cmac.finalize()
        if self.kind is MaterialKind.HMAC:
            return hmac.digest(self.secret.reveal(), challenge, digest)
        raise MaterialError("material: a binary file answers no challenge: only AES and HMAC keys do")

    def payload(self) -> Secret:
        """Return the hexadecimal text that goes into the envelope (section 12, item 6)."""
        return Secret(self.secret.reveal().hex().encode())


def _length_problem(kind: MaterialKind, length: int) -> str:
    if kind is MaterialKind.AES and length not in _AES_BYTES:
        return f"an AES key has 16 or 32 bytes (32 or 64 hex digits), and this has {length}"
    if kind is MaterialKind.HMAC and not 1 <= length <= _MOST_HMAC_BYTES:
        return f"an HMAC key has 1 to 256 bytes (2 to 512 hex digits), and this has {length}"
    if kind is MaterialKind.BINARY and not 1 <= length <= _MOST_BINARY_BYTES:
        return f"a confidential binary file has 1 to 500 bytes (2 to 1000 hex digits), and this has {length}"
    return ""


def new_material(
    kind: MaterialKind, length: int, *, random: Callable[[int], bytes] = secrets.token_bytes
) -> Material:
    """Make material of `length` random bytes. Raises MaterialError for a length that the kind cannot have."""
    problem = _length_problem(kind, length)
    if problem:
        raise MaterialError(f"material: {problem}")
    return Material(kind, Secret(random(length)))


@quiet
def read_hex_material(kind: MaterialKind, text: bytes) -> Material:
    """Read material as hex digits; spaces, tabs and line ends may stand anywhere.

    Raises MaterialError that says where the fault is, and never what stands there.
    """
    digits = text.translate(None, _SPACES)
    if digits.translate(None, _DIGITS):
        at = next(place for place, octet in enumerate(text) if octet not in _DIGITS + _SPACES)
        raise MaterialError(
            f"material: character {at + 1} is no hex digit: give hex text, or say that the bytes are raw"
        )
    if len(digits) % 2:
        raise MaterialError(
            f"material: {len(digits)} hex digits are half a byte too many or too few: two digits make a byte"
        )
    return Material(kind, Secret(bytes.fromhex(digits.decode("ascii"))))


def combine(components: Sequence[Material]) -> Material:
    """Return the XOR of custodians' components, which all have one kind and one length.

    Raises MaterialError for fewer than two, for components that differ in length, and for two equal
    ones, which would cancel each other out.
    """
    if len(components) < 2:
        raise MaterialError("material: a key is combined of two components or more")
    kind, length = components[0].kind, len(components[0])
    for number, component in enumerate(components[1:], 2):
        if (component.kind, len(component)) != (kind, length):
            raise MaterialError(
                f"material: component {number} has {len(component)} bytes of {component.kind}, the first"
                f" {length} of {kind}: components are of one kind and length"
            )
        if any(component.secret.matches(other.secret) for other in components[: number - 1]):
            raise MaterialError(
                f"material: component {number} was given before: equal components cancel each other out"
            )
    numbers = (int.from_bytes(component.secret.reveal()) for component in components)
    combined = reduce(int.__xor__, numbers)
    if not combined:
        raise MaterialError("material: the components come to nothing but zeros: they are not independent")
    return Material(kind, Secret(combined.to_bytes(length)))
