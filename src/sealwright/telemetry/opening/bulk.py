"""A batch: headers grouped, their parameters resolved, one engine call a kind, at most two passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Suite
from sealwright.telemetry.keys.table import State
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.engine import engine
from sealwright.telemetry.opening.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.format.messages import Messages
    from sealwright.telemetry.keys.table import KeyTable, ParameterSource

_OUTCOME_OF_REASON: Final = np.array([reason.outcome.code for reason in Reason], np.uint8)

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

_TOLD: Final = np.array(
    [
        code
        if code < len(Reason) and Reason.of(code).outcome in _SOURCES_TELL
        else Reason.UNKNOWN_HEADER.code
        for code in range(256)
    ],
    np.uint8,
)
"""By the code of a source's reason. One that is not a source's to tell is no answer: never `opened`."""


def open_batch(messages: Messages, headers: Headers, source: ParameterSource, layouts: Layouts) -> Batch:
    """Open every well-formed message with what the source gives for its header."""
    batch = Batch.of(messages, headers)
    rows = np.flatnonzero(headers.kind)
    if not len(rows):
        return batch
    first, group = distinct_rows(headers.raw[rows])
    asked = headers.take(rows[first])
    table = _resolve(source, asked)
    _attempt(batch, rows, table, group, _judge(asked, table, layouts)[group], layouts)
    again = _unproved_candidates(batch, rows, table, group)
    if len(again):
        place = np.full(len(asked), -1)
        place[again] = np.arange(len(again))
        rows, group = rows[place[group] >= 0], place[group][place[group] >= 0]
        asked = asked.take(again)
        table = _resolve(source, asked, exact=True)
        _attempt_again(batch, rows, table, group, _judge(asked, table, layouts)[group], layouts)
    return batch


def _resolve(source: ParameterSource, headers: Headers, *, exact: bool = False) -> KeyTable:
    table = source.resolve(headers, exact=exact)
    if len(table) != len(headers):
        raise InputError(f"source: {len(table)} rows for {len(headers)} headers: each header needs one row")
    return table


def _judge(headers: Headers, table: KeyTable, layouts: Layouts) -> NDArray[np.uint8]:
    """Return the code of what keeps each header's messages from being tried; 0 where a key may be tried.

    The source has checked its replies; suite and UID are checked once more here, because no
    message may meet a key of another device or another version whoever the source is.
    """
    state = table.state
    tail = np.zeros((len(headers), 6), np.uint8)
    check = np.zeros(len(headers), np.bool_)
    for kind, shape in SHAPES.items():
        these = headers.kind == kind
        tail[these] = headers.raw[these, shape.uid_at : shape.uid_at + 6]
        check |= these & (layouts.of(kind).check_uid and headers.direction is Direction.UPLINK)
    faults = {
        Reason.UNKNOWN_HEADER: (state != State.EXACT) & (state != State.CANDIDATE),
        Reason.ANOTHER_DEVICE: check & (table.uid[:, 2:] != tail).any(axis=1),
        Reason.ANOTHER_PURPOSE: (table.suite == Suite.HMAC_SHA256.code) != (headers.kind == Kind.INTEGRITY),
        Reason.ANOTHER_SUITE: ~_SUITE_FITS[headers.kind, table.suite],
    }
    codes = [reason.code for reason in faults]
    found = np.select(list(faults.values()), codes, 0).astype(np.uint8)
    told = (state == State.REFUSED) | (state == State.NOT_ATTEMPTED)
    return np.where(told, _TOLD[table.reason], found)


def _attempt(
    batch: Batch,
    rows: NDArray[np.intp],
    table: KeyTable,
    row: NDArray[np.intp],
    reason: NDArray[np.uint8],
    layouts: Layouts,
) -> None:
    """Try each message with its row of the table, and write what became of it."""
    batch.reason[rows] = reason
    batch.outcome[rows] = np.where(reason, _OUTCOME_OF_REASON[reason], Outcome.NOT_AUTHENTIC.code)
    _open(batch, rows[reason == 0], table, row[reason == 0], layouts)


def _attempt_again(
    batch: Batch,
    rows: NDArray[np.intp],
    table: KeyTable,
    row: NDArray[np.intp],
    reason: NDArray[np.uint8],
    layouts: Layouts,
) -> None:
    """Try messages whose candidate key has failed with the parameters of their very header.

    A key has touched them, so what the source does not know, or refuses, stays the one word
    `not_authentic`. Only a call that was not made is told: the message may open another day.
    """
    waits = _OUTCOME_OF_REASON[reason] == Outcome.NOT_ATTEMPTED.code
    batch.reason[rows[waits]] = reason[waits]
    batch.outcome[rows[waits]] = Outcome.NOT_ATTEMPTED.code
    _open(batch, rows[reason == 0], table, row[reason == 0], layouts)


def _open(
    batch: Batch, rows: NDArray[np.intp], table: KeyTable, row: NDArray[np.intp], layouts: Layouts
) -> None:
    kinds = batch.headers.kind[rows]
    for kind in SHAPES:
        these = np.flatnonzero(kinds == kind)
        if not len(these):
            continue
        which, keys = rows[these], row[these]
        task = Task(layouts.of(kind), batch.messages, which, table, keys, batch.arena, batch.offsets[which])
        good = engine().open(task)
        batch.outcome[which[good]] = Outcome.OPENED.code
        batch.reason[which[good]] = Reason.NONE.code
        batch.uid[which[good]] = table.uid[keys[good]]


def _unproved_candidates(
    batch: Batch, rows: NDArray[np.intp], table: KeyTable, group: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the headers to resolve exactly: their candidate key failed and opened no message of theirs.

    One opened message proves the candidate, so damaged copies beside it cost no call.
    """
    wanted, proved = (np.zeros(len(table), np.bool_) for _ in range(2))
    outcome = batch.outcome[rows]
    wanted[group[outcome == Outcome.NOT_AUTHENTIC.code]] = True
    proved[group[outcome == Outcome.OPENED.code]] = True
    return np.flatnonzero(wanted & ~proved & (table.state == State.CANDIDATE))
