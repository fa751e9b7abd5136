"""Pages as section 7 describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.simulator.el2g.account import Account

T = TypeVar("T")
USUAL_SIZE: Final = 20


def page(
    account: Account, asked: Any, things: Iterable[T], show: Callable[[T], dict[str, Any]], kind: str
) -> dict[str, Any]:
    """Return the page of a list that a request asks for, sorted as it says, with its things as shown."""
    rows = list(things)
    if sort_by := getattr(asked, "sort_by", None):
        rows.sort(key=lambda each: _rank(show(each), sort_by))
    if getattr(asked, "sort_by_direction", None) == "DESC":
        rows.reverse()
    number, size = asked.page or 0, asked.size or USUAL_SIZE
    more = (number + 1) * size < len(rows)

    def link(wanted: int) -> str:
        return f"{account.base}?page={wanted}&size={size}"

    return {
        "current": link(number),
        "next": link(number + 1) if more else None,
        "prev": link(number - 1) if number else None,
        "totalElements": len(rows),
        "pageType": kind,
        "content": [show(each) for each in rows[number * size : (number + 1) * size]],
    }


def _rank(row: dict[str, Any], field: str) -> tuple[bool, int | str]:
    """Return what a row is sorted by: a field of it or of its metadata; what has none comes first."""
    metadata = row.get("resourceMetadata") or row.get("metadata") or {}
    value = row.get(field, metadata.get(field))
    if not isinstance(value, (int, str)):
        return False, ""
    # A UID is a number, and its text has as many digits as it needs (section 4.1.2).
    return True, int(value) if field == "deviceId" else value


def named(wanted: str | None, name: str) -> bool:
    """Tell whether a name has what a filter asks for, in either case."""
    return wanted is None or wanted.casefold() in name.casefold()
