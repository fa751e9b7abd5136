"""Finding out which layout a real message has: a separate act, never part of bulk opening."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sealwright.errors import Outcome
from sealwright.telemetry.format.headers import parse_headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, SHAPES, Kind, Layout, candidates
from sealwright.telemetry.opening.bulk import open_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry.format.headers import Reading
    from sealwright.telemetry.format.messages import Messages
    from sealwright.telemetry.keys.table import ParameterSource


class Verdict(StrEnum):
    """How much a layout that fits has shown of itself."""

    MAC_SPAN_ONLY = "mac_span_only"
    """The MAC verifies: it covers these bytes. Where the header ends and which IV is right stay open."""
    PROVED = "proved"
    """The MAC verifies and the text is what it had to be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One layout that fits a message. `uid_agrees` tells whether the UID is where the table looks for it."""

    layout: Layout
    verdict: Verdict
    uid_agrees: bool


def find_layouts(
    messages: Messages,
    reading: Reading,
    source: ParameterSource,
    expect: Callable[[bytes], bool] | None,
) -> list[Finding]:
    """Try every layout of one well-formed message's kind; return those whose MAC verifies.

    A MAC proves only the bytes that it covers, so a finding is `proved` only when `expect` says
    that the decrypted text is right. At most five layouts are tried, under one key.
    """
    headers = parse_headers(messages, reading)
    kind = Kind(int(headers.kind[0]))
    tail = headers.raw[0, SHAPES[kind].uid_at :][:6]
    findings = []
    for layout in candidates(kind):
        trial = replace(DEFAULT_LAYOUTS, **{kind.title: replace(layout, check_uid=False)})
        batch = open_batch(messages, source, reading, trial)
        if batch.outcome[0] == Outcome.OPENED.code:
            proved = expect is not None and expect(batch[0])
            verdict = Verdict.PROVED if proved else Verdict.MAC_SPAN_ONLY
            findings.append(Finding(layout, verdict, bool((batch.uid[0, 2:] == tail).all())))
    return findings
