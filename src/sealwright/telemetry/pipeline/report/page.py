"""The page: one file that needs nothing else, and shows a report to whoever has to act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.telemetry.pipeline.report.advice import troubles
from sealwright.telemetry.pipeline.report.chart import Span, meter, outcome_bar, time_chart
from sealwright.telemetry.pipeline.report.markup import (
    counts,
    facts,
    marked,
    number,
    section,
    sentence,
    table,
    words,
)
from sealwright.telemetry.pipeline.report.style import STYLE
from sealwright.telemetry.pipeline.report.text import duration, escaped, share, size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.telemetry.pipeline.report.advice import Trouble
    from sealwright.telemetry.pipeline.report.document import Device, File, Report, Times

MOST_DEVICES: Final = 50
_MOST_TIMES: Final = 1_000
_LONG: Final = 9
"""Characters of a number that fit into a card."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is fetched, and no script runs, whatever a report holds."""


def page(report: Report) -> str:
    """Return the report as HTML."""
    parts = [
        _header(report),
        *_notes(report),
        _cards(report),
        _outcomes(report),
        _over_time(report.times),
        _troubles(report),
        _devices(report),
        _ledger(report),
        _files(report),
        _how(report),
    ]
    name = _name(report)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(name)} – sealwright report</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(part + chr(10) for part in parts if part)}</main>\n</body>\n</html>\n"
    )


def _name(report: Report) -> str:
    names = ["standard input" if file.path == "-" else file.path.rpartition("/")[2] for file in report.inputs]
    return ", ".join(names) or "a run"


def _header(report: Report) -> str:
    began = report.began.replace("T", " ").replace("Z", " UTC")
    return (
        f'<header><p class="over">sealwright run report</p><h1>{escaped(_name(report))}</h1>'
        f'<p class="soft">{escaped(began)}, {duration(report.seconds)}</p></header>'
    )


def _notes(report: Report) -> Iterator[str]:
    """Yield what has to be seen first."""
    if not report.complete:
        why = (
            f"the run was {report.ended}" if report.ended != "error" else f"an error ended it: {report.error}"
        )
        yield _note(
            f"Not complete: {why}",
            "What is counted here had been opened until then. OUT was not written: run again.",
            bad=True,
        )
    if report.nonce_reuse:
        yield _note(
            f"Alarm: {report.nonce_reuse:,} messages reuse a nonce",
            "They opened, and have an earlier message's header over another text. With AES-CCM that gives the"
            " secrecy of both away: find the devices below, and have their counters or firmware mended.",
            bad=True,
        )


def _note(title: str, words: str, *, bad: bool) -> str:
    return (
        f'<div class="note{" bad" if bad else ""}" role="note"><b>{escaped(title)}</b>{escaped(words)}</div>'
    )


def _cards(report: Report) -> str:
    speed = f"{report.rows_per_second:,}" if report.rows_per_second is not None else "–"
    failed = f"{share(report.failed, report.rows)} of all" if report.failed else "none"
    cards = [
        ("Rows", f"{report.rows:,}", f"from {len(report.inputs)} input{'s' * (len(report.inputs) != 1)}", ""),
        (
            "Opened",
            share(report.opened, report.rows),
            f"{report.opened:,} rows",
            "good" * bool(report.opened),
        ),
        ("Not opened", f"{report.failed:,}", failed, "alarm" if report.failed else ""),
        ("Devices", f"{report.devices.count:,}", "opened or claimed", ""),
        ("Duplicates", f"{report.duplicates:,}", "seen before in this run", ""),
        ("Rows a second", speed, f"in {duration(report.seconds)}", ""),
    ]
    return f'<dl class="cards">{"".join(_card(*card) for card in cards)}</dl>'


def _card(title: str, value: str, tail: str, name: str) -> str:
    if len(value) > _LONG:
        name += " long"
    return (
        f'<div><dt>{escaped(title)}</dt><dd class="{name}">{escaped(value)}</dd>'
        f'<dd class="tail">{escaped(tail)}</dd></div>'
    )


def _outcomes(report: Report) -> str:
    parts = [(name, count) for name, count in report.outcomes.items() if count > 0]
    if not parts:
        return ""
    legend = "".join(
        f'<li><i class="o-{escaped(name)}" aria-hidden="true"></i><span>{escaped(words(name))}'
        f' <b>{count:,}</b> <span class="soft">{escaped(share(count, report.rows))}</span></span></li>'
        for name, count in parts
    )
    return (
        f"<section><h2>What became of the messages</h2>{outcome_bar(parts, report.rows)}"
        f'<ul class="legend">{legend}</ul></section>'
    )


def _over_time(times: Times | None) -> str:
    if times is None:
        return ""
    told = (
        f"By the column <code>{escaped(times.column)}</code>, in UTC, a bar"
        f" {_STRETCH.get(times.seconds, f'{times.seconds:,} s')}. The senders say these times: nothing"
        " proves them."
    )
    span = Span.of(times)
    if times.unreadable:
        told += f" {times.unreadable:,} rows have no time that can be read."
    if span is None:
        return section("Over time", told)
    if span.outside:
        told += f" {span.outside:,} rows say times far from all others, and are not in the picture."
    return section("Over time", told, time_chart(span) + _time_table(times))


_STRETCH: Final = {60: "a minute", 3_600: "an hour", 86_400: "a day"}


def _time_table(times: Times) -> str:
    shown = times.buckets[:_MOST_TIMES]
    more = len(times.buckets) - len(shown)
    rows = (
        f'<tr><th scope="row">{escaped(each.start)}</th>'
        f"{number(each.opened, 'opened')}{number(each.failed, 'not opened')}</tr>"
        for each in shown
    )
    note = f"{more:,} later ones stand in the report's JSON." if more else ""
    numbers = table(("Messages over time", note), ("Begins", "#Opened", "#Not opened"), rows)
    return f"<details><summary>The same as numbers</summary>{numbers}</details>"


def _troubles(report: Report) -> str:
    found = troubles(report.outcomes, report.reasons)
    if not found:
        return ""
    heads = ("#Rows", "Reason", "What it means", "What to do")
    rows = table(("Why, and what to do", ""), heads, map(_trouble, found), stack=True)
    return f'<section class="long">{rows}</section>'


def _trouble(trouble: Trouble) -> str:
    under = "" if trouble.outcome in {"", trouble.word} else words(trouble.outcome)
    return (
        f"<tr>{number(trouble.rows, 'rows')}"
        f'<th scope="row">{escaped(words(trouble.word))}<span class="soft">{escaped(under)}</span></th>'
        f"<td>{marked(sentence(trouble.meaning))}</td>"
        f'<td data-of="What to do:">{marked(trouble.advice)}</td></tr>'
    )


def _devices(report: Report) -> str:
    devices = report.devices
    shown = [each for each in devices.listed if each.failures or each.nonce_reuse][:MOST_DEVICES]
    if not devices.count:
        return ""
    if not shown:
        return section("Devices", f"Every message of all {devices.count:,} has opened.")
    most = max(each.failures for each in shown)
    note = (
        f"{len(shown):,} of {devices.count:,}; the report's JSON lists more."
        " What failed is counted for the device that its header claims, and nothing proves that it came from"
        " there. ???? stands for two bytes of the UID that no header has."
    )
    if not devices.exact:
        note += " There were so many devices that counts of rare ones are too low."
    heads = ("Device", "#Opened", "#Not opened", "", "For what", "#Duplicates", "#Nonce reuse")
    rows = table(("Devices to look at", note), heads, (_device(each, most) for each in shown), stack=True)
    return f'<section class="long">{rows}</section>'


def _device(device: Device, most: int) -> str:
    name = device.uid or device.claimed_uid or "–"
    claimed = '<span class="soft">claimed; nothing of it opened</span>' if device.uid is None else ""
    return (
        f'<tr><th scope="row"><span class="mono">{escaped(name)}</span>{claimed}</th>'
        f"{number(device.opened, 'opened')}{number(device.failures, 'not opened')}"
        f"<td>{meter(device.failures, most)}</td><td>{escaped(counts(device.failed))}</td>"
        f"{number(device.duplicates, 'duplicates')}"
        f"{number(device.nonce_reuse, 'nonce reuse', 'alarm' * bool(device.nonce_reuse))}</tr>"
    )


def _ledger(report: Report) -> str:
    ledger = report.ledger
    if ledger is None:
        return ""
    complaints = "; ".join(f"{count:,} × {what}" for what, count in ledger.complaints.items())
    told = {
        "Service": report.keys.service or "–",
        "Requests that reached it": f"{ledger.requests:,}",
        "Keys that came and are kept": f"{ledger.kept:,}",
        "Possibly paid without an answer": f"{ledger.possibly_paid:,}",
        "Replies that could not be used": complaints or "none",
    }
    note = "Each request may be billed. `sealwright keys reconcile` compares them with the service's own log."
    return section("Paid calls", marked(note), facts(told))


def _files(report: Report) -> str:
    files = [*report.inputs, *report.outputs, *filter(None, [report.keys.file])]
    note = "SHA-256 of what was read and written: `sha256sum FILE` prints the same while a file is as it was."
    heads = ("", "File", "#Size", "SHA-256")
    rows = table(("Files", marked(note)), heads, map(_file, files), stack=True)
    store = report.keys.store
    told = {"Key store": f"{store.place}, account {store.account}"} if store else {}
    if report.keys.irregular_replies:
        told["Irregular replies in the key file, used as they are"] = counts(report.keys.irregular_replies)
    if report.keys.refused_lines:
        told["Lines of the key file that were refused"] = counts(report.keys.refused_lines)
    return f'<section class="long">{rows}{facts(told) if told else ""}</section>'


def _file(file: File) -> str:
    path = "standard output" if file.path == "-" and file.role != "input" else file.path
    path = "standard input" if path == "-" else path
    digest = file.sha256 or "not taken: it was not read or written to its end"
    return (
        f'<tr><td>{escaped(file.role)}</td><th scope="row" class="path">{escaped(path)}</th>'
        f'<td class="n">{size(file.bytes)}</td><td class="hash mono">{escaped(digest)}</td></tr>'
    )


def _how(report: Report) -> str:
    engine = report.engine
    told = {
        "Engine": f"{engine.get('name', '–')}: {engine.get('cpu_path', '–')}",
        "Cross-checked by the portable engine": f"{report.cross_checked:,} messages",
        "Protection, as headers claim": counts(report.protection) or "–",
        "Options": ", ".join(
            f"{name} {value}" for name, value in report.options.items() if value is not None
        ),
        "Versions": ", ".join(f"{name} {value}" for name, value in report.versions.items()),
    }
    return section("How it was done", "", facts(told))
