"""`sealwright bench`: how fast this machine opens, beside what one would write without us."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sealwright.cli.options import json_option, say, show_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.bench.report import Report


@click.command("bench")
@click.option("--full", is_flag=True, help="More turns, every way of sharing keys, every suite: minutes.")
@click.option(
    "--messages",
    type=click.IntRange(min=100, max=1_000_000),
    default=10_000,
    show_default=True,
    help="Messages that are opened in one round.",
)
@click.option(
    "--plot",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Draw two pictures into a folder, as SVG and PNG.",
)
@json_option
def command(full: bool, messages: int, plot: Path | None, as_json: bool) -> None:
    """Measure how fast messages open here, beside loops over other libraries.

    Makes messages and keys for testing, opens them in turns with sealwright and with what one would
    write without it, on one core, and compares every plaintext: a wrong one ends the run. The
    figures are medians. Takes about twenty seconds; works offline and writes nothing without --plot.
    """
    from sealwright.bench.program import Plan, run

    if plot:
        _check_plot(plot)
    plan = Plan(messages, turns=31, seconds=2.0, full=True) if full else Plan(messages)
    with _progress() as tell:
        report = run(plan, tell)
    _show(report, as_json=as_json)
    if plot:
        from sealwright.bench.plot import draw

        for path in draw(report, plot):
            say(f"drawn: {path}")


def _check_plot(folder: Path) -> None:
    """Find out before the measuring, not after it, that nothing can be drawn."""
    from sealwright.bench.extras import load

    load("matplotlib")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise click.UsageError(f"--plot: {folder} cannot be made: {problem.strerror}") from None


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on standard error what is being measured, where that is a terminal."""
    from rich.console import Console

    with Console(stderr=True).status("making messages …") as status:
        yield status.update


def _show(report: Report, *, as_json: bool) -> None:
    from sealwright.bench.table import show

    for words in report.missing:
        say(words)
    if as_json:
        show_json(report)
        return
    machine = report.machine
    click.echo(f"{machine.cpu}, one core of {machine.cores}; engine {machine.engine}")
    click.echo(", ".join(f"{name} {version}" for name, version in machine.versions.items()) + "\n")
    click.echo(show(report, width=100))
    click.echo("Every plaintext of every contestant was compared. Medians; who played took turns.")
