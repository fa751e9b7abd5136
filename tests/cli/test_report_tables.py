"""A report in tables: numbers, reasons with what to do, devices, files."""

import io

from rich.console import Console

from reported import hostile_report, made_report
from sealwright.cli.report_tables import tables
from sealwright.telemetry.pipeline.report.document import Device, Devices


def _shown(report, width=100):
    console = Console(file=io.StringIO(), width=width)
    for each in tables(report):
        console.print(each)
    return console.file.getvalue()


def test_everything_of_interest():
    """Failures with what to do, claimed devices as such, hashes in full."""
    text = _shown(made_report(nonce_reuse=2))
    assert "ALARM 2 reuse a nonce" in text
    assert "6  not_authentic  Damaged on the way" in text
    assert "????000000000007 (claimed)" in text
    assert "ab" * 32 in text
    assert "3 flagged duplicate" in text


def test_a_run_that_was_cut_short():
    """It says so, with the error where there was one."""
    assert "NOT COMPLETE: interrupted" in _shown(made_report(complete=False, ended="interrupted"))
    text = _shown(made_report(complete=False, ended="error", error="No space left on device"))
    assert "NOT COMPLETE: No space left on device" in text


def test_all_is_well():
    """Then there is no table of troubles and none of devices."""
    devices = Devices(1, [Device("0002000089282245", opened=100)], None, exact=True)
    report = made_report(
        outcomes={"opened": 100}, reasons={}, devices=devices, ledger=None, rows_per_second=None, duplicates=0
    )
    text = _shown(report)
    assert "what to do" not in text
    assert "devices" not in text
    assert "a second" not in text
    assert "service" not in text


def test_markup_of_a_report_is_text():
    """Square brackets are no colours, on a narrow terminal either."""
    report = made_report(reasons={"[red]x[/red]": 1})
    assert "[red]x[/red]" in _shown(report)
    assert "\x1b" not in _shown(hostile_report(), 30)
