"""Child processes that are killed while they work, and a log of what they had been told was done."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FORK = multiprocessing.get_context("fork") if hasattr(os, "fork") else None
"""A child that begins with all that is loaded here: it starts in milliseconds."""


class Log:
    """Lines that a child writes when something was done. A line is there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: tuple[int, int] = (0, -1)

    def write(self, line: str) -> None:
        """Add a line in one system call, from whichever thread or process."""
        if self._handle[0] != os.getpid():
            self._handle = os.getpid(), os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        os.write(self._handle[1], line.encode() + b"\n")

    def size(self) -> int:
        """Return how many bytes there are."""
        return self.path.stat().st_size if self.path.exists() else 0

    def lines(self) -> list[str]:
        """Return all lines."""
        return self.path.read_text().splitlines() if self.path.exists() else []


def _work(work: Callable[..., None], *arguments: Any) -> None:
    # Nobody collects what coverage would trace here, and it would take its time.
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    work(*arguments)


def start(work: Callable[..., None], *arguments: Any) -> Any:
    """Start a child that does this work."""
    assert FORK
    child = FORK.Process(target=_work, args=(work, *arguments), daemon=True)
    child.start()
    return child


def kill(child: Any) -> bool:
    """Kill a child as kill -9 does; tell whether it was still at work."""
    child.kill()
    child.join()
    return bool(child.exitcode == -signal.SIGKILL)


def moments(kills: int, shortest: float, longest: float) -> Iterator[float]:
    """Yield how long to wait before each kill: at random, and the same in every run."""
    draw = random.Random(14)
    return (draw.uniform(shortest, longest) for _ in range(kills))


def kill_at_random(begin: Callable[[int], Any], kills: int, shortest: float, longest: float) -> int:
    """Start a child again and again and kill it after a random time; return how many were at work."""
    at_work = 0
    for number, moment in enumerate(moments(kills, shortest, longest)):
        child = begin(number)
        time.sleep(moment)
        at_work += kill(child)
    return at_work
