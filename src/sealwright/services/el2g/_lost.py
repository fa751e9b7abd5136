"""Creates whose answer was lost: EL2G has no idempotency key, so what they may have made is looked for.

    create -> no answer -> wait, list by name -> found: that is it
                                              -> not there, twice: create again
                        -> the second one ends otherwise: look once more, or it is unknown

What was there before does not count: times are compared on the service's own clock. A refusal of the second
one may well be the work of the first, so once an answer is lost no later one can tell that nothing was done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from sealwright.errors import ReplyError, ServiceError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sealwright.services._call import Request
    from sealwright.services._http import Answer, Limits, Tally, Timing

R = TypeVar("R")

_PAUSES: Final = (1.0, 3.0)
"""Seconds before each look: a request that was cut off may still be under way in the service."""
_SLACK: Final = timedelta(seconds=5)
"""By how much the clocks of a service's own machines may differ."""


class Exchanges(Protocol):
    """Sends checked requests, and lists."""

    def exchange(
        self, checked: Request[R], *, tally: Tally | None = None, within: float | None = None
    ) -> tuple[R, Answer]:
        """Send one; return its reply and the answer that it was read from."""
        ...

    def items(self, request: Request[Any], *, tally: Tally | None = None) -> Iterator[Any]:
        """Yield the items of all pages."""
        ...

    def now(self) -> datetime | None:
        """Return the time by the service's own clock; None where no answer has told it."""
        ...


class Creator:
    """Creates each thing once."""

    def __init__(self, service: Exchanges, timing: Timing, limits: Limits) -> None:
        self._service = service
        self._timing = timing
        self._limits = limits

    def create(self, checked: Request[R], tally: Tally | None) -> R:
        """Send a create, again only after looking for what the lost one may have made.

        Raises UnavailableError that says so where nobody can tell whether it was done: its `sent` and
        `answered` are of all attempts.
        """
        start = self._timing.monotonic()
        lost = _Lost()
        for attempt in range(1, self._limits.attempts + 1):
            left = self._limits.deadline - (self._timing.monotonic() - start)
            try:
                return self._service.exchange(checked, tally=tally, within=left)[0]
            except ServiceError as problem:
                if not lost and not _is_lost(problem):
                    raise
                lost.add(problem)
            found: R | None = self._found(checked, lost, start)
            if found is not None:
                return found
            if attempt == self._limits.attempts or not _is_lost(lost.last):
                break
            if self._timing.monotonic() - start >= self._limits.deadline:
                break
        raise lost.unknown("looked for by its name and not found, it may still appear")

    def _found(self, checked: Request[Any], lost: _Lost, start: float) -> Any:
        """Return what a lost create has made; None where nothing of it is to be seen after a while."""
        for pause in _PAUSES:
            self._timing.sleep(pause)
            try:
                made = [each for each in self._listed(checked) if self._is_new(each, start)]
            except (ServiceError, ReplyError) as problem:
                raise lost.unknown(f"what it may have made could not be looked for: {problem}") from None
            if len(made) > 1:
                raise lost.unknown(f"{len(made)} things of this name have been made since, not all by us")
            if made:
                return made[0]
        return None

    def _listed(self, checked: Request[Any]) -> Iterator[Any]:
        listing = checked.look_up()
        assert listing is not None  # noqa: S101 - only such creates come here
        return (each for each in self._service.items(listing) if checked.has_made(each))

    def _is_new(self, found: Any, start: float) -> bool:
        """Tell whether something was made after we began.

        Without a time of its own, or of the service to compare it with, it counts as new: what is ours and
        not recognised would be made a second time.
        """
        created: datetime | None = found.resource_metadata and found.resource_metadata.created
        now = self._service.now()
        if created is None or now is None:
            return True
        return created >= now - timedelta(seconds=self._timing.monotonic() - start) - _SLACK


def _is_lost(problem: ServiceError) -> bool:
    """Tell whether a create may have been carried out although it has ended like this."""
    return isinstance(problem, UnavailableError) and problem.sent > 0 and problem.status != 429


class _Lost:
    """How the attempts of a create have ended, of which the first was lost."""

    def __init__(self) -> None:
        self._ends: list[ServiceError] = []

    def __bool__(self) -> bool:
        return bool(self._ends)

    def add(self, problem: ServiceError) -> None:
        """Add how one more attempt has ended."""
        self._ends.append(problem)

    @property
    def last(self) -> ServiceError:
        """How the last attempt has ended."""
        return self._ends[-1]

    def unknown(self, words: str) -> UnavailableError:
        """Return the error that nobody can tell whether it was done."""
        first, last = self._ends[0], self.last
        then = "" if last is first else f": then {last}"
        sent, answered = sum(each.sent for each in self._ends), sum(each.answered for each in self._ends)
        # A gateway that answers for the service has not told what that has done: the first stays unanswered.
        told = UnavailableError(
            f"{first}{then}: {words}", status=first.status, sent=sent, answered=min(answered, sent - 1)
        )
        told.correlation, told.code, told.details = first.correlation, first.code, first.details
        return told
