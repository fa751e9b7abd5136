"""Notification hooks: URLs that the service calls (REST document 1.1.29, "Notification Hook APIs")."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sealwright.services._fields import QuietText
from sealwright.services._retry import Retry
from sealwright.services.ublox._fields import (
    HttpsUrl,
    Message,
    UbloxReply,
    UbloxRequest,
    group,
)

GROUP = group("notifications", "Notification Hook APIs", "Web hooks for events of devices and root CAs.")

EventType = Literal[
    "DEVICE_BOOTSTRAP_EVENT",
    "DEVICE_PROPERTIES_CHANGE_EVENT",
    "DEVICE_ERRORS_EVENT",
    "DEVICE_CERTIFICATE_RENEWAL_EVENT",
    "DEVICE_CERTIFICATE_EXPIRATION_EVENT",
    "ROOTCA_EXPIRATION_EVENT",
]
HookToken = Annotated[
    QuietText, Meta(description="What the service puts into the Authorization header when it calls the URL.")
]


class Webhook(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A notification hook as the service shows it."""

    notification_url: Annotated[str | None, Meta(description="The URL that is called.")] = None
    notification_type: str | None = None
    authorization_token: QuietText | None = None


@GROUP.call("/notification/webhook/create", "webhook_create", Retry.CREATE)
class WebhookCreate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Let the service call a URL at every event of a type. A type may have several URLs."""

    notification_url: HttpsUrl
    authorization_token: HookToken
    notification_type: Annotated[EventType, Meta(description="The type of event.")]


@GROUP.call("/notification/webhook/update", "webhook_update", Retry.IDEMPOTENT)
class WebhookUpdate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Change the authorization that the service shows to a URL."""

    notification_url: HttpsUrl
    authorization_token: HookToken


@GROUP.call("/notification/webhook/delete", "webhook_delete", Retry.IDEMPOTENT, irreversible=True)
class WebhookDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Delete a notification hook."""

    notification_url: HttpsUrl


@GROUP.call("/notification/webhook/get", "webhook_get", Retry.READ)
class WebhookGet(UbloxRequest[list[Webhook]], kw_only=True, frozen=True, eq=False):
    """List the notification hooks."""
