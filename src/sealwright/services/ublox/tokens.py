"""The AuthToken: fetched once for all threads, renewed before it ends, and shown in the form that is taken.

REST document 1.1.29, "Authentication": an AuthToken is a JWT that lives an hour, a RefreshToken lives three
days and needs no secret. The vendor's script shows the bare token, the document declares `Bearer`.
"""

from __future__ import annotations

import binascii
import math
import threading
from base64 import urlsafe_b64decode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import msgspec

from sealwright.errors import CredentialsError, RefusedError, ServiceError, UnavailableError
from sealwright.secret import Secret
from sealwright.services.ublox.authentication import Authenticate, Refresh, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sealwright.services._http import Timing

_RENEW_AT: Final = 0.8
"""Of a token's life; the rest is for a service that is not to be had just then."""
_USUAL_LIFE: Final = 3600.0
_REFRESHABLE: Final = 3 * 24 * 3600.0
_NEXT_TRY: Final = 30.0
_BARE, _BEARER = b"", b"Bearer "


class Account(NamedTuple):
    """What an account is known by; a RefreshToken does for three days without the secret."""

    api_key: Secret | None = None
    api_secret: Secret | None = None
    refresh_token: Secret | None = None
    auth_token: Secret | None = None

    @property
    def is_enough(self) -> bool:
        """Whether there is a token to show, or what it takes to ask for one."""
        asks = self.api_key is not None and (self.api_secret or self.refresh_token) is not None
        return asks or self.auth_token is not None


class Ask(Protocol):
    """Sends a request for tokens, with a header to show or none."""

    def __call__(
        self, request: Authenticate | Refresh, shown: Mapping[str, Secret], within: float
    ) -> tuple[Tokens, datetime | None]:
        """Return the tokens, in at most so many seconds, and the service's clock at that moment."""
        ...


class _Held(NamedTuple):
    """A token, and moments of our own clock."""

    token: Secret
    renew_at: float
    ends_at: float


class TokenKeeper:
    """Credentials of a channel: one AuthToken for all threads, renewed by one of them."""

    def __init__(self, account: Account, ask: Ask, timing: Timing) -> None:
        self._account = account
        self._ask = ask
        self._now = timing.monotonic
        self._lock = threading.Lock()
        self._scheme = _BARE
        self._proved = False
        self._refresh_token = account.refresh_token
        self._refresh_until = math.inf
        self._held: _Held | None = None
        if account.auth_token is not None:
            self._held = _hold(account.auth_token, timing.now(), self._now())

    @property
    def secrets(self) -> Iterable[Secret]:
        """The account's secrets, and the tokens held now."""
        known = (*self._account, self._refresh_token, self._held and self._held.token)
        return tuple(secret for secret in known if secret is not None)

    def headers(self, within: float) -> Mapping[str, Secret]:
        """Return the header to show, with a token that lives."""
        held = self._held
        if held is None or self._now() >= held.ends_at:
            with self._turn(within):
                held = self._renewed(held, within)
        elif self._now() >= held.renew_at:
            held = self._renewed_in_passing(held, within)
        return self._header(held.token)

    def accepted(self, _shown: Mapping[str, Secret]) -> None:
        """Remember that the service takes a token in this form."""
        self._proved = True

    def refused(self, shown: Mapping[str, Secret], within: float) -> bool:
        """Find something else to show: what another thread has found, the other form, or a new token."""
        with self._turn(within):
            held = self._held
            if held is None or not self._header(held.token)["Authorization"].matches(shown["Authorization"]):
                return True
            if not self._proved and self._scheme is _BARE:
                self._scheme = _BEARER
                return True
            if not self._proved:
                self._scheme = _BARE
            self._renewed(held, within)
            return True

    def _header(self, token: Secret) -> Mapping[str, Secret]:
        return {"Authorization": Secret(self._scheme + token.reveal())}

    @contextmanager
    def _turn(self, within: float) -> Iterator[None]:
        """Wait for the thread that asks for a token now."""
        if not self._lock.acquire(timeout=max(within, 0)):
            raise UnavailableError("ublox authentication: no token came in time")
        try:
            yield
        finally:
            self._lock.release()

    def _renewed_in_passing(self, held: _Held, within: float) -> _Held:
        """Renew a token that still lives, unless another thread does; a service that fails may fail later."""
        if not self._lock.acquire(blocking=False):
            return held
        try:
            return self._renewed(held, within)
        except UnavailableError:
            self._held = held._replace(renew_at=self._now() + _NEXT_TRY)
            return held
        finally:
            self._lock.release()

    def _renewed(self, seen: _Held | None, within: float) -> _Held:
        """Return a newer token than the one seen; the caller has the lock, so only one thread asks."""
        if self._held is seen or self._held is None:
            tokens, date = self._refreshed(seen, within) or self._authenticated(within)
            if tokens.refresh_token is not None:
                self._refresh_token = tokens.refresh_token
                self._refresh_until = self._now() + _REFRESHABLE
            self._held = _hold(tokens.auth_token, date, self._now())
        return self._held

    def _refreshed(self, seen: _Held | None, within: float) -> tuple[Tokens, datetime | None] | None:
        """Ask with the RefreshToken; None where there is none or it is not taken any more."""
        key, token = self._account.api_key, self._refresh_token
        if key is None or token is None or self._now() >= self._refresh_until:
            return None
        shown = self._header(seen.token) if seen is not None and self._now() < seen.ends_at else {}
        try:
            return self._ask(Refresh(api_key=key, refresh_token=token), shown, within)
        except (CredentialsError, RefusedError):
            if self._account.api_secret is None:
                raise
        self._refresh_token = None
        return None

    def _authenticated(self, within: float) -> tuple[Tokens, datetime | None]:
        key, secret = self._account.api_key, self._account.api_secret
        if key is None or secret is None:
            raise CredentialsError(
                "ublox authentication: the token is not taken (any more), and there is no API key with its "
                "secret or RefreshToken to get a new one"
            )
        try:
            return self._ask(Authenticate(api_key=key, api_secret=secret), {}, within)
        except (RefusedError, CredentialsError) as problem:
            refused = problem
        raise _not_taken(refused)


def _not_taken(problem: ServiceError) -> CredentialsError:
    """Whatever way the service says no to a key and its secret, they are what is wrong."""
    told = CredentialsError(
        f"{problem}: are the API key and its secret right, and of this service?",
        status=problem.status,
        sent=problem.sent,
        answered=problem.answered,
    )
    told.correlation = problem.correlation
    return told


def _hold(token: Secret, date: datetime | None, now: float) -> _Held:
    """Return a token with the moments of its life, by the JWT's own times and the service's clock.

    The clocks of service and client may disagree, so only differences between the service's moments
    count. A token that cannot be read lives the usual hour.
    """
    claims = _claims(token)
    issued, ends = claims.get("iat"), claims.get("exp")
    if type(issued) is not int or type(ends) is not int or ends <= issued:
        return _Held(token, now + _RENEW_AT * _USUAL_LIFE, now + _USUAL_LIFE)
    life = ends - issued
    age = date.timestamp() - issued if date is not None else 0.0
    return _Held(token, now - age + _RENEW_AT * life, now - age + life)


def _claims(token: Secret) -> dict[str, Any]:
    try:
        payload = token.reveal().split(b".")[1]
        claims = msgspec.json.decode(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    except (IndexError, binascii.Error, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return claims if isinstance(claims, dict) else {}
