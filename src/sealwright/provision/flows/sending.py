"""Requests that change something: each is written down with what the service said to it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.errors import InputError, ReceiptError, ReplyError, ServiceError
from sealwright.provision.receipt import Done
from sealwright.services.el2g.client import Trail

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.services._call import Call, Request
    from sealwright.services._each import ItemAnswer
    from sealwright.services.el2g.client import El2gClient


class Sent(NamedTuple):
    """A reply, and under which status and id it came; no status where a lost answer was made good."""

    reply: Any
    status: int | None
    correlation: str


NOT_SENT: Final = "not sent"
"""What became of a step in a rehearsal."""


class Step(NamedTuple):
    """A step of a flow: what became of it (found, created, added, done, not sent), and what it is of."""

    became: str
    words: str
    identifier: str = ""

    @classmethod
    def of(cls, sent: Sent, became: str, words: str) -> Step:
        """Return the step that a request was."""
        identifier = getattr(sent.reply, "id", None)
        became = NOT_SENT if sent.status is None and sent.reply is None else became
        return cls(became, words, "" if identifier is None else str(identifier))


class Sender:
    """Sends requests of a client. `record` hears what was done, such as `ReceiptBook.append`."""

    def __init__(self, client: El2gClient, record: Callable[[Done], object] | None = None) -> None:
        self.client = client
        self._record = record

    def send(self, request: Request[Any], *, action: str, name: str, **facts: str | None) -> Sent:
        """Send a request; `action`, `name` and `facts` are the receipt's fields of those names.

        A receipt is written for whatever has left, a refusal and a lost answer too. Raises as the
        client's `send` does, and ReceiptError where the receipt cannot be written.
        """
        trail = Trail()
        facts.setdefault("request_sha256", digest_of(request))
        try:
            reply = self.client.send(request, tally=trail)
        except (ServiceError, ReplyError):
            self.record(trail, action=action, name=name, **facts)
            raise
        identifier = getattr(reply, "id", None)
        told = {"identifier": None if identifier is None else str(identifier)}
        self.record(trail, action=action, name=name, **{**facts, **told})
        return Sent(reply, trail.status, trail.correlation)

    def record(self, trail: Trail, *, action: str, name: str, **facts: str | None) -> None:
        """Write a receipt for what a trail has counted; nothing where nothing has left."""
        if trail.sent:
            correlation = trail.correlation or None
            self._write(action, name, status=trail.status, correlation=correlation, **facts)

    def note(self, *, action: str, name: str, **facts: str | None) -> None:
        """Write a receipt for what was found: a run that was killed may have left none of it."""
        self._write(action, name, status=None, **facts)

    def _write(self, action: str, name: str, *, status: int | None, **facts: str | None) -> None:
        if self._record is None:
            return
        done = Done(action=action, service=self.client.service, name=name, status=status, **facts)
        try:
            self._record(done)
        except (InputError, OSError) as problem:
            raise ReceiptError(
                f"receipt: {action} {name!r} is done, with status {status}, and no receipt of it could be"
                f" written: {problem}"
            ) from None

    def each(
        self, call: Call, arguments: dict[str, Any], *, action: str, name: str, **facts: str | None
    ) -> list[ItemAnswer]:
        """Send a call whose list may be long in parts; return what became of each item of it.

        Raises the error that has ended it, where the service does not answer or takes no credentials.
        """
        trail = Trail()
        answers = list(self.client.each(call, arguments, tally=trail))
        self.record(trail, action=action, name=name, **facts)
        if (problem := next((each.problem for each in answers if each.problem), None)) is not None:
            raise problem
        return answers


def digest_of(request: Request[Any]) -> str | None:
    """Return the SHA-256 of the body that a checked request is sent with; None where it has none."""
    body = request.call.wire(request).body
    return None if body is None else hashlib.sha256(body.reveal()).hexdigest()
