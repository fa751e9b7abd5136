"""A small fleet's days of telemetry, made from a seed: messages, their keys, and what must come out.

Its keys are made for testing: they follow from the seed and protect nothing. The same seed gives
the same bytes on every machine and under every Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import shake_256
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.errors import InputError, Outcome, Reason
from sealwright.simulator.device import FEWEST_DEVICES, MOST_DEVICES, Device, Make, Sending
from sealwright.simulator.faults import FAULTS, faults_of
from sealwright.simulator.rotation import DAY as SECONDS_A_DAY

if TYPE_CHECKING:
    from sealwright.simulator.faults import Fault

DAY: Final = datetime(2026, 1, 15, tzinfo=UTC)
"""The first day of every fleet: outputs must not depend on a clock."""


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
    """`devices` devices that send `messages` messages, a share `faults` of them with a fault.

    Most devices speak v1, some v2 and integrity. With any faults at all there is at least one of
    each kind: those that befall messages whose keys stand in a key file, or, when they are `served`,
    come from the service. Over more than one of `days`, automatic rotation gives new keys. `makes`
    are taken in turn instead of the usual ones; `crooked` nonces do not follow from their header.
    Raises InputError for numbers that leave no room for them.
    """

    seed: int = 1
    devices: int = 20
    messages: int = 2_000
    faults: float = 0.02
    days: int = 1
    served: bool = False
    makes: tuple[Make, ...] = ()
    crooked: bool = False

    def __post_init__(self) -> None:
        """Check that there is room."""
        fewest = 1 if self.makes else FEWEST_DEVICES
        if not fewest <= self.devices <= MOST_DEVICES:
            raise InputError(f"fleet: devices must be {fewest} to {MOST_DEVICES}, not {self.devices}")
        if not 0 <= self.faults <= 0.5:
            raise InputError(f"fleet: faults must be a share from 0 to 0.5, not {self.faults}")
        if self.days < 1:
            raise InputError(f"fleet: days must be 1 or more, not {self.days}")
        fewest = self.devices + (2 * len(self._faults) if self.faults else 0)
        if self.messages < fewest:
            raise InputError(
                f"fleet: {self.devices} devices need {fewest} messages or more, not {self.messages}"
            )

    def made_devices(self) -> list[Device]:
        """Return the devices as they are before their first message."""
        return [
            Device(
                self.seed,
                number,
                make=self.makes[number % len(self.makes)] if self.makes else None,
                crooked=self.crooked,
            )
            for number in range(self.devices)
        ]

    @cached_property
    def _faults(self) -> dict[str, Fault]:
        met = {Make(device.kind, device.rotation): device for device in self.made_devices()[:20]}
        return {
            name: fault
            for name, fault in faults_of(served=self.served).items()
            if any(fault.can_befall(device) for device in met.values())
        }

    def day(self) -> list[Sealed]:
        """Return the rows of all days, in order of time."""
        return self._life.rows

    def key_lines(self) -> list[dict[str, Any]]:
        """Return the lines of the key file that belongs to them."""
        return self._life.key_lines

    def rows(self) -> list[dict[str, str | None]]:
        """Return them as rows of a messages file: device, time and the payload in hex."""
        return [{"device": row.device.hex(), "time": row.time, "payload": row.payload} for row in self.day()]

    @cached_property
    def _life(self) -> _Life:
        devices = self.made_devices()
        plan = self._plan()
        senders = [
            self._struck(devices, plan[number], number) if number in plan else devices[number % self.devices]
            for number in range(self.messages)
        ]
        drafts = [device.draft(self._seconds(number)) for number, device in enumerate(senders)]
        before: dict[bytes, Sending] = {}
        life = _Life([], [])
        for number, sealed in enumerate(Sending.all_of(drafts)):
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
        names = list(self._faults)
        count = min(max(round(self.messages * self.faults), len(names)), room) if self.faults else 0
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
            time=(DAY + timedelta(seconds=self._seconds(number))).isoformat(),
            message=sent.message,
            payload=sent.payload,
            text=sent.text if outcome is Outcome.OPENED else None,
            outcome=outcome,
            reason=fault.reason if fault else Reason.NONE,
            fault=name,
        )

    def _seconds(self, number: int) -> int:
        """Return when a message is sent, in seconds from the beginning."""
        return self.days * SECONDS_A_DAY * number // self.messages

    def _below(self, end: int, label: str) -> int:
        """Return a number from 0 and below `end` that follows from the seed."""
        drawn = shake_256(f"sealwright fleet {self.seed}: {label}".encode()).digest(8)
        return int.from_bytes(drawn) % end
