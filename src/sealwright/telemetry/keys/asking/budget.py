"""The budget: how many requests may be made in all, and for each device that headers claim.

Anyone who knows a UID can send a header that costs a call. So there is a limit in all, one a
device, a list of devices where the user has one, and a pause for a UID whose calls keep failing.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sealwright.errors import InputError, Reason
from sealwright.telemetry.keys.strict import read_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

UNLIMITED: Final = "unlimited"
DEVICE_BUDGET: Final = 1_000
FAILURES: Final = 20
PAUSE_SECONDS: Final = 600.0


@dataclass(slots=True)
class _Account:
    """What one device has had."""

    taken: int = 0
    failures: int = 0
    paused_until: float = -math.inf


class Budget:
    """Requests that may reach a socket: `total` in all (or "unlimited") and `a_device` for each UID.

    `devices`, UIDs as 8 bytes or 16 hex digits, are the only ones that may be asked for; None admits
    all. After `failures` calls for one UID that came to nothing it is left alone for `pause` seconds.
    Threads and sources may share a Budget. Raises InputError for what is no budget or no device.
    """

    def __init__(
        self,
        total: int | Literal["unlimited"],
        *,
        devices: Iterable[bytes | str] | None = None,
        a_device: int = DEVICE_BUDGET,
        failures: int = FAILURES,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if a_device < 1 or failures < 1:
            raise InputError("budget: a_device and failures are 1 or more")
        self.total = _read_total(total)
        self.taken = 0
        self._devices = None if devices is None else frozenset(map(_tail, devices))
        self._a_device, self._failures, self._pause, self._clock = a_device, failures, pause, clock
        self._accounts: dict[bytes, _Account] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.taken:,} of {self.total:,} requests taken>"

    def admit(self, device: bytes) -> Reason:
        """Take one request for a device, or return the reason why none may be made."""
        if self._devices is not None and device not in self._devices:
            return Reason.DEVICE_NOT_LISTED
        with self._lock:
            account = self._accounts.get(device) or _Account()
            if self._clock() < account.paused_until:
                return Reason.DEVICE_PAUSED
            if account.taken >= self._a_device:
                return Reason.DEVICE_BUDGET
            if self.taken >= self.total:
                return Reason.BUDGET
            self._accounts[device] = account
            account.taken += 1
            self.taken += 1
        return Reason.NONE

    def is_paused(self, device: bytes) -> bool:
        """Tell whether a device is left alone for now."""
        account = self._accounts.get(device)
        return account is not None and self._clock() < account.paused_until

    def take_more(self, device: bytes) -> bool:
        """Take one more request for a call that is to be repeated; False where the budget has no more."""
        with self._lock:
            account = self._accounts[device]
            if self.taken >= self.total or account.taken >= self._a_device:
                return False
            account.taken += 1
            self.taken += 1
        return True

    def give_back(self, device: bytes, count: int) -> None:
        """Give requests back that never reached a socket."""
        with self._lock:
            self._accounts[device].taken -= count
            self.taken -= count

    def judge(self, device: bytes, *, useful: bool) -> None:
        """Take note of whether a call brought something that can be used."""
        with self._lock:
            account = self._accounts[device]
            account.failures = 0 if useful else account.failures + 1
            if account.failures >= self._failures:
                account.failures = 0
                account.paused_until = self._clock() + self._pause


def _read_total(budget: int | Literal["unlimited"]) -> float:
    """Return a budget as a number. Raises InputError for anything but a count or `unlimited`."""
    if budget == UNLIMITED:
        return math.inf
    if type(budget) is not int or budget < 0:
        raise InputError(f"budget: it is a number of requests, 0 or more, or {UNLIMITED!r}")
    return budget


def _tail(device: bytes | str) -> bytes:
    uid = device if isinstance(device, bytes) else read_uid(device)
    if uid is None or len(uid) != 8:
        raise InputError("budget: a device is told by its ROTPublicUID: 8 bytes, or 16 hex digits")
    return uid[2:]
