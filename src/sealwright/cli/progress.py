"""A line on the terminal that shows rows as they are done."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.telemetry.pipeline.job import Summary


@contextmanager
def progress() -> Iterator[Callable[[Summary], None]]:
    """Show a status line on standard error; yields what is to be called with each summary."""
    with Console(stderr=True).status("opening …") as status:
        yield lambda summary: status.update(f"{summary.rows:,} rows, {summary.failed:,} not opened")
