"""`sealwright signer new`: make a key that signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.cli.secret_option import secret_options

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice


@click.command("new")
@click.option("--user-id", required=True, metavar="TEXT", help="Such as: Provisioning <keys@example.com>.")
@click.option(
    "--bits", type=click.Choice(["2048", "4096"]), default="4096", show_default=True, help="Of the RSA key."
)
@click.option("-o", "--out", required=True, metavar="OUT", help="A new file, which only you can read.")
@secret_options("signer-passphrase", "Passphrase of the key")
def command(user_id: str, bits: str, out: str, signer_passphrase: SecretChoice) -> None:
    """Make an RSA key that signs, and write it to OUT under a passphrase.

    OUT is an OpenPGP secret key, which gpg imports too. Its public key goes with each request: who
    signs is proved by nothing else, so keep the key apart from the token of the service.
    """
    from sealwright.provision import new_signer_file, read_signer_key
    from sealwright.telemetry.pipeline.output import LateFile, check_output

    if out == "-":
        raise click.UsageError("OUT: a secret key is not written to standard output: name a file")
    check_output(out, (), force=False)
    passphrase = signer_passphrase.ask(f"Passphrase of {out}", twice=True)
    text = new_signer_file(user_id, passphrase, bits=int(bits)).encode()
    with LateFile(out, private=True) as file:
        file.stream.write(text)
    key = read_signer_key(text).key
    say(f"made: signer {key.fingerprint}, {key.algorithm}, written to {out} under the passphrase")
