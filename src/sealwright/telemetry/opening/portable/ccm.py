"""AES-CCM with a 12-byte nonce, a 16-byte tag and no associated data (RFC 3610; SP 800-38C).

Many messages of one key and one size go through AES together. Where a key has few messages, or they
are long, OpenSSL's own CCM is faster and is used instead.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.telemetry.format.hashing import distinct_numbers, distinct_rows
from sealwright.telemetry.format.suites import BLOCK, TAG_LENGTH
from sealwright.telemetry.keys.table import KEY_LENGTH
from sealwright.telemetry.opening.portable.matrix import nonces, open_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.opening.task import Task

_MOST_BLOCKS: Final = 64
"""Texts of more blocks go to OpenSSL's CCM: measured, ever less is won from 1,024 bytes on."""

_FEWEST_TOGETHER: Final = 128
"""Fewer messages go to OpenSSL's CCM: measured, numpy's calls for a matrix take as long as they do."""

_LONG: Final = 17
"""From so many blocks on, messages that go alone do so as they lie in memory, and not key by key:
measured, that is worth more than the AES objects that messages of one key side by side share."""

_AT_ONCE: Final = 1536
"""Messages in one matrix: measured, its working set stays within the cache, be they short or long."""


def open_ccm(task: Task) -> NDArray[np.bool_]:
    """Open messages; those of one key and one size in blocks together."""
    opened = np.zeros(len(task), np.bool_)
    if len(task) < _FEWEST_TOGETHER:
        _open_alone(task, np.argsort(task.row, kind="stable"), opened)
        return opened
    key = _key_numbers(task)
    blocks = np.minimum(_blocks(task.text_length), _MOST_BLOCKS + 1).astype(np.uint16)
    together, sizes = _together(key, blocks)
    _open_runs(task, together, sizes, opened)
    left = np.ones(len(task), np.bool_)
    left[together] = False
    alone = np.flatnonzero(left)
    nearby = key[alone] * (blocks[alone] < _LONG)
    _open_alone(task, alone[np.argsort(nearby, kind="stable")], opened)
    return opened


def _together(
    key: NDArray[np.unsignedinteger], blocks: NDArray[np.uint16]
) -> tuple[NDArray[np.intp], list[int]]:
    """Return the messages that go together, run by run of one key and size in blocks, and the runs' sizes."""
    members = np.lexsort((key, blocks))
    start, size = _runs(key[members], blocks[members])
    pays = _pays(size, blocks[members[start]])
    return members[np.repeat(pays, size)], size[pays].tolist()


def _blocks(length: NDArray[np.int64]) -> NDArray[np.int64]:
    return -(-length // BLOCK)


def _key_numbers(task: Task) -> NDArray[np.unsignedinteger]:
    """Return a number for the key of each message: equal keys have equal numbers, others do not.

    For 2^16 keys and fewer a number has two bytes, which numpy sorts ten times as fast as eight.
    """
    used, place = distinct_numbers(task.row, len(task.rows))
    keys = np.zeros((len(used), 40), np.uint8)
    keys[:, :32], keys[:, 32] = task.rows["key"][used], task.rows["suite"][used]
    first, number = distinct_rows(keys)
    return number.astype(np.min_scalar_type(len(first)))[place]


def _runs(*columns: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each run of rows that are equal in all columns starts, and its length."""
    new = np.ones(len(columns[0]) + 1, np.bool_)
    new[1:-1] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    bounds = np.flatnonzero(new)
    return bounds[:-1], np.diff(bounds)


def _pays(size: NDArray[np.intp], blocks: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Tell which runs of one key and one number of blocks are opened faster together than one by one.

    Measured on a Zen 4 core: a run has to make up for its AES object and for a call a block, and all
    the runs of a number of blocks for numpy's calls.
    """
    pays = (size >= 5 + blocks // 3) & (blocks <= _MOST_BLOCKS)
    together = np.bincount(blocks, np.where(pays, size, 0))[blocks]
    return pays & (together >= _FEWEST_TOGETHER + blocks)


def _open_runs(task: Task, members: NDArray[np.intp], sizes: list[int], opened: NDArray[np.bool_]) -> None:
    """Open runs of one key and one number of blocks: at once as many of a number as the cache likes."""
    sizes = [min(_AT_ONCE, size - at) for size in sizes for at in range(0, size, _AT_ONCE)]
    bounds = [0, *accumulate(sizes)]
    blocks = _blocks(task.text_length[members[bounds[:-1]]]).tolist()
    first = 0
    for last in range(1, len(bounds)):
        if last == len(sizes) or blocks[last] != blocks[first] or bounds[last + 1] - bounds[first] > _AT_ONCE:
            open_matrix(task, members[bounds[first] : bounds[last]], sizes[first:last], opened)
            first = last


def _open_alone(task: Task, members: NDArray[np.intp], opened: NDArray[np.bool_]) -> None:
    """Open messages one by one with OpenSSL's CCM; those of one key side by side share its object."""
    data, arena = task.messages.data.data, task.arena.data
    rows = task.row[members]
    start, slot = task.start[members] + task.layout.shape.header_length, task.slot[members]
    end = start + task.text_length[members] + TAG_LENGTH
    key_ends = 32 * np.arange(len(members)) + KEY_LENGTH[task.rows["suite"][rows]]
    keys, nonce = task.rows["key"][rows].tobytes(), nonces(task, members).tobytes()
    last, cipher = b"", None
    columns = (members, start, end, slot, key_ends)
    for at, (member, lo, hi, to, key_end) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        key = keys[32 * at : key_end]
        if cipher is None or key != last:
            last, cipher = key, AESCCM(key)
        try:
            text = cipher.decrypt(nonce[12 * at : 12 * at + 12], data[lo:hi], None)
        except InvalidTag:
            continue
        arena[to : to + len(text)] = text
        opened[member] = True
