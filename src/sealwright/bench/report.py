"""A report: what a run has measured, as plain data that goes to JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from sealwright.bench.contest import Contest  # noqa: TC001  # msgspec reads the types
from sealwright.bench.limit import Limit  # noqa: TC001  # msgspec reads the types
from sealwright.bench.machine import Machine  # noqa: TC001  # msgspec reads the types

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Report:
    """Contests on one machine, one after the other."""

    date: str
    """ISO 8601, when the run began."""
    machine: Machine
    limit: Limit | None
    contests: list[Contest] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What could not take part, and how to get it."""

    def titled(self, title: str) -> list[Contest]:
        """Return the contests under a title."""
        return [contest for contest in self.contests if contest.title == title]

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read a report that was saved."""
        return msgspec.json.decode(path.read_bytes(), type=cls)
