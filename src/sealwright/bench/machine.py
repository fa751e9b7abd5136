"""Where and with what it was measured: no figure means anything without it."""

from __future__ import annotations

import os
import platform
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sealwright.telemetry import engine_info

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIBRARIES: Final = ("sealwright", "cryptography", "numpy", "pycryptodome")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine and the software of a run."""

    cpu: str
    cores: int
    engine: str
    versions: dict[str, str]
    """By name; a library that is not installed is left out."""


def examine() -> Machine:
    """Look at this machine. Raises EngineError where the engine asked for is not to be had."""
    info = engine_info()
    versions = {"python": platform.python_version(), "openssl": info.openssl}
    versions |= {name: found for name in _LIBRARIES if (found := _version(name))}
    if commit := _commit():
        versions["commit"] = commit
    return Machine(cpu_model(), os.cpu_count() or 1, f"{info.name}: {info.reason}", versions)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    """Return the commit of the checkout that this package runs from; empty where it is no checkout."""
    root = Path(__file__).parents[3]
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
    except OSError:
        return ""
    return done.stdout.strip()


def cpu_model(path: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the CPU, with family and model where Linux tells them."""
    try:
        lines = path.read_text().partition("\n\n")[0].splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "model name" not in facts:
        return platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family', '?')}, model {facts.get('model', '?')})"


def told_ghz(path: Path = Path("/proc/cpuinfo")) -> float | None:
    """Return the clock that the system tells, in GHz, None where it tells none.

    A virtual machine often tells the nominal clock while the core runs faster: it is an
    assumption, and is called one wherever it is shown.
    """
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    clocks = [float(line.partition(":")[2]) for line in lines if line.startswith("cpu MHz")]
    return max(clocks) / 1000 if clocks else None


@contextmanager
def pinned() -> Iterator[int | None]:
    """Stay on one core for a while, where the system lets one choose; yields its number."""
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    before = os.sched_getaffinity(0)
    core = max(before)  # the first one is where interrupts tend to go
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, before)
