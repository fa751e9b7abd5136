"""Real sockets: the server starts, answers, drops connections and stops."""

import http.client
import json
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from sealwright.errors import InputError
from sealwright.simulator.ublox import is_loopback, serve
from simulating import furnished


def connection(url):
    """Return a connection to the host of a URL."""
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)


def post(connected, path, body, **headers):
    """Make a call over a connection."""
    connected.request("POST", f"/v1{path}", json.dumps(body), {"Content-Type": "application/json", **headers})
    with connected.getresponse() as answered:
        return answered.status, answered.read()


def authenticated(connected, simulator):
    """Get a token over a connection."""
    credentials = simulator.credentials
    status, body = post(
        connected, "/authenticate", {"APIKey": credentials.api_key, "APISecret": credentials.api_secret}
    )
    assert status == 200
    return json.loads(body)["AuthToken"]


def test_calls_over_a_socket():
    """One connection serves many calls, without the 40 ms that Nagle's algorithm would cost each."""
    simulator = furnished()
    with serve(simulator.app) as url:
        connected = connection(url)
        shown = authenticated(connected, simulator)
        started = time.perf_counter()
        for _ in range(50):
            status, body = post(connected, "/apiversion", {}, Authorization=shown)
            assert (status, json.loads(body)) == (200, {"Version": "1.1.29"})
        assert time.perf_counter() - started < 50 * 0.03
        connected.close()
    assert simulator.ledger.requests == {"/authenticate": 1, "/apiversion": 50}


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("*:disconnect", http.client.RemoteDisconnected),
        ("*:lose", http.client.RemoteDisconnected),
        ("*:cut", http.client.IncompleteRead),
    ],
)
def test_connections_are_dropped(rule, error):
    """A client sees what it sees of a real network."""
    simulator = furnished()
    with serve(simulator.app) as url:
        connected = connection(url)
        shown = authenticated(connected, simulator)
        simulator.disturb(rule)
        with pytest.raises(error):
            post(connected, "/apiversion", {}, Authorization=shown)
        connected.close()
        simulator.weather.clear()
        again = connection(url)
        assert post(again, "/apiversion", {}, Authorization=shown)[0] == 200
        again.close()


def test_slow_calls_run_beside_each_other():
    """Twenty calls of 100 ms take far less than two seconds."""
    simulator = furnished()
    with serve(simulator.app) as url:
        connected = connection(url)
        shown = authenticated(connected, simulator)
        connected.close()
        simulator.disturb("*:delay=0.1")

        def one():
            each = connection(url)
            assert post(each, "/apiversion", {}, Authorization=shown)[0] == 200
            each.close()

        threads = [threading.Thread(target=one) for _ in range(20)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.perf_counter() - started < 1.5
    assert simulator.ledger.requests["/apiversion"] == 20


def test_the_server_stops_with_its_block():
    """No thread stays, and the port is free again, also where a client keeps its connection open."""
    simulator = furnished()
    with serve(simulator.app) as url:
        kept = connection(url)
        authenticated(kept, simulator)
        port = urlsplit(url).port
    assert not [thread for thread in threading.enumerate() if thread.name == "sealwright simulator"]
    with socket.create_server(("127.0.0.1", port)):
        pass
    kept.close()


def test_an_address_that_is_taken():
    """Says which, and why."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(InputError, match=f"127.0.0.1, port {port}: Address already in use"),
            serve(None, port=port),
        ):
            pass


def test_ipv6():
    """A URL has brackets around the address."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with serve(furnished().app, host="::1") as url:
        assert url.startswith("http://[::1]:")
        connected = connection(url)
        assert post(connected, "/apiversion", {})[0] == 401
        connected.close()


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.com", False),
    ],
)
def test_loopback(host, answer):
    """Only addresses that other machines cannot reach are."""
    assert is_loopback(host) is answer
