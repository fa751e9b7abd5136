"""Which engine runs, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sealwright.errors import EngineError
from sealwright.telemetry.opening.portable import PortableEngine, openssl_version

if TYPE_CHECKING:
    from sealwright.telemetry.opening.task import Engine


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The engine that opens messages in this process, and the reason for the choice."""

    name: str
    reason: str
    openssl: str
    """The OpenSSL that the portable engine and every seal go through."""


def engine_info() -> EngineInfo:
    """Tell which engine opens messages here. Raises EngineError as opening would."""
    return _choose(os.environ.get("SEALWRIGHT_ENGINE", ""))[1]


def engine() -> Engine:
    """Return the engine of this process; `SEALWRIGHT_ENGINE` forces one.

    Raises EngineError when the engine asked for is not to be had.
    """
    return _choose(os.environ.get("SEALWRIGHT_ENGINE", ""))[0]


@cache
def _choose(wanted: str) -> tuple[Engine, EngineInfo]:
    if wanted not in {"", "portable"}:
        raise EngineError(
            f"engine: SEALWRIGHT_ENGINE={wanted!r} is not in this installation; it has: portable. "
            "Unset the variable to let sealwright choose"
        )
    reason = "SEALWRIGHT_ENGINE asks for it" if wanted else "this installation has no native core"
    return PortableEngine(), EngineInfo("portable", reason, openssl_version())
