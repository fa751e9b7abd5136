"""The ASGI application, called in this process."""

import asyncio
import json

import pytest

from sealwright.simulator.service.app import HANG_UP, HungUpError
from sealwright.simulator.service.exchange import LARGEST_BODY
from simulating import furnished, token


def request(simulator, path, body=b"{}", method="POST", extensions=None, **headers):
    """Make one ASGI call and return its messages."""
    shown = {"authorization": token(simulator), "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in shown.items()],
        "extensions": extensions or {},
    }
    incoming = [
        {"type": "http.request", "body": body, "more_body": False},
        {"type": "http.request", "body": b"", "more_body": False},
        {"type": "http.disconnect"},
    ]
    sent = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(simulator.app(scope, receive, send))
    return sent


def test_a_call_is_answered():
    """Under /v1, with headers and a body that is as long as it says."""
    start, body = request(furnished(), "/v1/apiversion")
    headers = dict(start["headers"])
    assert start["status"] == 200
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert json.loads(body["body"]) == {"Version": "1.1.29"}


@pytest.mark.parametrize(
    ("path", "method"), [("/apiversion", "POST"), ("/v2/apiversion", "POST"), ("/v1/apiversion", "GET")]
)
def test_other_paths_are_not_there(path, method):
    """404 outside /v1, for another method, and for what the document does not have."""
    assert request(furnished(), path, method=method)[0]["status"] == 404


def test_a_body_that_is_too_large_is_not_kept():
    """413; what is over the limit is read and dropped."""
    assert request(furnished(), "/v1/tag/create", bytes(LARGEST_BODY + 5))[0]["status"] == 413


def test_a_delay_takes_its_time():
    """Not less than the rule says."""
    simulator = furnished(rules=["*:delay=0.05"])

    async def timed():
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.to_thread(request, simulator, "/v1/apiversion")
        return loop.time() - started

    assert asyncio.run(timed()) >= 0.05


@pytest.mark.parametrize(("rule", "parts"), [("*:disconnect", 0), ("*:lose", 0), ("*:cut", 2)])
def test_a_connection_is_dropped_where_the_server_can(rule, parts):
    """The application asks its server; a cut answer has begun, and its body is shorter than it says."""
    hung_up = []
    simulator = furnished(rules=[rule])
    sent = request(simulator, "/v1/apiversion", extensions={HANG_UP: lambda: hung_up.append(True)})
    assert hung_up == [True]
    assert len(sent) == parts
    if sent:
        start, body = sent
        assert len(body["body"]) < int(dict(start["headers"])[b"content-length"])
        assert body["more_body"]


def test_a_dropped_connection_is_an_error_where_there_is_no_socket():
    """Callers in the same process see it as a ConnectionResetError of ours."""
    with pytest.raises(HungUpError, match="dropped the connection") as caught:
        request(furnished(rules=["*:disconnect"]), "/v1/apiversion")
    assert isinstance(caught.value, ConnectionResetError)
