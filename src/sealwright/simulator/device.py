"""A virtual device: it seals what it sends, and opens and checks what it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import shake_256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.simulator.root import OWN_KEY_SET, Root
from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    Direction,
    Kind,
    Parameters,
    Purpose,
    open_message,
    parse_header,
    read_reply,
    seal_message,
)

if TYPE_CHECKING:
    from sealwright.simulator.rotation import Rotation
    from sealwright.telemetry import Layouts


class Make(NamedTuple):
    """How a device seals, and when its key changes."""

    kind: Kind
    rotation: Rotation


_V1_MAKES: Final = (Make(Kind.V1, AUTOMATIC), Make(Kind.V1, CONTINUOUS))
_MAKES: Final = (
    # Most devices speak v1; the first four differ most, so that a small fleet has them all.
    *_V1_MAKES,
    Make(Kind.V2, CONTINUOUS),
    Make(Kind.INTEGRITY, CONTINUOUS),
    *_V1_MAKES,
    *_V1_MAKES[:1] * 2,
    *_V1_MAKES[::-1],
    *_V1_MAKES,
    Make(Kind.V2, AUTOMATIC),
    Make(Kind.INTEGRITY, AUTOMATIC),
    *_V1_MAKES,
    *_V1_MAKES[:1] * 2,
    *_V1_MAKES[::-1],
)

FEWEST_DEVICES: Final = 4
"""As many as make one of each kind."""
MOST_DEVICES: Final = 2**16
"""The low two bytes of a UID number the fleet's devices."""

_TYPE: Final = {Kind.V2: 0x28, Kind.INTEGRITY: 0x29}
"""The first byte of an uplink header. v2's own was never seen; 0x28 is one that dispatch takes for it."""


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
        sealed = [seal_message(draft.text, draft.parameters) for draft in drafts]
        return [
            cls(draft.text, draft.parameters, message, message.hex(), draft.line)
            for draft, message in zip(drafts, sealed, strict=True)
        ]


class Received(NamedTuple):
    """What a device makes of a message that opened."""

    text: bytes
    duplicate: bool
    """The very message has come before."""
    nonce_reuse: bool
    """Its header has come before over other bytes: a parameter set was spent twice."""


class Device:
    """A device that sends one message after the other, and takes messages that are sealed for it."""

    def __init__(self, seed: int, number: int, *, make: Make | None = None, crooked: bool = False) -> None:
        made = make or _MAKES[number % len(_MAKES)]
        self._name = f"sealwright fleet {seed}/{number}"
        self._sent = self._counter = 0
        self._keys = -1
        self._period = -1  # none yet: the first message begins one
        self._received: dict[bytes, bytes] = {}
        self.kind = made.kind
        self.rotation = made.rotation
        self.uid = bytes.fromhex("00020000") + self._draw("uid", 2) + number.to_bytes(2)
        self.root = Root(seed, self.uid, crooked)

    @property
    def own_lines(self) -> bool:
        """Whether a key file must tell every header: only a v1 key is tried for headers that it does not."""
        return self.kind is not Kind.V1 or self.rotation.continuous

    def send(self, now: float = 0.0) -> Sending:
        """Seal the next reading; `now` is in seconds on the clock of the rotation."""
        return Sending.all_of([self.draft(now)])[0]

    def draft(self, now: float = 0.0) -> Draft:
        """Return the next reading, to be sealed."""
        told = self._rotate(now) or self.own_lines
        header = self._v1_header() if self.kind is Kind.V1 else self._short_header()
        text = self._reading(self._sent)
        self._sent += 1
        self._counter += 1
        purpose = Purpose.INTEGRITY if self.kind is Kind.INTEGRITY else Purpose.PROTECTION
        line = {
            "EncryptedHeader": header.hex(),
            "Direction": Direction.UPLINK.value,
            "Purpose": purpose.value,
            **self.root.reply(header),
        }
        return Draft(text, read_reply(line, header=header, purpose=purpose), line if told else None)

    def receive(self, message: bytes, *, layouts: Layouts = DEFAULT_LAYOUTS) -> Received:
        """Open and check a message for this device. Raises MessageError where it does not open."""
        header = parse_header(message, direction=Direction.DOWNLINK)
        reply = self.root.reply(header.raw)
        text = open_message(message, reply, direction=Direction.DOWNLINK, layouts=layouts)
        known = header.raw in self._received
        same = self._received.setdefault(header.raw, message) == message
        return Received(text, duplicate=known and same, nonce_reuse=not same)

    def obey(self, rotation: Rotation) -> None:
        """Take over how the service wants keys to rotate; the next message has a new key."""
        if rotation != self.rotation:
            self.rotation = rotation
            self._period = -1

    def _rotate(self, now: float) -> bool:
        """Take the next key where it is time, and tell whether it was."""
        period = self.rotation.period(now)
        due = self.rotation.continuous or period != self._period or self._counter == 2**16
        if due:
            self._keys += 1
            self._counter = 0
        self._period = period
        return due

    def _v1_header(self) -> bytes:
        identity = self._draw(f"key {self._keys}", 6)
        return b"\x11\x01" + self.uid[2:] + identity + self._counter.to_bytes(2)

    def _short_header(self) -> bytes:
        key_set = OWN_KEY_SET if self.rotation.continuous else 2 + self._keys % 254
        header = bytes((_TYPE[self.kind],)) + self._sent.to_bytes(3) + self.uid[2:] + bytes((key_set,))
        return header + b"\0" if self.kind is Kind.V2 else header

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
