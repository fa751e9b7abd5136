"""`sealwright keys`: what is kept between runs, one small file a verb."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {
    "init": "Make a key store.",
    "plan": "Tell what fetching the keys of a file's messages would cost.",
    "fetch": "Ask the service for the keys of a file's messages, and keep them.",
    "import": "Take the keys of files into the store.",
    "export": "Write the store's keys to a file, encrypted under a passphrase.",
    "list": "Show which keys the store has, never the keys themselves.",
    "purge": "Remove keys from the store for good.",
    "reconcile": "Compare what was paid for with the service's usage log.",
    "rekey": "Give the store another secret.",
}


@click.group("keys", cls=LazyGroup, package=__name__, known=_COMMANDS)
def command() -> None:
    """Keep keys between runs in a store that is encrypted.

    The store is a file, or a Redis server that many machines share. A secret of yours opens it: 32
    random bytes in hex or base64, or a passphrase.
    """
