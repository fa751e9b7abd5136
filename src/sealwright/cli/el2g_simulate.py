"""`sealwright el2g simulate`: EdgeLock 2GO on this machine, until it is stopped."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

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
from sealwright.secret import quiet

if TYPE_CHECKING:
    from sealwright.simulator.el2g import El2gSimulator

_FAULTS = (
    'Let calls fail: "METHOD PATH:FAULT[=VALUE][,times=N][,after=N][,share=P][,retry-after=S]". PATH may hold'
    " *, and * alone is every call. FAULT is status=503, delay=0.02, disconnect, lose, cut or html. May be"
    " given several times."
)
_SLIPS = "Let answers be irregular: {}, or all. May be given several times."
_NAMES = (
    "stray-next, bare-pages, numeric-oids, long-names, group-as-device, blanks, epoch-times, singular-failed,"
    " escaped-pem, new-fields, new-words, text-ids"
)


@click.command("simulate")
@host_option
@port_option
@seed_option
@click.option(
    "--devices", type=click.IntRange(0), default=20, show_default=True, help="Devices that NXP has made."
)
@click.option(
    "--profile",
    type=click.Choice(["nxp", "foundries"]),
    default="nxp",
    show_default=True,
    help="The URL to show; it answers in both.",
)
@click.option("--fault", "faults", multiple=True, metavar="RULE", help=_FAULTS)
@click.option("--slip", "slips", multiple=True, metavar="SLIP", help=_SLIPS.format(_NAMES))
@click.option(
    "--pgp-key",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Secret key that imports are encrypted to, without a passphrase; else one that is made for testing.",
)
@click.option(
    "--recipient",
    metavar="FILE",
    help="Write the public half of the key made for testing to a new file, to be pinned and wrapped to.",
)
@click.option(
    "--connect",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How often each device connects and gets what is ready; 0 for never.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: URL, token and devices in JSON.")
def command(
    host: str,
    port: int,
    seed: int,
    devices: int,
    profile: str,
    faults: tuple[str, ...],
    slips: tuple[str, ...],
    pgp_key: str | None,
    recipient: str | None,
    connect: float,
    as_json: bool,
) -> None:
    """Run EdgeLock 2GO on this machine, for trying and testing without an account.

    Shows where it listens and the token to use, which is made for testing and opens nothing else.
    Its clock goes as this machine's. Ctrl-C stops it and tells what was called.
    """
    if pgp_key and recipient:
        raise click.UsageError("--recipient writes the key made for testing: leave out --pgp-key")
    el2g = load_simulator("el2g simulate", "el2g")
    opener = _opener(el2g.pgp_secret_key() if pgp_key is None else Path(pgp_key).read_bytes())
    simulator: El2gSimulator = el2g.El2gSimulator(
        seed=seed, clock=time, rules=faults, slips=choose("--slip", slips, el2g.Slip), opener=opener
    )
    simulator.register(el2g.some_uids(devices))
    with serving(el2g, simulator.app, host, port, prefix=el2g.PREFIXES[profile]) as (url, stopped):
        if recipient:
            write_new("--recipient", recipient, [el2g.pgp_key()])
        _announce(simulator, url, profile, as_json=as_json)
        while not stopped.wait(connect or None):
            for uid in list(simulator.account.devices):
                simulator.connect(uid)
    tell_calls(simulator.ledger.requests)


@quiet
def _opener(secret_key: bytes) -> Any:
    from sealwright.provision import Receiver

    return Receiver(secret_key)


def _announce(simulator: El2gSimulator, url: str, profile: str, *, as_json: bool) -> None:
    if as_json:
        devices = [str(uid) for uid in simulator.account.devices]
        click.echo(
            json.dumps({"service": url, "profile": profile, "token": simulator.token, "devices": devices})
        )
    else:
        click.echo(f"service  {url}")
        click.echo(f"export SEALWRIGHT_EL2G_TOKEN={simulator.token}")
    sys.stdout.flush()
    say(f"{len(simulator.account.devices):,} devices; Ctrl-C stops")
