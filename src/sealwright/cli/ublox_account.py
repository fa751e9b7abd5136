"""The options of every command that speaks to the u-blox service, and the client that they make."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from sealwright.cli.connection import connection_options
from sealwright.cli.options import say
from sealwright.cli.secret_options import SecretOption, find_secret
from sealwright.errors import CredentialsError
from sealwright.secret import without_password

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import click

    from sealwright.cli.secret_options import Found
    from sealwright.services.ublox.client import UbloxClient

API_KEY: Final = SecretOption("api-key", "the API key", ("SEALWRIGHT_UBLOX_API_KEY",))
API_SECRET: Final = SecretOption("api-secret", "the API secret", ("SEALWRIGHT_UBLOX_API_SECRET",))
REFRESH_TOKEN: Final = SecretOption("refresh-token", "the RefreshToken", ("SEALWRIGHT_UBLOX_REFRESH_TOKEN",))
SECRETS: Final = (API_KEY, API_SECRET, REFRESH_TOKEN)
VENDOR: Final = "ublox"
"""What stands for the vendor's URL."""


class UbloxAccount:
    """What the options of a command say of the account and of the way to the service."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._found: list[Found] = []

    @staticmethod
    def options() -> list[click.Option]:
        """Return the options that a command needs to speak to the service."""
        return [option for secret in SECRETS for option in secret.options] + connection_options(
            f"URL|{VENDOR}", f"https, or http to this machine; {VENDOR} is the vendor's own."
        )

    @property
    def is_named(self) -> bool:
        """Whether a service was named: commands that can do without one ask none otherwise."""
        return self._options["service"] is not None

    @property
    def shown(self) -> str | None:
        """The service that was named, without a password; None where none was."""
        service = self._options["service"]
        return None if service is None else without_password(service)

    def open(self) -> UbloxClient:
        """Return a client. Raises CredentialsError where it has nothing to show."""
        from sealwright.services.ublox.client import SERVICE, Limits, UbloxClient

        secrets = [find_secret(wanted, self._options) for wanted in SECRETS]
        self._found = [found for found in secrets if found]
        key, secret, token = (found.secret if found else None for found in secrets)
        if key is None:
            raise CredentialsError(API_KEY.missing)
        if secret is None and token is None:
            raise CredentialsError(API_SECRET.missing)
        return UbloxClient(
            key,
            secret,
            refresh_token=token,
            service=SERVICE if self._options["service"] in {None, VENDOR} else self._options["service"],
            ca_file=self._options["ca_file"],
            use_environment_proxies=self._options["use_proxy"],
            limits=Limits(deadline=self._options["deadline"]),
        )

    def name_sources(self) -> None:
        """Say where the credentials come from, so that nobody changes another account than he thinks."""
        say(f"credentials: {', '.join(found.source for found in self._found)}")


def ublox_account(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of an account, and the account itself as its argument `credentials`."""
    options = UbloxAccount.options()
    names = [option.name for option in options if option.name]

    @wraps(function)
    def packed(**given: Any) -> Any:
        return function(credentials=UbloxAccount({name: given.pop(name) for name in names}), **given)

    # click keeps the options of a decorated function in reverse.
    before = getattr(function, "__click_params__", [])
    packed.__click_params__ = [*reversed(options), *before]  # type: ignore[attr-defined]
    return packed
