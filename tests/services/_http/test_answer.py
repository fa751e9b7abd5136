"""Answers: read whole within limits or refused, and what they say of an error is told without secrets."""

from datetime import UTC, datetime

import httpx2
import pytest

from sealwright.secret import Secret
from sealwright.services._http.answer import Answer, read_answer
from sealwright.services._http.failure import Failure, Reach

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _read(status=200, body=b"{}", headers=None, *, most=1000, secrets=(), framed=True):
    told = {"Content-Length": str(len(body))} if framed else {}
    response = httpx2.Response(status, headers=told | (headers or {}), stream=httpx2.ByteStream(body))
    return read_answer(response, most, secrets, NOW)


def test_an_answer():
    """A success has its status, headers in lower case, a quiet body, and the service's date."""
    read = _read(headers={"Date": "Thu, 01 Jan 2026 12:00:00 GMT", "X-Y": "z"})
    assert isinstance(read, Answer)
    assert (read.status, read.body.reveal(), read.headers["x-y"]) == (200, b"{}", "z")
    assert read.date == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert "{}" not in repr(read)
    assert _read().date is None
    for day in ("99999999999999999999 00:00:00", "0001 00:00:99999999999999999999"):
        assert _read(headers={"Date": f"Thu, 01 Jan {day} GMT"}).date is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_redirects(status):
    """No redirect is followed."""
    read = _read(status, headers={"Location": "https://evil.example"})
    assert isinstance(read, Failure)
    assert (read.status, read.passing) == (status, False)
    assert "a redirect" in read.problem
    assert "evil" not in read.problem


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "identity, gzip", " GZIP "])
def test_compressed_bodies(coding):
    """A body that was compressed without having been asked for is refused, unread."""
    read = _read(headers={"Content-Encoding": coding})
    assert isinstance(read, Failure)
    assert "a compressed body" in read.problem
    assert not read.passing


@pytest.mark.parametrize("coding", ["identity", "", "Identity"])
def test_bodies_as_they_are(coding):
    """Identity is no compression."""
    assert isinstance(_read(headers={"Content-Encoding": coding}), Answer)


def test_a_body_without_an_end():
    """Where neither a length nor chunks say where it ends, a cut body could not be told from a whole one."""
    read = _read(framed=False)
    assert isinstance(read, Failure)
    assert "where it ends" in read.problem
    assert isinstance(_read(framed=False, headers={"Transfer-Encoding": "chunked"}), Answer)
    assert isinstance(_read(204, b"", framed=False), Answer)


@pytest.mark.parametrize(
    "case",
    [
        {"body": b"x" * 1001},
        {"body": b"x" * 1001, "framed": False, "headers": {"Transfer-Encoding": "chunked"}},
        {"body": b"", "framed": False, "headers": {"Content-Length": "1001"}},
        {"body": b"", "framed": False, "headers": {"Content-Length": "9" * 30}},
    ],
    ids=["told and sent", "sent in chunks", "told", "told beyond reason"],
)
def test_bodies_that_are_too_long(case):
    """More than the cap is refused, before it is read where it is told."""
    read = _read(**case)
    assert isinstance(read, Failure)
    assert "more than 1,000 bytes" in read.problem
    assert not read.passing


def test_the_longest_body():
    """The cap itself is allowed."""
    assert isinstance(_read(body=b"x" * 1000), Answer)


STATUSES = {
    400: False,
    404: False,
    408: True,
    425: True,
    429: True,
    500: True,
    501: False,
    502: True,
    504: True,
}


@pytest.mark.parametrize(("status", "passing"), STATUSES.items())
def test_statuses(status, passing):
    """An error of the service is an answer; some pass by themselves."""
    read = _read(status, b'{"message": "Bad  Request\\n"}')
    assert isinstance(read, Failure)
    assert (read.reach, read.status, read.passing) == (Reach.ANSWERED, status, passing)
    assert read.problem.endswith(": Bad Request")


def test_a_status_of_its_own():
    """Numbers that HTTP does not know are told as they are."""
    read = _read(799, b"")
    assert isinstance(read, Failure)
    assert read.problem == "799 (a status of its own)"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"Message": "no"}', ": no"),
        (b'{"MESSAGE": "no", "error": "other"}', ": no"),
        (b'{"error": "no"}', ": no"),
        (b'{"message": 5, "detail": "no"}', ": no"),
        (b'{"message": 5}', ""),
        (b'["no"]', ""),
        (b"<html>", ""),
        (b"[" * 100_000, ""),
        (b'{"message": "\\u001b[31mno\\u0000"}', ": [31mno"),
        (b'{"message": "' + b"x" * 900 + b'"}', ": " + "x" * 300),
        (b'{"message": ""}', ""),
    ],
)
def test_what_the_service_says(body, told):
    """Its message is told in one line without control characters, whatever the case of the name."""
    read = _read(400, body, most=200_000)
    assert isinstance(read, Failure)
    assert read.problem == "400 Bad Request" + told


def test_a_message_that_repeats_a_secret():
    """An error text that echoes what was sent in confidence is cleaned of it."""
    secrets = [Secret(b"Bearer marker-token"), Secret(b"marker-secret"), Secret(b"abc")]
    read = _read(
        400, b'{"message": "marker-token or marker-secret or Bearer marker-token, abc"}', secrets=secrets
    )
    assert isinstance(read, Failure)
    assert read.problem == "400 Bad Request: <secret> or <secret> or <secret>, abc"


def test_an_error_whose_body_is_refused():
    """An error keeps its status where its body is not read."""
    read = _read(503, headers={"Content-Encoding": "gzip"})
    assert isinstance(read, Failure)
    assert (read.status, read.problem, read.passing) == (503, "503 Service Unavailable", True)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("abc-123", "abc-123"),
        ("Root=1-5e1b4151-5ac6c58f", "Root=1-5e1b4151-5ac6c58f"),
        ("a b", ""),
        ("x" * 129, ""),
    ],
)
@pytest.mark.parametrize("name", ["x-amzn-RequestId", "EL2G-Correlation-ID", "X-Request-Id"])
def test_correlation(name, value, told):
    """The id under which the service knows a request is kept, if it is plain."""
    for status in (400, 302):
        read = _read(status, headers={name: value})
        assert isinstance(read, Failure)
        assert read.correlation == told


PAUSES = {
    "7": 7,
    "0": 0,
    "1000000000": 120,
    "9" * 400: 120,
    "Thu, 01 Jan 2026 00:00:30 GMT": 30,
    "Thu, 01 Jan 2026 00:00:30 -0000": 30,
    "Wed, 31 Dec 2025 00:00:00 GMT": 0,
    "Fri, 01 Jan 2027 00:00:00 GMT": 120,
    "-5": None,
    "1.5": None,
    "soon": None,
    "": None,
    "٣": None,
    "Thu, 99 Jan 2026 00:00:30 GMT": None,
}


@pytest.mark.parametrize(("text", "seconds"), PAUSES.items(), ids=[text[:30] for text in PAUSES])
def test_retry_after(text, seconds):
    """Seconds or a date, past or absent or huge: at most two minutes, never less than none."""
    read = _read(429, headers={"Retry-After": text.encode()})
    assert isinstance(read, Failure)
    assert read.wait == seconds


def test_retry_after_by_the_clock_of_the_service():
    """A date is compared with the service's own clock where it tells it: ours may be wrong."""
    headers = {"Retry-After": "Fri, 01 Jan 2027 00:00:09 GMT", "Date": "Fri, 01 Jan 2027 00:00:00 GMT"}
    read = _read(503, headers=headers)
    assert isinstance(read, Failure)
    assert read.wait == 9
    assert "(it asks for a pause of 9 s)" in read.problem


def test_the_code_and_the_details_of_an_error():
    """What a service tells beyond words is kept, a text of JSON as what it holds, and cleaned of secrets."""
    body = b'{"code": "ERR_1", "message": "no", "details": "{\\"ids\\": [\\"0x1\\", \\"marker-token\\"]}"}'
    read = _read(422, body, secrets=[Secret(b"marker-token")])
    assert isinstance(read, Failure)
    assert read.problem.endswith(": no (ERR_1)")
    assert (read.code, read.details) == ("ERR_1", {"ids": ["0x1", "<secret>"]})


@pytest.mark.parametrize(
    ("body", "code", "details"),
    [
        (b'{"code": 5, "details": "not {JSON"}', "", "not {JSON"),
        (b'{"code": "a b", "details": [{"b": 1}]}', "", [{"b": 1}]),
        (b'{"message": "no"}', "", None),
        (b"[]", "", None),
    ],
)
def test_codes_and_details_of_any_form(body, code, details):
    """A code that is no plain word is none, and details may be anything."""
    read = _read(400, body)
    assert isinstance(read, Failure)
    assert (read.code, read.details) == (code, details)
