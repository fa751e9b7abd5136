"""The secrets of a service as options that are made from data: those of an account, and fields of calls.

What stands among the arguments is seen by every user of the machine, and kept by the shell. A command
lets a vault, a KMS or a keyring take part without any support of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sealwright.cli.secret_option import SecretChoice
from sealwright.errors import CredentialsError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.secret import Secret


class SecretOption(NamedTuple):
    """A secret that a command may need."""

    name: str
    """As options have it, such as `api-key`."""
    words: str
    """What it is, such as `the API key`."""
    variables: tuple[str, ...]
    """Where the environment may hold it, the first one preferred."""
    note: str = ""
    """What is to be known of the last of them."""

    @property
    def options(self) -> list[click.Option]:
        """The two options of a secret."""
        variables = " or ".join(self.variables)
        return [
            click.Option(
                [f"--{self.name}-file"],
                type=click.Path(exists=True, dir_okay=False),
                metavar="FILE",
                help=f"Holds {self.words}; else {variables}{self.note}.",
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
    """Return a secret from what was given, None where nothing was.

    Raises CredentialsError for one that cannot be read, and click.UsageError for two.
    """
    name = wanted.name.replace("-", "_")
    file, command = options.get(f"{name}_file"), options.get(f"{name}_command")
    if file is not None and command is not None:
        raise click.UsageError(f"give one of --{wanted.name}-file and --{wanted.name}-command")
    choice = SecretChoice(wanted.name, file, command, wanted.variables)
    try:
        secret = choice.read()
    except InputError as problem:
        raise CredentialsError(f"{wanted.words}: {str(problem).removeprefix('secret: ')}") from None
    return None if secret is None else Found(secret, f"{wanted.words} from {file or choice.source}")
