"""The service as an ASGI application: the same for calls in this process and over sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from sealwright.errors import SealwrightError
from sealwright.simulator.service.exchange import LARGEST_BODY, Asked, Ending

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from sealwright.simulator.service.exchange import Answered, Exchange

HANG_UP: Final = "sealwright.hang_up"
"""The ASGI extension by which our server lets a connection be dropped; a function without arguments."""


class HungUpError(SealwrightError, ConnectionResetError):
    """A fault rule has dropped the connection. Only callers in the same process see this error."""


def make_app(exchange: Exchange, prefix: str = "") -> Starlette:
    """Return the application that answers calls by an exchange; `prefix` stands before all paths."""
    return Starlette(routes=[Mount(prefix, app=_Calls(exchange, prefix))])


class _Calls:
    """An ASGI application without routes: the exchange knows the paths, and every path is asked for."""

    def __init__(self, exchange: Exchange, prefix: str) -> None:
        self._exchange = exchange
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answered = self._exchange.answer(await _asked(request, self._prefix))
        if answered.delay:
            await asyncio.sleep(answered.delay)
        if answered.ending is Ending.WHOLE:
            await Response(answered.body, answered.status, answered.headers)(scope, receive, send)
            return
        if answered.ending is Ending.CUT:
            await _send_half(answered, send)
        await _hang_up(scope, receive)


async def _asked(request: Request, prefix: str) -> Asked:
    body = b""
    async for chunk in request.stream():
        if len(body) <= LARGEST_BODY:  # the rest is read and dropped: one byte too many says enough
            body += chunk
    headers = request.headers
    return Asked(
        method=request.method,
        path=request.scope["path"].removeprefix(prefix),
        authorization=headers.get("Authorization", ""),
        content_type=headers.get("Content-Type", ""),
        body=body,
        query=request.url.query,
        headers={name.lower(): value for name, value in headers.items()},
    )


async def _send_half(answered: Answered, send: Send) -> None:
    headers = {**answered.headers, "Content-Length": str(len(answered.body))}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answered.status, "headers": raw})
    half = answered.body[: len(answered.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Drop the connection, and wait until it is gone."""
    hang_up = scope.get("extensions", {}).get(HANG_UP)
    if hang_up is None:
        raise HungUpError("simulator: a fault rule has dropped the connection")
    hang_up()
    while (await receive())["type"] != "http.disconnect":
        pass
