"""Pages of a list, counted by ourselves: no link that a service gives is ever followed.

A link may name another host, and the credentials would go there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from sealwright.errors import ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.services._call import Request


class Told(NamedTuple):
    """What a page says of itself and of its list."""

    number: int | None
    size: int
    total: int | None
    """How many items the whole list has; None where the page does not tell."""
    is_last: bool | None = None


class Book(NamedTuple):
    """How a service makes pages."""

    first: int
    """The number of the first page."""
    number_name: str
    """What says which page it is, as the service calls it."""
    total_name: str
    """What says how many items there are."""
    told: Callable[[Request[Any], Any], Told]
    """Reads what a page says."""
    size: int | None = None
    """Items of a page to ask for where a request does not say; None where the service decides."""


def pages(send: Callable[[Request[Any]], Any], request: Request[Any], book: Book) -> Iterator[Any]:
    """Yield the pages of a list from the one that the request names on, each fetched when it is needed.

    They are counted against the number of items that the service tells. Raises ReplyError where it
    answers with another page, or with fewer items than it says there are.
    """
    if book.size is not None and getattr(request, "size", None) is None:
        request = structs.replace(request, size=book.size)
    field = request.call.page_field
    number: int = book.first if (asked := getattr(request, field)) is None else asked
    count: int | None = None
    while True:
        page = send(structs.replace(request, **{field: number}))
        told = book.told(request, page)
        if told.number not in {None, number}:
            raise ReplyError(book.number_name, f"is {told.number} where {number} was asked for")
        yield page
        came = len(items_of(request, page))
        count = came + ((number - book.first) * told.size if count is None else count)
        if _is_last(told, came, count):
            return
        if not came:
            raise ReplyError(book.total_name, f"is {told.total}, and only {count} came")
        number += 1


def _is_last(told: Told, came: int, count: int) -> bool:
    if told.total is not None:
        return count >= told.total
    return came < told.size if told.is_last is None else told.is_last


def items_of(request: Request[Any], page: Any) -> list[Any]:
    """Return the items of a page."""
    items: list[Any] | None = getattr(page, request.call.pages)
    return items or []
