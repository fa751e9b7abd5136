"""`sealwright receipt`: what was sent to the service, and who says so."""

from __future__ import annotations

import click

from sealwright.cli.group import LazyGroup

_COMMANDS = {"verify": "Verify a file of receipts."}


@click.group("receipt", cls=LazyGroup, package=__name__, known=_COMMANDS)
def command() -> None:
    """Verify the receipts that commands write with --receipt.

    A receipt is a line of JSON, signed and chained to the line before; it holds no key.
    """
