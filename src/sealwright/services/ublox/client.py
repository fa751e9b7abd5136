"""The client of u-blox Security Services (REST document 1.1.29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Unpack

from sealwright.errors import InputError
from sealwright.secret import Secret, quiet
from sealwright.services._client import Client, outgoing_of, read_for, reader
from sealwright.services._credentials import Fixed
from sealwright.services._http import Channel, Limits, Tally
from sealwright.services._paging import Book, Told
from sealwright.services.ublox import groups
from sealwright.services.ublox.tokens import Account, TokenKeeper

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sealwright.services._call import Request
    from sealwright.services._http import Connection
    from sealwright.services.ublox.authentication import Authenticate, Refresh, Tokens

_PAGE_SIZE: Final = 100
"""Records on a page, where the service does not tell it."""

__all__ = ["SERVICE", "Limits", "Tally", "UbloxClient"]

SERVICE: Final = "https://ssapi.services.u-blox.com/v1"


def _told(_request: Request[Any], page: Any) -> Told:
    return Told(page.page_number, max(page.page_size or _PAGE_SIZE, 1), page.total_records)


class UbloxClient(Client):
    """Every call of the service, in groups: `client.devices.list_get(filter="ALL")`.

    It fetches an AuthToken with the API key and its secret when the first call needs one, and keeps it
    fresh for all threads. A RefreshToken of an earlier authentication does for three days without
    the secret. Secrets may be texts or `Secret`s.

    `service` is https, or plain http to this machine. What `connection` may hold is said at `Connection`.

        with UbloxClient(key, secret) as client:
            for uid in client.devices.list_get_all(filter="WHITELISTED"):
                ...
    """

    _book = Book(1, "PageNumber", "TotalRecords", _told)

    @quiet
    def __init__(
        self,
        api_key: Secret | str | None = None,
        api_secret: Secret | str | None = None,
        *,
        refresh_token: Secret | str | None = None,
        auth_token: Secret | str | None = None,
        service: str = SERVICE,
        **connection: Unpack[Connection],
    ) -> None:
        account = Account(*map(_secret, (api_key, api_secret, refresh_token, auth_token)))
        if not account.is_enough:
            raise InputError(
                "client: it needs an API key with its secret, an API key with a RefreshToken, or an AuthToken"
            )
        channel = Channel(service, **connection)
        super().__init__(channel, TokenKeeper(account, self._ask, channel.timing))
        self.authentication = groups.AuthenticationCalls(self)
        self.device_profiles = groups.DeviceProfilesCalls(self)
        self.devices = groups.DevicesCalls(self)
        self.e2e = groups.E2eCalls(self)
        self.information = groups.InformationCalls(self)
        self.zero_touch = groups.ZeroTouchCalls(self)
        self.notifications = groups.NotificationsCalls(self)
        self.tags = groups.TagsCalls(self)

    def _ask(
        self, request: Authenticate | Refresh, shown: Mapping[str, Secret], within: float
    ) -> tuple[Tokens, datetime | None]:
        """Ask for tokens: what the keeper of tokens does with this client's connections."""
        outgoing = outgoing_of(request.call, request.call.wire(request))
        value, answer = self._channel.exchange(
            outgoing, reader(request.call), credentials=Fixed(shown), within=within
        )
        return read_for(request, value), answer.date


def _secret(value: Secret | str | None) -> Secret | None:
    return Secret(value.encode()) if isinstance(value, str) else value
