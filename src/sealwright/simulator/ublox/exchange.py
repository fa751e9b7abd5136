"""One call of the service, from the bytes of its request to the bytes of its answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate
from enum import Enum
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from sealwright.errors import RequestError
from sealwright.services.ublox import UBLOX
from sealwright.services.ublox.authentication import Refresh
from sealwright.services.ublox.e2e import UplinkSymmetricKeyGet
from sealwright.simulator.ublox.answers import ANSWERS
from sealwright.simulator.ublox.answers.devices import upload_whitelist
from sealwright.simulator.ublox.heartbeat import catch_up
from sealwright.simulator.ublox.quirks import Quirk, as_sent
from sealwright.simulator.ublox.refusal import (
    BAD_REQUEST,
    NOT_AUTHORIZED,
    NOT_FOUND,
    RefusalError,
    bad_request,
)
from sealwright.simulator.ublox.rules import Rule, ServiceFault
from sealwright.simulator.ublox.usage import BILLED_CALLS, Ledger
from sealwright.simulator.ublox.wrong_device import for_another_device

if TYPE_CHECKING:
    from collections.abc import Collection

    from sealwright.services._call import Call, Request
    from sealwright.simulator.ublox.account import Account
    from sealwright.simulator.ublox.rules import Weather

LARGEST_BODY: Final = 10 * 2**20
"""Bytes that a request may have."""

_CALLS: Final = {(call.method, call.path): call for call in UBLOX}

_PROXY_PAGE: Final = b"<!DOCTYPE html><html><body><h1>Sign in to the guest network</h1></body></html>"


class Asked(NamedTuple):
    """A request as it arrives; `path` is what the document writes, without the prefix of the version."""

    method: str
    path: str
    authorization: str
    content_type: str
    body: bytes


class Ending(Enum):
    """How an answer ends."""

    WHOLE = "whole"
    CUT = "cut in the middle of its body"
    DROPPED = "never begun: the connection is dropped"


class Answered(NamedTuple):
    """An answer, and what befalls it on its way."""

    status: int
    headers: dict[str, str]
    body: bytes
    delay: float = 0.0
    ending: Ending = Ending.WHOLE


class Exchange:
    """Answers calls one at a time, and writes down what reached the service."""

    def __init__(
        self, account: Account, ledger: Ledger, weather: Weather, quirks: Collection[Quirk] = ()
    ) -> None:
        self.account = account
        self.ledger = ledger
        self.weather = weather
        self.quirks = frozenset(quirks)
        self.lock = RLock()
        """Held while a call is answered; whoever looks at the account meanwhile takes it too."""

    def answer(self, asked: Asked) -> Answered:
        """Answer one call."""
        with self.lock:
            catch_up(self.account)
            self.ledger.requests[asked.path] += 1
            struck = self.weather.strike(asked.path)
            fault = next((rule for rule in struck if rule.fault is not ServiceFault.DELAY), None)
            delay = sum(rule.value for rule in struck if rule.fault is ServiceFault.DELAY)
            answered = self._answer(asked, fault)._replace(delay=delay)
            if answered.ending is not Ending.DROPPED:
                self.ledger.answers[asked.path, answered.status] += 1
            return answered

    def _answer(self, asked: Asked, rule: Rule | None) -> Answered:
        fault = rule.fault if rule else None
        if rule is not None and fault is ServiceFault.STATUS:
            return self._failed(rule)
        if fault is ServiceFault.DISCONNECT:
            return Answered(0, {}, b"", ending=Ending.DROPPED)
        if fault is ServiceFault.EXPIRED_TOKEN:
            self.account.tokens.expire_all()
        status, value = self._work(asked, wrong_device=fault is ServiceFault.WRONG_DEVICE)
        if fault is ServiceFault.LOSE:
            return Answered(0, {}, b"", ending=Ending.DROPPED)
        if fault is ServiceFault.HTML:
            return Answered(200, self._headers("text/html; charset=utf-8"), _PROXY_PAGE)
        ending = Ending.CUT if fault is ServiceFault.CUT else Ending.WHOLE
        return self._told(status, value)._replace(ending=ending)

    def _failed(self, rule: Rule) -> Answered:
        status = int(rule.value)
        told = self._told(status, {"message": _phrase(status)})
        if rule.retry_after:
            told.headers["Retry-After"] = rule.retry_after
        return told

    def _told(self, status: int, value: Any) -> Answered:
        body = msgspec.json.encode(as_sent(value, self.quirks))
        return Answered(status, self._headers("application/json"), body)

    def _headers(self, content_type: str) -> dict[str, str]:
        return {
            "Content-Type": content_type,
            "Date": formatdate(self.account.now(), usegmt=True),
            "X-Request-Id": f"simulated-{self.ledger.requests.total()}",
        }

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
            raise RefusalError(413, _phrase(413))
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


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
