"""`sealwright material combine`: the components of custodians, typed one after the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from sealwright.cli.material_file import (
    KINDS,
    check_lines,
    check_place,
    keep_material,
    material_output,
    tell_material,
)
from sealwright.cli.options import say
from sealwright.errors import MaterialError

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.provision import Material, MaterialKind

_TRIES: Final = 3


@click.command("combine")
@click.option(
    "--components", type=click.IntRange(2, 20), required=True, metavar="N", help="How many there are."
)
@click.option("--kind", type=click.Choice(KINDS), default="aes", show_default=True, help="What they make.")
@material_output
def command(
    components: int,
    kind: str,
    out: str,
    passphrase: SecretChoice,
    plaintext: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Combine the components of custodians to a key, by XOR.

    Each custodian types a component, which is not shown, and its KCV, so that a slip is noticed at
    once. Components that have no KCV (of HMAC keys and files) are typed twice.
    """
    from sealwright.provision import MaterialKind, combine

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("custodians type their components on a terminal, and there is none")
    if as_json and out == "-":
        raise click.UsageError("--json and -o -: both would be on standard output")
    check_place(out, plaintext=plaintext, force=force)
    typed = [_component(number, components, MaterialKind(kind)) for number in range(1, components + 1)]
    material = combine(typed)
    secret = None if plaintext else passphrase.ask(f"Passphrase of {out}", twice=True)
    keep_material(material, out, secret)
    tell_material(material, out, plaintext=plaintext, as_json=as_json)


def _component(number: int, count: int, kind: MaterialKind) -> Material:
    """Ask for a component until it agrees with its KCV. Raises MaterialError after three times."""
    what = f"Component {number} of {count}, in hex"
    for _ in range(_TRIES):
        try:
            material = _typed(what, kind)
        except MaterialError as problem:
            say(str(problem))
            continue
        values = material.check_values
        if values is None:
            return material
        if values.agree_with(click.prompt(f"KCV of component {number}", err=True)):
            say(f"component {number} agrees:")
            for line in check_lines(material):
                say(line)
            return material
        say(f"component {number} does not agree with this KCV (6 to 10 hex digits): type both again")
    raise MaterialError(f"material: component {number} was not right {_TRIES} times: nothing was made")


def _typed(what: str, kind: MaterialKind) -> Material:
    from sealwright.provision import read_hex_material

    twice = str(kind) != "aes"
    return read_hex_material(
        kind, click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True).encode()
    )
