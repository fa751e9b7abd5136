"""Slow servers, endless answers and bombs: a call ends with its deadline, and memory does not grow."""

import gzip
import socket
import threading
import time

import pytest

from asking import ASK, body_of, channel
from sealwright.errors import ServiceError, UnavailableError
from sealwright.services._http import Limits, Tally
from sealwright.services._http.sockets import Network, Step
from serving import Server, answer, drip

DEADLINE = 0.6
PATIENT = Limits(deadline=DEADLINE, attempts=1)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"


def _silent(connection):
    while connection.recv(65_536):
        """Hear until the other side has enough."""


def _endless_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Y: " + b"z" * 60_000 + b"\r\n")


def _endless_hundreds(connection):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def _endless_body(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")


SLOW = {
    "says nothing": _silent,
    "drips its first line": drip(HEAD, 0.05),
    "drips its body": drip(HEAD + b"\r\n" + bytes(1000), 0.05),
    "drips chunks": drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100, 0.05
    ),
    "says 100 for ever": _endless_hundreds,
}


@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_the_deadline_is_for_the_whole_call(slow):
    """However a server dawdles, each read in time, the call ends at the deadline, and may have been done."""
    with Server([slow]) as server, channel(server, PATIENT) as open_channel:
        start = time.monotonic()
        with pytest.raises(UnavailableError, match="no answer came in time") as caught:
            open_channel.exchange(ASK, body_of)
        assert DEADLINE <= time.monotonic() - start < DEADLINE + 0.5
    assert (caught.value.sent, caught.value.answered) == (1, 0)


def test_attempts_share_the_deadline():
    """A shorter limit for an attempt leaves time for others, all under the one deadline."""
    limits = Limits(deadline=DEADLINE, attempt=0.15, backoff=0.01)
    with Server([_silent]) as server, channel(server, limits) as open_channel:
        start = time.monotonic()
        with pytest.raises(UnavailableError):
            open_channel.exchange(ASK, body_of)
        assert time.monotonic() - start < DEADLINE + 0.5
        assert len(server.heard) >= 3


def test_a_handshake_that_does_not_end():
    """A server that accepts and does not speak TLS holds a call until the deadline, and no request left."""
    with Server(answer(), greet=_silent) as server:
        with channel(server.url.replace("http:", "https:"), PATIENT) as open_channel:
            start = time.monotonic()
            with pytest.raises(UnavailableError, match="no connection came about in time") as caught:
                open_channel.exchange(ASK, body_of)
            assert time.monotonic() - start < DEADLINE + 0.5
    assert caught.value.sent == 0


def test_a_receiver_that_does_not_read():
    """A request that is not taken from the wire ends at the deadline too; a part of it left."""
    taken = threading.Event()

    def greet(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taken.wait(5)

    with Server(answer(), greet=greet) as server, channel(server, PATIENT) as open_channel:
        start = time.monotonic()
        body = type(ASK.body)(bytes(64 * 2**20))
        with pytest.raises(UnavailableError) as caught:
            open_channel.exchange(ASK._replace(body=body), body_of)
        assert time.monotonic() - start < DEADLINE + 0.5
        taken.set()
    assert caught.value.maybe_done


def _resident():
    with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123
        return int(told.read().split()[1]) * 4096


GZIP_OF_512_MIB = b"".join([gzip.compress(bytes(2**20), mtime=0)] * 512)
BOMBS = {
    "gzip": (answer(GZIP_OF_512_MIB, Content_Encoding="gzip"), "a compressed body"),
    "endless body": (_endless_body, "a body of more than 8,388,608 bytes"),
    "endless headers": (_endless_headers, "breaks off or is not HTTP"),
    "a length beyond reason": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "a body of more than 8,388,608 bytes",
    ),
    "deep JSON": (answer(b"[" * 8_000_000), None),
}


@pytest.mark.parametrize(("bomb", "words"), BOMBS.values(), ids=BOMBS)
def test_bombs(bomb, words):
    """Answers that want to fill the memory are refused; less than 32 MiB are taken meanwhile."""
    with Server([bomb]) as server, channel(server, Limits(attempts=1, deadline=20)) as open_channel:
        before = _resident()
        if words:
            with pytest.raises(ServiceError, match=words):
                open_channel.exchange(ASK, body_of)
        else:
            open_channel.exchange(ASK, lambda answer: len(answer.body))
        assert _resident() - before < 32 * 2**20


def test_connections_are_used_again():
    """Requests one after the other share a connection; one that the server has closed is noticed."""
    accepted = []

    def closing(connection):
        connection.sendall(answer())
        connection.close()

    with Server([answer(), answer(), closing, answer()], greet=accepted.append) as server:
        with channel(server) as open_channel:
            for number in range(4):
                if number == 3:
                    time.sleep(0.05)
                tally = Tally()
                open_channel.exchange(ASK, body_of, tally=tally)
                assert tally == Tally(1, 1)
    assert len(accepted) == 2


def test_a_look_up_that_hangs(monkeypatch):
    """A resolver that does not answer cannot hold a call beyond its deadline."""
    over = threading.Event()

    def hang(*_, **__):
        over.wait(10)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with channel("https://example.com", PATIENT) as open_channel:
        start = time.monotonic()
        with pytest.raises(UnavailableError, match="in time") as caught:
            open_channel.exchange(ASK, body_of)
        assert time.monotonic() - start < DEADLINE + 0.5
    over.set()
    assert caught.value.sent == 0


def test_a_name_that_cannot_be_looked_up():
    """A label longer than DNS has is no exception of Python's."""
    with channel(f"https://{'x' * 64}.example", PATIENT) as open_channel, pytest.raises(UnavailableError):
        open_channel.exchange(ASK, body_of)


def _resolve(monkeypatch, *addresses):
    def look_up(_host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_the_first_address_that_answers(monkeypatch):
    """Where a name has several addresses, the next is tried when one refuses."""
    with Server(answer(), host="127.0.0.2") as server:
        url = f"http://localhost:{server.port}"
        _resolve(monkeypatch, "127.0.0.3", "127.0.0.2")
        with channel(url) as open_channel:
            open_channel.exchange(ASK, body_of)
        assert len(server.heard) == 1
        _resolve(monkeypatch)
        with channel(url) as open_channel, pytest.raises(UnavailableError):
            open_channel.exchange(ASK, body_of)


def test_localhost_must_be_this_machine(monkeypatch):
    """In the clear nothing goes to a `localhost` that a resolver has placed elsewhere."""
    _resolve(monkeypatch, "192.0.2.1")
    with channel("http://localhost:9", Limits(attempts=1)) as open_channel:
        start = time.monotonic()
        with pytest.raises(UnavailableError, match="no connection came about"):
            open_channel.exchange(ASK, body_of)
        assert time.monotonic() - start < 1


def test_a_connect_that_times_out(monkeypatch):
    """A time-out while connecting ends the attempt: other addresses have no time left either."""
    _resolve(monkeypatch, "127.0.0.1", "127.0.0.1")

    def connect(*_):
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    with channel("http://localhost:9", Limits(attempts=1)) as open_channel:
        with pytest.raises(UnavailableError, match="no connection came about in time"):
            open_channel.exchange(ASK, body_of)


def test_no_time_left():
    """A step that begins after the deadline ends before it has begun."""
    step = Step()
    step.start(-1)
    with pytest.raises(TimeoutError):
        step.left()


def test_what_the_library_asks_of_a_stream():
    """Of an idle connection the library asks only whether it has ended."""
    step = Step()
    with Server(answer()) as server:
        stream = Network(step, loopback_only=True).connect_tcp(server.host, server.port)
        assert stream.get_extra_info("is_readable") is False
        assert stream.get_extra_info("ssl_object") is None
        stream.close()
