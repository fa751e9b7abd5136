"""Moments in ISO 8601: none is sent whose time zone is left to guess; numbers count seconds since 1970."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def iso_8601(moment: datetime) -> str:
    """Write a moment with a time zone in UTC with milliseconds, as EL2G does. Raises OverflowError."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def since_1970(seconds: float) -> datetime:
    """Return the moment so many seconds after the beginning of 1970. Raises OverflowError."""
    return _EPOCH + timedelta(seconds=seconds)


def _instant(value: object) -> str:
    """Turn a moment with a time zone into ISO 8601 in UTC with milliseconds, as EL2G writes it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("no moment with a time zone")
    return iso_8601(moment)


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
