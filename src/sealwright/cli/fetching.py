"""A source that asks the service and keeps what it answers, for the time of a command."""

from __future__ import annotations

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
