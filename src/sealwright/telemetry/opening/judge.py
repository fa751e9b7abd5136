"""Whether a parameter set may be tried on a header at all: no source is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Suite
from sealwright.telemetry.keys.table import State, field_items

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.keys.table import KeyTable

_SUITE_FITS: Final = np.array(
    [
        [kind and code < len(Suite) and Suite.of(code) in SHAPES[kind].suites for code in range(256)]
        for kind in Kind
    ],
    np.bool_,
)
"""By the codes of a kind and a suite; a code that is no suite fits none."""

_SOURCES_TELL: Final = {
    Outcome.NO_PARAMETERS,
    Outcome.MISMATCHED_PARAMETERS,
    Outcome.UNSUPPORTED_SUITE,
    Outcome.NOT_ATTEMPTED,
}

TOLD: Final = np.array(
    [
        code
        if code < len(Reason) and Reason.of(code).outcome in _SOURCES_TELL
        else Reason.UNKNOWN_HEADER.code
        for code in range(256)
    ],
    np.uint8,
)
"""By the code of a source's reason. One that is not a source's to tell is no answer: never `opened`."""

_NAMED: Final = np.frombuffer(bytes(2) + b"\xff" * 6, np.uint64)
"""The bytes of a UID that a header names: the last six of the eight."""


def judge(headers: Headers, table: KeyTable, layouts: Layouts) -> NDArray[np.uint8]:
    """Return the code of what keeps each header's messages from being tried; 0 where a key may be tried.

    The source has checked its replies; suite and UID are checked once more here, because no
    message may meet a key of another device or another version whoever the source is.
    """
    checked = checked_kinds(headers, layouts)
    module = core().module
    if module is None:
        return _judge(headers, table, checked)
    reason = np.empty(len(headers), np.uint8)
    bits = sum(1 << kind for kind in checked)
    module.judge(headers.kind, headers.raw, table.state, table.row, table.rows, TOLD, reason, bits)
    return reason


def checked_kinds(headers: Headers, layouts: Layouts) -> list[Kind]:
    """Return the kinds whose UID must agree: where a downlink header has one is not known."""
    uplink = headers.direction is Direction.UPLINK
    return [kind for kind in SHAPES if uplink and layouts.of(kind).check_uid]


def _judge(headers: Headers, table: KeyTable, checked: list[Kind]) -> NDArray[np.uint8]:
    state, suite = table.state, table.suite
    faults = {
        Reason.UNKNOWN_HEADER: (state != State.EXACT) & (state != State.CANDIDATE),
        Reason.ANOTHER_DEVICE: _of_another_device(headers, table, checked),
        Reason.ANOTHER_PURPOSE: (suite == Suite.HMAC_SHA256.code) != (headers.kind == Kind.INTEGRITY),
        Reason.ANOTHER_SUITE: ~_SUITE_FITS.take(headers.kind * np.intp(256) + suite),
    }
    found = np.zeros(len(headers), np.uint8)
    for reason, fault in reversed(faults.items()):  # the first one has the last word
        found[fault] = reason.code
    told = (state == State.REFUSED) | (state == State.NOT_ATTEMPTED)
    found[told] = TOLD[table.rows["reason"][table.row[told]]]
    return found


def _of_another_device(headers: Headers, table: KeyTable, checked: list[Kind]) -> NDArray[np.bool_]:
    """Tell which headers of the checked kinds name another UID than their parameters."""
    uid = field_items(table.rows, "uid", 8)[table.row].view(np.uint64)
    differs = np.zeros(len(headers), np.bool_)
    for kind in checked:
        these = headers.kind == kind
        if these.any():
            # Eight bytes of which the header's six are the last, as they are in the UID.
            at = SHAPES[kind].uid_at - 2
            named = np.ascontiguousarray(headers.raw[:, at : at + 8]).view(np.uint64)[:, 0]
            differs |= these & ((named ^ uid) & _NAMED != 0)
    return differs
