"""`sealwright material new`: make or read a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.material_file import (
    check_place,
    keep_material,
    material_output,
    raw_option,
    read_material,
    tell_material,
)

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import Material

_LENGTHS = {"aes128": ("aes", 16), "aes256": ("aes", 32), "hmac": ("hmac", 32), "binary": ("binary", None)}


@click.command("new")
@click.argument("kind", type=click.Choice(list(_LENGTHS)))
@click.option("--bytes", "count", type=click.IntRange(1), help="Length of an HMAC key (else 32) or a file.")
@click.option("--from", "source", metavar="FILE", help="Read it as hex text instead; - is standard input.")
@raw_option
@material_output
def command(
    kind: str,
    count: int | None,
    source: str | None,
    raw: bool,
    out: str,
    passphrase: SecretChoice,
    plaintext: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Make a random key, or read one, and keep it under a passphrase in OUT.

    Hex text may have spaces, tabs and line ends. AES keys are shown by their key check values; of
    HMAC keys and files nothing is shown but the length, because a digest would help to guess them.
    """
    if raw and not source:
        raise click.UsageError("--raw says how FILE is to be read: give --from FILE too")
    if as_json and out == "-":
        raise click.UsageError("--json and -o -: both would be on standard output")
    check_place(out, plaintext=plaintext, force=force)
    material = _material(kind, count, source, passphrase, raw=raw)
    secret = None if plaintext else passphrase.ask(f"Passphrase of {out}", twice=True)
    keep_material(material, out, secret)
    tell_material(material, out, plaintext=plaintext, as_json=as_json)


def _material(
    kind: str, count: int | None, source: str | None, passphrase: SecretChoice, *, raw: bool
) -> Material:
    from sealwright.errors import MaterialError
    from sealwright.provision import MaterialKind, new_material

    name, usual = _LENGTHS[kind]
    length = count or usual
    if source:
        material = read_material(source, MaterialKind(name), passphrase, raw=raw)
        wanted = count or (usual if name == "aes" else None)
        if wanted and len(material) != wanted:
            raise MaterialError(f"material: {source} has {len(material)} bytes, and {wanted} are asked for")
        return material
    if length is None:
        raise click.UsageError("a random file needs its length: give --bytes N")
    if name == "aes" and length != usual:
        raise click.UsageError(f"--bytes: {kind} has {usual} bytes")
    return new_material(MaterialKind(name), length)
