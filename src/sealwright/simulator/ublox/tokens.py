"""Credentials, and the tokens that they are exchanged for ("/authenticate", "/refreshauthtoken")."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256, shake_256
from typing import TYPE_CHECKING, Final, Literal

from sealwright.simulator.service.refusal import NOT_AUTHORIZED, RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.clock import Clock

AUTH_SECONDS: Final = 3_600
"""How long an AuthToken is valid: `exp` minus `iat` in the document's sample."""

REFRESH_SECONDS: Final = 3 * 86_400
"""How long a RefreshToken is: 3 days (REST document 1.1.29, "/refreshauthtoken")."""

Scheme = Literal["either", "bare", "bearer"]
"""How the AuthToken must stand in the Authorization header: as it is, after `Bearer `, or both are taken."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key and its secret, made for testing: they open this simulator and nothing else."""

    api_key: str
    api_secret: str

    @classmethod
    def of(cls, seed: int) -> Credentials:
        """Return the pair that belongs to a seed, in the form of the document's samples."""
        drawn = shake_256(f"sealwright credentials {seed}".encode()).digest(16 + 24)
        digits = drawn[:16].hex()
        parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
        return cls("-".join(parts), urlsafe_b64encode(drawn[16:]).decode())


class Tokens:
    """Who may call: AuthTokens are JWTs that expire by the clock, RefreshTokens are remembered."""

    def __init__(self, credentials: Credentials, clock: Clock, seed: int, scheme: Scheme = "either") -> None:
        self.credentials = credentials
        self.scheme = scheme
        self.lifetime: float = AUTH_SECONDS
        self._clock = clock
        self._key = shake_256(f"sealwright tokens {seed}".encode()).digest(32)
        self._issued = 0
        self._valid_from = 0
        self._refresh: dict[str, float] = {}

    def authenticate(self, api_key: str, api_secret: str) -> tuple[str, str]:
        """Return an AuthToken and a RefreshToken. Raises RefusalError (401) for other credentials."""
        right = _same(api_key, self.credentials.api_key) & _same(api_secret, self.credentials.api_secret)
        if not right:
            raise RefusalError(401, NOT_AUTHORIZED)
        token = self._issue()
        drawn = shake_256(self._key + b"refresh %d" % self._issued).digest(96)
        refresh = urlsafe_b64encode(drawn).decode()
        self._refresh[refresh] = self._clock() + REFRESH_SECONDS
        return token, refresh

    def refresh(self, api_key: str, refresh_token: str) -> str:
        """Return a new AuthToken. Raises RefusalError (401) for an unknown or old RefreshToken."""
        known = self._refresh.get(refresh_token, 0.0) > self._clock()
        if not (_same(api_key, self.credentials.api_key) and known):
            raise RefusalError(401, NOT_AUTHORIZED)
        return self._issue()

    def check(self, authorization: str) -> None:
        """Raise RefusalError (401) unless the value of an Authorization header is a valid AuthToken."""
        bearer = authorization.startswith("Bearer ")
        if self.scheme != "either" and bearer is not (self.scheme == "bearer"):
            raise RefusalError(401, NOT_AUTHORIZED)
        self._verify(authorization.removeprefix("Bearer "))

    def expire_all(self) -> None:
        """Let no AuthToken that was given out so far be valid any more; RefreshTokens still are."""
        self._valid_from = self._issued + 1

    def forget_refresh_tokens(self) -> None:
        """Let no RefreshToken be valid any more."""
        self._refresh.clear()

    def _issue(self) -> str:
        self._issued += 1
        now = int(self._clock())
        claims: dict[str, str | int] = {
            "sub": self.credentials.api_key,
            "token_use": "id",
            "auth_time": now,
            "jti": self._issued,
            "iat": now,
            "exp": int(now + self.lifetime),
        }
        signed = f"{_part({'kid': 'simulator', 'alg': 'HS256'})}.{_part(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def _verify(self, token: str) -> None:
        signed, _, signature = token.rpartition(".")
        if not _same(signature, self._signature(signed)):
            raise RefusalError(401, NOT_AUTHORIZED)
        middle = signed.partition(".")[2]
        claims = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        if claims["exp"] <= self._clock() or claims["jti"] < self._valid_from:
            raise RefusalError(401, "The incoming token has expired")

    def _signature(self, signed: str) -> str:
        return _unpadded(hmac.digest(self._key, signed.encode(), sha256))


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _part(claims: dict[str, str | int]) -> str:
    return _unpadded(json.dumps(claims, separators=(",", ":")).encode())


def _unpadded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
