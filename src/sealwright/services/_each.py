"""Long lists whose items have an answer each: sent in parts, and no item is left without one.

A part that is refused for some of its items goes out once more without them. What a service that
does not answer leaves open is `unknown`, and what was not sent after it is `not_attempted`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import structs

from sealwright.errors import RefusedError, ReplyError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sealwright.services._call import Call, Itemized, Request


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
    send: Callable[[Request[Any]], Any], call: Call, parts: Iterable[dict[str, Any]]
) -> Iterator[ItemAnswer]:
    """Send the parts of a call one after the other, and yield an answer for each item of its list."""
    facts = call.each
    assert facts is not None  # noqa: S101 - who asks has looked
    ended: ServiceError | None = None
    for part in parts:
        request = call.make(**part)
        if ended is not None:
            items = getattr(request, facts.field)
            yield from (ItemAnswer(item, Fate.NOT_ATTEMPTED, _AFTER, None, ended) for item in items)
            continue
        for answer in _part(send, request, facts):
            ended = ended or answer.problem
            yield answer


_AFTER = "the service had failed before"


def _part(
    send: Callable[[Request[Any]], Any], request: Request[Any], facts: Itemized
) -> Iterator[ItemAnswer]:
    items = getattr(request, facts.field)
    try:
        reply = send(request)
    except RefusedError as no:
        yield from _refused(send, request, facts, no)
    except ReplyError as problem:
        yield from (ItemAnswer(item, Fate.UNKNOWN, str(problem)) for item in items)
    except ServiceError as problem:
        yield from (ItemAnswer(item, fate_of(problem), str(problem), None, problem) for item in items)
    else:
        yield from (_answered(item, reply, facts) for item in items)


def _refused(
    send: Callable[[Request[Any]], Any], request: Request[Any], facts: Itemized, no: RefusedError
) -> Iterator[ItemAnswer]:
    """Answer for the items that a refusal names, and send the others once more."""
    items = getattr(request, facts.field)
    named = request.refused_items(no)
    wrong = {item: named[item] for item in items if item in named}
    if not wrong:
        yield from (ItemAnswer(item, fate_of(no), str(no)) for item in items)
        return
    yield from (ItemAnswer(item, Fate.FAILED, wrong[item]) for item in items if item in wrong)
    if rest := [item for item in items if item not in wrong]:
        yield from _part(send, structs.replace(request, **{facts.field: rest}), facts)


def _answered(item: Any, reply: Any, facts: Itemized) -> ItemAnswer:
    if facts.failed and item in (getattr(reply, facts.failed) or ()):
        return ItemAnswer(item, Fate.FAILED, "the service could not do it, and does not say why", reply)
    if facts.done and item not in (getattr(reply, facts.done) or ()):
        return ItemAnswer(item, Fate.UNKNOWN, "the service does not mention it in its answer", reply)
    return ItemAnswer(item, Fate.DONE, "", reply)
