"""A service as a group of commands: its groups of calls, its OpenAPI document, and what it has beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealwright.cli.calls import Account
    from sealwright.services._call import Group

_OPENAPI = "openapi"


class More(NamedTuple):
    """A command that is no call."""

    words: str
    load: Callable[[], click.Command]


class Service(NamedTuple):
    """What a service's commands are made of; each part is imported when it is needed."""

    groups: Callable[[], Mapping[str, Group]]
    account: Callable[[], type[Account]]
    document: Callable[[], Any]
    more: Mapping[str, More] = {}
    """Commands beside the groups, by name."""
    more_in: Mapping[str, Mapping[str, More]] = {}
    """Commands in a group of calls, by the group's name and theirs."""


class ServiceGroup(click.Group):
    """The groups of a service's calls, and the commands beside them."""

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        self._service = service
        document = service.document
        openapi = More("Print the OpenAPI 3.1 document of all calls.", lambda: _openapi(document))
        self._more = {**service.more, _OPENAPI: openapi}

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the groups in the document's order."""
        return [name.replace("_", "-") for name in self._service.groups()] + list(self._more)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Make the group of this name."""
        if name in self._more:
            return self._more[name].load()
        group = self._service.groups().get(name.replace("-", "_"))
        return None if group is None else _Calls(group, self._service)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the groups without making their commands."""
        groups = self._service.groups()
        with formatter.section("Groups of calls"):
            formatter.write_dl([(name.replace("_", "-"), group.title) for name, group in groups.items()])
        with formatter.section("Commands"):
            formatter.write_dl([(name, more.words) for name, more in self._more.items()])


class _Calls(click.Group):
    """The calls of one group."""

    def __init__(self, group: Group, service: Service) -> None:
        super().__init__(name=group.name.replace("_", "-"), help=group.title)
        self._account = service.account
        self._calls = {call.name.replace("_", "-"): call for call in group}
        self._more = service.more_in.get(group.name, {})

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the calls in the document's order."""
        return [*self._calls, *self._more]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Make the command of this name."""
        from sealwright.cli.calls import CallCommand

        if name in self._more:
            return self._more[name].load()
        return CallCommand(self._calls[name], self._account()) if name in self._calls else None

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the calls without making their commands."""
        with formatter.section("Calls"):
            formatter.write_dl([(name, call.words.splitlines()[0]) for name, call in self._calls.items()])
        if self._more:
            with formatter.section("Commands"):
                formatter.write_dl([(name, more.words) for name, more in self._more.items()])


def _openapi(document: Callable[[], Any]) -> click.Command:
    """Return the command that prints a document."""

    @click.command(_OPENAPI, help="Print the OpenAPI 3.1 document of all calls.")
    def command() -> None:
        from sealwright.cli.options import show_json

        show_json(document())

    return command
