"""Many requests in one file: several at a time, an answer for each, and again after an interrupt.

There is no journal. What the account has is listed by name before anything is sent, so a run may go on
from another machine as well.
"""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING, Final

from sealwright.errors import (
    CredentialsError,
    InputError,
    ReplyError,
    RequestError,
    ServiceError,
    UnavailableError,
)
from sealwright.provision.bulk import in_order
from sealwright.provision.flows.shelf import Shelf
from sealwright.provision.flows.submitting import SubmissionFate, Submitted, creation_of, failed, submit
from sealwright.provision.request import read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sealwright.provision.flows.sending import Sender
    from sealwright.provision.request import ImportRequest

_LONGEST_LINE: Final = 256 * 1024
_PAUSE: Final = 3.0
"""Seconds: what a run that was cut off has left on its way is in the account by then."""
_AHEAD: Final = 64
"""Requests a thread: a lost answer is looked for during seconds, and the others go on meanwhile."""
_AFTER: Final = "the service had failed before"


def is_many(stream: IO[bytes]) -> bool:
    """Tell whether a file has a request a line, as `wrap --manifest` writes it, and more than one."""
    first = stream.readline(_LONGEST_LINE).strip()
    return first.startswith(b"{") and first.endswith(b"}") and bool(stream.readline(_LONGEST_LINE).strip())


def read_requests(stream: IO[bytes], path: str) -> Iterator[ImportRequest]:
    """Yield the requests of a file, one a line. Raises InputError with the line that cannot be read."""
    for _, request in _numbered(stream, path):
        yield request


def check_requests(stream: IO[bytes], path: str, *, share_object_id: bool = False) -> list[str]:
    """Return the names of all requests of a file, each of which may be sent.

    Raises InputError with the line of one that is damaged, breaks a rule of the service, or has the name
    or, unless they may be shared, the object id of another.
    """
    names: dict[str, int] = {}
    object_ids: dict[int, int] = {}
    for line, request in _numbered(stream, path):
        where = f"requests: {path}, line {line}"
        try:
            creation = creation_of(request)
        except (InputError, RequestError) as problem:
            raise InputError(f"{where}: {problem}") from None
        if creation.name in names:
            raise InputError(
                f"{where}: the name {creation.name!r} stands in line {names[creation.name]} already"
            )
        names[creation.name] = line
        other = object_ids.setdefault(int(creation.object_id, 16), line)
        if other != line and not share_object_id:
            raise InputError(
                f"{where}: object id {creation.object_id} stands in line {other} already: where no device"
                " group gets both share it (--share-object-id)"
            )
    return list(names)


def _numbered(stream: IO[bytes], path: str) -> Iterator[tuple[int, ImportRequest]]:
    line = 0
    while text := stream.readline(_LONGEST_LINE + 1):
        line += 1
        if not text.strip():
            continue
        try:
            yield line, read_request(text)
        except InputError as problem:
            raise InputError(f"requests: {path}, line {line}: {problem}") from None


def submit_all(
    sender: Sender,
    requests: Iterable[ImportRequest],
    names: Collection[str] = (),
    *,
    concurrency: int = 8,
    share_object_id: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Submitted]:
    """Submit requests, so many at a time, and yield what became of each, in their order.

    `names` are those of all requests, where they are known: if the account has some of them, an
    earlier run was cut off, and what that has left on its way is waited for. A refusal ends one request
    and no other. Where the service does not answer or takes no credentials, those that follow are not
    attempted; the error stands in `Submitted.problem`. Raises ReceiptError where a receipt cannot be
    written.
    """
    shelf = Shelf.read(sender.client)
    if 0 < sum(name in shelf for name in names) < len(names):
        sleep(_PAUSE)
        shelf = Shelf.read(sender.client)
    ended: list[ServiceError] = []

    def one(request: ImportRequest) -> Submitted:
        if ended:
            return _not_attempted(request, ended[0])
        try:
            return submit(sender, request, shelf=shelf, share_object_id=share_object_id)
        except (UnavailableError, CredentialsError) as problem:
            ended.append(problem)
            return failed(request, problem)
        except (InputError, RequestError, ReplyError, ServiceError) as problem:
            return failed(request, problem)

    return in_order(one, requests, concurrency, ahead=_AHEAD)


def _not_attempted(request: ImportRequest, problem: ServiceError) -> Submitted:
    told = failed(request, problem)
    return told._replace(fate=SubmissionFate.NOT_ATTEMPTED, status=None, correlation="", words=_AFTER)
