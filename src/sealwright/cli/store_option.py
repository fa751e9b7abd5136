"""Options that say which key store is meant, and how it is opened."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.options import say, state_folder
from sealwright.cli.secret_option import secret_options
from sealwright.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.cli.secret_option import SecretChoice
    from sealwright.telemetry import KeyStore

VARIABLE = "SEALWRIGHT_STORE"
SECRET_VARIABLE = "SEALWRIGHT_STORE_SECRET"  # noqa: S105  # the name of a variable

_AGE = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def default_place() -> str:
    """Return where the store is when nobody says: the environment's place, else the user's state folder."""
    return os.environ.get(VARIABLE) or str(state_folder() / "keys.sqlite")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Which store is meant, and the secret that opens it."""

    given: str | None
    secret: SecretChoice
    account: str = "default"

    @property
    def where(self) -> str:
        """The path or URL."""
        return self.given or default_place()

    @property
    def is_file(self) -> bool:
        """Whether this is a path."""
        return "://" not in self.where

    @property
    def is_there(self) -> bool:
        """Whether there is a file, or a server is named."""
        return not self.is_file or os.path.lexists(self.where)

    def open(self, origin: str | None = None) -> KeyStore:
        """Open the store, for the keys of a service where one is named.

        Raises InputError without a secret, StoreError where it cannot be opened.
        """
        from sealwright.telemetry import KeyStore

        if not self.is_there:
            raise StoreError(f"store: there is none at {self.shown}: make one with `sealwright keys init`")
        secret = self.secret.read()
        if secret is None:
            raise InputError(f"store: {self.shown} is encrypted: give its secret by {self.secret.ways}")
        return KeyStore(self.where, secret, origin=origin, account=self.account, tell=_tell)

    @property
    def shown(self) -> str:
        """The place without a password."""
        from sealwright.secret import without_password

        return without_password(self.where)

    def say_secret(self) -> None:
        """Name the store and where its secret comes from: for commands that write."""
        say(f"store {self.shown}, secret from {self.secret.source}")


def _tell(words: str) -> None:
    say(f"warning: {words}")


def account_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that has a `place` the option which account of its store is meant."""

    @click.option("--account", default="default", show_default=True, help="Your label for an account.")
    @wraps(function)
    def outer(*args: Any, account: str, place: StorePlace, **options: Any) -> Any:
        return function(*args, place=replace(place, account=account), **options)

    return outer


def store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a store, and an argument `place`."""

    @click.option(
        "--store",
        metavar="PATH|redis://…",
        help=f"Key store. Else {VARIABLE}, else keys.sqlite in the user's state folder.",
    )
    @secret_options("store-secret", "Secret of the store", SECRET_VARIABLE)
    @wraps(function)
    def outer(*args: Any, store: str | None, store_secret: SecretChoice, **options: Any) -> Any:
        if store and re.search(r"://[^/@]*:[^/@]*@", store):
            raise click.UsageError(
                f"--store: everybody sees a password on the command line: put the URL into {VARIABLE}"
            )
        return function(*args, place=StorePlace(store, store_secret), **options)

    return outer


def age(text: str) -> int:
    """Read a length of time such as 90d, 12h or 2w, in seconds."""
    found = _AGE.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time such as 90d, 12h, 30m or 2w")
    return int(found[1]) * _SECONDS[found[2]]
