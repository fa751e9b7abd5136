"""The rows of a made fleet, and whether they came out right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sealwright.simulator.fleet import Fleet, Sealed


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write JSON Lines that only their owner may read."""
    from msgspec.json import encode

    path.touch(mode=0o600)
    path.write_bytes(b"".join(encode(row) + b"\n" for row in rows))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    from msgspec.json import decode

    return [decode(line) for line in path.read_bytes().splitlines()]


def count_right(fleet: Fleet, opened: list[dict[str, Any]]) -> int:
    """Return how many rows have the outcome, reason and plaintext that they must have."""
    return sum(_right(truth, record) for truth, record in zip(fleet.day(), opened, strict=True))


def _right(truth: Sealed, record: dict[str, Any]) -> bool:
    text = None if truth.text is None else truth.text.decode()
    told = record["outcome"], record["reason"], record["plaintext"]
    return told == (truth.outcome, truth.reason or None, text)
