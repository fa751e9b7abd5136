"""`sealwright signer`: who signs, one small file a verb."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {
    "new": "Make a key that signs, under a passphrase.",
    "show": "Show a signer's fingerprint, or its public key.",
}


@click.group("signer", cls=LazyGroup, package=__name__, known=_COMMANDS)
def command() -> None:
    """Make and show the key that signs key material.

    A signer is an OpenPGP key file, or gpg:FINGERPRINT for a key of your gpg agent or smart card. It
    must be an RSA key of 2048 or 4096 bits (AN12642 section 12).
    """
