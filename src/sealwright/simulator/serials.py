"""Serial numbers that follow from a label: the same certificates at every run."""

from __future__ import annotations

from hashlib import shake_256


def serial_number(label: str) -> int:
    """Return the serial number of a label: 15 bytes at most, positive, as RFC 5280 asks for (4.1.2.2)."""
    return int.from_bytes(shake_256(f"sealwright serial {label}".encode()).digest(15)) | 1
