"""A simulated EL2G that kills its client, as kill -9 does, at a request that a test chooses."""

from __future__ import annotations

from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any, Final

import crashing
from sealwright.services.el2g.client import El2gClient
from sealwright.simulator.el2g import PREFIXES, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

    from sealwright.simulator.el2g import El2gSimulator

MOMENTS: Final = ("before", "after")
"""When the client dies: before the request has done anything, or after, and it hears no answer."""


class Deadly:
    """An ASGI application that kills its client at the request of some number, from 1; 0 is none."""

    def __init__(self, app: Any, number: int, moment: str, client: BaseProcess) -> None:
        self._app, self._number, self._moment, self._client = app, number, moment, client
        self._heard = 0

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
        self._client.kill()


async def _drop(_message: Any) -> None:
    """Send nothing."""


def killed_at(simulator: El2gSimulator, number: int, moment: str, work: Callable[[El2gClient], None]) -> bool:
    """Let a child work with a client and kill it at a request; tell whether it came to that request."""
    near, far = Pipe()

    def run() -> None:
        url, token = far.recv()
        with El2gClient(token, service=url) as client:
            work(client)

    # The child starts before the server: a fork copies no threads, and may copy a lock that one holds.
    child = crashing.start(run)
    deadly = Deadly(simulator.app, number, moment, child)
    with near, far, serve(deadly, prefix=PREFIXES["nxp"]) as url:
        near.send((url, simulator.token))
        child.join(120)
        assert child.exitcode in {0, -9}
    return bool(child.exitcode == -9)
