"""A source that asks the service and keeps what it answers, for the time of a command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sealwright.cli.fetch_option import tell_ledger
from sealwright.telemetry import CachedSource, ServiceSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.services.ublox.client import UbloxClient
    from sealwright.telemetry import Budget, KeyStore


@contextmanager
def fetched(
    client: UbloxClient, store: KeyStore, budget: Budget, concurrency: int, *, exact: bool = False
) -> Iterator[tuple[ServiceSource, CachedSource]]:
    """Yield the source that asks, and the cache before it, which is the one to use.

    However it ends, the ledger is told: what was paid for until then is in the store.
    """
    service = ServiceSource(client, budget=budget, log=store, concurrency=concurrency)
    try:
        yield service, CachedSource(service, store=store, shortcut=not exact)
    finally:
        tell_ledger(service)


@contextmanager
def progress(service: ServiceSource, headers: int) -> Iterator[None]:
    """Show requests as they are answered, on a terminal only."""
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
