"""The service without a socket: a transport that hands requests to the application in this process."""

from __future__ import annotations

import asyncio
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx2

from sealwright.simulator.service.app import HungUpError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message


class InProcessTransport(httpx2.BaseTransport):
    """Answers requests by an ASGI application, on one event loop in a thread, as a server does.

    A connection that a fault rule drops is the error that a socket would bring. Delays are real.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="sealwright simulator", daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the application's answer."""
        call = _Call(request)
        asyncio.run_coroutine_threadsafe(call.made(self._app), self._loop).result()
        return call.response()

    def close(self) -> None:
        """Stop the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()


class _Call:
    """One call of the application."""

    def __init__(self, request: httpx2.Request) -> None:
        self._request = request
        self._sent: list[Message] = []
        self._hung_up = False

    async def made(self, app: ASGIApp) -> None:
        try:
            await app(self._scope(), self._receive, self._send)
        except HungUpError:
            self._hung_up = True

    def response(self) -> httpx2.Response:
        if not self._sent:
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        start, *bodies = self._sent
        body = b"".join(message.get("body", b"") for message in bodies)
        stream = _Cut(body) if self._hung_up else httpx2.ByteStream(body)
        return httpx2.Response(start["status"], headers=start["headers"], stream=stream)

    def _scope(self) -> dict[str, Any]:
        url = self._request.url
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "server": (url.host, url.port),
        }

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._request.read(), "more_body": False}

    async def _send(self, message: Message) -> None:
        self._sent.append(message)


class _Cut(httpx2.SyncByteStream):
    """A body that ends too early."""

    def __init__(self, half: bytes) -> None:
        self._half = half

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")
