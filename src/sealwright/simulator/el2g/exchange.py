"""One call of EL2G, from the bytes of its request to the bytes of its answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import msgspec

from sealwright.errors import RequestError
from sealwright.services._retry import Retry
from sealwright.services.el2g import EL2G
from sealwright.services.el2g.device_groups import UnclaimAll
from sealwright.simulator.el2g.access import place_of
from sealwright.simulator.el2g.answers import ANSWERS
from sealwright.simulator.el2g.slips import as_sent
from sealwright.simulator.service.exchange import LARGEST_BODY, Answered, Exchange, Tallies, phrase
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Collection

    from sealwright.services._call import Call, Request
    from sealwright.simulator.el2g.access import Place
    from sealwright.simulator.el2g.account import Account
    from sealwright.simulator.el2g.slips import Slip
    from sealwright.simulator.service.exchange import Asked
    from sealwright.simulator.service.rules import ServiceFault, Weather

CORRELATION: Final = "EL2G-Correlation-ID"


@dataclass(slots=True)
class Ledger(Tallies):
    """What reached the service, by method and path, `POST /rtp/secure-objects` for instance."""

    created: Counter[str] = field(default_factory=Counter)
    """Creates that did their work, whether or not the answer arrived, by group and call."""


class El2gExchange(Exchange):
    """Answers calls of EL2G, in both profiles."""

    def __init__(
        self, account: Account, ledger: Ledger, weather: Weather, slips: Collection[Slip] = ()
    ) -> None:
        super().__init__(ledger, weather)
        self.account = account
        self.ledger = ledger
        self.slips = frozenset(slips)

    def begin(self) -> None:
        """Let time have passed."""
        self.account.catch_up()

    def name(self, asked: Asked) -> str:
        """Return method and path, without what stands before the document's path."""
        place = place_of(asked.path)
        return f"{asked.method} {place.path if place else asked.path}"

    def work(self, asked: Asked, _fault: ServiceFault | None) -> Answered:
        """Do what is asked, and return the whole answer."""
        try:
            answered = self._done(asked)
        except RefusalError as no:
            answered = self._refusal(no)
        # The id that a request came with is the service's id of it as well.
        if correlation := asked.headers.get(CORRELATION.lower()):
            answered.headers[CORRELATION] = correlation
        return answered

    def _done(self, asked: Asked) -> Answered:
        place = place_of(asked.path)
        if place is None:
            raise RefusalError(404, "Not Found")
        calls = self._calls(asked, place)
        self.account.access.check(place, asked.headers, calls[0] if calls else None)
        if not calls:
            others = (asked._replace(method=method) for method in ("GET", "POST", "PUT", "DELETE"))
            known = any(self._calls(other, place) for other in others)
            raise RefusalError(405, phrase(405)) if known else RefusalError(404, phrase(404))
        request = self._read(asked, place)
        self.account.base = f"http://{asked.headers.get('host', 'localhost')}{place.base}{place.path}"
        value = ANSWERS.answer(self.account, request)
        if request.call.retry is Retry.CREATE:
            self.ledger.created[f"{request.call.group} {request.call.name}"] += 1
        return self._told(request, value)

    @staticmethod
    def _calls(asked: Asked, place: Place) -> list[Call]:
        """Return the calls that a method and path may mean, in the edition that was asked."""
        wanted = "" if place.edition != "v2" else "v2"
        return [call for call in EL2G.at(asked.method, place.path) if call.edition == wanted]

    def _read(self, asked: Asked, place: Place) -> Request[Any]:
        """Return the request that arrived. Raises RefusalError that names what is wrong."""
        if len(asked.body) > LARGEST_BODY:
            raise RefusalError(413, phrase(413))
        if asked.body and asked.content_type.partition(";")[0].strip().lower() != "application/json":
            raise RefusalError(415, phrase(415))
        try:
            body = msgspec.json.decode(asked.body) if asked.body else None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise RefusalError(400, "Malformed JSON request") from None
        query: dict[str, Any] = {
            name: values if len(values) > 1 else values[0] for name, values in parse_qs(asked.query).items()
        }
        now = datetime.fromtimestamp(self.account.now(), UTC)
        try:
            return EL2G.read(asked.method, place.path, body, query, now=now)
        except RequestError as problem:
            told = "; ".join(f"{fault.field} {fault.problem}" for fault in problem.faults)
            raise RefusalError(400, f"Invalid request: {told}") from None

    def _told(self, request: Request[Any], value: Any) -> Answered:
        if value is None:
            return Answered(202 if isinstance(request, UnclaimAll) else 204, self._headers(), b"")
        told = as_sent(value, self.slips)
        if isinstance(told, str):
            kind = request.call.media or "text/plain;charset=UTF-8"
            return Answered(200, self._headers(kind), told.encode())
        return Answered(200, self._headers("application/json"), msgspec.json.encode(told))

    def refuse(self, status: int, words: str) -> Answered:
        """Return the answer of an error."""
        return self._refusal(RefusalError(status, words))

    def _refusal(self, no: RefusalError) -> Answered:
        """Return a refusal, with a code and details where it has them."""
        told = {"code": getattr(no, "code", f"ERR_SIMULATED_{no.status}"), "message": no.words}
        if details := getattr(no, "details", None):
            told["details"] = details
        return Answered(no.status, self._headers("application/json"), msgspec.json.encode(told))

    def _headers(self, content_type: str = "") -> dict[str, str]:
        date = {"Date": formatdate(self.account.now(), usegmt=True)}
        return {"Content-Type": content_type, **date} if content_type else date
