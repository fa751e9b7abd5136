"""A group of commands that imports one when it is called or asked for help."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class LazyGroup(click.Group):
    """Knows its commands by name and one line each; `{package}.{name}_` has the command itself."""

    def __init__(
        self,
        *args: Any,
        package: str,
        known: Mapping[str, str],
        aliases: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._package, self._known, self._aliases = package, known, aliases or {}

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the commands in the order in which people meet them."""
        return list(self._known)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import the command of this name, or of the name it is an alias for."""
        name = self._aliases.get(name, name)
        if name not in self._known:
            return None
        command: click.Command = import_module(f"{self._package}.{name}_").command
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._known.items()))
