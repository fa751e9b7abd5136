"""`sealwright material`: key material, one small file a verb."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {
    "new": "Make or read a key and keep it under a passphrase.",
    "combine": "Combine the components of custodians to a key.",
    "answer": "Show what a device with this key must answer to a challenge.",
}


@click.group("material", cls=LazyGroup, package=__name__, known=_COMMANDS)
def command() -> None:
    """Make, combine and check AES keys, HMAC keys and confidential files.

    Material is never written in the clear: a material file opens with its passphrase alone.
    """
