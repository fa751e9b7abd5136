"""A small fleet's day of telemetry, made from a seed: messages, the key file, and what must come out.

Its keys are made for testing: they follow from the seed and protect nothing. The same seed gives
the same bytes on every machine and under every Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import shake_256
from itertools import pairwise
from typing import Any, Final, NamedTuple

from sealwright.errors import InputError, Outcome, Reason
from sealwright.simulator.device import FEWEST_DEVICES, MOST_DEVICES, Device, Sending
from sealwright.simulator.faults import FAULTS

DAY: Final = datetime(2026, 1, 15, tzinfo=UTC)
"""The day that every fleet lives: outputs must not depend on a clock."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One row of the day, and the truth about it."""

    device: bytes
    """The device's ROTPublicUID, 8 bytes."""
    time: str
    """When it arrived, ISO 8601."""
    message: bytes | None
    """The sealed bytes, None where the row holds none."""
    payload: str | None
    """The row's text: the message in hex, or what stands there instead."""
    text: bytes | None
    """The plaintext that must come out, None where the message must not open."""
    outcome: Outcome
    reason: Reason
    fault: str
    """The name of what befell it (a key of FAULTS), empty for most."""


class _Life(NamedTuple):
    """What a day leaves behind."""

    rows: list[Sealed]
    key_lines: list[dict[str, Any]]


@dataclass(frozen=True)
class Fleet:
    """`devices` devices that send `messages` messages in one day, a share `faults` of them with a fault.

    Most devices speak v1, some v2 and integrity. With any faults at all there is at least one of
    each kind. Raises InputError for numbers that leave no room for them.
    """

    seed: int = 1
    devices: int = 20
    messages: int = 2_000
    faults: float = 0.02

    def __post_init__(self) -> None:
        """Check that there is room."""
        if not FEWEST_DEVICES <= self.devices <= MOST_DEVICES:
            raise InputError(f"fleet: devices must be {FEWEST_DEVICES} to {MOST_DEVICES}, not {self.devices}")
        if not 0 <= self.faults <= 0.5:
            raise InputError(f"fleet: faults must be a share from 0 to 0.5, not {self.faults}")
        fewest = self.devices + 2 * len(FAULTS)
        if self.messages < fewest:
            raise InputError(
                f"fleet: {self.devices} devices need {fewest} messages or more, not {self.messages}"
            )

    def day(self) -> list[Sealed]:
        """Return the day's rows, in order of time."""
        return self._life.rows

    def key_lines(self) -> list[dict[str, Any]]:
        """Return the lines of the key file that belongs to the day."""
        return self._life.key_lines

    def rows(self) -> list[dict[str, str | None]]:
        """Return the day as rows of a messages file: device, time and the payload in hex."""
        return [{"device": row.device.hex(), "time": row.time, "payload": row.payload} for row in self.day()]

    @cached_property
    def _life(self) -> _Life:
        devices = [Device(self.seed, number) for number in range(self.devices)]
        plan = self._plan()
        senders = [
            self._struck(devices, plan[number], number) if number in plan else devices[number % self.devices]
            for number in range(self.messages)
        ]
        before: dict[bytes, Sending] = {}
        life = _Life([], [])
        for number, sealed in enumerate(Sending.all_of([device.draft() for device in senders])):
            name, device = plan.get(number, ""), senders[number]
            sent = FAULTS[name].befall(sealed, before[device.uid]) if name else sealed
            if not name:
                before[device.uid] = sent
            if sent.line is not None:
                life.key_lines.append(sent.line)
            life.rows.append(self._row(number, device, sent, name))
        return life

    def _plan(self) -> dict[int, str]:
        """Return which messages have which fault: one a stretch of the day, once all devices have spoken."""
        room = self.messages - self.devices
        count = min(max(round(self.messages * self.faults), len(FAULTS)), room) if self.faults else 0
        names = list(FAULTS)
        ends = [self.devices + room * each // count for each in range(count + 1)] if count else []
        return {
            start + self._below(end - start, f"fault {each}"): names[each % len(names)]
            for each, (start, end) in enumerate(pairwise(ends))
        }

    def _struck(self, devices: list[Device], name: str, number: int) -> Device:
        known = [device for device in devices if FAULTS[name].can_befall(device)]
        return known[self._below(len(known), f"struck {number}")]

    def _row(self, number: int, device: Device, sent: Sending, name: str) -> Sealed:
        fault = FAULTS.get(name)
        outcome = fault.outcome if fault else Outcome.OPENED
        return Sealed(
            device=device.uid,
            time=(DAY + timedelta(seconds=86_400 * number // self.messages)).isoformat(),
            message=sent.message,
            payload=sent.payload,
            text=sent.text if outcome is Outcome.OPENED else None,
            outcome=outcome,
            reason=fault.reason if fault else Reason.NONE,
            fault=name,
        )

    def _below(self, end: int, label: str) -> int:
        """Return a number from 0 and below `end` that follows from the seed."""
        drawn = shake_256(f"sealwright fleet {self.seed}: {label}".encode()).digest(8)
        return int.from_bytes(drawn) % end
