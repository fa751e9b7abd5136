"""Many things done by several threads, their results in the things' own order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

_AHEAD: Final = 4
"""How many, where they all take about as long."""


def in_order(
    function: Callable[[T], R], things: Iterable[T], threads: int, *, ahead: int = _AHEAD
) -> Iterator[R]:
    """Yield the function's result for each thing, in their order; the first error ends it.

    `ahead` things for each thread are begun before the oldest result is taken: where one may take much
    longer than others, more of them keep the threads at work meanwhile.
    """
    if threads <= 1:
        yield from map(function, things)
        return
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[R]] = deque()
        try:
            for thing in things:
                begun.append(pool.submit(function, thing))
                if len(begun) >= ahead * threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()
