"""`sealwright keys export`: from the store to a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import click

from sealwright.cli.keys_.choosing import among, device_option
from sealwright.cli.options import say, several
from sealwright.cli.secret_option import secret_options
from sealwright.cli.store_option import account_option, store_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.cli.secret_option import SecretChoice
    from sealwright.cli.store_option import StorePlace
    from sealwright.secret import Secret


@click.command("export")
@store_options
@account_option
@secret_options("passphrase", "Passphrase of the file", "SEALWRIGHT_PASSPHRASE")
@device_option
@click.option("-o", "--out", required=True, metavar="OUT", help="A new file; - is standard output.")
@click.option("--plaintext", is_flag=True, help="Write a key file in the clear (JSON Lines).")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def command(
    place: StorePlace, passphrase: SecretChoice, devices: set[bytes], out: str, plaintext: bool, force: bool
) -> None:
    """Write the account's keys to OUT, encrypted under a passphrase; `keys import` reads it.

    With --plaintext OUT is a key file in the clear, which anybody can use who can read it.
    """
    from sealwright.telemetry import key_line
    from sealwright.telemetry.pipeline.output import LateFile, check_output

    if plaintext and passphrase.source:
        raise click.UsageError("--plaintext has no passphrase: leave out one of them")
    if out == "-" and not plaintext and sys.stdout.isatty():
        raise click.UsageError("OUT would be binary on a terminal: name a file")
    check_output(out, (place.where,) if place.is_file and place.is_there else (), force=force)
    with place.open() as store:
        secret = None if plaintext else passphrase.ask(f"Passphrase of {out}", twice=True)
        chosen = among(place.account, devices)
        count = 0
        with LateFile(out, private=True) as file, _writer(file.stream, secret) as write:
            for entry in filter(chosen, store.entries()):
                write(key_line(entry))
                count += 1
    said = "in the clear: anybody who can read it has the keys" if plaintext else "under the passphrase"
    say(f"{several(count, 'key')} written to {out}, {said}")


@contextmanager
def _writer(stream: IO[bytes], secret: Secret | None) -> Iterator[Callable[[bytes], object]]:
    from sealwright.telemetry import sealed_key_file

    if secret is None:
        yield stream.write
    else:
        with sealed_key_file(stream, secret) as write:
            yield write
