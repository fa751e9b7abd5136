"""`sealwright keys rekey`: another secret for the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.cli.secret_option import secret_options
from sealwright.cli.store_option import store_options

if TYPE_CHECKING:
    from sealwright.cli.secret_option import SecretChoice
    from sealwright.cli.store_option import StorePlace


@click.command("rekey")
@store_options
@secret_options("new-store-secret", "New secret of the store", "SEALWRIGHT_NEW_STORE_SECRET")
def command(place: StorePlace, new_store_secret: SecretChoice) -> None:
    """Give the store another secret; the old one does not open it any more.

    One record is written anew, not the keys. A copy of the store that was made before still opens by
    the old secret: to shut out who has both, make a new store and import an export of this one.
    """
    with place.open() as store:
        place.say_secret()
        store.rekey(new_store_secret.ask("New passphrase of the store", twice=True))
    say(f"the secret is now that from {new_store_secret.source or 'the terminal'}")
