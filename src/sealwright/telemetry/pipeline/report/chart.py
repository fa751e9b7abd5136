"""Charts as inline SVG that stretches; the writing around them is HTML, so that it never shrinks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.telemetry.pipeline.report.text import escaped, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.telemetry.pipeline.report.document import Bucket, Times

_WIDE, _HIGH = 1000, 100
_MOST_TITLES: Final = 400
_FAR: Final = 4
"""Times are left out of the picture where all of them take so many times as long as nearly all of them."""
_NEARLY_ALL: Final = 0.005
"""At either end; a few devices have a clock that was never set."""
_MOST_LABELS: Final = 5


class Column(NamedTuple):
    """A bucket with its time in seconds since 1970."""

    at: int
    opened: int
    failed: int

    @property
    def total(self) -> int:
        """All messages of it."""
        return self.opened + self.failed


class Span(NamedTuple):
    """The columns that are shown, and how many messages are before or behind them."""

    columns: list[Column]
    seconds: int
    outside: int

    @property
    def begin(self) -> int:
        """Seconds since 1970."""
        return self.columns[0].at

    @property
    def end(self) -> int:
        """Seconds since 1970, behind the last column."""
        return self.columns[-1].at + self.seconds

    @classmethod
    def of(cls, times: Times) -> Span | None:
        """Return the span of nearly all messages, None where there is none to show."""
        seconds = max(times.seconds, 1)
        columns = sorted(column for bucket in times.buckets if (column := _read(bucket)))
        total = sum(column.total for column in columns)
        if not total:
            return None
        low, high = _reached(columns, _NEARLY_ALL * total), _reached(columns[::-1], _NEARLY_ALL * total)
        central = high - low + seconds
        if columns[-1].at - columns[0].at + seconds > _FAR * central:
            columns = [each for each in columns if low - central <= each.at <= high + central]
        return cls(columns, seconds, total - sum(each.total for each in columns))


def _read(bucket: Bucket) -> Column | None:
    try:
        at = int(datetime.fromisoformat(bucket.start).timestamp())
    except (ValueError, OverflowError):
        return None
    return Column(at, max(bucket.opened, 0), max(bucket.failed, 0))


def _reached(columns: list[Column], enough: float) -> int:
    """Return the time at which so many messages are reached."""
    total = 0
    for column in columns:
        total += column.total
        if total > enough:
            break
    return column.at


def time_chart(span: Span) -> str:
    """Return two panels over one axis: all messages, and on a scale of their own those that failed."""
    panels = [_panel("Messages", span, ("opened", "failed"))]
    if any(column.failed for column in span.columns):
        panels.append(_panel("Not opened", span, ("failed",)))
    labels = "".join(f"<span>{escaped(label)}</span>" for label in _labels(span))
    return f'{"".join(panels)}<div class="axis" aria-hidden="true">{labels}</div>'


def _panel(title: str, span: Span, series: Sequence[str]) -> str:
    heights = [sum(getattr(column, name) for name in series) for column in span.columns]
    most = max(*heights, 1) if len(heights) > 1 else max(heights[0], 1)
    each = _WIDE * span.seconds / max(span.end - span.begin, 1)
    shapes = []
    for column in span.columns:
        x, y = _WIDE * (column.at - span.begin) / max(span.end - span.begin, 1), float(_HIGH)
        for name in series:
            height = _HIGH * getattr(column, name) / most
            y -= height
            if height:
                shapes.append(_rect(name, x, y, each, height, _title(column, len(span.columns))))
    words = escaped(f"{title} over time: {_alternative(span, heights)}")
    return (
        f'<div class="panel"><p class="scale"><b>{escaped(title)}</b> <span>at most {most:,}</span></p>'
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="img" aria-label="{words}">'
        f"{''.join(shapes)}</svg></div>"
    )


def _rect(name: str, x: float, y: float, width: float, height: float, title: str) -> str:
    gap = min(width * 0.12, 2)
    # What is there must be seen, however small it is beside the others.
    tall = max(height, 1.5)
    top = min(y, _HIGH - tall)
    return (
        f'<rect class="{name}" x="{x:.2f}" y="{top:.2f}" width="{width - gap:.2f}" height="{tall:.2f}">'
        f"{title}</rect>"
    )


def _title(column: Column, count: int) -> str:
    """Return what is shown over a column: with very many of them nobody could aim at one."""
    if count > _MOST_TITLES:
        return ""
    words = f"{_time(column.at)}: {column.opened:,} opened, {column.failed:,} not"
    return f"<title>{escaped(words)}</title>"


def _alternative(span: Span, heights: list[int]) -> str:
    top = max(range(len(heights)), key=heights.__getitem__)
    return (
        f"{sum(heights):,} from {_time(span.begin)} to {_time(span.end)},"
        f" most of them ({heights[top]:,}) at {_time(span.columns[top].at)}"
    )


def _labels(span: Span) -> list[str]:
    count = min(_MOST_LABELS, max(2, (span.end - span.begin) // span.seconds))
    step = (span.end - span.begin) / (count - 1)
    times = [datetime.fromtimestamp(span.begin + round(step * each), UTC) for each in range(count)]
    one_day = span.end - span.begin <= 86_400
    return [
        time.strftime("%H:%M" if one_day else "%b %-d" if span.seconds >= 86_400 else "%b %-d, %H:%M")
        for time in times
    ]


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def outcome_bar(parts: Sequence[tuple[str, int]], whole: int) -> str:
    """Return one bar of all rows, a piece each outcome; `parts` has those that occur."""
    words = escaped("; ".join(f"{count:,} {name} ({share(count, whole)})" for name, count in parts))
    pieces = "".join(
        f'<span class="o-{escaped(name)}" style="flex-grow:{count}" title="{count:,} {escaped(name)}"></span>'
        for name, count in parts
    )
    return f'<div class="bar" role="img" aria-label="Outcomes: {words}">{pieces}</div>'


def meter(part: int, most: int) -> str:
    """Return a small bar beside a number; the number is its alternative."""
    percent = 100 * part / most if most > 0 else 0
    return f'<span class="meter" aria-hidden="true"><span style="width:{percent:.1f}%"></span></span>'
