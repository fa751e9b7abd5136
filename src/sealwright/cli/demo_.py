"""`sealwright demo`: a made day of telemetry, opened before your eyes, or keys on their way to devices."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.demo_rows import count_right, read_rows, write_rows

if TYPE_CHECKING:
    from sealwright.simulator.fleet import Fleet

MESSAGES, KEYS, OPENED = "messages.jsonl", "keys.jsonl", "opened.jsonl"


@click.command("demo")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed makes another day, and other keys."
)
@click.option(
    "--keep", type=click.Path(file_okay=False), metavar="DIR", help="Leave the three files in a new folder."
)
@click.option(
    "--service",
    is_flag=True,
    help="Fetch the keys from a service, simulated on this machine, and show the bill.",
)
@click.option(
    "--provision",
    is_flag=True,
    help="Bring keys into EdgeLock 2GO, simulated on this machine, and onto devices.",
)
def command(seed: int, keep: str | None, service: bool, provision: bool) -> None:
    """Make a day of telemetry and open it; or, with --provision, bring keys onto devices.

    Twenty made devices send 2,000 messages: v1, v2 and signed ones, 2 % of them faulty in every
    way that sealwright knows. With --provision keys are wrapped, submitted, assigned and proved
    instead. Works offline and without credentials; every key is made for testing.
    """
    if service and provision:
        raise click.UsageError("--service and --provision are two demos: give one of them")
    if service or provision:
        sys.exit(0 if _served(seed, keep, provision=provision) else 1)
    from sealwright.simulator.fleet import Fleet

    fleet = Fleet(seed=seed)
    with TemporaryDirectory() as temporary:
        folder = Path(keep or temporary)
        if keep:
            _make(folder)
        _write(fleet, folder)
        right = _open_and_show(fleet, folder)
    if keep:
        click.echo(f"\nkept: {folder / MESSAGES}, {folder / KEYS}, {folder / OPENED}")
    sys.exit(0 if right else 1)


def _served(seed: int, keep: str | None, *, provision: bool) -> bool:
    """Show what needs a service. Raises InputError where the extra for it is missing."""
    from sealwright.cli.simulate_ import load_simulator

    option = "--provision" if provision else "--service"
    if keep:
        raise click.UsageError(
            f"--keep: with {option} nothing is kept: `sealwright {'el2g ' if provision else ''}simulate`"
            " stays and serves"
        )
    load_simulator(f"demo {option}", "el2g" if provision else "ublox")
    if provision:
        from sealwright.cli.demo_provision import show_provision

        return show_provision(seed)
    from sealwright.cli.demo_service import show_service

    return show_service(seed)


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        raise click.UsageError(f"--keep: {folder} exists already: name a new folder") from None
    except OSError as problem:
        raise click.UsageError(f"--keep: {folder} cannot be made: {problem.strerror}") from None


def _write(fleet: Fleet, folder: Path) -> None:
    write_rows(folder / MESSAGES, fleet.rows())
    write_rows(folder / KEYS, fleet.key_lines())


def _open_and_show(fleet: Fleet, folder: Path) -> bool:
    """Run the same job as `sealwright open`, show it, and return whether every row came out right."""
    from msgspec import to_builtins

    from sealwright.cli.tell import tell_summary
    from sealwright.telemetry import KeyFile
    from sealwright.telemetry.pipeline.input import Options
    from sealwright.telemetry.pipeline.job import run

    sealed = (folder / MESSAGES).read_bytes().splitlines()
    keys = KeyFile(folder / KEYS)
    with (folder / MESSAGES).open("rb") as stream:
        summary = run(stream, keys, str(folder / OPENED), Options(plaintext="utf8"))
    opened = read_rows(folder / OPENED)
    click.echo("a row with a sealed message:")
    click.echo(f"  {sealed[0].decode()}")
    click.echo("what it became:")
    click.echo(
        "".join(f"  {name:<15}{_shown(value)}\n" for name, value in opened[0].items() if name != "payload")
    )
    told = {**to_builtins(summary), "refused_lines": [], "irregular_replies": dict(keys.irregular)}
    click.echo("\n".join(tell_summary(told)))
    right = count_right(fleet, opened)
    click.echo(
        f"{right:,} of {len(opened):,} rows are exactly what the devices had sealed or what befell them"
    )
    return right == len(opened)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)
