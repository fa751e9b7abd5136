"""`sealwright recipient show`: a key, verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import json_option, show_json
from sealwright.cli.recipient_option import pin_option, read_key, recipient_lines

if TYPE_CHECKING:
    from sealwright.cli.recipient_option import PinPlace
    from sealwright.provision import Pin


@click.command("show")
@click.argument("key", metavar="KEY", type=click.Path(exists=True, dir_okay=False))
@pin_option
@json_option
def command(key: str, place: PinPlace, as_json: bool) -> None:
    """Verify KEY, a PGP public key, and show its fingerprints and whether it is the pinned one.

    Its self-signatures, the binding of its subkey and revocations are verified, with expiry and size.
    """
    found = read_key(key, place)
    state = _state(found.pin, place.read())
    if as_json:
        show_json(
            {
                "user_ids": list(found.user_ids),
                "primary": found.pin.primary,
                "subkey": found.pin.subkey,
                "pin": state,
            }
        )
        return
    click.echo("\n".join([*recipient_lines(found), f"pin        {state}"]))


def _state(found: Pin, pinned: Pin | None) -> str:
    if pinned is None:
        return "none"
    if pinned.revoked and (pinned.primary, pinned.subkey) == (found.primary, found.subkey):
        return "revoked"
    return "this key" if pinned == found else "another key"
