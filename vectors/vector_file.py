"""Reads a vector file: lines of `name: value`; `key-line` may stand more than once."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


class Vector:
    """One vector: `field("expect")`, `octets("message")`, `key_lines`."""

    def __init__(self, text: str, name: str = "") -> None:
        self.name = name
        pairs = [line.partition(":")[::2] for line in text.splitlines()]
        self.key_lines = [value.strip() for field, value in pairs if field == "key-line"]
        self._fields = {field: value.strip() for field, value in pairs if field != "key-line"}

    def field(self, name: str, default: str = "") -> str:
        """Return a field as it stands there."""
        return self._fields.get(name, default)

    def octets(self, name: str) -> bytes:
        """Return a field of hex digits as bytes."""
        return bytes.fromhex(self.field(name))


def read_vectors(*folders: str) -> list[Vector]:
    """Read every vector under some folders of vectors/, all without one, in order of their names."""
    paths = sorted(path for each in folders or [""] for path in (FOLDER / each).rglob("*.txt"))
    return [Vector(path.read_text("ascii"), path.relative_to(FOLDER).as_posix()) for path in paths]
