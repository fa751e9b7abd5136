"""Material on its way in and out: hex text, raw bytes, and files under a passphrase."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.options import open_input, say, show_json
from sealwright.errors import InputError
from sealwright.secret import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import Material, MaterialKind
    from sealwright.secret import Secret

_LONGEST: Final = 64 * 1024
KINDS: Final = ("aes", "hmac", "binary")

raw_option = click.option("--raw", is_flag=True, help="The file holds the bytes themselves, and no hex text.")
out_option = click.option(
    "-o", "--out", required=True, metavar="OUT", help="A new file under a passphrase; - is standard output."
)
force_option = click.option("--force", is_flag=True, help="Replace OUT if it exists.")


@quiet
def read_material(
    path: str,
    kind: MaterialKind | None,
    passphrase: SecretChoice,
    *,
    raw: bool = False,
    option: str = "--type",
) -> Material:
    """Read material from a file or standard input.

    A material file knows what it holds; of hex text and raw bytes `kind` must tell, which the command's
    `option` gives. Raises InputError.
    """
    from sealwright.provision import Material, MaterialKind, read_hex_material
    from sealwright.secret import Secret
    from sealwright.telemetry import is_sealed_key_file

    with open_input(path) as stream:
        octets = stream.read(_LONGEST + 1)
    if len(octets) > _LONGEST:
        raise InputError(f"material: {path} has more than {_LONGEST:,} bytes: is it the right file?")
    if is_sealed_key_file(io.BytesIO(octets)):
        name, digits = _opened(path, octets, passphrase)
        found = read_hex_material(MaterialKind(name), digits)
        if kind is not None and found.kind is not kind:
            raise InputError(
                f"material: {path} holds {found.kind} material, and {kind} material is asked for"
            )
        return found
    if kind is None:
        raise InputError(f"material: {path} does not tell what it is: say so with {option}")
    return Material(kind, Secret(octets)) if raw else read_hex_material(kind, octets)


def _opened(path: str, octets: bytes, passphrase: SecretChoice) -> tuple[str, bytes]:
    """Return the kind of what a material file holds, and its hex digits."""
    from sealwright.telemetry import read_sealed_key_file

    text = read_sealed_key_file(
        io.BytesIO(octets), path, passphrase.ask(f"Passphrase of {path}", twice=False)
    )
    name, _, digits = text.read().partition(b" ")
    if name.decode("latin-1") not in KINDS:
        raise InputError(f"material: {path} is a key file, and no material: import it with `keys import`")
    return name.decode(), digits


def check_place(out: str, *, plaintext: bool, force: bool) -> None:
    """Raise before any work where the output cannot or must not be written."""
    from sealwright.telemetry.pipeline.output import check_output

    if plaintext and out != "-":
        raise click.UsageError("--plaintext writes to standard output alone (-o -): no key is put on a disk")
    if out == "-" and not plaintext and sys.stdout.isatty():
        raise click.UsageError("OUT would be binary on a terminal: name a file")
    check_output(out, (), force=force)


def keep_material(material: Material, out: str, secret: Secret | None) -> None:
    """Write material to a file under its passphrase; without one, as hex text."""
    from sealwright.telemetry import sealed_key_file
    from sealwright.telemetry.pipeline.output import LateFile

    with LateFile(out, private=True) as file:
        if secret is None:
            file.stream.write(material.payload().reveal() + b"\n")
            return
        with sealed_key_file(file.stream, secret) as write:
            write(material.kind.encode() + b" " + material.payload().reveal())


def tell_material(material: Material, out: str, *, plaintext: bool, as_json: bool) -> None:
    """Say what has been kept: its size, and the check values of an AES key."""
    if as_json:
        show_json(facts_of(material))
        return
    where = "in the clear: keep it from others" if plaintext else f"to {out}, under the passphrase"
    say(f"{words_for(material)} written {where}")
    for line in check_lines(material):
        say(line)


def facts_of(material: Material) -> dict[str, Any]:
    """Return what may be told of material: no digest of what can be guessed."""
    values = material.check_values
    facts: dict[str, Any] = {"kind": str(material.kind), "bytes": len(material)}
    return facts | ({"kcv_cmac": values.cmac, "kcv_legacy": values.legacy} if values else {})


def words_for(material: Material) -> str:
    """Return material in words, such as `AES key of 32 bytes`."""
    names = {"aes": "AES key", "hmac": "HMAC key", "binary": "binary file"}
    return f"{names[material.kind]} of {len(material)} byte{'' if len(material) == 1 else 's'}"


def check_lines(material: Material) -> list[str]:
    """Return the lines that show key check values, each labelled with the way it is made."""
    values = material.check_values
    if values is None:
        return []
    return [
        f"  KCV {values.cmac}  (AES-CMAC, X9.24-1:2017)",
        f"  KCV {values.legacy}      (legacy: a block of zeros, encrypted)",
    ]


def material_output(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that makes material the options that say where it goes."""
    from sealwright.cli.options import json_option
    from sealwright.cli.secret_option import secret_options

    for option in (
        json_option,
        force_option,
        click.option("--plaintext", is_flag=True, help="Write hex text in the clear; only to -o -."),
        secret_options("passphrase", "Passphrase of OUT"),
        out_option,
    ):
        function = option(function)
    return function
