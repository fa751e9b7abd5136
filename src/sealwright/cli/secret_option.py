"""Options for secrets: a file, a command, a descriptor, the environment; never the command line itself."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import say
from sealwright.errors import InputError
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.secret import Secret

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class SecretChoice:
    """Where a secret is to be taken from. It is read when it is asked for, and not kept here."""

    name: str
    file: str | None
    command: str | None
    variables: tuple[str, ...]
    descriptor: int | None = None

    @property
    def source(self) -> str:
        """Where the secret comes from, in words; empty where none is given."""
        if self.file is not None:
            return f"--{self.name}-file {self.file}"
        if self.command is not None:
            return f"--{self.name}-command"
        if self.descriptor is not None:
            return f"--{self.name}-fd {self.descriptor}"
        return next((name for name in self.variables if os.environ.get(name)), "")

    @property
    def ways(self) -> str:
        """How the secret can be given."""
        others = self.variables or (f"--{self.name}-fd",)
        return f"--{self.name}-file, --{self.name}-command or {' or '.join(others)}"

    @quiet
    def read(self) -> Secret | None:
        """Return the secret, None where none is given. Raises InputError for one that cannot be read."""
        from sealwright.secret import Secret

        octets = self._octets().removesuffix(b"\n").removesuffix(b"\r")
        if not self.source:
            return None
        if not octets or len(octets) > _LONGEST:
            raise InputError(f"secret: {self.source} gives {len(octets)} bytes: a secret has 1 to {_LONGEST}")
        return Secret(octets)

    def require(self) -> Secret:
        """Return the secret. Raises InputError where none is given."""
        secret = self.read()
        if secret is None:
            raise InputError(f"secret: none is given: use {self.ways}")
        return secret

    def ask(self, what: str, *, twice: bool) -> Secret:
        """Return the secret; where none is given ask for it on the terminal."""
        from sealwright.secret import Secret

        if self.source or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return self.require()
        typed: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
        return Secret(typed.encode())

    def _octets(self) -> bytes:
        if self.file is not None:
            return _from_file(self.file)
        if self.command is not None:
            return _from_command(self.command, f"--{self.name}-command")
        if self.descriptor is not None:
            return _from_descriptor(self.descriptor, f"--{self.name}-fd")
        return os.environb.get(self.source.encode(), b"") if self.source else b""


def _from_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # its mode is that of the very file that is read
            mode = os.fstat(file.fileno()).st_mode
            octets = file.read(_LONGEST + 1)
    except OSError as problem:
        raise InputError(f"secret: {path} cannot be read: {problem.strerror}") from None
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        say(f"warning: {path} can be read by others than its owner: chmod 600 {path}")
    return octets


def _from_descriptor(descriptor: int, option: str) -> bytes:
    """Read a descriptor that the caller has opened for us, such as a pipe, up to its end."""
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(_LONGEST + 1)
    except OSError as problem:
        raise InputError(f"secret: {option} {descriptor} cannot be read: {problem.strerror}") from None


def _from_command(line: str, option: str) -> bytes:
    """Run a command without a shell and return what it writes; nothing of that is ever shown."""
    try:
        words = shlex.split(line)
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False)  # noqa: S603  # the user's own command
    except (ValueError, OSError, IndexError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no command line"
        raise InputError(f"secret: {option} cannot be run: {why}") from None
    if done.returncode:
        raise InputError(f"secret: {option} has ended with exit code {done.returncode}")
    return done.stdout


def secret_options(name: str, what: str, *variables: str) -> Decorator:
    """Give a command `--NAME-file` and `--NAME-command`, and an argument NAME: a SecretChoice.

    `what` says in the help texts which secret it is; `variables` are looked at where no option is given.
    A secret that no variable may hold, such as the passphrase of a signer, has `--NAME-fd` instead.
    """
    argument = name.replace("-", "_")
    known = f" Else {', '.join(variables)}." if variables else ""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(f"--{name}-file", metavar="FILE", help=f"{what}: a file that holds it.{known}")
        @click.option(f"--{name}-command", metavar="COMMAND", help=f"{what}: a command that prints it.")
        @wraps(function)
        def outer(*args: Any, **options: Any) -> Any:
            file, command = options.pop(f"{argument}_file"), options.pop(f"{argument}_command")
            descriptor = options.pop(f"{argument}_fd", None)
            if file and command:
                raise click.UsageError(f"--{name}-file and --{name}-command: give one of them")
            if descriptor is not None and (file or command):
                raise click.UsageError(f"--{name}-fd and another way: give one of them")
            options[argument] = SecretChoice(name, file, command, variables, descriptor)
            return function(*args, **options)

        return outer if variables else _descriptor_option(name, what)(outer)

    return decorate


def _descriptor_option(name: str, what: str) -> Decorator:
    return click.option(
        f"--{name}-fd", type=click.IntRange(0), metavar="N", help=f"{what}: an open descriptor that gives it."
    )
