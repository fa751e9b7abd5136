"""`sealwright ublox`: every call of the u-blox service as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sealwright.services._call import Group

_OPENAPI = "openapi"


class _Groups(click.Group):
    """The groups of calls, and the command that prints the OpenAPI document."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the groups in the document's order."""
        return [name.replace("_", "-") for name in _registry()] + [_OPENAPI]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Make the group of this name."""
        if name == _OPENAPI:
            return _openapi
        group = _registry().get(name.replace("-", "_"))
        return None if group is None else _Calls(group)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the groups without making their commands."""
        with formatter.section("Groups of calls"):
            formatter.write_dl([(name.replace("_", "-"), group.title) for name, group in _registry().items()])
        with formatter.section("Commands"):
            formatter.write_dl([(_OPENAPI, "Print the OpenAPI 3.1 document of all calls.")])


class _Calls(click.Group):
    """The calls of one group."""

    def __init__(self, group: Group) -> None:
        super().__init__(name=group.name.replace("_", "-"), help=group.title)
        self._calls = {call.name.replace("_", "-"): call for call in group}

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the calls in the document's order."""
        return list(self._calls)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Make the command of this name."""
        from sealwright.cli.calls import CallCommand
        from sealwright.cli.ublox_account import UbloxAccount

        return CallCommand(self._calls[name], UbloxAccount) if name in self._calls else None

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the calls without making their commands."""
        with formatter.section("Calls"):
            formatter.write_dl([(name, call.words.splitlines()[0]) for name, call in self._calls.items()])


def _registry() -> dict[str, Group]:
    from sealwright.services.ublox import UBLOX

    return UBLOX.groups


@click.group("ublox", cls=_Groups)
def command() -> None:
    """Call u-blox Security Services (REST document 1.1.29): every call is a command.

    Answers go to standard output, as a table or as --json. Calls that are billed say so; those that
    cannot be undone ask, or need --yes. An option that may be repeated takes @FILE and - (standard
    input) as well, one value a line.

    Exit codes: 0 done, 1 error or refused, 2 usage, 4 credentials, 6 the service does not answer.
    """


@click.command(_OPENAPI)
def _openapi() -> None:
    """Print the OpenAPI 3.1 document of all calls."""
    from sealwright.cli.options import show_json
    from sealwright.services.ublox.openapi import document

    show_json(document())
