"""Leases that are held while a service is being asked."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sealwright.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.telemetry.keys.caching.contract import Store


@contextmanager
def held(store: Store, names: list[bytes], seconds: float) -> Iterator[None]:
    """Extend leases until the block ends, and give them back.

    They last for a few seconds only, so that others need not wait long for a process that was killed.
    """
    over = threading.Event()

    def extend() -> None:
        while not over.wait(seconds / 3):
            with suppress(StoreError):  # a lease that is lost may cost a call, and nothing worse
                store.lease(names, seconds)

    thread = threading.Thread(target=extend, name="sealwright leases", daemon=True)
    if store.between_processes:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if store.between_processes:
            thread.join()
        store.release(names)
