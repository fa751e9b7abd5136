"""How the pictures look: colours that colour-blind people tell apart, and quiet axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sealwright.bench import doors
from sealwright.bench.extras import load
from sealwright.bench.program import CACHED, NEW, PYCRYPTODOME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sealwright.bench.report import Report

INK, MUTED, FAINT = "#1b1f24", "#6b7280", "#e5e7eb"
_OURS, _C, _PYTHON = "#0072b2", "#b8520a", "#767676"
"""Blue and vermilion of Okabe and Ito's palette, the latter darkened for text, and a grey."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a contestant is drawn."""

    label: str
    color: str = _C
    width: float = 1.6
    dash: str = "-"
    marker: str = "o"


LOOKS: Final = {
    doors.ARRAYS: Look("sealwright, arrays", _OURS, 3.4),
    doors.LISTS: Look("sealwright, lists of bytes", _OURS, 2.0, marker="s"),
    doors.PORTABLE: Look("sealwright, portable engine", _OURS, 1.6, "--", "D"),
    CACHED: Look("AESCCM in Python, cached objects", _PYTHON, marker="s"),
    NEW: Look("AESCCM in Python, new objects", _PYTHON, dash="--"),
    PYCRYPTODOME: Look("pycryptodome in Python", _PYTHON, marker="^"),
}
"""Ours are blue, Python's peers grey. Whoever is not here is a peer in C or another path of ours."""


def look(name: str, *, ours: bool) -> Look:
    """Return how a contestant is drawn."""
    return LOOKS.get(name) or Look(name, _OURS if ours else _C, marker="o" if ours else "v")


def picture(title: str, subtitle: str, caption: str, size: tuple[float, float]) -> tuple[Any, Any]:
    """Return a figure and its axes, with words above and below. Raises InputError without matplotlib."""
    figure = load("matplotlib.figure").Figure(figsize=size, facecolor="white")
    width, height = size
    left, right, below, above = 1.15, 3.2, 1.05, 0.95
    axes = figure.add_axes(
        (left / width, below / height, 1 - (left + right) / width, 1 - (below + above) / height)
    )
    words = {"x": 0.25 / width, "linespacing": 1.45}
    figure.text(y=1 - 0.42 / height, s=title, fontsize=17, color=INK, weight="bold", **words)
    figure.text(y=1 - 0.74 / height, s=subtitle, fontsize=11.5, color=MUTED, **words)
    figure.text(y=0.16 / height, s=caption, fontsize=8.5, color=MUTED, **words)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=11, labelcolor=MUTED)
    return figure, axes


def caption(report: Report) -> str:
    """Return what a figure rests on: machine, versions, date."""
    versions = report.machine.versions
    named = [name for name in ("cryptography", "pycryptodome") if name in versions]
    peers = [f"{name} {versions[name]}" for name in named]
    in_c = [versions[name] for name in versions if name.endswith(" in C")]
    peers += in_c
    handed = " Peers in C are handed their keys: they look nothing up." if in_c else ""
    return (
        f"{report.machine.cpu}, one core, {report.date[:10]}. Medians of rounds in turns;"
        " every plaintext was compared.\n"
        f"sealwright {versions['sealwright']} beside {', '.join(peers)}.{handed}"
    )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move values apart until neighbours are `gap` from each other, each as little as may be."""
    order = sorted(range(len(values)), key=values.__getitem__)
    places = [values[at] for at in order]
    for _ in range(200):
        for lower in range(len(places) - 1):
            overlap = gap - (places[lower + 1] - places[lower])
            if overlap > 1e-9:
                places[lower] -= overlap / 2
                places[lower + 1] += overlap / 2
    moved = [0.0] * len(values)
    for at, place in zip(order, places, strict=True):
        moved[at] = place
    return moved


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write a figure as SVG and PNG; the same report gives the same SVG."""
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    with load("matplotlib").rc_context({"svg.hashsalt": "sealwright"}):
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1], dpi=160)
    return paths
