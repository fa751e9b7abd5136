"""The command line: one small file a command, imported when it runs."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "open": "Decrypt and verify the messages of a file.",
    "inspect": "Show what messages claim in their headers, without any key.",
    "demo": "Make a day of telemetry and open it: works offline, writes nothing.",
    "bench": "Measure how fast messages open here, beside loops over other libraries.",
    "ublox": "Call u-blox Security Services: every call of the REST API is a command.",
    "doctor": "Show versions, the engine and the CPU, and what is missing.",
}
_ALIASES = {"decrypt": "open"}


class LazyGroup(click.Group):
    """Knows its commands by name and imports one when it is called or asked for help."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the commands in the order in which people meet them."""
        return list(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Import the command of this name, or of the name it is an alias for."""
        name = _ALIASES.get(name, name)
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"sealwright.cli.{name}_").command
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sealwright")
def cli() -> None:
    """Open end-to-end sealed device telemetry in bulk."""
