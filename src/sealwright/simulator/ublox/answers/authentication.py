"""Authentication APIs: tokens for credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.services.ublox.authentication import Authenticate, Refresh
from sealwright.simulator.service.desk import Desk

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account

DESK = Desk()


@DESK.to(Authenticate)
def authenticate(account: Account, asked: Authenticate) -> dict[str, str]:
    """Give both tokens."""
    token, refresh_token = account.tokens.authenticate(
        asked.api_key.reveal().decode(), asked.api_secret.reveal().decode()
    )
    return {"AuthToken": token, "RefreshToken": refresh_token}


@DESK.to(Refresh)
def refresh(account: Account, asked: Refresh) -> dict[str, str]:
    """Give an AuthToken alone."""
    token = account.tokens.refresh(asked.api_key.reveal().decode(), asked.refresh_token.reveal().decode())
    return {"AuthToken": token}
