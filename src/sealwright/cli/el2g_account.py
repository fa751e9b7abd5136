"""The options of every command that speaks to EL2G, and the client that they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.connection import connection_options
from sealwright.cli.options import say
from sealwright.cli.secret_options import SecretOption, find_secret
from sealwright.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.cli.secret_options import Found
    from sealwright.services.el2g.client import El2gClient

OURS: Final = "SEALWRIGHT_EL2G_TOKEN"
VENDORS: Final = "EL2GO_TOKEN"
TOKEN: Final = SecretOption("token", "the EL2G token", (OURS, VENDORS), " (for NXP's own URL alone)")
# What NXP's own tools read was made for NXP: it goes to NXP's own URL, and to no other that --service names.
_TOKEN_OF_OTHERS: Final = SecretOption("token", "the EL2G token", (OURS,))
_KEPT: Final = f" ({VENDORS} goes to NXP's own URL alone)"
VENDORS_FILE: Final = Path(".config", "el2go", "token.txt")


class El2gAccount:
    """What the options of a command say of the account and of the way to the service."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._found: Found | None = None

    @staticmethod
    def options() -> list[click.Option]:
        """Return the options that a command needs to speak to the service."""
        return [
            *TOKEN.options,
            click.Option(
                ["--profile"],
                type=click.Choice(["nxp", "foundries"]),
                default="nxp",
                show_default=True,
                help="Whose service it is: the base URL and the header that shows the token.",
            ),
            click.Option(["--factory"], metavar="NAME", help="The factory, with --profile foundries."),
            click.Option(
                ["--oauth2"], is_flag=True, help="The token is one of OAuth2: Authorization: Bearer."
            ),
            *connection_options("URL", "https, or http to this machine; else the profile's."),
        ]

    def open(self) -> El2gClient:
        """Return a client. Raises CredentialsError where it has nothing to show."""
        from sealwright.services.el2g.client import El2gClient, Limits

        self._found = self._find()
        return El2gClient(
            self._found.secret,
            profile=self._options["profile"],
            factory=self._options["factory"],
            bearer=self._options["oauth2"],
            service=self._options["service"],
            ca_file=self._options["ca_file"],
            use_environment_proxies=self._options["use_proxy"],
            limits=Limits(deadline=self._options["deadline"]),
        )

    def _find(self) -> Found:
        wanted = TOKEN if self._is_at_vendor else _TOKEN_OF_OTHERS
        found = find_secret(wanted, self._options)
        if found is None and self._is_at_vendor:
            path = Path.home() / VENDORS_FILE
            found = find_secret(wanted, {"token_file": str(path)}) if path.is_file() else None
        if found is None:
            more = f", or write ~/{VENDORS_FILE}" if self._is_at_vendor else ""
            kept = "" if self._is_at_vendor or not os.environ.get(VENDORS) else _KEPT
            raise CredentialsError(wanted.missing + more + kept)
        return found

    @property
    def _is_at_vendor(self) -> bool:
        """Whether it is NXP itself that is called, at the URL of the profile."""
        from sealwright.services.el2g import PROFILES

        return self._options["profile"] == "nxp" and self._options["service"] in {
            None,
            PROFILES["nxp"].service,
        }

    def name_sources(self) -> None:
        """Say where the token comes from, so that nobody changes another account than he thinks."""
        if self._found is not None:
            say(f"credentials: {self._found.source}")
