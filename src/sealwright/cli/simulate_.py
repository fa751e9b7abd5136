"""`sealwright simulate`: the u-blox service on this machine, with a fleet, until it is stopped."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import contextmanager
from datetime import UTC
from importlib import import_module
from pathlib import Path
from threading import Event
from time import time
from typing import TYPE_CHECKING

import click

from sealwright.cli.options import say
from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from types import FrameType, ModuleType

    from sealwright.simulator.clock import Clock
    from sealwright.simulator.fleet import Fleet
    from sealwright.simulator.ublox import Quirk, UbloxSimulator

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
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another account.")
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
    from sealwright.simulator.fleet import Fleet

    ublox = load_simulator("simulate")
    fleet = None if devices == 0 else Fleet(seed, devices, count, damaged, days, served=True)
    simulator = ublox.UbloxSimulator(
        seed=seed, clock=_clock(at), rules=faults, quirks=_quirks(quirks), scheme=scheme
    )
    if fleet is not None:
        simulator.furnish(fleet)
    if messages is not None:
        _write(fleet, messages)
    if not ublox.is_loopback(host):
        say(
            f"warning: {host} can be reached from other machines, in plain HTTP: whoever knows the seed"
            " knows the credentials"
        )
    with stop_signals() as stopped, ublox.serve(simulator.app, host=host, port=port) as url:
        _announce(simulator, url, as_json=as_json)
        stopped.wait()
    _tell_calls(simulator)


def load_simulator(command_name: str) -> ModuleType:
    """Import the simulator of the u-blox service. Raises InputError with the way to get what it needs."""
    try:
        return import_module("sealwright.simulator.ublox")
    except ModuleNotFoundError as missing:
        raise InputError(
            f"{command_name}: {missing.name} is not installed: pip install 'sealwright[simulator]'"
        ) from None


def _clock(at: datetime | None) -> Clock:
    from sealwright.simulator.clock import ManualClock

    return time if at is None else ManualClock(at.replace(tzinfo=UTC))


def _quirks(names: tuple[str, ...]) -> list[Quirk]:
    from sealwright.simulator.ublox import Quirk

    if "all" in names:
        return list(Quirk)
    known = {str(quirk): quirk for quirk in Quirk}
    if unknown := sorted(set(names) - known.keys()):
        raise click.UsageError(
            f"--quirk: there is no {unknown[0]!r}; choose one of {', '.join(known)}, or all"
        )
    return [known[name] for name in names]


def _write(fleet: Fleet | None, path: str) -> None:
    """Write a fleet's messages to a new file."""
    from msgspec.json import encode

    if fleet is None:
        raise click.UsageError("--messages: without devices there are no messages")
    try:
        with Path(path).open("xb") as file:
            file.writelines(encode(row) + b"\n" for row in fleet.rows())
    except FileExistsError:
        raise click.UsageError(f"--messages: {path} exists already: name a new file") from None


@contextmanager
def stop_signals() -> Iterator[Event]:
    """Yield an event that Ctrl-C and SIGTERM set: to stop is how this command ends, and no failure."""
    stopped = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


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


def _tell_calls(simulator: UbloxSimulator) -> None:
    """Say what was called, most often first, and what would have been billed."""
    ledger = simulator.ledger
    say(f"{ledger.requests.total():,} calls, {ledger.total_paid():,} of them billed")
    for path, count in ledger.requests.most_common():
        paid = f"  ({ledger.paid[path]:,} billed)" if path in ledger.paid else ""
        say(f"  {count:>9,}  {path}{paid}")
