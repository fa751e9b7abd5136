"""The answer of a service: read whole, within its limits, or refused."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.secret import Secret
from sealwright.services._http.failure import Failure, Reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import httpx2

LONGEST_PAUSE: Final = 120.0
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CORRELATION: Final = (
    "el2g-correlation-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "apigw-requestid",
    "x-request-id",
)
_MESSAGE: Final = ("message", "error_description", "detail", "error", "title")
_LONGEST_MESSAGE: Final = 300
_SHORTEST_SECRET: Final = 4


class Answer(NamedTuple):
    """A whole answer of success."""

    status: int
    headers: Mapping[str, str]
    body: Secret
    """Quiet, because it may hold keys or tokens."""

    @property
    def date(self) -> datetime | None:
        """When the service thinks it is, by its Date header."""
        return _date(self.headers.get("date", ""))

    @property
    def correlation(self) -> str:
        """The id under which the service knows the request; empty where it tells none."""
        return _correlation(self.headers)


def read_answer(
    response: httpx2.Response, most: int, secrets: Iterable[Secret], now: datetime
) -> Answer | Failure:
    """Read an answer: its body of at most so many bytes, its status, and what it says of an error."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    status = response.status_code
    body = _refusal(status, headers) or _read(response, headers, most)
    if 200 <= status < 300 and not isinstance(body, Failure):
        return Answer(status, headers, body)
    if isinstance(body, Failure) and status < 400:
        return body._replace(correlation=_correlation(headers))
    told = {} if isinstance(body, Failure) else _told(body, secrets)
    code = _code(told)
    wait = _retry_after(headers, now)
    pause = f" (it asks for a pause of {wait:.0f} s)" if wait else ""
    return Failure(
        Reach.ANSWERED,
        f"{status} {_phrase(status)}{_message(told)}{f' ({code})' if code else ''}{pause}",
        passing=status in _PASSING,
        status=status,
        wait=wait,
        correlation=_correlation(headers),
        code=code,
        details=told.get("details"),
    )


def _refusal(status: int, headers: Mapping[str, str]) -> Failure | None:
    if 300 <= status < 400:
        return _refused("a redirect, and none is followed: credentials stay where they belong", status)
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        return _refused("a compressed body, which was not asked for", status)
    framed = "content-length" in headers or "chunked" in headers.get("transfer-encoding", "").lower()
    if not framed and status not in {204, 304}:
        return _refused("a body that does not say where it ends", status)
    return None


def _read(response: httpx2.Response, headers: Mapping[str, str], most: int) -> Secret | Failure:
    too_long = _refused(f"a body of more than {most:,} bytes", response.status_code)
    length = headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > most):
        return too_long
    body = bytearray()
    for piece in response.stream:  # type: ignore[union-attr]
        body += piece
        if len(body) > most:
            return too_long
    return Secret(bytes(body))


def _refused(what: str, status: int) -> Failure:
    return Failure(Reach.ANSWERED, f"it answers with {what}", passing=False, status=status)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(a status of its own)"


def _told(body: Secret, secrets: Iterable[Secret]) -> dict[str, Any]:
    """Return what the service says of an error by name, without what we sent to it in confidence."""
    told: object = None
    with suppress(ValueError, RecursionError):
        told = json.loads(body.reveal())
        if isinstance(told, dict):
            members = {str(name).casefold(): value for name, value in told.items()}
            members["details"] = _unwrapped(members.get("details"))
            words = tuple(_words(secrets))
            return {name: _cleaned(value, words) for name, value in members.items()}
    return {}


def _unwrapped(details: Any) -> Any:
    """Return details as they are; where a service wraps them in a text of JSON, what is in it."""
    with suppress(ValueError, RecursionError):
        return json.loads(details) if isinstance(details, str) else details
    return details


def _cleaned(value: Any, words: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, "<secret>")
    elif isinstance(value, list):
        return [_cleaned(item, words) for item in value]
    elif isinstance(value, dict):
        return {_cleaned(name, words): _cleaned(item, words) for name, item in value.items()}
    return value


def _message(told: Mapping[str, Any]) -> str:
    said = next((told[name] for name in _MESSAGE if isinstance(told.get(name), str)), "")
    line = " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]", " ", said).split())
    return f": {line[:_LONGEST_MESSAGE]}" if line else ""


def _code(told: Mapping[str, Any]) -> str:
    code = told.get("code")
    return code if isinstance(code, str) and re.fullmatch(r"[\w.-]{1,64}", code, re.ASCII) else ""


def _words(secrets: Iterable[Secret]) -> Iterator[str]:
    """Yield what must not be repeated: each secret, and a token without the scheme in front of it."""
    for secret in secrets:
        text = secret.reveal().decode(errors="replace")
        yield from (word for word in (text, text.split(" ")[-1]) if len(word) >= _SHORTEST_SECRET)


def _correlation(headers: Mapping[str, str]) -> str:
    found = next((headers[name] for name in _CORRELATION if name in headers), "")
    return found if re.fullmatch(r"[\w.:=+/-]{1,128}", found, re.ASCII) else ""


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how long the service asks to be left alone, by its own clock where it tells it."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal() and text.isascii():
        return LONGEST_PAUSE if len(text) > 9 else min(float(text), LONGEST_PAUSE)
    until = _date(text)
    if until is None:
        return None
    since = _date(headers.get("date", "")) or now
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
