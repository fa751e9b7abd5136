"""Finding out which layout a real message has: a separate act, never part of bulk opening."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from sealwright.errors import Outcome
from sealwright.telemetry.format.header import parse_header
from sealwright.telemetry.format.headers import parse_headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Layout, candidates
from sealwright.telemetry.format.messages import Messages
from sealwright.telemetry.keys.held import as_source
from sealwright.telemetry.opening.bulk import open_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Buffer

    from sealwright.telemetry.keys.parameters import Parameters
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


def discover(
    message: Buffer,
    parameters_or_source: ParameterSource | Parameters | Mapping[Any, Any],
    *,
    direction: str = "uplink",
    purpose: str | None = None,
    expect: Callable[[bytes], bool] | None = None,
) -> list[Finding]:
    """Try every layout of a message's kind and return those whose MAC verifies.

    A MAC proves only the bytes that it covers, so a finding is `proved` only when `expect` says
    that the decrypted text is right. At most five layouts are tried, under one key. Raises
    MessageError for a malformed message and ReplyError for a reply that cannot be read.
    """
    header = parse_header(message, direction=direction, purpose=purpose)
    sealed = Messages.of([bytes(memoryview(message))])
    claimed = parse_headers(sealed, direction=direction, purpose=purpose)
    source = as_source(parameters_or_source, direction=header.direction, asked=header)
    findings = []
    for layout in candidates(header.kind):
        trial = replace(DEFAULT_LAYOUTS, **{header.kind.title: replace(layout, check_uid=False)})
        batch = open_batch(sealed, claimed, source, trial)
        if batch.outcome[0] == Outcome.OPENED.code:
            proved = expect is not None and expect(batch[0])
            verdict = Verdict.PROVED if proved else Verdict.MAC_SPAN_ONLY
            agrees = bool(np.array_equal(batch.uid[0, 2:], np.frombuffer(header.uid_tail, np.uint8)))
            findings.append(Finding(layout, verdict, agrees))
    return findings
