"""EL2G played in a few lines: it knows one token, and has an answer to every call."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Self

from asking import QUICK
from sealwright.services.el2g.client import El2gClient
from services.el2g.document import TABLE, plain_path
from serving import Server, answer

if TYPE_CHECKING:
    from services.el2g.document import Line
    from serving import Heard

TOKEN: Final = "marker-token"


def answer_of(line: Line) -> bytes:
    """Return the answer that the document shows."""
    if isinstance(line.reply, str):
        return answer(line.reply.encode(), line.status, Content_Type="text/plain")
    return answer(b"" if line.reply is None else line.reply, line.status)


def _pattern(line: Line) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", plain_path(line.line)[1]))


class Service:
    """What EL2G does, as far as a test needs it.

    `script` has answers of the test's own by method and path without the edition: bytes, JSON values, or
    functions of what was heard that return these or a script of the connection.
    """

    def __init__(self, script: dict[str, Any] | None = None, edition: str = "/api/v1") -> None:
        self.script = script or {}
        self.edition = edition
        self._server = Server(self._answer)

    @property
    def heard(self) -> list[Heard]:
        """The requests so far."""
        return self._server.heard

    @property
    def url(self) -> str:
        """Where it is."""
        return self._server.url.removesuffix("/v1") + self.edition

    def lines(self) -> list[str]:
        """Return the method and path of each request so far, without the edition and the query."""
        return [f"{heard.method} {self._path(heard)}" for heard in self.heard]

    def _path(self, heard: Heard) -> str:
        return re.sub(r"^/api/v[0-9]+", "", heard.path.partition("?")[0])

    def _answer(self, heard: Heard) -> Any:
        if TOKEN not in {heard.headers.get("el2g-api-key"), heard.headers.get("osf-token")}:
            return answer({"message": "Unauthorized"}, 401)
        line = f"{heard.method} {self._path(heard)}"
        if line in self.script:
            reply = self.script[line]
            reply = reply(heard) if callable(reply) else reply
            return reply if isinstance(reply, bytes) or callable(reply) else answer(reply)
        body = json.loads(heard.body) if heard.body else None
        known = [
            each
            for each in TABLE
            if heard.method == plain_path(each.line)[0] and _pattern(each).fullmatch(self._path(heard))
        ]
        # Several lines may share a path: the body tells which is meant, and a name counts before any id.
        best = min(known, key=lambda each: (each.body != body, each.line.count("{")), default=None)
        return answer({"message": "Not Found"}, 404) if best is None else answer_of(best)

    def client(self, **options: Any) -> El2gClient:
        """Return a client of this service."""
        return El2gClient(TOKEN, **{"service": self.url, "limits": QUICK, **options})

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()
