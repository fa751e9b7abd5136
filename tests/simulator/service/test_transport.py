"""The transport in this process: the same answers as over a socket, and the same errors."""

import threading
import time

import httpx2
import pytest

from sealwright.simulator.service.transport import InProcessTransport
from simulating import furnished, token


@pytest.fixture
def made():
    """Return a function that gives a client of a service; all of them are closed at the end."""
    clients = []

    def client(simulator):
        clients.append(
            httpx2.Client(
                base_url="http://127.0.0.1/v1",
                transport=InProcessTransport(simulator.app),
                headers={"Authorization": token(simulator)},
            )
        )
        return clients[-1]

    yield client
    for each in clients:
        each.close()


def test_a_call_is_answered(made):
    """Status, headers and body."""
    answered = made(furnished()).post("/apiversion", json={})
    assert (answered.status_code, answered.json()) == (200, {"Version": "1.1.29"})
    assert answered.headers["Date"] == "Thu, 15 Jan 2026 00:00:00 GMT"


def test_what_the_application_raises_is_raised(made):
    """A bug of the simulator is no fault of a network."""
    simulator = furnished()
    client = made(simulator)
    simulator.exchange.account = None
    with pytest.raises(AttributeError):
        client.post("/apiversion", json={})


@pytest.mark.parametrize("rule", ["*:disconnect", "*:lose", "*:cut"])
def test_dropped_connections(made, rule):
    """The errors that the HTTP library has for them over sockets."""
    client = made(furnished(rules=[rule]))
    with pytest.raises(httpx2.RemoteProtocolError):
        client.post("/apiversion", json={})


def test_slow_calls_run_beside_each_other(made):
    """One loop, many callers."""
    client = made(furnished(rules=["*:delay=0.1"]))
    threads = [threading.Thread(target=client.post, args=("/apiversion",)) for _ in range(20)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0.1 <= time.perf_counter() - started < 1.5


def test_closing_twice():
    """The thread ends, and a second close does nothing."""
    transport = InProcessTransport(furnished().app)
    transport.close()
    transport.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "sealwright simulator"]
