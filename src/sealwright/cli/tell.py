"""Summaries in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import Outcome, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFUSED_SHOWN = 5


def tell_summary(told: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that a person reads after a run; numbers first, then what needs a look."""
    width = len(f"{told['rows']:,}")
    checked = f", {told['cross_checked']:,} cross-checked" if told["cross_checked"] else ""
    how = f"{told['engine']} engine{checked}, {told['encoding']}"
    yield f"{told['rows']:,} rows in {told['seconds']:.2f} s ({how})"
    for outcome in Outcome:
        if count := told["outcomes"].get(outcome):
            yield f"  {count:>{width},}  {outcome}"
            yield from _reasons(told["reasons"], outcome, width)
    if told["duplicates"]:
        yield f"  {told['duplicates']:>{width},}  flagged duplicate: the header and tag of an earlier row"
    if told["nonce_reuse"]:
        yield f"  {told['nonce_reuse']:>{width},}  ALARM nonce_reuse: an earlier header over another text"
    if irregular := told["irregular_replies"]:
        counts = ", ".join(f"{count} {what}" for what, count in irregular.items())
        yield f"irregular replies in the key file: {counts} (used as they are)"
    refused = told["refused_lines"]
    for line in refused[:_REFUSED_SHOWN]:
        yield f"key file line {line['line']} refused: {Reason.named(line['reason']).explanation}"
    if len(refused) > _REFUSED_SHOWN:
        yield f"… and {len(refused) - _REFUSED_SHOWN} more lines refused (--json lists all)"


def _reasons(reasons: dict[str, int], outcome: Outcome, width: int) -> Iterator[str]:
    for word, count in reasons.items():
        reason = Reason.named(word)
        if reason.outcome is outcome:
            yield f"  {'':{width}}    {count:,} {reason}: {reason.explanation}"
