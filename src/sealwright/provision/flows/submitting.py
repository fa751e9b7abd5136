"""Submitting a request that `wrap` has made: looked for first, then created once.

    check -> list by name -> there: found
                          -> not there: create -> answer lost: look again -> created

EdgeLock 2GO shows no more of an object than its type and length, so what is found was made under this
name at some time, and whether it holds this very key is told by a device alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from sealwright.errors import InputError, ReplyError, RequestError, ServiceError
from sealwright.provision.flows.shelf import Shelf
from sealwright.services._each import Fate, fate_of
from sealwright.services.el2g import EL2G
from sealwright.services.el2g.creations import Creation

if TYPE_CHECKING:
    from sealwright.provision.flows.sending import Sender
    from sealwright.provision.request import ImportRequest


Problem: TypeAlias = InputError | RequestError | ReplyError | ServiceError
"""What ends one request, and no other."""


class SubmissionFate(StrEnum):
    """What became of a request."""

    CREATED = "created"
    FOUND = "found"
    """The account had it already: nothing was sent."""
    REFUSED = "refused"
    """By the service, or by ourselves before anything was sent."""
    UNKNOWN = "unknown"
    """It was sent, and nobody can tell whether it was done."""
    NOT_ATTEMPTED = "not_attempted"


class Submitted(NamedTuple):
    """What became of one request.

    `status` and `correlation` are those of the last answer, None and empty where nothing was sent or no
    answer came. `words` say why it is not done; `problem` is the error behind them.
    """

    name: str
    object_type: str
    object_id: str
    fate: SubmissionFate
    identifier: str = ""
    status: int | None = None
    correlation: str = ""
    words: str = ""
    problem: Problem | None = None

    def to_json(self) -> bytes:
        """Return it as one line of JSON, without its line end; what is empty is left out."""
        told = {
            "name": self.name,
            "secureObjectType": self.object_type,
            "objectId": self.object_id,
            "outcome": self.fate,
            "id": self.identifier,
            "status": self.status,
            "correlation": self.correlation,
            "why": self.words,
        }
        return msgspec.json.encode({name: value for name, value in told.items() if value not in {None, ""}})


def creation_of(request: ImportRequest) -> Creation:
    """Return a request as the call that it is, with every member that it has.

    Raises RequestError for one that breaks a rule of the service, InputError for one that would not be
    sent as it was wrapped.
    """
    creation = EL2G.read(request.method, request.path, request.body)
    assert isinstance(creation, Creation)  # noqa: S101  # all calls of this path are
    body = creation.call.wire(creation).body
    if body is None or msgspec.json.decode(body.reveal()) != request.body:
        raise InputError(
            "request: it has members that cannot be sent as they are: make it again with `sealwright wrap`"
        )
    return creation


def submit(
    sender: Sender,
    request: ImportRequest,
    *,
    shelf: Shelf | None = None,
    share_object_id: bool = False,
) -> Submitted:
    """Create the secure object of a request, unless the account has it.

    `shelf` is what the account has, where that is known. With `share_object_id` another object may have
    the same object id. Raises RequestError, InputError for a name or an object id that is taken,
    ServiceError and ReplyError as the client does: an UnavailableError that says so where nobody can tell
    whether the object was created.
    """
    creation = creation_of(request)
    shelf = Shelf.read(sender.client) if shelf is None else shelf
    return create(
        sender,
        creation,
        shelf,
        share_object_id=share_object_id,
        request_sha256=request.sha256,
        envelope_sha256=request.envelope_sha256,
        signer=request.signer,
        recipient=request.recipient,
        recipient_subkey=request.recipient_subkey,
    )


def create(
    sender: Sender, creation: Creation, shelf: Shelf, *, share_object_id: bool = False, **facts: str | None
) -> Submitted:
    """Create a secure object of any type, unless the account has it. Raises as `submit` does.

    `facts` are fields of the receipt.
    """
    about = creation.name, creation.kind, creation.object_id
    told = {"object_type": creation.kind, "object_id": creation.object_id, **facts}
    found = shelf.find(creation, share_object_id=share_object_id)
    if found is not None:
        sender.note(action="find-secure-object", name=creation.name, identifier=found.id, **told)
        return Submitted(*about, SubmissionFate.FOUND, found.id)
    sent = sender.send(creation, action="create-secure-object", name=creation.name, **told)
    if sent.reply is None:
        return Submitted(*about, SubmissionFate.NOT_ATTEMPTED)
    shelf.put(sent.reply)
    return Submitted(*about, SubmissionFate.CREATED, str(sent.reply.id), sent.status, sent.correlation)


def failed(request: ImportRequest, problem: Problem) -> Submitted:
    """Return what became of a request that an error of `submit` has ended."""
    told = request.body
    about = str(told.get("name")), str(told.get("secureObjectType")), str(told.get("objectId"))
    if isinstance(problem, ServiceError):
        fate = _FATES[fate_of(problem)]
        return Submitted(*about, fate, "", problem.status, problem.correlation, str(problem), problem)
    fate = SubmissionFate.UNKNOWN if isinstance(problem, ReplyError) else SubmissionFate.REFUSED
    return Submitted(*about, fate, words=str(problem), problem=problem)


_FATES: Final = {
    Fate.FAILED: SubmissionFate.REFUSED,
    Fate.UNKNOWN: SubmissionFate.UNKNOWN,
    Fate.NOT_ATTEMPTED: SubmissionFate.NOT_ATTEMPTED,
}
