"""A batch: headers grouped, their parameters resolved, one engine call a kind, at most two passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.layouts import SHAPES
from sealwright.telemetry.keys.table import State
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.engine import engine
from sealwright.telemetry.opening.judge import judge
from sealwright.telemetry.opening.task import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.format.messages import Messages
    from sealwright.telemetry.keys.table import KeyTable, ParameterSource

_OUTCOME_OF_REASON: Final = np.array([reason.outcome.code for reason in Reason], np.uint8)


def open_batch(messages: Messages, headers: Headers, source: ParameterSource, layouts: Layouts) -> Batch:
    """Open every well-formed message with what the source gives for its header."""
    batch = Batch.of(messages, headers)
    rows = np.flatnonzero(headers.kind)
    if not len(rows):
        return batch
    first, group = _distinct(headers, rows, source)
    asked = headers.take(first)
    table = _resolve(source, asked)
    reason = judge(asked, table, layouts)[group]
    batch.reason[rows] = reason
    batch.outcome[rows] = np.where(reason, _OUTCOME_OF_REASON[reason], Outcome.NOT_AUTHENTIC.code)
    _try(batch, rows, table, group, reason, layouts)
    again = _unproved_candidates(batch, rows, table, group)
    if len(again):
        place = np.full(len(asked), -1)
        place[again] = np.arange(len(again))
        second = place[group] >= 0
        _open_again(batch, rows[second], place[group[second]], asked.take(again), source, layouts)
    return batch


def _open_again(
    batch: Batch,
    rows: NDArray[np.intp],
    group: NDArray[np.intp],
    asked: Headers,
    source: ParameterSource,
    layouts: Layouts,
) -> None:
    """Try messages whose candidate key has failed with the parameters of their very header.

    A key has touched them, so what the source does not know, or refuses, stays the one word
    `not_authentic`. Only a call that was not made is told: the message may open another day.
    """
    table = _resolve(source, asked, exact=True)
    reason = judge(asked, table, layouts)[group]
    waits = _OUTCOME_OF_REASON[reason] == Outcome.NOT_ATTEMPTED.code
    batch.reason[rows[waits]] = reason[waits]
    batch.outcome[rows[waits]] = Outcome.NOT_ATTEMPTED.code
    _try(batch, rows, table, group, reason, layouts)


def _distinct(
    headers: Headers, rows: NDArray[np.intp], source: ParameterSource
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows to ask for, and the place of each message's header among them."""
    if getattr(source, "in_memory", False):
        return rows, np.arange(len(rows))
    first, group = distinct_rows(headers.raw[rows])
    return rows[first], group


def _resolve(source: ParameterSource, headers: Headers, *, exact: bool = False) -> KeyTable:
    table = source.resolve(headers, exact=exact)
    if len(table) != len(headers):
        raise InputError(f"source: {len(table)} rows for {len(headers)} headers: each header needs one row")
    return table


def _try(
    batch: Batch,
    rows: NDArray[np.intp],
    table: KeyTable,
    group: NDArray[np.intp],
    reason: NDArray[np.uint8],
    layouts: Layouts,
) -> None:
    """Let the engine try what nothing keeps from it, messages of one kind and one nonce rule at a time."""
    kinds = batch.headers.kind[rows]
    shortcut = table.state[group] == State.CANDIDATE
    for kind in SHAPES:
        for from_header in (False, True):
            these = np.flatnonzero((reason == 0) & (kinds == kind) & (shortcut == from_header))
            if not len(these):
                continue
            which, row = rows[these], table.row[group[these]]
            task = Task(
                layout=layouts.of(kind),
                messages=batch.messages,
                which=which,
                rows=table.rows,
                row=row,
                nonce_in_header=from_header,
                arena=batch.arena,
                slot=batch.offsets[which],
            )
            good = engine().open(task)
            batch.outcome[which[good]] = Outcome.OPENED.code
            batch.reason[which[good]] = Reason.NONE.code
            batch.uid[which[good]] = table.rows["uid"][row[good]]


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
