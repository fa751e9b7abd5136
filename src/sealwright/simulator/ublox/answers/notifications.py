"""Notification Hook APIs: URLs that are called at events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.services.ublox.notifications import (
    WebhookCreate,
    WebhookDelete,
    WebhookGet,
    WebhookUpdate,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers.desk import DONE

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account

DESK = Desk()


@DESK.to(WebhookCreate)
def create(account: Account, asked: WebhookCreate) -> dict[str, str]:
    """Register a hook."""
    token = asked.authorization_token.reveal().decode()
    account.hooks.create(asked.notification_url, token, asked.notification_type, account.now())
    return DONE


@DESK.to(WebhookUpdate)
def update(account: Account, asked: WebhookUpdate) -> dict[str, str]:
    """Change what a hook's caller shows."""
    account.hooks.update(asked.notification_url, asked.authorization_token.reveal().decode())
    return DONE


@DESK.to(WebhookDelete)
def delete(account: Account, asked: WebhookDelete) -> dict[str, str]:
    """Remove a hook."""
    account.hooks.delete(asked.notification_url)
    return DONE


@DESK.to(WebhookGet)
def get(account: Account, _asked: WebhookGet) -> list[dict[str, str]]:
    """List hooks; the reply is a bare list."""
    return [
        {
            "NotificationURL": hook.url,
            "NotificationType": hook.kind,
            "AuthorizationToken": hook.authorization,
            "CreatedDate": iso(hook.created),
        }
        for hook in account.hooks.hooks
    ]
