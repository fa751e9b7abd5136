"""What the clients of all services have in common: typed requests go out, typed replies come in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self, TypeVar

from sealwright.secret import Secret, quiet
from sealwright.services._call import Form
from sealwright.services._each import each_answer
from sealwright.services._http import Outgoing
from sealwright.services._json import read_json
from sealwright.services._paging import items_of, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from sealwright.services._call import Call, Request, Wire
    from sealwright.services._each import ItemAnswer
    from sealwright.services._http import Answer, Channel, Credentials, Tally
    from sealwright.services._paging import Book

R = TypeVar("R")

PART: Final = 500
"""Items of a list in one request, where a list is sent in parts."""

_ACCEPTED = {Form.JSON: "application/json", Form.TEXT: "text/plain, */*", Form.NOTHING: "*/*"}


class Client:
    """A client of one service: for any number of threads, a context manager, and not pickled."""

    _book: ClassVar[Book]
    """How the service makes pages."""

    def __init__(self, channel: Channel, credentials: Credentials | None) -> None:
        self._channel = channel
        self._credentials = credentials

    @property
    def service(self) -> str:
        """The URL of the service."""
        return str(self._channel.origin)

    @quiet
    def send(self, request: Request[R], *, tally: Tally | None = None) -> R:
        """Send a typed request and return its typed reply.

        Raises RequestError for a request that breaks a rule (nothing is sent), ServiceError and what
        derives from it for a call that failed, ReplyError for a reply that is not one of the call or
        does not answer this request. `tally` counts the requests that went out and were answered.
        """
        return self._send(request.call.check(request, now=self._channel.timing.now()), tally)  # type: ignore[no-any-return]

    def _send(self, checked: Request[R], tally: Tally | None) -> R:
        """Send a checked request in the way of the service."""
        return self._exchange(checked, tally=tally)[0]

    def _exchange(
        self, checked: Request[R], *, tally: Tally | None = None, within: float | None = None
    ) -> tuple[R, Answer]:
        """Send a checked request and return its reply, and the answer that it was read from."""
        call = checked.call
        outgoing = self._outgoing(call, call.wire(checked))
        credentials = self._credentials if call.authorized else None
        value, answer = self._channel.exchange(
            outgoing, reader(call), credentials=credentials, tally=tally, within=within
        )
        return read_for(checked, value), answer

    def _outgoing(self, call: Call, wire: Wire) -> Outgoing:
        """Return a checked request as the channel takes it: what a service adds to each is added here."""
        return outgoing_of(call, wire)

    def pages(self, request: Request[R], *, tally: Tally | None = None) -> Iterator[R]:
        """Yield the pages of a list from the one that the request names on, each fetched when it is needed.

        They are counted against the number of items that the service tells. Raises ReplyError
        where it answers with another page, or with fewer items than it says there are.
        """
        return pages(lambda each: self.send(each, tally=tally), request, self._book)

    def items(self, request: Request[R], *, tally: Tally | None = None) -> Iterator[Any]:
        """Yield the items of a list one by one, pages being fetched when they are needed."""
        for page in self.pages(request, tally=tally):
            yield from items_of(request, page)

    def in_parts(
        self, call: Call, arguments: Mapping[str, Any], *, size: int = PART, tally: Tally | None = None
    ) -> Iterator[Any]:
        """Send a call whose lists may be sent in parts, and yield the reply to each part.

        The lists may be any iterables. Where they are sequences, everything is checked before the first
        part is sent. A part that fails ends it; the replies tell how many were done.
        """
        return (self._send(part, tally) for part in self._checked_parts(call, arguments, size))

    def each(
        self, call: Call, arguments: Mapping[str, Any], *, size: int = PART, tally: Tally | None = None
    ) -> Iterator[ItemAnswer]:
        """Send a call whose list may be sent in parts, and yield what became of each of its items.

        No item is left without an answer, and a part that fails does not stop the rest, unless the
        service does not answer at all or takes the credentials no more: see `ItemAnswer.problem`.
        """
        parts = self._checked_parts(call, arguments, size)
        return each_answer(lambda part: self._send(part, tally), parts)

    def _checked_parts(self, call: Call, arguments: Mapping[str, Any], size: int) -> Iterator[Request[Any]]:
        lists = [name for name in call.splits if arguments.get(name) is not None]
        if all(isinstance(arguments[name], Sequence) for name in lists):
            call.make(**arguments, now=self._channel.timing.now())
        parts = _parts(arguments, lists, size)
        return (call.make(**part, now=self._channel.timing.now()) for part in parts)

    def upload(self, call: Call, body: bytes, *, tally: Tally | None = None) -> Any:
        """Send a file instead of the fields of a call."""
        call.request.check_upload(body)
        outgoing = Outgoing(
            call.title, call.method, call.path, call.retry, body=Secret(body), content_type=call.uploads
        )
        value, _ = self._channel.exchange(outgoing, reader(call), credentials=self._credentials, tally=tally)
        return call.read_reply(value)

    def close(self) -> None:
        """Close the connections; calls that come later are errors."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.service}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client of a service is not pickled: make one in each process")


def _parts(arguments: Mapping[str, Any], lists: list[str], size: int) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each part: one list at a time, a piece of it at a time."""
    rest = {name: value for name, value in arguments.items() if name not in lists}
    if not lists:
        yield rest
    for name in lists:
        remaining = iter(arguments[name])
        while part := list(islice(remaining, size)):
            yield {**rest, name: part}


def outgoing_of(call: Call, wire: Wire) -> Outgoing:
    """Return a checked request as the channel takes it."""
    return Outgoing(
        call.title,
        wire.method,
        wire.path,
        call.retry,
        query=wire.query,
        body=wire.body,
        accept=call.media or _ACCEPTED[call.form],
        secrets=wire.secrets,
    )


def reader(call: Call) -> Callable[[Answer], tuple[Any, Answer]]:
    """Return what reads an answer's body in the form of the call's replies, and gives the answer with it."""

    def read(answer: Answer) -> tuple[Any, Answer]:
        body = answer.body.reveal()
        if call.form is Form.NOTHING:
            return None, answer
        if call.form is Form.TEXT:
            return _text(body), answer
        # Some answers of success say nothing more than that.
        return ({} if answer.status == 204 and not body else read_json(body)), answer

    return read


def _text(body: bytes) -> str:
    with suppress(UnicodeDecodeError):
        return body.decode()
    raise ValueError("not text in UTF-8")


def read_for(request: Request[R], value: Any) -> R:
    """Return a reply in its type, if it answers the request. Raises ReplyError."""
    reply: R = request.call.read_reply(value)
    request.accept(reply)
    return reply
