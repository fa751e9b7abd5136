"""The client of u-blox Security Services (REST document 1.1.29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, Unpack

from sealwright.errors import InputError
from sealwright.secret import Secret, quiet
from sealwright.services._client import Client, outgoing_of, read_for, reader
from sealwright.services._credentials import Fixed
from sealwright.services._http import Channel, Limits, Tally
from sealwright.services._paging import Book, Told, items_of, pages
from sealwright.services.ublox import groups
from sealwright.services.ublox.tokens import Account, TokenKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sealwright.services._call import Request
    from sealwright.services._http import Connection
    from sealwright.services.ublox._fields import Page
    from sealwright.services.ublox.authentication import Authenticate, Refresh, Tokens

P = TypeVar("P", bound="Page")

_PAGE_SIZE: Final = 100
"""Records on a page, where the service does not tell it."""

__all__ = ["SERVICE", "Limits", "Tally", "UbloxClient"]

SERVICE: Final = "https://ssapi.services.u-blox.com/v1"


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

    def pages(self, request: Request[P], *, tally: Tally | None = None) -> Iterator[P]:
        """Yield the pages of a list from the one that the request names on, each fetched when it is needed.

        They are counted against the number of records that the service tells. Raises ReplyError
        where it answers with another page, or with fewer records than it says there are.
        """
        return pages(lambda each: self.send(each, tally=tally), request, _BOOK)

    def items(self, request: Request[P], *, tally: Tally | None = None) -> Iterator[Any]:
        """Yield the items of a list one by one, pages being fetched when they are needed."""
        for page in self.pages(request, tally=tally):
            yield from items_of(request, page)


def _told(_request: Request[Any], page: Any) -> Told:
    return Told(page.page_number, max(page.page_size or _PAGE_SIZE, 1), page.total_records)


_BOOK: Final = Book(1, "PageNumber", "TotalRecords", _told)


def _secret(value: Secret | str | None) -> Secret | None:
    return Secret(value.encode()) if isinstance(value, str) else value
