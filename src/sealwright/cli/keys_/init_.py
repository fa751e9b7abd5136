"""`sealwright keys init`: make a key store."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.cli.store_option import store_options

if TYPE_CHECKING:
    from sealwright.cli.store_option import StorePlace
    from sealwright.secret import Secret


@click.command("init")
@store_options
@click.option("--new-secret", metavar="FILE", help="Make a random secret and write it to a new file.")
def command(place: StorePlace, new_secret: str | None) -> None:
    """Make a key store that your secret opens.

    Without a secret a terminal is asked for a passphrase. Keep the secret apart from the store: who
    has both has the keys, and without the secret nobody has them.
    """
    from sealwright.telemetry import KeyStore

    if new_secret and place.secret.source:
        raise click.UsageError(f"--new-secret: there is a secret already, from {place.secret.source}")
    if place.is_file and place.is_there:
        raise click.UsageError(f"--store: {place.where} exists already: use it, or name another place")
    secret = _make(new_secret) if new_secret else place.secret.ask("Passphrase of the new store", twice=True)
    KeyStore.create(place.where, secret)
    say(f"made: store {place.shown}, secret from {new_secret or place.secret.source or 'the terminal'}")


def _make(path: str) -> Secret:
    from sealwright.secret import Secret

    secret = secrets.token_hex(32).encode()
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise click.UsageError(f"--new-secret: {path} exists already: name a new file") from None
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        file.write(secret + b"\n")
        file.flush()
        os.fsync(handle)
    return Secret(secret)
