"""Every exception of the layer below has a meaning of ours, and every meaning its rule for another try."""

import ssl

import httpx2
import pytest

from asking import ASK, QUICK
from sealwright.errors import CredentialsError, RefusedError, SealwrightError, ServiceError, UnavailableError
from sealwright.services._http import Channel, Tally
from sealwright.services._http.failure import Failure, Reach, failure_of
from sealwright.services._retry import Retry

BELOW = sorted(
    {
        value
        for value in vars(httpx2).values()
        if isinstance(value, type) and issubclass(value, Exception) and not issubclass(value, Warning)
    },
    key=lambda kind: kind.__name__,
)
NOT_SENT = {
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
}
PERMANENT = {httpx2.InvalidURL, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol}


class _Raises(httpx2.BaseTransport):
    def __init__(self, problem):
        self.problem = problem
        self.asked = 0

    def handle_request(self, _request):
        self.asked += 1
        raise self.problem


def _example(kind):
    arguments = {httpx2.HTTPStatusError: {"request": None, "response": None}}
    texts = () if issubclass(kind, httpx2.StreamError) and kind is not httpx2.StreamError else ("hunter2",)
    return kind(*texts, **arguments.get(kind, {}))


def test_the_walk_sees_them_all():
    """The library's own list of exceptions is inside of what is walked below."""
    assert {kind.__name__ for kind in BELOW} >= {"HTTPError", "TransportError", "StreamError", "InvalidURL"}
    assert len(BELOW) >= 29


@pytest.mark.parametrize("kind", [*BELOW, ValueError, RuntimeError, OSError], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("retry", Retry)
def test_every_exception_becomes_an_error_of_ours(kind, retry):
    """Whatever is raised below comes out as ours, without its text, and tells whether a request left."""
    transport = _Raises(_example(kind))
    tally = Tally()
    channel = Channel("https://127.0.0.1", transport=transport, limits=QUICK)
    with pytest.raises(ServiceError) as caught:
        channel.exchange(ASK._replace(retry=retry), lambda answer: answer, tally=tally)
    error = caught.value
    assert isinstance(error, SealwrightError)
    assert error.__cause__ is error.__context__ is None
    assert "hunter2" not in str(error)
    left = kind not in NOT_SENT
    often = 1 if kind in PERMANENT or (left and retry in {Retry.E2E_GET, Retry.CREATE}) else 4
    assert transport.asked == often
    assert (error.sent, error.answered) == (tally.sent, tally.answered) == (often * left, 0)
    assert error.maybe_done is left
    assert ("may have been carried out" in str(error)) is left
    assert isinstance(error, UnavailableError) is (kind not in PERMANENT)


def _status(status, **facts):
    return Failure(Reach.ANSWERED, "", status=status, **facts)


RETRIED = {
    Retry.READ: {"not sent", "unanswered", 429, 500, 502, 503, 200},
    Retry.IDEMPOTENT: {"not sent", "unanswered", 429, 500, 502, 503, 200},
    Retry.E2E_GET: {"not sent", 429, 502, 503},
    Retry.CREATE: {"not sent", 429},
}
FAILURES = {
    "not sent": Failure(Reach.NOT_SENT, ""),
    "unanswered": Failure(Reach.UNANSWERED, ""),
    200: _status(200),
    400: _status(400, passing=False),
    429: _status(429),
    500: _status(500),
    502: _status(502),
    503: _status(503),
}


@pytest.mark.parametrize("retry", Retry)
def test_what_is_sent_again(retry):
    """By what a call does, a fault is tried again or not."""
    assert {name for name, failure in FAILURES.items() if failure.may_retry(retry)} == RETRIED[retry]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (_status(401, passing=False), CredentialsError),
        (_status(403, passing=False), CredentialsError),
        (_status(400, passing=False), RefusedError),
        (_status(404, passing=False), RefusedError),
        (_status(302, passing=False), ServiceError),
        (_status(501, passing=False), ServiceError),
        (_status(503), UnavailableError),
        (Failure(Reach.NOT_SENT, "", passing=False), ServiceError),
        (Failure(Reach.NOT_SENT, ""), UnavailableError),
    ],
)
def test_what_it_is_in_the_end(failure, error):
    """The last failure decides which error comes out."""
    assert failure.error is error


def test_what_the_system_says():
    """The system's own sentence is told; a refused certificate is permanent, a broken handshake is not."""
    told = failure_of(httpx2.ConnectError("x"), ConnectionRefusedError(111, "Connection refused"))
    assert told.problem == "no connection came about: Connection refused"
    assert failure_of(httpx2.ConnectError("x"), OSError()).problem == "no connection came about"
    broken = failure_of(httpx2.ConnectError("x"), ssl.SSLEOFError(8, "EOF occurred"))
    assert (broken.reach, broken.passing) == (Reach.NOT_SENT, True)
    refused = failure_of(httpx2.ConnectError("x"), ssl.SSLError("nothing more"))
    assert (refused.reach, refused.passing) == (Reach.NOT_SENT, False)
