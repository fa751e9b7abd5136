"""Which engine runs, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sealwright.telemetry.core import Core, core
from sealwright.telemetry.opening.native import NativeEngine
from sealwright.telemetry.opening.portable import PortableEngine, openssl_version

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sealwright.telemetry.format.layouts import Kind
    from sealwright.telemetry.opening.task import Engine, Sealing, Task


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The engine that opens messages in this process, and the reason for the choice."""

    name: str
    reason: str
    openssl: str
    """The OpenSSL that the portable engine goes through."""


def engine_info() -> EngineInfo:
    """Tell which engine opens messages here. Raises EngineError as opening would."""
    return EngineInfo(engine().name, core().reason, openssl_version())


def engine() -> Engine:
    """Return the engine of this process: native where the core may be used, else portable.

    Raises EngineError when the engine asked for is not to be had.
    """
    return _engine(core())


@cache
def _engine(found: Core) -> Engine:
    portable = PortableEngine()
    return portable if found.module is None else _Both(NativeEngine(found.module, found.cpu), portable)


class _Both:
    """Opens and seals natively what the core can on this CPU; the portable engine does the rest."""

    name = "native"

    def __init__(self, native: NativeEngine, portable: PortableEngine) -> None:
        self._native, self._portable = native, portable

    def open(self, task: Task) -> NDArray[np.bool_]:
        """Try each message once; True where it verified."""
        return self._for(task.layout.kind).open(task)

    def seal(self, task: Sealing) -> None:
        """Write every sealed message to its slot."""
        self._for(task.layout.kind).seal(task)

    def _for(self, kind: Kind) -> NativeEngine | PortableEngine:
        return self._native if self._native.takes(kind) else self._portable
