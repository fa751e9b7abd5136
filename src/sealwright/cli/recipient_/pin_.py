"""`sealwright recipient pin`: remember whom material is encrypted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.cli.recipient_option import ask_to_pin, pin_option, read_key
from sealwright.errors import InputError

if TYPE_CHECKING:
    from sealwright.cli.recipient_option import PinPlace


@click.command("pin")
@click.argument("key", metavar="KEY", type=click.Path(exists=True, dir_okay=False))
@pin_option
@click.option("--primary", metavar="FINGERPRINT", help="What the primary key's must be: 40 hex digits.")
@click.option("--subkey", metavar="FINGERPRINT", help="The same of the encryption subkey.")
@click.option("--replace", is_flag=True, help="Pin it in place of another key.")
def command(key: str, place: PinPlace, primary: str | None, subkey: str | None, replace: bool) -> None:
    """Verify KEY, the recipient's PGP public key, and remember its two fingerprints.

    On a terminal they are shown and you are asked. Elsewhere give both as NXP has told you: a key
    that is another is refused, and never pinned. A pin is replaced only with --replace.
    """
    from sealwright.provision import Pin, read_fingerprint

    if (primary is None) is not (subkey is None):
        raise click.UsageError(
            "--primary and --subkey go together: whoever changes a subkey leaves the primary key"
        )
    found = read_key(key, place)
    if primary is not None and subkey is not None:
        found.pinned(Pin(read_fingerprint(primary), read_fingerprint(subkey)))
    before = place.read()
    if before == found.pin:
        say(f"pinned already in {place.path}")
        return
    if before is not None and (before.primary, before.subkey) == (found.pin.primary, found.pin.subkey):
        found.pinned(before)  # which refuses it: it is pinned as revoked
    if before is not None and not replace:
        raise InputError(
            f"recipient: {before.primary} with subkey {before.subkey} is pinned in {place.path}: if NXP has"
            " published another key, give --replace"
        )
    if primary is None:
        ask_to_pin(found, place)
        return
    place.write(found.pin)
    say(f"pinned in {place.path}: {found.pin.primary}, subkey {found.pin.subkey}")
