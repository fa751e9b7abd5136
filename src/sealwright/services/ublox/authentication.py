"""Authentication: an API key and its secret become tokens (REST document 1.1.29, "Authentication APIs")."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sealwright.services._fields import QuietText
from sealwright.services._retry import Retry
from sealwright.services.ublox._fields import (
    UbloxReply,
    UbloxRequest,
    group,
)

GROUP = group("authentication", "Authentication APIs", "Tokens for an API key and its secret.")


class Tokens(UbloxReply, kw_only=True, frozen=True, eq=False):
    """Tokens. AuthToken is a JWT that lives for an hour, RefreshToken lives for three days."""

    auth_token: QuietText
    refresh_token: QuietText | None = None
    """Absent from the answer to a refresh."""


@GROUP.call("/authenticate", "authenticate", Retry.READ, authorized=False)
class Authenticate(UbloxRequest[Tokens], kw_only=True, frozen=True, eq=False):
    """Get an AuthToken and a RefreshToken for an API key and its secret.

    The client does this by itself; the call is here for those who want the tokens.
    """

    api_key: Annotated[QuietText, Meta(description="The API key that u-blox support has issued.")]
    api_secret: Annotated[QuietText, Meta(description="The secret that was issued with the API key.")]


@GROUP.call("/refreshauthtoken", "refresh", Retry.READ)
class Refresh(UbloxRequest[Tokens], kw_only=True, frozen=True, eq=False):
    """Get a new AuthToken for a RefreshToken that is not older than three days."""

    api_key: Annotated[QuietText, Meta(description="The API key that u-blox support has issued.")]
    refresh_token: Annotated[QuietText, Meta(description="The RefreshToken of an earlier authentication.")]
