"""`sealwright keys import`: from key files into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import read_keys, say, several
from sealwright.cli.secret_option import secret_options
from sealwright.cli.store_option import account_option, store_options

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.cli.store_option import StorePlace
    from sealwright.telemetry import KeyFile


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@store_options
@account_option
@secret_options("passphrase", "Passphrase of an exported file", "SEALWRIGHT_PASSPHRASE")
@click.option(
    "--replace", is_flag=True, help="Where the store has other contents for a header, replace them."
)
def command(files: tuple[str, ...], place: StorePlace, passphrase: SecretChoice, replace: bool) -> None:
    """Take the keys of FILES into the store: key files, or what `keys export` has written.

    Lines that disagree with themselves are left out. Nothing is taken of a file that says something
    else about a header than the store does, unless --replace is given.
    """
    from sealwright.telemetry import import_keys

    read = [_read(path, passphrase) for path in files]
    with place.open() as store:
        place.say_secret()
        for path, keys in zip(files, read, strict=True):
            new, known = import_keys(store, keys, replace=replace)
            say(f"{path}: {several(new, 'key')} taken, {known:,} were there" + _refused(keys))


def _read(path: str, passphrase: SecretChoice) -> KeyFile:
    from sealwright.telemetry import KeyFile, is_sealed_key_file, read_sealed_key_file

    with open(path, "rb") as file:  # noqa: PTH123
        if not is_sealed_key_file(file):
            return read_keys(path)
        secret = passphrase.ask(f"Passphrase of {path}", twice=False)
        return KeyFile(path, stream=read_sealed_key_file(file, path, secret))


def _refused(keys: KeyFile) -> str:
    if not keys.refused:
        return ""
    return f"; {several(len(keys.refused), 'line')} left out, because their fields disagree"
