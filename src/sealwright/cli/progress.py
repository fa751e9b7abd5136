"""A line on the terminal that shows rows as they are done."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.telemetry.pipeline.job import Summary


@contextmanager
def counting() -> Iterator[Callable[[int], None]]:
    """Show how many items are done, on a terminal only; yields what is to be called with their number."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with Console(stderr=True).status("sending …") as status:
        yield lambda count: status.update(f"{count:,} done")


@contextmanager
def progress() -> Iterator[Callable[[Summary], None]]:
    """Show a status line on standard error; yields what is to be called with each summary."""
    with Console(stderr=True).status("opening …") as status:
        yield lambda summary: status.update(f"{summary.rows:,} rows, {summary.failed:,} not opened")
