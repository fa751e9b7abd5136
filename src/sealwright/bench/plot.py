"""Two pictures of a report: throughput by payload size, and the realistic stream at a glance."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any, Final

from sealwright.bench.corpus import Keys
from sealwright.bench.program import CACHED, SIZES, STREAM
from sealwright.bench.style import FAINT, INK, MUTED, caption, look, picture, save, spread
from sealwright.bench.table import significant

if TYPE_CHECKING:
    from pathlib import Path

    from sealwright.bench.contest import Contest, Result
    from sealwright.bench.report import Report

_LABEL_GAP: Final = 0.155
"""Decades between two labels of lines, so that they do not touch."""

_IN_COLUMN: Final[dict[str, Any]] = {
    "xycoords": ("axes fraction", "data"),
    "xytext": (112, 0),
    "textcoords": "offset points",
    "va": "center",
    "ha": "right",
    "fontsize": 10.5,
    "color": MUTED,
    "annotation_clip": False,
}
"""A word at the right edge, beside the bars."""


def draw(report: Report, folder: Path) -> list[Path]:
    """Draw both pictures into a folder, as SVG and PNG; return the paths. Raises InputError."""
    sizes, stream = draw_sizes(report), draw_stream(report)
    return [*save(sizes, folder, "throughput"), *save(stream, folder, "stream")]


def draw_sizes(report: Report) -> Any:
    """Draw throughput against payload size, log-log, with the hardware's limit."""
    contests = sorted([*report.titled(STREAM), *report.titled(SIZES)], key=lambda contest: contest.size)
    sizes = [contest.size for contest in contests]
    figure, axes = picture(
        "Messages opened a second, by the size of their text",
        "AES-128-CCM, two messages a key, headers read and keys looked up; both axes are logarithmic",
        caption(report) + _note(report),
        (11, 6.6),
    )
    ends = [_line(axes, contests, result) for result in contests[-1].results]
    if report.limit:
        rates = [1e9 / report.limit.nanoseconds(size) for size in sizes]
        axes.plot(sizes, rates, color=INK, linewidth=1.3, linestyle=(0, (1, 1.6)))
        ends.append(("the limit of the CPU's AES units", INK, "normal", rates[-1]))
    _scales(axes, sizes)
    _labels(axes, sizes[-1], ends)
    return figure


def _line(axes: Any, contests: list[Contest], result: Result) -> tuple[str, str, str, float]:
    """Draw a contestant's line; return its label, colour, weight and last value."""
    looks = look(result.name, ours=result.ours)
    found = [(contest.size, contest.find(result.name)) for contest in contests]
    sizes = [size for size, each in found if each]
    rates = [1e9 / each.median_ns for _, each in found if each]
    axes.plot(
        sizes,
        rates,
        color=looks.color,
        linewidth=looks.width,
        linestyle=looks.dash,
        marker=looks.marker,
        markersize=4 + looks.width,
        zorder=4 if result.ours else 3,
    )
    return looks.label, looks.color, "bold" if looks.width > 3 else "normal", rates[-1]


def _labels(axes: Any, at: float, ends: list[tuple[str, str, str, float]]) -> None:
    """Write each line's name where it ends, in its colour; a hair line leads to a name that had to move."""
    low, high = (log10(edge) for edge in axes.get_ylim())
    logs = [log10(rate) for *_, rate in ends]
    places = spread(logs, _LABEL_GAP * (high - low) / 4)
    for (label, color, weight, rate), place in zip(ends, places, strict=True):
        axes.annotate(
            label,
            (at, rate),
            (at * 1.22, 10**place),
            color=color,
            weight=weight,
            fontsize=11.5,
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4},
        )


def _scales(axes: Any, sizes: list[int]) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlim(sizes[0] * 0.85, sizes[-1] * 1.1)
    axes.set_xticks(sizes, [f"{size:,} B" for size in sizes])
    low, high = axes.get_ylim()
    ticks = [10.0**power for power in range(3, 10) if low <= 10**power <= high]
    axes.set_yticks(ticks, [_short(tick) for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="y", color=FAINT, linewidth=1)
    axes.set_axisbelow(True)


def _short(value: float) -> str:
    """Return a round number in words: 10,000, 1 million."""
    return f"{value:,.0f}" if value < 1e6 else f"{value / 1e6:,.0f} million"


def _note(report: Report) -> str:
    """Return what the picture does not say of itself."""
    if not report.limit:
        return ""
    return f"\nThe limit is {report.limit}: 2n + 2 blocks and a key expansion a message."


def draw_stream(report: Report) -> Any:
    """Draw how many times as fast as the best Python loop everyone is, on the realistic stream."""
    contest = report.titled(STREAM)[0]
    results = sorted(contest.results, key=lambda result: -result.median_ns)
    keys = Keys.HALF.among(contest.count)
    height = 2.1 + 0.46 * len(results)
    figure, axes = picture(
        "Times as fast as the best loop in Python",
        f"Opening {contest.count:,} messages of {contest.size} bytes under {keys:,} keys;"
        " the loop is over cryptography's AESCCM, its objects cached",
        caption(report),
        (11, height),
    )
    axes.set_position((0.285, 0.85 / height, 0.56, 1 - 1.95 / height))
    ratios = [contest.ratio(result.name, CACHED) or 0.0 for result in results]
    for place, (result, ratio) in enumerate(zip(results, ratios, strict=True)):
        _bar(axes, place, result, ratio)
    axes.annotate("a message", (1, len(results) - 0.35), **_IN_COLUMN)
    axes.set_xlim(0, max(ratios))
    axes.set_ylim(-0.6, len(results) - 0.4)
    axes.set_xticks([])
    axes.set_yticks(range(len(results)), [look(each.name, ours=each.ours).label for each in results])
    for label, result in zip(axes.get_yticklabels(), results, strict=True):
        looks = look(result.name, ours=result.ours)
        label.set(color=looks.color, weight="bold" if looks.width > 3 else "normal", fontsize=11.5)
    return figure


def _bar(axes: Any, place: int, result: Result, ratio: float) -> None:
    """Draw a bar, with its ratio and the nanoseconds behind it."""
    looks = look(result.name, ours=result.ours)
    axes.barh(place, ratio, height=0.62, color=looks.color, alpha=1 if looks.width > 3 else 0.62)
    shown = significant(ratio) if result.name != CACHED else "1"
    axes.annotate(
        f"{shown} ×",
        (ratio, place),
        (6, 0),
        textcoords="offset points",
        va="center",
        fontsize=12.5 if looks.width > 3 else 11.5,
        weight="bold" if looks.width > 3 else "normal",
        color=INK,
        annotation_clip=False,
    )
    axes.annotate(f"{result.median_ns:,.0f} ns", (1, place), **_IN_COLUMN)
