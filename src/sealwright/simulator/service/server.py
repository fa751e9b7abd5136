"""The service over real sockets: uvicorn in a thread."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sealwright.errors import InputError
from sealwright.simulator.service.app import HANG_UP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

SECONDS_TO_STOP: Final = 2
"""How long calls that are under way may take when the server stops."""


@contextmanager
def serve(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, prefix: str = "/v1") -> Iterator[str]:
    """Serve an application for as long as the block runs; yields its URL, `http://HOST:PORT/v1`.

    Port 0 takes a free one; `prefix` is what the URL ends with. Raises InputError where the address
    cannot be listened at.
    """
    listener = _listen(host, port)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_STOP,
        )
    )
    thread = Thread(target=server.run, args=([listener],), name="sealwright simulator", daemon=True)
    thread.start()
    try:
        yield _url(host, listener.getsockname()[1]) + prefix
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def is_loopback(host: str) -> bool:
    """Tell whether nobody but this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it every call takes 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1_024)
    except OSError as problem:
        listener.close()
        raise InputError(f"simulator: cannot listen at {host}, port {port}: {problem.strerror}") from None
    return listener


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Protocol(H11Protocol):
    """uvicorn's protocol; here the application may drop its connection, a fault that clients must survive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), HANG_UP: self._hang_up}
            await inner({**scope, "extensions": extensions}, receive, send)

        self.app = app

    def _hang_up(self) -> None:
        self.transport.close()
