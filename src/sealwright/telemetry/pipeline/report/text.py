"""Texts and numbers for people. Whatever comes out of a report's file is shown, and never obeyed."""

from __future__ import annotations

import html

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def plain(text: str) -> str:
    """Return a text with escapes in the place of control characters and of those that turn writing around."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def escaped(value: object) -> str:
    """Return anything as text that can stand in HTML, between tags or in a quoted attribute."""
    return html.escape(plain(str(value)), quote=True)


def size(count: int) -> str:
    """Return a number of bytes in the unit that suits it: `426.6 kB`."""
    value, unit = float(count), 0
    while value >= 999.95 and unit + 1 < len(_UNITS):
        value, unit = value / 1000, unit + 1
    return f"{count:,} bytes" if not unit else f"{value:,.1f} {_UNITS[unit]}"


def share(part: int, whole: int) -> str:
    """Return a share in per cent; never 0 or 100 where it is not."""
    if whole <= 0:
        return "–"
    percent = 100 * part / whole
    if 0 < part < whole:
        if percent < 0.01:
            return "< 0.01 %"
        if percent > 99.99:
            return "> 99.99 %"
    return f"{percent:.2f}".rstrip("0").rstrip(".") + " %"


def duration(seconds: float) -> str:
    """Return a length of time: `0.04 s`, `12 min 5 s`, `3 h 20 min`."""
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"
