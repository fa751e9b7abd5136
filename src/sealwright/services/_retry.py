"""When a request that failed may be sent again by itself, by what it does."""

from __future__ import annotations

from enum import StrEnum


class Retry(StrEnum):
    """The retry class of a call."""

    READ = "read"
    """Changes nothing: after every fault that may pass."""
    IDEMPOTENT = "idempotent"
    """Sent twice it leaves the same state as sent once: the same."""
    E2E_GET = "e2e-get"
    """May rotate a key and be billed: only if the connection was never made, or on 429, 502 and 503."""
    CREATE = "create"
    """Sent twice it may do its work twice: only if the connection was never made, or on 429."""
