"""The service played in a few lines: tokens that are worth something, and an answer to every call."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, Self

from asking import QUICK
from sealwright.services.ublox.client import UbloxClient
from services.ublox.document import REPLIES
from serving import Server, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Heard


def jwt(number: int, issued: Any = 1_576_488_818, life: Any = 3600) -> str:
    """Return a token of the document's form; `life` may be no number."""
    claims = {"iat": issued, "exp": issued + life if isinstance(life, int) else life, "n": number}
    parts = (b'{"alg":"none"}', json.dumps(claims).encode(), b"made for testing")
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


class Service:
    """What the u-blox service does, as far as a test needs it.

    `accepts` tells which Authorization values are taken; by default the newest token, bare.
    """

    def __init__(self, **replies: Any) -> None:
        self.tokens = 0
        self.revoked = 0
        self.replies: dict[str, Any] = {
            f"/{name.replace('__', '/')}": reply for name, reply in replies.items()
        }
        self.accepts: Callable[[str], bool] = lambda shown: shown == self.token
        self.issue: Callable[[int], Any] = lambda number: {
            "AuthToken": jwt(number),
            "RefreshToken": f"r{number}",
        }
        self.refresh: Callable[[dict[str, Any]], bytes | None] = lambda _: None
        self.date = ""
        self._lock = threading.Lock()
        self._server = Server(self._answer)

    @property
    def token(self) -> str:
        """The newest token."""
        return jwt(self.tokens)

    @property
    def heard(self) -> list[Heard]:
        """The requests so far."""
        return self._server.heard

    def count(self, path: str) -> int:
        """Return how many requests a path has had."""
        return sum(heard.path == f"/v1{path}" for heard in self.heard)

    def _answer(self, heard: Heard) -> bytes:
        path = heard.path.removeprefix("/v1")
        if path in {"/authenticate", "/refreshauthtoken"}:
            return self._issue(path, heard)
        if not self.accepts(heard.headers.get("authorization", "")):
            return answer({"message": "Unauthorized"}, 401)
        reply = self.replies.get(path, REPLIES.get(path, {}))
        reply = reply(heard) if callable(reply) else reply
        return reply if isinstance(reply, bytes) else answer(reply)

    def _issue(self, path: str, heard: Heard) -> bytes:
        if path == "/refreshauthtoken" and (said := self.refresh(heard.json)) is not None:
            return said
        if path == "/authenticate" and heard.json["APISecret"] != "secret":
            return answer({"message": "Bad Request"}, 400)
        self.tokens += 1
        issued = self.issue(self.tokens)
        if path == "/refreshauthtoken":
            issued.pop("RefreshToken", None)
        return answer(issued, Date=self.date)

    def client(self, *account: Any, **options: Any) -> UbloxClient:
        """Return a client of this service."""
        given = account or (
            () if "auth_token" in options or "refresh_token" in options else ("key", "secret")
        )
        return UbloxClient(*given, **{"service": self._server.url, "limits": QUICK, **options})

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()
