"""`sealwright keys reconcile`: what we have paid for beside what the service has billed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from sealwright.cli.answers import show_table
from sealwright.cli.options import json_option, say, several, show_json
from sealwright.cli.store_option import account_option, store_options
from sealwright.cli.ublox_account import ublox_account

if TYPE_CHECKING:
    from sealwright.cli.store_option import StorePlace
    from sealwright.cli.ublox_account import UbloxAccount
    from sealwright.telemetry import Reconciled

DIFFERS: Final = 3
_DAYS: Final = 60


@click.command("reconcile")
@store_options
@account_option
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help=f"The first day (UTC); at most, and by default, {_DAYS} days back.",
)
@click.option("--all", "everything", is_flag=True, help="Show the devices as well where both agree.")
@ublox_account
@json_option
def command(
    place: StorePlace, since: datetime | None, everything: bool, credentials: UbloxAccount, as_json: bool
) -> None:
    """Compare the store's ledger of paid calls with the service's usage log, device by device.

    A call whose answer was lost is possibly paid: the log tells. Calls in the log that no ledger has
    were made by somebody else on this account, or with another store. The log is five minutes behind.

    Exit codes: 0 both agree, 3 they differ.
    """
    from sealwright.services.ublox.information import DeviceUsageGet
    from sealwright.telemetry import reconcile

    first = since.date() if since else datetime.now(UTC).date() - timedelta(days=_DAYS)
    with credentials.open() as client, place.open(client.service) as store:
        usage = client.send(DeviceUsageGet(from_date=first.isoformat()))
        mine = (store.owner.origin, store.owner.account)
        calls = [each.calls for each in store.calls() if (each.origin, each.account) == mine]
    rows = reconcile((each for each in calls if each.day >= first.isoformat()), usage)
    differ = [row for row in rows if not row.agrees]
    if as_json:
        show_json([_describe(row) for row in rows])
    else:
        show_table([_describe(row) for row in (rows if everything else differ)])
    say(
        f"since {first}: {several(sum(row.kept for row in rows), 'billed call')} by the ledger,"
        f" {sum(row.possibly_paid for row in rows):,} possibly,"
        f" {sum(row.logged for row in rows):,} by the service's log;"
        f" {len(differ):,} of {several(len(rows), 'device')} differ"
        + (" (the log is five minutes behind)" if differ else "")
    )
    if differ:
        sys.exit(DIFFERS)


def _describe(row: Reconciled) -> dict[str, object]:
    return {**row._asdict(), "device": row.device.hex(), "agrees": row.agrees}
