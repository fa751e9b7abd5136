"""A table for the terminal: nanoseconds a message, messages a second, and the ratio to a Python loop."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from sealwright.bench.program import baseline

if TYPE_CHECKING:
    from sealwright.bench.contest import Contest, Result
    from sealwright.bench.report import Report


def show(report: Report, width: int | None = None) -> str:
    """Return the report as text for people."""
    from rich.console import Console  # noqa: PLC0415  # a quarter of a second that only a table needs

    console = Console(width=width, record=True, file=StringIO())
    for contest in report.contests:
        console.print(_table(contest))
    return console.export_text()


def _table(contest: Contest) -> Any:
    from rich.table import Table  # noqa: PLC0415  # as above

    table = Table(title=f"{contest.title}: {contest.about}", title_justify="left", box=None, pad_edge=False)
    table.add_column("", min_width=30)
    for name in ("ns a message", "messages/s", "times as fast"):
        table.add_column(name, justify="right")
    for result in sorted(contest.results, key=lambda each: each.median_ns):
        table.add_row(*_row(contest, result), style="bold" if result.ours else None)
    return table


def _row(contest: Contest, result: Result) -> list[str]:
    ratio = contest.ratio(result.name, baseline(contest))
    shown = "" if ratio is None else "1" if result.name == baseline(contest) else significant(ratio)
    return [result.name, f"{result.median_ns:,.0f}", f"{1e9 / result.median_ns:,.0f}", shown]


def significant(value: float) -> str:
    """Return a number with two digits that mean something: 0.034, 0.86, 3.2, 47, 1,900."""
    if value >= 10:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:#.2g}".rstrip(".")
