"""A channel to one service: requests go in, whole answers or errors of ours come out.

    attempt: wait for a turn -> show credentials -> send -> read the answer -> done, again, or error

The loop is our own, because its rules hang together: one deadline over all attempts, a pause that all
threads keep, a quota of repeats, and whether a request may go out twice at all.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Protocol, TypedDict, TypeVar, Unpack

import httpx2

from sealwright.errors import ServiceError
from sealwright.events import REQUESTS, Teller
from sealwright.secret import quiet
from sealwright.services._http.answer import Answer, read_answer
from sealwright.services._http.failure import Failure, Reach, failure_of
from sealwright.services._http.origin import Origin
from sealwright.services._http.sockets import Step
from sealwright.services._http.transport import Transport, proxy_from_environment
from sealwright.services._http.turns import Pause, Quota, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from sealwright.events import OnEvent
    from sealwright.secret import Secret
    from sealwright.services._http.origin import Query
    from sealwright.services._retry import Retry

T = TypeVar("T")

_MOST_REFUSALS: Final = 3
_ALWAYS: Final = (("Accept-Encoding", "identity"), ("User-Agent", "sealwright"))
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_parsed: Final = lru_cache(1024)(httpx2.URL)
_log: Final = logging.getLogger("sealwright.services")


@dataclass(frozen=True)
class Limits:
    """How long, how often and how much. Times are in seconds."""

    deadline: float = 120.0
    """For a whole call: waiting for a turn, every attempt, and the pauses between them."""
    attempt: float = 30.0
    """For one attempt."""
    attempts: int = 4
    concurrency: int = 16
    most_bytes: int = 8 * 2**20
    """Of one answer."""
    repeats: int = 500
    """How many repeats a client may be ahead of its successes."""
    backoff: float = 0.25
    """Before the first repeat; doubled for each further one, up to eight seconds."""


@dataclass
class Tally:
    """What became of the requests of a call: who pays by the call counts them."""

    sent: int = 0
    """Requests that reached a socket."""
    answered: int = 0
    """Requests of those that got a whole answer, whatever it said."""

    def may_repeat(self) -> bool:
        """Tell whether one more request may be sent for this call: a tally with a budget may say no."""
        return True


@dataclass
class Trail(Tally):
    """A tally that knows the last answer too: who keeps a record of a call needs it."""

    status: int | None = None
    """Of the answer to the last request; None where none came."""
    correlation: str = ""
    """The id of the last request: the service's own where it told one, else ours; may be empty."""


class Outgoing(NamedTuple):
    """A request on its way."""

    title: str
    method: str
    path: str
    retry: Retry
    query: Query | None = None
    body: Secret | None = None
    """Quiet, because it may hold credentials."""
    content_type: str = "application/json"
    accept: str = "application/json"
    secrets: tuple[Secret, ...] = ()
    """What it holds in confidence: an error text of the service that repeats it is cleaned of it."""
    headers: tuple[tuple[str, str], ...] = ()
    correlation: str = ""
    """Our own id of it, where it goes out with one: errors name it where the service's answer names none."""


class Credentials(Protocol):
    """What shows the service who is asking. It is asked for each request, and only for this channel's."""

    @property
    def secrets(self) -> Iterable[Secret]:
        """All that is known in confidence: no error text of the service may repeat it."""
        ...

    def headers(self, within: float) -> Mapping[str, Secret]:
        """Return the headers to show, in at most so many seconds."""
        ...

    def accepted(self, shown: Mapping[str, Secret]) -> None:
        """Hear that the service takes them."""
        ...

    def refused(self, shown: Mapping[str, Secret], within: float) -> bool:
        """Hear that the service does not take them; True where another try with others makes sense."""
        ...


class Connection(TypedDict, total=False):
    """How a service is reached; everything may be left out."""

    ca_file: Path | str | None
    """CAs to trust instead of the system's, in PEM."""
    use_environment_proxies: bool
    """Whether `https_proxy`, `all_proxy` and `no_proxy` are heeded; they are not unless asked for."""
    limits: Limits | None
    timing: Timing | None
    """Time and chance: a seam for tests."""
    on_event: OnEvent | None
    """Hears of each request, with the call's title and the status of its answer."""
    transport: httpx2.BaseTransport | None
    """Any transport of the HTTP library instead of sockets: a seam for tests."""


class Channel:
    """A pool of connections to one origin, for any number of threads."""

    def __init__(self, service: str, **how: Unpack[Connection]) -> None:
        self.origin = Origin.read(service)
        self.limits = how.get("limits") or Limits()
        self.timing = how.get("timing") or Timing()
        self._step = Step()
        self._tell = Teller(how.get("on_event"))
        self._pause = Pause(self.timing)
        self._quota = Quota(self.limits.repeats)
        self._slots = threading.BoundedSemaphore(self.limits.concurrency)
        self._transport = how.get("transport") or self._sockets(how)
        self._open = True

    def _sockets(self, how: Connection) -> Transport:
        proxy = proxy_from_environment(self.origin) if how.get("use_environment_proxies") else None
        ca_file = how.get("ca_file")
        return Transport(self.origin, self._step, ca_file=ca_file, proxy=proxy, most=self.limits.concurrency)

    def close(self) -> None:
        """Close the connections; calls that come later are errors."""
        self._open = False
        self._transport.close()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client of a service is not pickled: make one in each process")

    @quiet
    def exchange(
        self,
        outgoing: Outgoing,
        read: Callable[[Answer], T],
        *,
        credentials: Credentials | None = None,
        tally: Tally | None = None,
        within: float | None = None,
    ) -> T:
        """Send a request, again where that is allowed, and return what `read` makes of the answer.

        `read` raises ValueError for a body that is no answer of this call; that counts as a fault that
        may pass. Raises ServiceError and what derives from it. `tally` is counted up as requests go out.
        """
        if not self._open:
            raise ServiceError(f"{outgoing.title}: the client is closed")
        run = _Run(self, outgoing, tally or Tally(), within)
        while True:
            shown = credentials.headers(run.left()) if credentials else {}
            run.secrets = (*outgoing.secrets, *shown.values(), *(credentials.secrets if credentials else ()))
            answer = self._attempt(run, read, shown)
            if not isinstance(answer, Failure):
                self._quota.give()
                if credentials:
                    credentials.accepted(shown)
                return answer[0]
            if answer.status == 401 and credentials and run.others(credentials, shown):
                if run.tally.may_repeat():
                    continue
                raise run.error(answer)
            if not self._again(run, answer):
                raise run.error(answer)

    def _attempt(
        self, run: _Run, read: Callable[[Answer], T], shown: Mapping[str, Secret]
    ) -> tuple[T] | Failure:
        if (refused := self._enter(run)) is not None:
            return refused
        try:
            answer = self._send(run, shown)
        finally:
            self._slots.release()
        _log.debug("%s: attempt %d: %s", run.outgoing.title, run.attempt, _said(answer))
        self._tell(REQUESTS, operation=run.outgoing.title, outcome=str(answer.status or "no_answer"))
        if isinstance(answer, Failure):
            return answer
        try:
            return (read(answer),)
        except ValueError as problem:
            words = f"it answers with {answer.status} and a body that is {problem}"
            return Failure(Reach.ANSWERED, words, status=answer.status)

    def _enter(self, run: _Run) -> Failure | None:
        """Wait for a turn: for a slot, and for the end of a pause that any thread was asked for."""
        while True:
            pause = self._pause.left()
            if pause and pause >= run.left():
                return Failure(Reach.NOT_SENT, f"it asks for a pause of {pause:.0f} s, beyond the deadline")
            if pause:
                later = pause + self.timing.random() * min(1.0, pause / 4)
                self.timing.sleep(min(later, run.left()))
            if run.left() <= 0 or not self._slots.acquire(timeout=run.left()):
                return Failure(Reach.NOT_SENT, "its turn did not come in time")
            if not self._pause.left():
                return None
            self._slots.release()

    def _send(self, run: _Run, shown: Mapping[str, Secret]) -> Answer | Failure:
        self._step.start(min(run.left(), self.limits.attempt))
        run.count(sent=1)
        try:
            answer = self._round_trip(run, shown)
        # Whatever it is, the request may have left: an injected transport may raise anything.
        except Exception as problem:  # noqa: BLE001
            answer = failure_of(problem, self._step.fault)
        reach = answer.reach if isinstance(answer, Failure) else Reach.ANSWERED
        run.count(sent=-(reach is Reach.NOT_SENT), answered=+(reach is Reach.ANSWERED))
        if isinstance(run.tally, Trail):
            run.tally.status = answer.status
            run.tally.correlation = answer.correlation or run.outgoing.correlation
        return answer

    def _round_trip(self, run: _Run, shown: Mapping[str, Secret]) -> Answer | Failure:
        response = self._transport.handle_request(run.request(shown))
        try:
            return read_answer(response, self.limits.most_bytes, run.secrets, self.timing.now())
        finally:
            with suppress(httpx2.HTTPError, OSError):
                response.close()

    def _again(self, run: _Run, failure: Failure) -> bool:
        """Tell whether the request goes out again, after having waited for that."""
        wait = failure.wait or self._backoff(run.attempt)
        if failure.status == 429 or failure.wait:
            self._pause.extend(wait)
        run.attempt += 1
        if run.attempt > self.limits.attempts or not failure.may_retry(run.outgoing.retry):
            return False
        if max(wait, self._pause.left()) >= run.left() or not self._quota.take():
            return False
        if not run.tally.may_repeat():
            return False
        if not self._pause.left():
            self.timing.sleep(wait)
        return True

    def _backoff(self, attempt: int) -> float:
        return min(self.limits.backoff * 2.0 ** (attempt - 1), 8.0) * (0.5 + self.timing.random() / 2)


class _Run:
    """One call: its attempts, what is left of its time, and its end in an error."""

    def __init__(self, channel: Channel, outgoing: Outgoing, tally: Tally, within: float | None) -> None:
        self.outgoing = outgoing
        self.tally = tally
        # A tally may count the requests of many calls, and of many threads; an error speaks of one call.
        self._own = Tally()
        self._url = _parsed(channel.origin.url(outgoing.path, outgoing.query))
        self.attempt = 1
        self.secrets: tuple[Secret, ...] = ()
        self._refusals = 0
        self._monotonic = channel.timing.monotonic
        self._start = self._monotonic()
        self._deadline = channel.limits.deadline if within is None else min(within, channel.limits.deadline)

    def request(self, shown: Mapping[str, Secret]) -> httpx2.Request:
        asked = self.outgoing
        body = b"" if asked.body is None else asked.body.reveal()
        headers = [("Host", self._url.netloc.decode()), ("Accept", asked.accept), *_ALWAYS, *asked.headers]
        if asked.body is not None:
            headers.append(("Content-Type", asked.content_type))
        if asked.body is not None or asked.method in _WITH_BODY:
            headers.append(("Content-Length", str(len(body))))
        return httpx2.Request(
            asked.method,
            self._url,
            headers=[*headers, *((name, value.reveal().decode("latin-1")) for name, value in shown.items())],
            stream=httpx2.ByteStream(body),
        )

    def left(self) -> float:
        return self._start + self._deadline - self._monotonic()

    def others(self, credentials: Credentials, shown: Mapping[str, Secret]) -> bool:
        """Tell whether there are other credentials to show; not for ever, whatever the service answers."""
        self._refusals += 1
        return self._refusals <= _MOST_REFUSALS and credentials.refused(shown, self.left())

    def count(self, sent: int, answered: int = 0) -> None:
        """Count requests that went out and were answered, for the error and for whoever has given a tally."""
        for tally in (self._own, self.tally):
            tally.sent += sent
            tally.answered += answered

    def error(self, failure: Failure) -> ServiceError:
        tried = self.attempt - 1
        told = [f"{self.outgoing.title}: {failure.problem}"]
        if tried > 1:
            told.append(f"({tried} attempts in {self._monotonic() - self._start:.1f} s)")
        if failure.correlation:
            told.append(f"(the service's id of it: {failure.correlation})")
        elif self.outgoing.correlation:
            told.append(f"(our id of it: {self.outgoing.correlation})")
        own = self._own
        if own.sent > own.answered:
            told.append("- it may have been carried out all the same")
        error = failure.error(" ".join(told), status=failure.status, sent=own.sent, answered=own.answered)
        error.correlation = failure.correlation or self.outgoing.correlation
        error.code = failure.code
        error.details = failure.details
        return error


def _said(answer: Answer | Failure) -> str:
    return answer.problem if isinstance(answer, Failure) else str(answer.status)
