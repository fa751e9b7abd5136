"""`sealwright material answer`: the proof that a device has a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.material_file import raw_option, read_material
from sealwright.cli.secret_option import secret_options
from sealwright.errors import InputError

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice


@click.command("answer")
@click.argument("key", metavar="KEY", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--challenge", required=True, metavar="HEX", help="What the device was given.")
@click.option("--kind", type=click.Choice(["aes", "hmac"]), help="What KEY is, where it is no material file.")
@click.option(
    "--hash",
    "digest",
    type=click.Choice(["sha1", "sha256", "sha384", "sha512"]),
    default="sha256",
    show_default=True,
    help="Of the HMAC.",
)
@raw_option
@secret_options("passphrase", "Passphrase of KEY")
def command(
    key: str, challenge: str, kind: str | None, digest: str, raw: bool, passphrase: SecretChoice
) -> None:
    """Show what a device that was provisioned with KEY must answer to a challenge, in hex.

    That is the AES-CMAC (SP 800-38B) under an AES key and the HMAC under an HMAC key. It is what proves
    a key: EdgeLock 2GO shows the type and the length of what was imported, and no check value.
    """
    from sealwright.provision import MaterialKind

    try:
        octets = bytes.fromhex(challenge)
    except ValueError:
        raise InputError("--challenge: it must be hex digits, two a byte") from None
    wanted = MaterialKind(kind) if kind else None
    material = read_material(key, wanted, passphrase, raw=raw, option="--kind")
    click.echo(material.answer(octets, digest=digest).hex())
