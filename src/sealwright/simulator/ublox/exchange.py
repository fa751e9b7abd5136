"""One call of the service, from the bytes of its request to the bytes of its answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import RequestError
from sealwright.services.ublox import UBLOX
from sealwright.services.ublox.authentication import Refresh
from sealwright.services.ublox.e2e import UplinkSymmetricKeyGet
from sealwright.simulator.service.exchange import LARGEST_BODY, Answered, Asked, Exchange, phrase
from sealwright.simulator.service.refusal import (
    BAD_REQUEST,
    NOT_AUTHORIZED,
    NOT_FOUND,
    RefusalError,
    bad_request,
)
from sealwright.simulator.service.rules import ServiceFault
from sealwright.simulator.ublox.answers import ANSWERS
from sealwright.simulator.ublox.answers.devices import upload_whitelist
from sealwright.simulator.ublox.heartbeat import catch_up
from sealwright.simulator.ublox.quirks import Quirk, as_sent
from sealwright.simulator.ublox.usage import BILLED_CALLS, Ledger
from sealwright.simulator.ublox.wrong_device import for_another_device

if TYPE_CHECKING:
    from collections.abc import Collection

    from sealwright.services._call import Call, Request
    from sealwright.simulator.service.rules import Weather
    from sealwright.simulator.ublox.account import Account

_CALLS: Final = {(call.method, call.path): call for call in UBLOX}


class UbloxExchange(Exchange):
    """Answers calls of the u-blox service."""

    def __init__(
        self, account: Account, ledger: Ledger, weather: Weather, quirks: Collection[Quirk] = ()
    ) -> None:
        super().__init__(ledger, weather)
        self.account = account
        self.ledger = ledger
        self.quirks = frozenset(quirks)

    def begin(self) -> None:
        """Let the devices that are due talk to the service."""
        catch_up(self.account)

    def name(self, asked: Asked) -> str:
        """Return the path: every call is a POST."""
        return asked.path

    def work(self, asked: Asked, fault: ServiceFault | None) -> Answered:
        """Do what is asked, and return the whole answer."""
        if fault is ServiceFault.EXPIRED_TOKEN:
            self.account.tokens.expire_all()
        return self._told(*self._work(asked, wrong_device=fault is ServiceFault.WRONG_DEVICE))

    def refuse(self, status: int, words: str) -> Answered:
        """Return the answer of an error."""
        return self._told(status, {"message": words})

    def _told(self, status: int, value: Any) -> Answered:
        body = msgspec.json.encode(as_sent(value, self.quirks))
        headers = {
            "Content-Type": "application/json",
            "Date": formatdate(self.account.now(), usegmt=True),
            "X-Request-Id": f"simulated-{self.ledger.requests.total()}",
        }
        return Answered(status, headers, body)

    def _work(self, asked: Asked, *, wrong_device: bool) -> tuple[int, Any]:
        """Do what is asked; returns the status and the JSON value of the answer."""
        try:
            call = self._admitted(asked)
            if call.uploads and asked.content_type.partition(";")[0].strip().lower() == call.uploads:
                return 200, upload_whitelist(self.account, asked.body)
            request = self._read(call, asked.body)
            value = ANSWERS.answer(self.account, request)
            self._bill(call, request, value)
            if wrong_device:
                value = ANSWERS.answer(self.account, for_another_device(self.account, request))
        except RefusalError as no:
            return no.status, {"message": no.words}
        except RequestError as problem:
            told = "; ".join(f"{fault.field} {fault.problem}" for fault in problem.faults)
            return 400, {"message": f"{BAD_REQUEST}. {told}"}
        return 200, value

    def _admitted(self, asked: Asked) -> Call:
        """Return the call that is meant. Raises RefusalError where there is none, or the caller may not."""
        call = _CALLS.get((asked.method, asked.path))
        if call is None:
            raise RefusalError(404, NOT_FOUND)
        if len(asked.body) > LARGEST_BODY:
            raise RefusalError(413, phrase(413))
        # Who refreshes has an AuthToken that has expired.
        if call.authorized and call.request is not Refresh:
            if not asked.authorization:
                raise RefusalError(401, NOT_AUTHORIZED)
            self.account.tokens.check(asked.authorization)
        return call

    def _read(self, call: Call, raw: bytes) -> Request[Any]:
        """Return the request that a body makes. Raises RequestError or RefusalError that names a fault."""
        try:
            body = msgspec.json.decode(raw) if raw.strip() else {}
            if not isinstance(body, dict):
                raise bad_request("The body must be an object")
            request = call.read(body, now=datetime.fromtimestamp(self.account.now(), UTC))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise bad_request("The body is not JSON") from None
        if Quirk.SHORT_KEYS in self.quirks and isinstance(request, UplinkSymmetricKeyGet):
            return msgspec.structs.replace(request, key_length=128)
        return request

    def _bill(self, call: Call, request: Any, value: Any) -> None:
        """Write down a call that is billed; it has done its work, whatever becomes of the answer."""
        if call.path not in BILLED_CALLS:
            return
        name = getattr(request, "encrypted_header", None) or request.key_id
        self.account.usage.add(self.account.now(), bytes.fromhex(value["ROTPublicUID"]), call.path)
        self.ledger.paid[call.path] += 1
        self.ledger.paid_for[call.path, name.lower()] += 1
