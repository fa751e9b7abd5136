"""Pieces of the page: sections, tables and facts. What comes from a report is escaped before it gets here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sealwright.telemetry.pipeline.report.text import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE: Final = re.compile(r"`([^`]+)`|(--[a-z-]+)")


def section(title: str, note: str, content: str = "") -> str:
    """Return a section under a heading, with a note of HTML."""
    told = f'<p class="soft">{note}</p>' if note else ""
    return f"<section><h2>{escaped(title)}</h2>{told}{content}</section>"


def table(caption: tuple[str, str], heads: Iterable[str], rows: Iterable[str], *, stack: bool = False) -> str:
    """Return a table; # begins heads over numbers, and `stack` piles cells up on a phone."""
    title, note = caption
    told = f'<span class="soft">{note}</span>' if note else ""
    columns = "".join(
        f'<th scope="col"{" class=n" if head.startswith("#") else ""}>{escaped(head.lstrip("#"))}</th>'
        for head in heads
    )
    return (
        f'<div class="scroll"><table{" class=stack" if stack else ""}>'
        f"<caption>{escaped(title)}{told}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def number(count: int, of: str, name: str = "") -> str:
    """Return a cell with a number; `of` stands before it on a phone."""
    shown = name or ("" if count else "zero")
    return f'<td class="n {shown}" data-of="{of}">{count:,}</td>'


def facts(pairs: dict[str, Any]) -> str:
    """Return names with values, side by side."""
    told = "".join(
        f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in pairs.items()
    )
    return f'<dl class="facts">{told}</dl>'


def counts(counted: dict[str, int]) -> str:
    """Return counts as text: `2 equal keys, 1 not authentic`."""
    return ", ".join(f"{count:,} {words(word)}" for word, count in counted.items())


def words(name: str) -> str:
    """Return an outcome or a reason as words."""
    return name.replace("_", " ")


def marked(told: str) -> str:
    """Return words of ours as HTML, with commands and options set apart."""
    return _CODE.sub(r"<code>\1\2</code>", escaped(told))


def sentence(told: str) -> str:
    """Return an explanation with a capital letter and its full stop."""
    return told and told[0].upper() + told[1:] + ("" if told.endswith("?") else ".")
