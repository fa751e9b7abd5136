"""`sealwright keys purge`: remove keys for good."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from sealwright.cli.keys_.choosing import among, device_option
from sealwright.cli.options import say, several
from sealwright.cli.store_option import account_option, age, store_options

if TYPE_CHECKING:
    from sealwright.cli.store_option import StorePlace
    from sealwright.telemetry import Entry


@click.command("purge")
@store_options
@account_option
@device_option
@click.option("--older-than", type=age, metavar="AGE", help="Only keys learnt that long ago: 90d, 12h, 2w.")
@click.option("--all", "everything", is_flag=True, help="All keys of the account.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    place: StorePlace, devices: set[bytes], older_than: int | None, everything: bool, yes: bool
) -> None:
    """Remove the account's keys from the store for good, by device, by age or all.

    Messages under a key that is gone need a paid call to open again, if the service still answers.
    The ledgers of paid calls and spent downlink sets stay.
    """
    if everything is bool(devices or older_than is not None):
        raise click.UsageError("say what to remove: --device UID, --older-than AGE, both, or else --all")
    of_account, born = among(place.account, devices), time.time() - (older_than or 0)

    def doomed(entry: Entry) -> bool:
        return of_account(entry) and (older_than is None or entry.learned <= born)

    with place.open() as store:
        count = sum(map(doomed, store.entries()))
        if not yes and not _agreed(count, place):
            raise click.Abort
        place.say_secret()
        say(f"{several(store.purge(doomed), 'key')} removed")


def _agreed(count: int, place: StorePlace) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{several(count, 'key')} would go from {place.shown} for good: give --yes")
    return click.confirm(f"Remove {several(count, 'key')} from {place.shown} for good?", err=True)
