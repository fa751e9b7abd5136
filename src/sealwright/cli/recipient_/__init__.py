"""`sealwright recipient`: who material is encrypted to, one small file a verb."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {
    "pin": "Remember the two fingerprints of the recipient, once.",
    "show": "Verify a recipient's key and show its fingerprints.",
}


@click.group("recipient", cls=LazyGroup, package=__name__, known=_COMMANDS)
def command() -> None:
    """Pin and show the key that key material is encrypted to.

    It is the PGP public key of EdgeLock 2GO, which you get from NXP. Compare its fingerprints with
    those that NXP tells you by another way, and pin them: whoever puts another key or another subkey
    in its place is refused from then on.
    """
