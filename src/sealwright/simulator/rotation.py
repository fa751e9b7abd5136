"""When a device's key changes: by the message, or after days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DAY: Final = 86_400
"""Seconds."""


class RotationType(StrEnum):
    """The words of "/e2e/key/rotate" (REST document 1.1.29)."""

    CONTINUOUS = "CONTINUOUS"
    AUTOMATIC = "AUTOMATIC"


@dataclass(frozen=True, slots=True)
class Rotation:
    """CONTINUOUS: another key for every message and every call. AUTOMATIC: one key for 1 to 30 days."""

    type: RotationType = RotationType.AUTOMATIC
    days: int = 7
    since: float = 0.0
    """When the first period began, in seconds on the clock of whoever rotates."""

    @property
    def continuous(self) -> bool:
        """Whether no key serves twice."""
        return self.type is RotationType.CONTINUOUS

    def period(self, now: float) -> int:
        """Return the number of the period that `now` falls into, from 0; only AUTOMATIC has more than one."""
        return 0 if self.continuous else max(0, int((now - self.since) // (self.days * DAY)))


CONTINUOUS: Final = Rotation(RotationType.CONTINUOUS)
AUTOMATIC: Final = Rotation()
