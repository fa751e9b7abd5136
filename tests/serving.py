"""A scripted HTTP server on loopback: it answers with the very bytes that a test wants, faults included."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import struct
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


class Heard(NamedTuple):
    """A request as it came over the socket."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def answer(body: Any = None, status: int = 200, **headers: str) -> bytes:
    """Return a whole answer. `body` is bytes, or a value to write as JSON; underscores become dashes."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    told = {"Content-Length": str(len(content)), "Content-Type": "application/json"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
    return f"HTTP/1.1 {status} -\r\n{lines}\r\n".encode() + content


def reset(connection: socket.socket) -> None:
    """Break a connection so that the other side hears a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection: socket.socket) -> None:
    """End a connection without a word."""
    connection.close()


def drip(octets: bytes, pause: float) -> Callable[[socket.socket], None]:
    """Return a script that sends one byte at a time."""

    def send(connection: socket.socket) -> None:
        for octet in octets:
            connection.sendall(bytes([octet]))
            time.sleep(pause)

    return send


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients hang up on purpose here."""


class Server:
    """Hears requests and answers them by a script: bytes, or a function that is given the connection.

    `script` is called with each request; a list is worked off, and its last answer stays. `greet` is
    given each new connection before anything is heard.
    """

    def __init__(
        self,
        script: Any,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        greet: Callable[[socket.socket], None] = lambda _: None,
    ) -> None:
        self.heard: list[Heard] = []
        self._script = script
        self._lock = threading.Lock()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    greet(self.request)
                    outer._serve(
                        self.request if tls is None else tls.wrap_socket(self.request, server_side=True)
                    )

        self._server = _Server((host, 0), Handler)
        self.host, self.port = self._server.server_address[:2]
        self._scheme = "http" if tls is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The URL of the service that this plays, with a path prefix."""
        return f"{self._scheme}://{self.host}:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while (heard := _hear(connection)) is not None:
                with self._lock:
                    self.heard.append(heard)
                    answers = self._script(heard) if callable(self._script) else self._next()
                if isinstance(answers, bytes):
                    connection.sendall(answers)
                else:
                    answers(connection)

    def _next(self) -> Any:
        if not isinstance(self._script, list):
            return self._script
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]


def _hear(connection: socket.socket) -> Heard | None:
    octets = b""
    while b"\r\n\r\n" not in octets:
        piece = connection.recv(65_536)
        if not piece:
            return None
        octets += piece
    head, _, body = octets.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (re.split(r":\s*", line, maxsplit=1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    method, path, _ = first.split(" ")
    return Heard(time.monotonic(), method, path, headers, body)
