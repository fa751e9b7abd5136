"""A simulated EL2G that kills its client, as kill -9 does, at a request that a test chooses."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Final

import crashing
from sealwright.services.el2g.client import El2gClient
from sealwright.simulator.el2g import PREFIXES, serve

if TYPE_CHECKING:
    import multiprocessing
    from collections.abc import Callable

    from sealwright.simulator.el2g import El2gSimulator

MOMENTS: Final = ("before", "after")
"""When the client dies: before the request has done anything, or after, and it hears no answer."""


class Deadly:
    """An ASGI application that kills its client at the request of some number, from 1; 0 is none."""

    def __init__(self, app: Any, number: int, moment: str) -> None:
        self._app, self._number, self._moment = app, number, moment
        self._heard = 0
        self._started = threading.Event()
        self._client: multiprocessing.process.BaseProcess | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or kill who asks; what is under way beside that one gets no answer either."""
        self._heard += 1
        number = self._heard
        if not self._number or number < self._number:
            await self._app(scope, receive, send)
            return
        if self._moment == "after":
            await self._app(scope, receive, _drop)
        if number > self._number:
            return
        await asyncio.to_thread(self._started.wait)
        assert self._client
        self._client.kill()

    def may_kill(self, client: multiprocessing.process.BaseProcess) -> None:
        """Say who the client is."""
        self._client = client
        self._started.set()


async def _drop(_message: Any) -> None:
    """Send nothing."""


def killed_at(simulator: El2gSimulator, number: int, moment: str, work: Callable[[El2gClient], None]) -> bool:
    """Let a child work with a client and kill it at a request; tell whether it came to that request."""

    def run(url: str, token: str) -> None:
        with El2gClient(token, service=url) as client:
            work(client)

    deadly = Deadly(simulator.app, number, moment)
    with serve(deadly, prefix=PREFIXES["nxp"]) as url:
        child = crashing.start(run, url, simulator.token)
        deadly.may_kill(child)
        child.join(30)
        assert child.exitcode in {0, -9}
    return child.exitcode == -9
