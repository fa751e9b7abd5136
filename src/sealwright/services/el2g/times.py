"""Moments that are sent: none is taken whose time zone is left to guess."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from msgspec import Meta


def _instant(value: object) -> str:
    """Turn a moment with a time zone into ISO 8601 in UTC with milliseconds, as EL2G writes it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("no moment with a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError("not a date")
    return date.fromisoformat(value).isoformat()


Instant = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$",
        extra={
            "read": _instant,
            "must": "must be a date and time in ISO 8601 with its time zone, such as 2026-01-31T00:00:00Z",
            "takes": "str | dt.datetime",
        },
    ),
]
Day = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="A date, yyyy-mm-dd.",
        extra={"read": _day, "must": "must be a date, yyyy-mm-dd", "takes": "str | dt.date"},
    ),
]
