"""Sockets that know how long a whole call may still take.

The HTTP library bounds each read and write by itself: a server that sends one byte before each
time-out would hold a call for ever. Here every step of a call gets what is left of its deadline.
"""

from __future__ import annotations

import math
import select
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import httpcore2

from sealwright.services._http.origin import is_loopback

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

_PIECE: Final = 2**16


class Step(threading.local):
    """The attempt that a thread is at: until when, and what the system said when it broke.

    A request does all its work in the thread that made it.
    """

    until: float = math.inf
    fault: OSError | None = None

    def start(self, seconds: float) -> None:
        """Begin an attempt that must be over in so many seconds."""
        self.until = time.monotonic() + seconds
        self.fault = None

    def left(self) -> float:
        """Return the seconds left. Raises TimeoutError where there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, threading.TIMEOUT_MAX)

    @contextmanager
    def mapped(self, timeout: type[Exception], broken: type[Exception]) -> Iterator[None]:
        """Turn faults of the system into the exceptions that the library expects, and remember them.

        The library raises its own without a cause, and what the system said would be lost.
        """
        try:
            yield
        except TimeoutError:
            raise timeout from None
        except OSError as problem:
            self.fault = problem.with_traceback(None)
            raise broken from None


class Network(httpcore2.NetworkBackend):
    """Opens connections within the deadline; in the clear only to this machine."""

    def __init__(self, step: Step, *, loopback_only: bool) -> None:
        self._step = step
        self._loopback_only = loopback_only

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Connect to the first address that answers."""
        with self._step.mapped(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            return Stream(self._connected(self._addresses(host, port)), self._step)

    def _addresses(self, host: str, port: int) -> list[tuple[str, int]]:
        """Look a name up, in a thread of its own: nothing can interrupt a look-up."""
        found: list[Any] = []
        lookup = threading.Thread(target=_look_up, args=(host, port, found), daemon=True)
        lookup.start()
        lookup.join(self._step.left())
        if not found:
            raise TimeoutError
        if isinstance(found[0], OSError):
            raise found[0]
        addresses: list[tuple[str, int]] = found[0]
        if self._loopback_only and not all(is_loopback(address) for address, _ in addresses):
            raise OSError("the name does not lead to this machine")
        return addresses

    def _connected(self, addresses: list[tuple[str, int]]) -> socket.socket:
        problem = OSError("the name has no address")
        for address in addresses:
            try:
                connection = socket.create_connection(address, self._step.left())
            except TimeoutError:
                raise
            except OSError as one:
                problem = one
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
        raise problem


def _look_up(host: str, port: int, found: list[Any]) -> None:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        found.append(problem)
    except UnicodeError:
        found.append(OSError("the name is none that can be looked up"))
    else:
        found.append([(str(address[0]), port) for *_, address in infos])


class Stream(httpcore2.NetworkStream):
    """A connection whose every step ends with the deadline of the call."""

    def __init__(self, connection: socket.socket, step: Step) -> None:
        self._socket = connection
        self._step = step

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Read what is there, at most so many bytes."""
        with self._step.mapped(httpcore2.ReadTimeout, httpcore2.ReadError):
            self._socket.settimeout(self._step.left())
            return self._socket.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all of it, piece by piece, so that a receiver that dawdles meets the deadline too."""
        view = memoryview(buffer)
        with self._step.mapped(httpcore2.WriteTimeout, httpcore2.WriteError):
            while view:
                self._socket.settimeout(self._step.left())
                view = view[self._socket.send(view[:_PIECE]) :]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Shake hands; the certificate and its name are checked on the way."""
        try:
            with self._step.mapped(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                self._socket.settimeout(self._step.left())
                secure = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except httpcore2.NetworkError:
            self.close()
            raise
        return Stream(secure, self._step)

    def get_extra_info(self, info: str) -> Any:
        """Tell whether an idle connection has something to read: that is its end. Nothing else is known."""
        if info == "is_readable":
            waiting = select.poll()
            waiting.register(self._socket, select.POLLIN)
            return bool(waiting.poll(0))
        return None
