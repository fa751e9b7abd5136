"""`sealwright ublox`: every call of the u-blox service as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.service_group import Service, ServiceGroup

if TYPE_CHECKING:
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.services._call import Group


def _groups() -> dict[str, Group]:
    from sealwright.services.ublox import UBLOX

    return UBLOX.groups


def _account() -> type[UbloxAccount]:
    from sealwright.cli.ublox_account import UbloxAccount

    return UbloxAccount


def _document() -> dict[str, Any]:
    from sealwright.services.ublox.openapi import document

    return document()


@click.group("ublox", cls=ServiceGroup, service=Service(_groups, _account, _document))
def command() -> None:
    """Call u-blox Security Services (REST document 1.1.29): every call is a command.

    Answers go to standard output, as a table or as --json. Calls that are billed say so; those that
    cannot be undone ask, or need --yes. An option that may be repeated takes @FILE and - (standard
    input) as well, one value a line.

    Exit codes: 0 done, 1 error or refused, 2 usage, 4 credentials, 6 the service does not answer.
    """
