"""Tokens: who gets them, how long they are valid, and in which form they must be shown."""

import json
from base64 import urlsafe_b64decode

import pytest

from sealwright.simulator.clock import ManualClock
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.tokens import Credentials, Tokens

CREDENTIALS = Credentials.of(1)


@pytest.fixture
def clock():
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def tokens(clock):
    """Return a service's tokens."""
    return Tokens(CREDENTIALS, clock, 1)


def authenticated(tokens):
    """Return an AuthToken and a RefreshToken."""
    return tokens.authenticate(CREDENTIALS.api_key, CREDENTIALS.api_secret)


def test_credentials_look_like_the_documents_samples():
    """A UUID and 32 characters; another seed has others."""
    assert [len(part) for part in CREDENTIALS.api_key.split("-")] == [8, 4, 4, 4, 12]
    assert len(CREDENTIALS.api_secret) == 32
    assert Credentials.of(1) == CREDENTIALS != Credentials.of(2)


def test_an_auth_token_is_a_jwt_of_an_hour(tokens, clock):
    """Three parts of base64url; exp is iat and 3,600."""
    head, middle, signature = authenticated(tokens)[0].split(".")
    claims = json.loads(urlsafe_b64decode(middle + "=="))
    assert claims["exp"] == claims["iat"] + 3_600 == clock() + 3_600
    assert json.loads(urlsafe_b64decode(head + "=="))["alg"] == "HS256"
    assert len(signature) == 43


@pytest.mark.parametrize(
    ("key", "secret"),
    [("", ""), (CREDENTIALS.api_key, "wrong"), ("wrong", CREDENTIALS.api_secret), ("wröng", "wröng")],
)
def test_other_credentials_are_refused(tokens, key, secret):
    """Key and secret must both be right."""
    with pytest.raises(RefusalError, match="401 Not Authorized"):
        tokens.authenticate(key, secret)


def test_a_token_expires_by_the_clock(tokens, clock):
    """Valid until the second it ends, not at it."""
    token, _ = authenticated(tokens)
    clock.advance(3_599)
    tokens.check(token)
    clock.advance(1)
    with pytest.raises(RefusalError, match="expired"):
        tokens.check(token)


def test_a_refresh_token_lives_for_three_days(tokens, clock):
    """It gives AuthTokens without the secret, to its own API key alone."""
    _, refresh_token = authenticated(tokens)
    clock.advance(days=3, seconds=-1)
    tokens.check(tokens.refresh(CREDENTIALS.api_key, refresh_token))
    for key, value in (("wrong", refresh_token), (CREDENTIALS.api_key, "wrong")):
        with pytest.raises(RefusalError, match="401"):
            tokens.refresh(key, value)
    clock.advance(1)
    with pytest.raises(RefusalError, match="401"):
        tokens.refresh(CREDENTIALS.api_key, refresh_token)


def test_tokens_can_be_made_to_expire(tokens):
    """All that were given out; the refresh token still works until it is forgotten as well."""
    token, refresh_token = authenticated(tokens)
    tokens.expire_all()
    with pytest.raises(RefusalError, match="expired"):
        tokens.check(token)
    tokens.check(tokens.refresh(CREDENTIALS.api_key, refresh_token))
    tokens.forget_refresh_tokens()
    with pytest.raises(RefusalError, match="401"):
        tokens.refresh(CREDENTIALS.api_key, refresh_token)


@pytest.mark.parametrize(
    ("scheme", "bare", "bearer"), [("either", True, True), ("bare", True, False), ("bearer", False, True)]
)
def test_the_form_of_the_authorization(clock, scheme, bare, bearer):
    """As it is, behind Bearer, or both."""
    tokens = Tokens(CREDENTIALS, clock, 1, scheme)
    token, _ = authenticated(tokens)
    for shown, right in ((token, bare), (f"Bearer {token}", bearer)):
        if right:
            tokens.check(shown)
        else:
            with pytest.raises(RefusalError, match="Not Authorized"):
                tokens.check(shown)


def test_forged_tokens_are_refused(tokens):
    """A changed claim, another signature, no token at all."""
    token, _ = authenticated(tokens)
    head, middle, signature = token.split(".")
    other = Tokens(CREDENTIALS, ManualClock(), 2)
    for forged in (
        "",
        "a.b.c",
        f"{head}.{middle}A.{signature}",
        f"{head}.{middle}.",
        authenticated(other)[0],
    ):
        with pytest.raises(RefusalError, match="Not Authorized"):
            tokens.check(forged)


def test_the_same_seed_gives_the_same_tokens(clock):
    """And no two of one service are the same."""
    first, again = (Tokens(CREDENTIALS, clock, 1) for _ in range(2))
    assert [authenticated(first) for _ in range(3)] == [authenticated(again) for _ in range(3)]
    assert len({authenticated(first)[0] for _ in range(10)}) == 10
