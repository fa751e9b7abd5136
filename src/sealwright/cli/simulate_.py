"""`sealwright simulate`: the u-blox service on this machine, with a fleet, until it is stopped."""

from __future__ import annotations

import json
import sys
from datetime import UTC
from time import time
from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.cli.simulating import (
    choose,
    host_option,
    load_simulator,
    port_option,
    seed_option,
    serving,
    tell_calls,
    write_new,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sealwright.simulator.clock import Clock
    from sealwright.simulator.ublox import UbloxSimulator

_FAULT_HELP = (
    "Let calls fail: PATH:FAULT[=VALUE][,times=N][,after=N][,share=P][,retry-after=S]. PATH may hold *."
    " FAULT is status=503, delay=0.02, expired-token, disconnect, lose, cut, html or wrong-device."
    " May be given several times."
)
_QUIRK_HELP = (
    "Let replies be irregular: bare-uids, unpadded-base64, stray-bits, capital-message, escaped-pem,"
    " without-kiv, new-fields, short-keys, or all. May be given several times."
)


@click.command("simulate")
@host_option
@port_option
@seed_option
@click.option("--devices", type=int, default=20, show_default=True, help="Devices; 0 for none.")
@click.option("--messages", metavar="FILE", help="Write what the fleet sends to a new file (JSON Lines).")
@click.option("--count", type=int, default=2_000, show_default=True, help="How many messages that are.")
@click.option("--days", type=int, default=1, show_default=True, help="Over how many days they are sent.")
@click.option(
    "--damaged",
    type=float,
    default=0.02,
    show_default=True,
    metavar="SHARE",
    help="Share of messages that are damaged, repeated, forged or of unknown devices.",
)
@click.option("--fault", "faults", multiple=True, metavar="RULE", help=_FAULT_HELP)
@click.option("--quirk", "quirks", multiple=True, metavar="QUIRK", help=_QUIRK_HELP)
@click.option(
    "--scheme",
    type=click.Choice(["either", "bare", "bearer"]),
    default="either",
    show_default=True,
    help="Form in which the AuthToken must be shown.",
)
@click.option(
    "--at",
    "at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    metavar="TIME",
    help="Let the service's clock stand still at this time (UTC); without it, it goes as this machine's.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: URL and credentials in JSON.")
def command(
    host: str,
    port: int,
    seed: int,
    devices: int,
    messages: str | None,
    count: int,
    days: int,
    damaged: float,
    faults: tuple[str, ...],
    quirks: tuple[str, ...],
    scheme: str,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Run the u-blox service on this machine, for trying and testing without an account.

    Shows where it listens and the credentials to use, which are made for testing and open nothing
    else. Every key follows from the seed. Ctrl-C stops it and tells what was called, and what
    would have been billed.
    """
    from msgspec.json import encode

    from sealwright.simulator.fleet import Fleet

    if devices == 0 and messages is not None:
        raise click.UsageError("--messages: without devices there are no messages")
    ublox = load_simulator("simulate", "ublox")
    fleet = None if devices == 0 else Fleet(seed, devices, count, damaged, days, served=True)
    simulator = ublox.UbloxSimulator(
        seed=seed,
        clock=_clock(at),
        rules=faults,
        quirks=choose("--quirk", quirks, ublox.Quirk),
        scheme=scheme,
    )
    if fleet is not None:
        simulator.furnish(fleet)
    with serving(ublox, simulator.app, host, port) as (url, stopped):
        if fleet is not None and messages is not None:
            write_new("--messages", messages, (encode(row) + b"\n" for row in fleet.rows()))
        _announce(simulator, url, as_json=as_json)
        stopped.wait()
    tell_calls(simulator.ledger.requests, simulator.ledger.paid)


def _clock(at: datetime | None) -> Clock:
    from sealwright.simulator.clock import ManualClock

    return time if at is None else ManualClock(at.replace(tzinfo=UTC))


def _announce(simulator: UbloxSimulator, url: str, *, as_json: bool) -> None:
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    if as_json:
        told = {"service": url, "api_key": key, "api_secret": secret}
        click.echo(json.dumps(told))
    else:
        click.echo(f"service  {url}")
        click.echo(f"export SEALWRIGHT_UBLOX_API_KEY={key}")
        click.echo(f"export SEALWRIGHT_UBLOX_API_SECRET={secret}")
    sys.stdout.flush()
    say(f"{len(simulator.account.devices):,} devices; Ctrl-C stops")
