"""A report on a terminal. Its texts are shown as they are: no markup and no control character is obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from sealwright.telemetry.pipeline.report.advice import troubles
from sealwright.telemetry.pipeline.report.text import duration, plain, share, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sealwright.telemetry.pipeline.report.document import Report

_DEVICES_SHOWN: Final = 10


def tables(report: Report) -> Iterator[Text | Table]:
    """Yield what a person reads: how it went, why, which devices, what was paid, which files."""
    yield from _headline(report)
    found = troubles(report.outcomes, report.reasons)
    if found:
        rows = [(f"{each.rows:,}", each.word, each.advice or each.meaning) for each in found]
        yield _table("why, and what to do", (">rows", "reason", "what to do"), rows)
    failing = [each for each in report.devices.listed if each.failures or each.nonce_reuse]
    if failing:
        devices = [
            (
                each.uid or f"{each.claimed_uid} (claimed)",
                f"{each.opened:,}",
                f"{each.failures:,}",
                ", ".join(f"{count:,} {word}" for word, count in each.failed.items()),
            )
            for each in failing[:_DEVICES_SHOWN]
        ]
        yield _table(
            f"devices with most failures, of {report.devices.count:,}",
            ("device", ">opened", ">not opened", "for what (as headers claim)"),
            devices,
        )
    files = [*report.inputs, *report.outputs, *filter(None, [report.keys.file])]
    named = [(each.role, f"{each.path}, {size(each.bytes)}\n{each.sha256 or 'not whole'}") for each in files]
    yield _table("files, with their SHA-256", ("", ""), named)


def _headline(report: Report) -> Iterator[Text]:
    speed = f", {report.rows_per_second:,} a second" if report.rows_per_second else ""
    engine = report.engine.get("name", "unknown")
    yield _line(
        f"{report.rows:,} rows in {duration(report.seconds)}{speed} ({engine} engine), {report.began}"
    )
    if not report.complete:
        yield _line(f"NOT COMPLETE: {report.error or report.ended}", "bold red")
    for outcome, count in report.outcomes.items():
        if count:
            yield _line(f"  {count:>{len(f'{report.rows:,}')},}  {outcome} ({share(count, report.rows)})")
    if report.duplicates:
        yield _line(f"  {report.duplicates:,} flagged duplicate")
    if report.nonce_reuse:
        yield _line(
            f"  ALARM {report.nonce_reuse:,} reuse a nonce: an earlier header over another text", "bold red"
        )
    if ledger := report.ledger:
        yield _line(
            f"service: {ledger.requests:,} requests, {ledger.kept:,} keys kept,"
            f" {ledger.possibly_paid:,} possibly paid without an answer"
        )


def _line(words: str, style: str = "") -> Text:
    return Text(plain(words), style)


def _table(title: str, heads: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Table:
    """Return a table; a head that begins with > stands over numbers."""
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, title_style="bold", header_style="dim"
    )
    for head in heads:
        table.add_column(
            head.lstrip(">"), justify="right" if head.startswith(">") else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text("\n".join(map(plain, str(cell).split("\n")))) for cell in row))
    return table
