"""The native core, where it may be used: the only importer of `sealwright._native`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from sealwright.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

try:
    from sealwright import _native as native
except ImportError:  # a pure wheel: no C compiler was there when it was built
    native = None  # type: ignore[assignment]

_CAPS: Final = {"aesni": 1, "vaes256": 2, "vaes512": 3}
_ANY: Final = len(_CAPS)
_UNSET: Final = "unset it to let sealwright choose"


@dataclass(frozen=True, slots=True)
class Core:
    """The compiled module, and the CPU path that has passed its self-test; or why there is neither."""

    module: ModuleType | None
    cpu: int
    reason: str


_instead: ContextVar[Core | None] = ContextVar("_instead", default=None)


@contextmanager
def without_core(reason: str) -> Iterator[None]:
    """Let the portable engine run within the block, for this thread alone."""
    token = _instead.set(Core(None, 0, reason))
    try:
        yield
    finally:
        _instead.reset(token)


def core() -> Core:
    """Return the core of this process.

    `SEALWRIGHT_ENGINE=native|portable` forces one, `SEALWRIGHT_CPU=aesni|vaes256|vaes512` caps the CPU
    path. Raises EngineError for other words, and where `native` is asked for and not to be had.
    """
    environment = os.environ.get
    return _instead.get() or _choose(environment("SEALWRIGHT_ENGINE", ""), environment("SEALWRIGHT_CPU", ""))


@cache
def _choose(engine: str, cap: str) -> Core:
    if engine not in {"", "native", "portable"}:
        raise EngineError(f"engine: SEALWRIGHT_ENGINE={engine!r}: there is native and portable; {_UNSET}")
    if cap not in {"", *_CAPS}:
        raise EngineError(f"engine: SEALWRIGHT_CPU={cap!r}: there is {', '.join(_CAPS)}; {_UNSET}")
    if engine == "portable":
        return Core(None, 0, "SEALWRIGHT_ENGINE asks for it")
    found = _find(_CAPS.get(cap, _ANY))
    if engine == "native" and found.module is None:
        raise EngineError(f"engine: SEALWRIGHT_ENGINE=native is not to be had: {found.reason}; {_UNSET}")
    return found


def _find(cap: int) -> Core:
    if native is None:
        return Core(None, 0, "no native core was built: reinstall with a C compiler and --no-cache-dir")
    cpu = native.choose_cpu(cap)
    if not cpu:
        return Core(None, 0, "no CPU path of the native core passes its self-test here")
    return Core(native, cpu, f"{native.cpu_name(cpu)}, self-test passed")
