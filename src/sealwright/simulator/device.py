"""A virtual device: its headers, and the reply that the service would give for each of them.

Every byte follows from the seed through SHAKE-256, so it is the same on each machine and under
each Python. The keys are made for testing and protect nothing.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from hashlib import shake_256
from typing import Any, Final, NamedTuple

from sealwright.telemetry import Direction, Parameters, Purpose, read_reply, seal_each


class Style(StrEnum):
    """How a device seals, and when its key changes."""

    AUTOMATIC = "v1, one key a day: the key file tells it once, for the first header"
    CONTINUOUS = "v1, another key for each message"
    V2 = "v2, another key for each message"
    INTEGRITY = "signed and not encrypted, another key for each message"


_STYLES: Final = (
    # Most devices speak v1; the first four are one of each, so that a small fleet has them all.
    Style.AUTOMATIC,
    Style.CONTINUOUS,
    Style.V2,
    Style.INTEGRITY,
    *[Style.AUTOMATIC, Style.CONTINUOUS, Style.AUTOMATIC] * 2,
)

FEWEST_DEVICES: Final = len(Style)
MOST_DEVICES: Final = 2**16
"""The low two bytes of a UID number the fleet's devices."""


class Draft(NamedTuple):
    """What a device is about to seal, and the line about it in the key file, if there is one."""

    text: bytes
    parameters: Parameters
    line: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Sending:
    """One message as it leaves a device, and the line about it in the key file, if there is one."""

    text: bytes
    parameters: Parameters
    message: bytes | None
    payload: str | None
    """The row's own text: the message in hex, unless something befell it."""
    line: dict[str, Any] | None

    @classmethod
    def all_of(cls, drafts: list[Draft]) -> list[Sending]:
        """Seal many texts at once."""
        sealed = seal_each([draft.text for draft in drafts], [draft.parameters for draft in drafts])
        return [
            cls(draft.text, draft.parameters, message, message.hex(), draft.line)
            for draft, message in zip(drafts, sealed.to_list(), strict=True)
        ]


class Device:
    """A device that sends one message after the other."""

    def __init__(self, seed: int, number: int) -> None:
        self._name = f"sealwright fleet {seed}/{number}"
        self._sent = 0
        self._key_length = 32 if number % 3 == 2 else 16
        self.style = _STYLES[number % len(_STYLES)]
        self.uid = bytes.fromhex("00020000") + self._draw("uid", 2) + number.to_bytes(2)

    def draft(self) -> Draft:
        """Return the next reading, to be sealed."""
        count, self._sent = self._sent, self._sent + 1
        header, reply = getattr(self, f"_{self.style.name.lower()}")(count)
        purpose = Purpose.INTEGRITY if self.style is Style.INTEGRITY else Purpose.PROTECTION
        told = self.style is not Style.AUTOMATIC or count % 2**16 == 0
        line = {
            "EncryptedHeader": header.hex(),
            "Direction": Direction.UPLINK.value,
            "Purpose": purpose.value,
            "ROTPublicUID": self.uid.hex(),
            "MACLength": 128,
            **reply,
        }
        parameters = read_reply(line, header=header, purpose=purpose)
        return Draft(self._reading(count), parameters, line if told else None)

    def _automatic(self, count: int) -> tuple[bytes, dict[str, Any]]:
        return self._v1(f"key {count >> 16}", (count % 2**16).to_bytes(2))

    def _continuous(self, count: int) -> tuple[bytes, dict[str, Any]]:
        return self._v1(f"key {count}", bytes(2))

    def _v1(self, key_name: str, counter: bytes) -> tuple[bytes, dict[str, Any]]:
        drawn = self._draw(key_name, 6 + 32)
        header = b"\x11\x01" + self.uid[2:] + drawn[:6] + counter
        return header, {
            "CipherSuite": f"AES_{8 * self._key_length}_CCM",
            "Key": _base64(drawn[6 : 6 + self._key_length]),
            "Nonce": _base64(header[4:]),
            "KIV": _base64(header),
        }

    def _v2(self, count: int) -> tuple[bytes, dict[str, Any]]:
        # The type byte of v2's encrypted uplink was never seen; 0x28 is one that dispatch takes for it.
        header = b"\x28" + count.to_bytes(3) + self.uid[2:] + b"\x01\x00"
        drawn = self._draw(f"key {count}", 2 * 32 + 16)
        return header, {
            "CipherSuite": f"AES_{8 * self._key_length}_CS1_HMAC_SHA256",
            "EncryptionKey": _base64(drawn[: self._key_length]),
            "KeyLength": 8 * self._key_length,
            "AuthenticationKey": _base64(drawn[32 : 32 + self._key_length]),
            "AuthKeyLength": 8 * self._key_length,
            "AESIV": _base64(drawn[64:]),
            "KIV": _base64(header.ljust(16, b"\0")),
        }

    def _integrity(self, count: int) -> tuple[bytes, dict[str, Any]]:
        header = b"\x29" + count.to_bytes(3) + self.uid[2:] + b"\x01"
        return header, {
            "CipherSuite": "AES_128_CS1_HMAC_SHA256",
            "AuthenticationKey": _base64(self._draw(f"key {count}", self._key_length)),
            "AuthKeyLength": 8 * self._key_length,
            "KIV": _base64(header.ljust(16, b"\0")),
        }

    def _reading(self, count: int) -> bytes:
        """Return what a sensor may say; `n` counts, so a device never says the same twice."""
        warmth, damp, charge = self._draw(f"reading {count}", 3)
        tenths, hundredths = 150 + warmth % 120, 330 + charge % 90
        return (
            f'{{"n":{count},"t":{tenths // 10}.{tenths % 10},"rh":{30 + damp % 40},'
            f'"batt":{hundredths // 100}.{hundredths % 100:02}}}'
        ).encode()

    def _draw(self, label: str, count: int) -> bytes:
        return shake_256(f"{self._name}/{label}".encode()).digest(count)


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()
