"""What answers have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE: Final = {"message": "Success"}
"""What a call says that has done its work and has nothing to show: the document's samples do not tell."""

PAGE_SIZE: Final = 100
"""Items a page (REST document 1.1.29: PageSize)."""


def page(items: Sequence[Any], number: int | None, name: str) -> dict[str, Any]:
    """Return one page of items under their name. Raises RefusalError (400) for a page that is not there."""
    number = number or 1
    start = (number - 1) * PAGE_SIZE
    if start and start >= len(items):
        raise RefusalError(400, "Bad Request. Invalid PageNumber")
    return {
        name: list(items[start : start + PAGE_SIZE]),
        "PageNumber": number,
        "PageSize": PAGE_SIZE,
        "TotalRecords": len(items),
    }


def moment(text: str | None, otherwise: float, *, end: bool = False) -> float:
    """Return a moment in seconds since 1970, UTC without a zone; a day is its beginning, or its `end`."""
    if text is None:
        return otherwise
    read = datetime.fromisoformat(text)
    at = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    return at + 86_399 if end and len(text) == len("2026-01-15") else at
