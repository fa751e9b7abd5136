"""Secrets on the command line: from a file, from a command, from the environment, never as an argument.

What stands among the arguments is seen by every user of the machine, and kept by the shell. A command
lets a vault, a KMS or a keyring take part without any support of ours.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sealwright.cli.options import say
from sealwright.errors import CredentialsError, InputError
from sealwright.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


class SecretOption(NamedTuple):
    """A secret that a command may need."""

    name: str
    """As options have it, such as `api-key`."""
    words: str
    """What it is, such as `the API key`."""
    variables: tuple[str, ...]
    """Where the environment may hold it, the first one preferred."""

    @property
    def options(self) -> list[click.Option]:
        """The two options of a secret."""
        variables = " or ".join(self.variables)
        return [
            click.Option(
                [f"--{self.name}-file"],
                type=click.Path(exists=True, dir_okay=False),
                metavar="FILE",
                help=f"Holds {self.words}; else {variables}.",
            ),
            click.Option([f"--{self.name}-command"], metavar="COMMAND", help=f"Writes {self.words}."),
        ]

    @property
    def missing(self) -> str:
        """What to say where it is needed and was not given."""
        ways = ", ".join([f"--{self.name}-file", f"--{self.name}-command", *self.variables])
        return f"{self.words} is missing: give one of {ways}"


class Found(NamedTuple):
    """A secret, and where it came from."""

    secret: Secret
    source: str


def find_secret(wanted: SecretOption, options: Mapping[str, Any]) -> Found | None:
    """Return a secret from what was given, None where nothing was. Raises InputError and CredentialsError."""
    name = wanted.name.replace("-", "_")
    path, command = options.get(f"{name}_file"), options.get(f"{name}_command")
    if path is not None and command is not None:
        raise click.UsageError(f"give one of --{wanted.name}-file and --{wanted.name}-command")
    if path is not None:
        return Found(_from_file(wanted, Path(path)), f"{wanted.words} from {path}")
    if command is not None:
        return Found(_from_command(wanted, command), f"{wanted.words} from --{wanted.name}-command")
    for variable in wanted.variables:
        if value := os.environ.get(variable):
            return Found(Secret(value.encode(errors="surrogateescape")), f"{wanted.words} from {variable}")
    return None


def _from_file(wanted: SecretOption, path: Path) -> Secret:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        say(f"warning: {path} can be read by others than its owner: chmod 600 {path}")
    return _stripped(wanted, path.read_bytes(), str(path))


def _from_command(wanted: SecretOption, command: str) -> Secret:
    """Run a command and take what it writes; its errors go to the terminal."""
    option = f"--{wanted.name}-command"
    try:
        words = shlex.split(command)
        done = subprocess.run(words or [""], stdout=subprocess.PIPE, check=False)  # noqa: S603
    except OSError as problem:
        raise InputError(f"{option}: cannot be run: {problem.strerror}") from None
    except ValueError as problem:
        raise InputError(f"{option}: cannot be run: {problem}") from None
    if done.returncode:
        raise CredentialsError(f"{option}: ended with exit code {done.returncode}")
    return _stripped(wanted, done.stdout, option)


def _stripped(wanted: SecretOption, octets: bytes, source: str) -> Secret:
    """Return a secret without the line end that editors and commands put behind it."""
    value = octets.removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise CredentialsError(f"{wanted.words} from {source} is empty")
    return Secret(value)
