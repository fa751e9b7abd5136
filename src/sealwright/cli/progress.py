"""A line on standard error that shows how far work has come, where that is a terminal and nowhere else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.telemetry import ServiceSource
    from sealwright.telemetry.pipeline.summary import Summary


@contextmanager
def counting() -> Iterator[Callable[[int], None]]:
    """Show how many items are done; yields what is to be called with their number."""
    with _line("sending …") as show:
        yield lambda count: show(f"{count:,} done")


@contextmanager
def opening() -> Iterator[Callable[[Summary], None]]:
    """Show how many rows are done; yields what is to be called with each summary."""
    with _line("opening …") as show:
        yield lambda summary: show(f"{summary.rows:,} rows, {summary.failed:,} not opened")


@contextmanager
def asking(service: ServiceSource, headers: int) -> Iterator[None]:
    """Show what a source has asked for, while it answers headers from threads of its own."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    def line() -> Text:
        ledger = service.ledger
        return Text(f"{headers:,} headers: {ledger.reached:,} requests, {ledger.kept:,} keys kept")

    with Live(console=Console(stderr=True), get_renderable=line, refresh_per_second=4, transient=True):
        yield


@contextmanager
def _line(words: str) -> Iterator[Callable[[str], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(words) as status:
        yield status.update
