"""`sealwright demo`: a made day of telemetry, opened before your eyes."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sealwright.simulator.fleet import Fleet, Sealed

MESSAGES, KEYS, OPENED = "messages.jsonl", "keys.jsonl", "opened.jsonl"


@click.command("demo")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another day.")
@click.option(
    "--keep", type=click.Path(file_okay=False), metavar="DIR", help="Leave the three files in a new folder."
)
def command(seed: int, keep: str | None) -> None:
    """Make a day of telemetry and open it.

    Twenty made devices send 2,000 messages: v1, v2 and signed ones, 2 % of them faulty in every
    way that sealwright knows. Works offline and without credentials; every key is made for testing.
    """
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


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        raise click.UsageError(f"--keep: {folder} exists already: name a new folder") from None
    except OSError as problem:
        raise click.UsageError(f"--keep: {folder} cannot be made: {problem.strerror}") from None


def _write(fleet: Fleet, folder: Path) -> None:
    from msgspec.json import encode

    for name, rows in ((MESSAGES, fleet.rows()), (KEYS, fleet.key_lines())):
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(b"".join(encode(row) + b"\n" for row in rows))


def _open_and_show(fleet: Fleet, folder: Path) -> bool:
    """Run the same job as `sealwright open`, show it, and return whether every row came out right."""
    from msgspec import to_builtins
    from msgspec.json import decode

    from sealwright.cli.tell import tell_summary
    from sealwright.telemetry import KeyFile
    from sealwright.telemetry.pipeline.job import Options, run

    sealed = (folder / MESSAGES).read_bytes().splitlines()
    keys = KeyFile(folder / KEYS)
    with (folder / MESSAGES).open("rb") as stream:
        summary = run(stream, keys, str(folder / OPENED), Options(plaintext="utf8"))
    opened = [decode(line) for line in (folder / OPENED).read_bytes().splitlines()]
    click.echo("a row with a sealed message:")
    click.echo(f"  {sealed[0].decode()}")
    click.echo("what it became:")
    click.echo(
        "".join(f"  {name:<15}{_shown(value)}\n" for name, value in opened[0].items() if name != "payload")
    )
    told = {**to_builtins(summary), "refused_lines": [], "irregular_replies": dict(keys.irregular)}
    click.echo("\n".join(tell_summary(told)))
    right = sum(_right(truth, record) for truth, record in zip(fleet.day(), opened, strict=True))
    click.echo(
        f"{right:,} of {len(opened):,} rows are exactly what the devices had sealed or what befell them"
    )
    return right == len(opened)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _right(truth: Sealed, record: dict[str, Any]) -> bool:
    text = None if truth.text is None else truth.text.decode()
    return (truth.outcome, truth.reason or None, text) == (
        record["outcome"],
        record["reason"],
        record["plaintext"],
    )
