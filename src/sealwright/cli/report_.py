"""`sealwright report`: what a run has told of itself, on a terminal or as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sealwright.cli.options import json_option, open_input, say

if TYPE_CHECKING:
    from sealwright.telemetry.pipeline.report.document import Report


@click.command("report")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--html", metavar="OUT", help="Write one HTML page that needs nothing else; - is standard output."
)
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@json_option
def command(file: str, html: str | None, force: bool, as_json: bool) -> None:
    """Show the report of a run that `sealwright open --report FILE` has written.

    With --html it becomes a page with counts, reasons and what to do about them, the devices with
    most failures, and what was read and written. The page fetches nothing and runs no script.
    """
    from sealwright.telemetry.pipeline.report.document import MOST_BYTES, read_report

    if html is not None and as_json:
        raise click.UsageError("--html and --json are two ways to show one report: give one")
    if html is not None:
        from sealwright.telemetry.pipeline.output import check_output

        check_output(html, (file,), force=force)
    with open_input(file) as stream:
        report = read_report(stream.read(MOST_BYTES + 1), file)
    if as_json:
        click.echo(report.encode(), nl=False)
    elif html is None:
        _show(report)
    else:
        _write(report, html)


def _write(report: Report, path: str) -> None:
    from sealwright.telemetry.pipeline.output import STANDARD, LateFile
    from sealwright.telemetry.pipeline.report.page import page

    with LateFile(path) as file:
        file.write([page(report).encode()])
    if path != STANDARD:
        say(f"written: {path}")


def _show(report: Report) -> None:
    from rich.console import Console

    from sealwright.cli.report_tables import tables

    console = Console()
    for each in tables(report):
        console.print(each)
