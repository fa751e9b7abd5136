"""`sealwright demo --service`: keys from a service, simulated on this machine, and what they cost."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import click

from sealwright.cli.demo_rows import count_right, read_rows, write_rows

if TYPE_CHECKING:
    from sealwright.services.ublox.client import UbloxClient
    from sealwright.simulator.clock import ManualClock
    from sealwright.simulator.fleet import Fleet
    from sealwright.telemetry import KeyStore, Plan, ServiceSource

DAYS: Final = 14
_BILLED: Final = "/e2e/uplink/protectionparameters/get"


def show_service(seed: int) -> bool:
    """Plan, fetch and open over loopback sockets, then open again; returns whether all is as it must be."""
    from sealwright.services.ublox.client import UbloxClient
    from sealwright.simulator.clock import ManualClock
    from sealwright.simulator.fleet import Fleet
    from sealwright.simulator.ublox import UbloxSimulator, serve

    fleet = Fleet(seed=seed, days=DAYS, served=True)
    clock = ManualClock(datetime.now(UTC))
    simulator = UbloxSimulator(seed=seed, clock=clock)
    simulator.furnish(fleet)
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    with (
        TemporaryDirectory() as folder,
        serve(simulator.app) as url,
        UbloxClient(key, secret, service=url) as client,
        _new_store(Path(folder), url) as store,
    ):
        click.echo(f"the u-blox service, simulated on this machine, at {url}")
        click.echo(
            f"{fleet.devices} devices send {fleet.messages:,} messages in {DAYS} days, 2 % of them damaged,"
            " repeated, forged or of unknown devices"
        )
        return _Demo(fleet, client, store, Path(folder)).show(clock)


def _new_store(folder: Path, origin: str) -> KeyStore:
    from sealwright.secret import Secret
    from sealwright.telemetry import KeyStore

    secret = Secret(secrets.token_bytes(32))
    KeyStore.create(folder / "keys.sqlite", secret)
    return KeyStore(folder / "keys.sqlite", secret, origin=origin)


class _Demo:
    """One fleet, opened twice."""

    def __init__(self, fleet: Fleet, client: UbloxClient, store: KeyStore, folder: Path) -> None:
        self._fleet, self._client, self._store, self._folder = fleet, client, store, folder

    def show(self, clock: ManualClock) -> bool:
        """Show each step, and return whether every row and every count is right."""
        write_rows(self._folder / "messages.jsonl", self._fleet.rows())
        plan = self._plan()
        first, again = self._source(plan.at_most + plan.free), self._source(0)
        opened = self._open("fetched and opened", first)
        bill_right = self._tell_bill(first, clock)
        reopened = self._open("opened again, from the store", again)
        click.echo(f"  {again.ledger.reached:,} calls")
        right = min(count_right(self._fleet, rows) for rows in (opened, reopened))
        click.echo(
            f"\n{right:,} of {len(opened):,} rows are exactly what the devices had sealed or what befell"
            " them, both times"
        )
        return bill_right and not again.ledger.reached and right == len(opened)

    def _plan(self) -> Plan:
        from sealwright.telemetry import plan_calls

        plan = plan_calls([row.message for row in self._fleet.day()], self._store)
        click.echo(
            f"\nplan: {plan.headers:,} headers, {plan.held:,} of them held: {plan.at_least:,} to"
            f" {plan.at_most:,} billed calls, and {plan.free:,} that are free"
        )
        return plan

    def _source(self, budget: int) -> ServiceSource:
        from sealwright.telemetry import ServiceSource

        return ServiceSource(self._client, budget=budget, log=self._store)

    def _open(self, what: str, source: ServiceSource) -> list[dict[str, Any]]:
        """Run the same job as `sealwright open`, and tell how it went."""
        from sealwright.telemetry import CachedSource
        from sealwright.telemetry.pipeline.input import Options
        from sealwright.telemetry.pipeline.job import run

        out = self._folder / f"{what}.jsonl"
        cached = CachedSource(source, store=self._store)
        with (self._folder / "messages.jsonl").open("rb") as stream:
            summary = run(stream, cached, str(out), Options(plaintext="utf8"))
        click.echo(f"\n{what}: {summary.rows:,} rows in {summary.seconds:.2f} s ({summary.engine} engine)")
        for outcome, count in summary.outcomes.most_common():
            click.echo(f"  {count:,} {outcome}")
        return read_rows(out)

    def _tell_bill(self, source: ServiceSource, clock: ManualClock) -> bool:
        """Tell what was billed by our ledger and by the service's usage log; returns whether they agree."""
        from sealwright.services.ublox.information import DeviceUsageGet

        begun = datetime.fromtimestamp(clock(), UTC).date()
        clock.advance(300)  # the service's log is five minutes behind
        usage = self._client.send(DeviceUsageGet(from_date=begun.isoformat()))
        logged = sum(row.get(_BILLED, 0) for row in usage.values())
        ours = sum(each.calls.kept for each in self._store.calls() if each.calls.call == _BILLED)
        ledger = source.ledger
        click.echo(
            f"  {ledger.reached:,} calls, {ours:,} of them billed, {ledger.possibly_paid:,} possibly;"
            f" the service's usage log has {logged:,}"
        )
        return ours == logged and not ledger.possibly_paid
