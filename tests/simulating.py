"""A simulated service for tests, and a way to call it without a socket."""

from __future__ import annotations

import json
from typing import Any

from sealwright.simulator.fleet import Fleet
from sealwright.simulator.service.exchange import Answered, Asked
from sealwright.simulator.ublox import UbloxSimulator


def furnished(*, fleet: Fleet | None = None, **options: Any) -> UbloxSimulator:
    """Return a service with a fleet: twenty devices, unless another is given."""
    simulator = UbloxSimulator(**options)
    simulator.furnish(fleet or Fleet())
    return simulator


def uid(simulator: UbloxSimulator, number: int = 0) -> str:
    """Return the UID of one of the account's devices."""
    return list(simulator.account.devices)[number].uid.hex()


def token(simulator: UbloxSimulator) -> str:
    """Return an AuthToken."""
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    return simulator.account.tokens.authenticate(key, secret)[0]


def ask(
    simulator: UbloxSimulator,
    path: str,
    body: Any = None,
    *,
    authorization: str | None = None,
    content_type: str = "application/json",
) -> Answered:
    """Make one call; a body that is no bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    shown = token(simulator) if authorization is None else authorization
    return simulator.exchange.answer(Asked("POST", path, shown, content_type, raw))


def call(simulator: UbloxSimulator, path: str, **body: Any) -> Any:
    """Make one call that must succeed and return its reply."""
    answered = ask(simulator, path, body)
    value = json.loads(answered.body)
    assert answered.status == 200, value
    return value


def refused(simulator: UbloxSimulator, path: str, **body: Any) -> tuple[int, str]:
    """Make one call that must fail and return its status and message."""
    answered = ask(simulator, path, body)
    assert answered.status != 200
    return answered.status, json.loads(answered.body)["message"]
