"""Requests that change something: each is written down with what the service said to it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sealwright.errors import InputError, ReceiptError, ReplyError, ServiceError
from sealwright.provision.receipt import Done
from sealwright.services.el2g.client import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.services._call import Request
    from sealwright.services.el2g.client import El2gClient

R = TypeVar("R")


class Sent(NamedTuple):
    """A reply, and under which status and id it came; no status where a lost answer was made good."""

    reply: Any
    status: int | None
    correlation: str


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
        tally = Tally()
        facts.setdefault("request_sha256", digest_of(request))
        try:
            reply = self.client.send(request, tally=tally)
        except (ServiceError, ReplyError):
            self.record(tally, action=action, name=name, **facts)
            raise
        identifier = getattr(reply, "id", None)
        told = {"identifier": None if identifier is None else str(identifier)}
        self.record(tally, action=action, name=name, **{**facts, **told})
        return Sent(reply, tally.status, tally.correlation)

    def record(self, tally: Tally, *, action: str, name: str, **facts: str | None) -> None:
        """Write a receipt for what a tally has counted; nothing where nothing has left."""
        if self._record is not None and tally.sent:
            done = Done(
                action=action,
                service=self.client.service,
                name=name,
                status=tally.status,
                correlation=tally.correlation or None,
                **facts,
            )
            try:
                self._record(done)
            except (InputError, OSError) as problem:
                raise ReceiptError(
                    f"receipt: {action} {name!r} went out, status {tally.status}, and no receipt of it could"
                    f" be written: {problem}"
                ) from None


def digest_of(request: Request[Any]) -> str | None:
    """Return the SHA-256 of the body that a checked request is sent with; None where it has none."""
    body = request.call.wire(request).body
    return None if body is None else hashlib.sha256(body.reveal()).hexdigest()
