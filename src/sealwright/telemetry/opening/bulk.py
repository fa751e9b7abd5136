"""A batch: headers grouped, their parameters resolved, one engine call a kind, at most two passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.table import State, field_items
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.engine import engine
from sealwright.telemetry.opening.judge import judge
from sealwright.telemetry.opening.stream import open_stream
from sealwright.telemetry.opening.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers, Reading
    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.format.messages import Messages
    from sealwright.telemetry.keys.table import KeyTable, ParameterSource

Places: TypeAlias = "NDArray[np.intp] | slice"
"""Places in a batch; all of them are a slice, through which numpy copies nothing."""

_OUTCOME_OF_REASON: Final = np.array([reason.outcome.code for reason in Reason], np.uint8)


def open_batch(
    messages: Messages, source: ParameterSource, reading: Reading, layouts: Layouts, threads: int = 1
) -> Batch:
    """Open every well-formed message with what the source gives for its header."""
    found = core()
    keyring = _keyring_of(source) if found.module and reading.direction is Direction.UPLINK else None
    if keyring is not None:
        batch, left = open_stream(messages, reading, keyring, layouts, found.cpu, threads)
        if not left and _in_memory(source):
            return batch
        which = _left(batch, source)
        if len(which):
            batch.reopen()
    else:
        batch = Batch.of(messages, reading)
        which = np.flatnonzero(batch.headers.kind)
    if len(which):
        _open(batch, which, source, layouts)
    return batch


def _in_memory(source: ParameterSource) -> bool:
    """Tell whether all that a source will ever know is in memory."""
    return getattr(source, "in_memory", False)


def _left(batch: Batch, source: ParameterSource) -> NDArray[np.intp]:
    """Return the messages on which the keyring has not decided.

    A source that knows more than its keyring decides on those too that have failed or found no key.
    With a failed one come those that have its header and did open: they prove their key, so that no
    other is asked for.
    """
    left = batch.outcome == Outcome.NOT_ATTEMPTED.code
    if not _in_memory(source):
        left |= batch.outcome == Outcome.NO_PARAMETERS.code
        failed = batch.outcome == Outcome.NOT_AUTHENTIC.code
        if failed.any():
            _, group = distinct_rows(batch.headers.raw)
            left |= np.isin(group, group[failed])
    return np.flatnonzero(left)


def _keyring_of(source: ParameterSource) -> Any:
    """Return the core's keyring of a source whose keys are in memory, None where it has none."""
    keyring: Callable[[], Any] | None = getattr(source, "keyring", None)
    return keyring() if keyring else None


def _open(batch: Batch, which: NDArray[np.intp], source: ParameterSource, layouts: Layouts) -> None:
    """Resolve the headers of some messages, and open them in two passes at most."""
    whole = len(which) == len(batch)
    asked = batch.headers if whole else batch.headers.take(which)
    if _in_memory(source):
        # What is asked for twice costs nothing, and what is not known exactly now never will be.
        table = _resolve(source, asked)
        answers = _Answers(table.rows, table.row, table.shortcut, judge(asked, table, layouts))
        _open_first(batch, slice(None) if whole else which, answers, layouts)
        return
    first, group = distinct_rows(asked.raw)
    asked = asked.take(first)
    table = _resolve(source, asked)
    _open_first(batch, which, _Answers.of(table, judge(asked, table, layouts), group), layouts)
    again = _unproved_candidates(batch, which, table, group)
    if len(again):
        place = np.full(len(asked), -1)
        place[again] = np.arange(len(again))
        second = place[group] >= 0
        _open_again(batch, which[second], place[group[second]], asked.take(again), source, layouts)


def _open_first(batch: Batch, which: Places, answers: _Answers, layouts: Layouts) -> None:
    """Write what keeps messages from being tried, and try the others."""
    if answers.reason.any():
        batch.reason[which] = answers.reason
        batch.outcome[which] = _OUTCOME_OF_REASON[answers.reason]
    _try(batch, which, answers, layouts)


def _open_again(
    batch: Batch,
    which: NDArray[np.intp],
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
    answers = _Answers.of(table, judge(asked, table, layouts), group)
    waits = _OUTCOME_OF_REASON[answers.reason] == Outcome.NOT_ATTEMPTED.code
    batch.reason[which[waits]] = answers.reason[waits]
    batch.outcome[which[waits]] = Outcome.NOT_ATTEMPTED.code
    _try(batch, which, answers, layouts)


def _resolve(source: ParameterSource, headers: Headers, *, exact: bool = False) -> KeyTable:
    table = source.resolve(headers, exact=exact)
    if len(table) != len(headers):
        raise InputError(f"source: {len(table)} rows for {len(headers)} headers: each header needs one row")
    return table


class _Answers(NamedTuple):
    """What the source says of each message: its parameter set, its nonce's rule, what keeps it back."""

    rows: NDArray[np.void]
    row: NDArray[np.intp]
    shortcut: NDArray[np.bool_]
    reason: NDArray[np.uint8]

    @classmethod
    def of(cls, table: KeyTable, reason: NDArray[np.uint8], group: NDArray[np.intp]) -> _Answers:
        """Return the answers for messages, each of which has the header of its group."""
        return cls(table.rows, table.row[group], table.shortcut[group], reason[group])


def _try(batch: Batch, which: Places, answers: _Answers, layouts: Layouts) -> None:
    """Let the engine try what nothing keeps from it, messages of one kind and one nonce rule at a time."""
    # A number for each way of trying; 0 is not to be tried.
    ways = 2 * batch.headers.kind[which] + answers.shortcut
    ways[answers.reason != 0] = 0
    for way in np.flatnonzero(np.bincount(ways)).tolist():
        if way == 0:
            continue
        kind, from_header = Kind(way // 2), bool(way % 2)
        chosen = ways == way
        these, row = which, answers.row
        if not chosen.all():
            these, row = _within(which, chosen), row[chosen]
        task = Task(
            layout=layouts.of(kind),
            messages=batch.messages,
            start=batch.messages.start[these],
            text_length=batch.headers.text_length[these],
            rows=answers.rows,
            row=row,
            nonce_in_header=from_header,
            arena=batch.arena,
            slot=batch.offsets[:-1][these],
        )
        good = engine().open(task)
        batch.outcome[these] = np.where(good, Outcome.OPENED.code, Outcome.NOT_AUTHENTIC.code)
        batch.reason[these] = Reason.NONE.code
        batch.uid[these] = _uids(answers.rows, row, good)


def _within(which: Places, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    places = np.flatnonzero(chosen)
    return places if isinstance(which, slice) else which[places]


def _uids(rows: NDArray[np.void], row: NDArray[np.intp], good: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the UID of each message's parameter set, zeros where it did not open."""
    uids = field_items(rows, "uid", 8)[row].view(np.uint8).reshape(-1, 8)
    if not good.all():
        uids[~good] = 0
    return uids


def _unproved_candidates(
    batch: Batch, which: NDArray[np.intp], table: KeyTable, group: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the headers to resolve exactly: their candidate key failed and opened no message of theirs.

    One opened message proves the candidate, so damaged copies beside it cost no call.
    """
    wanted, proved = (np.zeros(len(table), np.bool_) for _ in range(2))
    outcome = batch.outcome[which]
    wanted[group[outcome == Outcome.NOT_AUTHENTIC.code]] = True
    proved[group[outcome == Outcome.OPENED.code]] = True
    return np.flatnonzero(wanted & ~proved & (table.state == State.CANDIDATE))
