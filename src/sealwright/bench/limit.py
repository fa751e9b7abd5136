"""The hardware's limit: what AES alone costs on a CPU that does nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sealwright.bench.machine import told_ghz

_BLOCK: Final = 16
_ROUNDS: Final = 10
"""AES-128 takes ten rounds a block, and about ten block-rounds to expand a key."""

_PER_CYCLE: Final = {"vaes512": 4, "vaes256": 4, "aesni": 2}
"""AES block-rounds a cycle: VAES does four, one unit of AES-NI beside another does two."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The fastest that AES-128-CCM can be with a key a message: nothing but AES units at work."""

    path: str
    ghz: float
    measured: bool
    """Whether the clock was measured; else it is what the system tells."""

    @property
    def per_cycle(self) -> int:
        """AES block-rounds a cycle."""
        return _PER_CYCLE[self.path]

    def nanoseconds(self, size: int) -> float:
        """Return the nanoseconds that a message of so many bytes takes at least.

        A text of n blocks needs n + 1 blocks of counters, n + 1 of CBC-MAC and a key expansion.
        """
        blocks = -(-size // _BLOCK)
        return ((2 * blocks + 2) * _ROUNDS + _ROUNDS) / self.per_cycle / self.ghz

    def __str__(self) -> str:
        """Say the limit and what it rests on."""
        clock = "measured" if self.measured else "as the system tells, not measured"
        return f"{self.per_cycle} AES block-rounds a cycle at {self.ghz:.2f} GHz ({clock})"


def assumed(path: str | None) -> Limit | None:
    """Return the limit by the clock that the system tells; None where path or clock are not known."""
    ghz = told_ghz()
    return Limit(path, ghz, measured=False) if path and ghz else None
