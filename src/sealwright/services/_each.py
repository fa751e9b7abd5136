"""Long lists whose items have an answer each: sent in parts, and no item is left without one.

A part that is refused for some of its items goes out again without them, a few times. What a service that
does not answer leaves open is `unknown`, and what was not sent after it is `not_attempted`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import structs

from sealwright.errors import RefusedError, ReplyError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.services._call import Itemized, Request


class Fate(StrEnum):
    """What became of an item."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It was sent, and nobody can tell whether it was done."""
    NOT_ATTEMPTED = "not_attempted"


_NOT_DONE: Final = frozenset({401, 403, 429})


def fate_of(problem: ServiceError) -> Fate:
    """Tell what became of what a request was to do that has ended in an error.

    A request may go out several times, and what one that was lost has done is not undone by what the
    service says to a later one.
    """
    if problem.maybe_done:
        return Fate.UNKNOWN
    if not problem.sent or problem.status in _NOT_DONE:
        return Fate.NOT_ATTEMPTED
    return Fate.FAILED if isinstance(problem, RefusedError) else Fate.UNKNOWN


class ItemAnswer(NamedTuple):
    """What became of one item of a list."""

    item: Any
    """As it was sent."""
    fate: Fate
    words: str = ""
    """Why, where it is not done."""
    reply: Any = None
    """The reply to the part that it was in, where there is one."""
    problem: ServiceError | None = None
    """Why the service did not answer, or takes the credentials no more: nothing was sent after it."""


def each_answer(
    send: Callable[[Request[Any]], Any], requests: Iterable[Request[Any]]
) -> Iterator[ItemAnswer]:
    """Send the parts of a call, checked requests, one after the other; yield an answer for each item."""
    ended: ServiceError | None = None
    for request in requests:
        facts = request.call.each
        assert facts is not None  # noqa: S101 - who asks has looked
        if ended is not None:
            items = getattr(request, facts.field)
            yield from (ItemAnswer(item, Fate.NOT_ATTEMPTED, _AFTER, None, ended) for item in items)
            continue
        for answer in _part(send, request, facts):
            ended = ended or answer.problem
            yield answer


_AFTER: Final = "the service had failed before"
_ROUNDS: Final = 5
"""How often a part goes out: a service that names one item a time would be asked as often as it has items."""


def _part(
    send: Callable[[Request[Any]], Any], request: Request[Any], facts: Itemized
) -> Iterator[ItemAnswer]:
    """Send a part, and again without the items that a refusal names; yield an answer for each item."""
    items = getattr(request, facts.field)
    for _ in range(_ROUNDS):
        told = _sent_once(send, structs.replace(request, **{facts.field: items}), facts)
        if not isinstance(told, RefusedError):
            yield from told
            return
        refused, named = told, request.refused_items(told)
        yield from (ItemAnswer(item, fate_of(refused), named[item]) for item in items if item in named)
        before, items = len(items), [item for item in items if item not in named]
        if len(items) in {0, before}:
            break
    yield from (ItemAnswer(item, fate_of(refused), str(refused)) for item in items)


def _sent_once(
    send: Callable[[Request[Any]], Any], request: Request[Any], facts: Itemized
) -> list[ItemAnswer] | RefusedError:
    """Send a part, and return an answer for each item, or the refusal of the whole of it."""
    items = getattr(request, facts.field)
    try:
        reply = send(request)
    except RefusedError as no:
        return no
    except ReplyError as problem:
        return [ItemAnswer(item, Fate.UNKNOWN, str(problem)) for item in items]
    except ServiceError as problem:
        return [ItemAnswer(item, fate_of(problem), str(problem), None, problem) for item in items]
    return [_answered(item, reply, facts) for item in items]


def _answered(item: Any, reply: Any, facts: Itemized) -> ItemAnswer:
    if facts.failed and item in (getattr(reply, facts.failed) or ()):
        return ItemAnswer(item, Fate.FAILED, "the service could not do it, and does not say why", reply)
    if facts.done and item not in (getattr(reply, facts.done) or ()):
        return ItemAnswer(item, Fate.UNKNOWN, "the service does not mention it in its answer", reply)
    return ItemAnswer(item, Fate.DONE, "", reply)
