"""What can go wrong on the way to a service, how far the request had got, and whether to try again."""

from __future__ import annotations

import ssl
from enum import Enum
from typing import Any, Final, NamedTuple

import httpx2

from sealwright.errors import CredentialsError, RefusedError, ServiceError, UnavailableError
from sealwright.services._retry import Retry


class Reach(Enum):
    """How far a request had got when it failed."""

    NOT_SENT = "no byte of the request left"
    UNANSWERED = "at least a part of the request left, and no whole answer came"
    ANSWERED = "the service answered"


class Failure(NamedTuple):
    """One attempt that failed."""

    reach: Reach
    problem: str
    passing: bool = True
    """Whether the fault may pass by itself."""
    status: int | None = None
    wait: float | None = None
    """Seconds for which the service asked to be left alone; None where it did not."""
    correlation: str = ""
    code: str = ""
    """The service's own word for what is wrong, such as `ERR_RTP_400_20`."""
    details: Any = None
    """What the service tells of it beyond words, without what we sent to it in confidence."""

    def may_retry(self, retry: Retry) -> bool:
        """Tell whether a call of this class may be sent again after this."""
        if not self.passing:
            return False
        if self.reach is Reach.NOT_SENT or self.status == 429 or retry in {Retry.READ, Retry.IDEMPOTENT}:
            return True
        return retry is Retry.E2E_GET and self.status in {502, 503}

    @property
    def error(self) -> type[ServiceError]:
        """The error that this becomes when it is the last word."""
        if self.status in {401, 403}:
            return CredentialsError
        if self.passing:
            return UnavailableError
        return RefusedError if self.status is not None and 400 <= self.status < 500 else ServiceError


_KNOWN: Final[tuple[tuple[type[Exception], Reach, str, bool], ...]] = (
    (httpx2.ConnectTimeout, Reach.NOT_SENT, "no connection came about in time", True),
    (httpx2.PoolTimeout, Reach.NOT_SENT, "no connection was free in time", True),
    (httpx2.ConnectError, Reach.NOT_SENT, "no connection came about", True),
    (httpx2.ProxyError, Reach.NOT_SENT, "the proxy does not let the request through", True),
    (httpx2.UnsupportedProtocol, Reach.NOT_SENT, "the scheme of the URL is not spoken", False),
    (httpx2.LocalProtocolError, Reach.NOT_SENT, "the request is not HTTP", False),
    (httpx2.InvalidURL, Reach.NOT_SENT, "the URL is not one", False),
    (httpx2.TimeoutException, Reach.UNANSWERED, "no answer came in time", True),
    (httpx2.RemoteProtocolError, Reach.UNANSWERED, "the answer breaks off or is not HTTP", True),
    (httpx2.NetworkError, Reach.UNANSWERED, "the connection broke", True),
)
"""The exceptions of the library, the more special ones first."""


def failure_of(problem: Exception, system: OSError | None = None) -> Failure:
    """Say in our words what an exception of the layer below means; `system` is what the system said.

    What is not known there, from an injected transport for instance, counts as a request that left.
    """
    if system is not None and _is_tls_refusal(system):
        return Failure(Reach.NOT_SENT, _tls_words(system), passing=False)
    for kind, reach, words, passing in _KNOWN:
        if isinstance(problem, kind):
            told = f": {system.strerror}" if system is not None and system.strerror else ""
            return Failure(reach, words + told, passing)
    return Failure(Reach.UNANSWERED, f"the connection broke ({type(problem).__name__})")


def _is_tls_refusal(problem: BaseException) -> bool:
    """Tell a certificate or protocol that is refused from a connection that broke in the handshake."""
    broke = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    return isinstance(problem, ssl.SSLError) and not isinstance(problem, broke)


def _tls_words(problem: BaseException) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return (
            f"its certificate is refused: {problem.verify_message}: where the service has a CA of its own, "
            "name that with --ca-file"
        )
    reason = str(getattr(problem, "reason", None) or "unknown").replace("_", " ").lower()
    return f"TLS 1.2 or newer cannot be agreed upon: {reason}"
