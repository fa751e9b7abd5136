"""AES-CCM with a 12-byte nonce, a 16-byte tag and no associated data (RFC 3610; SP 800-38C).

Messages of one key go through AES together: one call makes every counter block of the key's
messages, then one call a block step carries all their CBC-MACs on. Where a key has few messages,
or they are long, OpenSSL's own CCM is faster and is used instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.telemetry.format.hashing import as_words
from sealwright.telemetry.format.headers import windows
from sealwright.telemetry.format.suites import BLOCK, TAG_LENGTH
from sealwright.telemetry.keys.table import KEY_LENGTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.opening.task import Task

_FLAGS_B0: Final = 8 * ((TAG_LENGTH - 2) // 2) + (3 - 1)
"""The flags of the first MAC block: no associated data, M = 16, L = 3 (RFC 3610, section 2.2)."""

_FLAGS_COUNTER: Final = 3 - 1
"""The flags of a counter block: L = 3 (RFC 3610, section 2.3)."""

_MOST_BLOCKS: Final = 16
"""Texts of more blocks go to OpenSSL's CCM: measured on a Zen 4 core, the two meet at 256 bytes with
twenty messages a key, and at 384 with a hundred."""

_FEWEST_TOGETHER: Final = 10
"""Keys with fewer messages of a size go to OpenSSL's CCM: measured, ten are opened 1.5 times as fast
together as alone at 64 bytes, and five are not, because each key needs an AES object first."""

_AT_ONCE: Final = 4096
"""Messages in one matrix: its working set stays within the cache."""


def open_ccm(task: Task) -> NDArray[np.bool_]:
    """Open messages; those of one key and one size in blocks together."""
    opened = np.zeros(len(task), np.bool_)
    blocks = -(-task.text_length // BLOCK)
    alone = [np.flatnonzero(blocks > _MOST_BLOCKS)]
    for count in np.unique(blocks[blocks <= _MOST_BLOCKS]).tolist():
        members = np.flatnonzero(blocks == count)
        if len(members) < _FEWEST_TOGETHER:
            alone.append(members)
            continue
        members, sizes = _by_key(task, members)
        together = np.repeat(sizes >= _FEWEST_TOGETHER, sizes)
        alone.append(members[~together])
        _open_runs(task, members[together], sizes[sizes >= _FEWEST_TOGETHER], count, opened)
    _open_alone(task, np.concatenate(alone), opened)
    return opened


def _by_key(task: Task, members: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return members with equal keys side by side, and the size of each key's run."""
    rows = task.row[members]
    keys = np.column_stack((as_words(task.rows["key"][rows]), task.rows["suite"][rows]))
    order = np.argsort(keys[:, 0], kind="stable")
    keys = keys[order]
    new = np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1
    return members[order], np.diff(np.concatenate(([0], new, [len(keys)])))


def _open_runs(
    task: Task, members: NDArray[np.intp], sizes: NDArray[np.intp], blocks: int, opened: NDArray[np.bool_]
) -> None:
    """Open runs of equal keys, as many at once as the cache likes."""
    bounds = np.concatenate(([0], np.cumsum(sizes))).tolist()
    first = 0
    for last in range(1, len(bounds)):
        if bounds[last] - bounds[first] >= _AT_ONCE or last == len(bounds) - 1:
            part = members[bounds[first] : bounds[last]]
            _open_together(task, part, _Aes(task, part, sizes[first:last].tolist()), blocks, opened)
            first = last


def _open_together(
    task: Task, members: NDArray[np.intp], aes: _Aes, blocks: int, opened: NDArray[np.bool_]
) -> None:
    """Open messages whose texts have the same number of blocks, equal keys side by side."""
    count, length = len(members), task.text_length[members]
    body_start = task.start[members] + task.layout.shape.header_length
    stream = aes.encrypt(_first_blocks(_nonces(task, members), length, blocks))
    text = np.zeros((count, blocks * BLOCK), np.uint8)
    if blocks:
        # A window of whole blocks reaches at most 15 bytes into the tag: it stays inside the message.
        body = windows(task.messages.data, blocks * BLOCK)[body_start].view(np.uint8).reshape(text.shape)
        np.bitwise_xor(body, stream[:, 2 * BLOCK :], out=text)
        text[:, -BLOCK:][np.arange(BLOCK) >= (length - (blocks - 1) * BLOCK)[:, None]] = 0
    mac = stream[:, :BLOCK]
    for at in range(0, blocks * BLOCK, BLOCK):
        mac = aes.encrypt(mac ^ text[:, at : at + BLOCK])
    tag = (
        windows(task.messages.data, TAG_LENGTH)[body_start + length].view(np.uint8).reshape(count, TAG_LENGTH)
    )
    good = (as_words(mac ^ stream[:, BLOCK : 2 * BLOCK]) == as_words(tag)).all(axis=1)
    opened[members] = good
    _write(task, members[good], text[good], length[good])


def _nonces(task: Task, members: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Return each member's nonce: (n, 12)."""
    if task.nonce_in_header:
        return windows(task.messages.data, 12)[task.start[members] + 4].view(np.uint8).reshape(-1, 12)
    nonces: NDArray[np.uint8] = task.rows["nonce"][task.row[members], :12]
    return nonces


def _first_blocks(nonce: NDArray[np.uint8], length: NDArray[np.int64], blocks: int) -> NDArray[np.uint8]:
    """Return what goes into the first AES call for each message: B0, A0, A1 … (RFC 3610, section 2)."""
    first = np.zeros((len(nonce), blocks + 2, BLOCK), np.uint8)
    first[:, :, 1:13] = nonce[:, None]
    first[:, 0, 0] = _FLAGS_B0
    first[:, 1:, 0] = _FLAGS_COUNTER
    # Texts here are short: two bytes hold their length, and one byte holds the counter.
    first[:, 0, 14], first[:, 0, 15] = length >> 8, length & 0xFF
    first[:, 1:, 15] = np.arange(blocks + 1)
    return first.reshape(len(nonce), -1)


class _Aes:
    """One AES object for each run of equal keys."""

    def __init__(self, task: Task, members: NDArray[np.intp], sizes: list[int]) -> None:
        self._runs = []
        at = 0
        for size in sizes:
            row = task.row[members[at]]
            key = task.rows["key"][row, : KEY_LENGTH[task.rows["suite"][row]]].tobytes()
            self._runs.append((Cipher(algorithms.AES(key), modes.ECB()).encryptor(), at, at + size))
            at += size

    def encrypt(self, blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Encrypt a row of whole blocks a message, each under the key of its run."""
        count, width = blocks.shape
        # update_into asks for 15 bytes of room behind what it writes.
        out = np.empty(count * width + BLOCK - 1, np.uint8)
        source, target = np.ascontiguousarray(blocks).reshape(-1).data, out.data
        for aes, lo, hi in self._runs:
            aes.update_into(source[lo * width : hi * width], target[lo * width : hi * width + BLOCK - 1])
        return out[: count * width].reshape(count, width)


def _write(task: Task, members: NDArray[np.intp], text: NDArray[np.uint8], length: NDArray[np.int64]) -> None:
    """Write texts that verified, those of one length at a time."""
    for size in np.unique(length).tolist():
        if size:
            these = length == size
            texts = np.ascontiguousarray(text[these, :size]).view(f"V{size}")[:, 0]
            windows(task.arena, size)[task.slot[members[these]]] = texts


def _open_alone(task: Task, members: NDArray[np.intp], opened: NDArray[np.bool_]) -> None:
    """Open messages one by one with OpenSSL's CCM; those of one key side by side share its object."""
    data, arena = task.messages.data.data, task.arena.data
    rows = task.row[members]
    start, slot = task.start[members] + task.layout.shape.header_length, task.slot[members]
    end = start + task.text_length[members] + TAG_LENGTH
    key_ends = 32 * np.arange(len(members)) + KEY_LENGTH[task.rows["suite"][rows]]
    keys, nonces = task.rows["key"][rows].tobytes(), _nonces(task, members).tobytes()
    last, cipher = b"", None
    columns = (members, start, end, slot, key_ends)
    for at, (member, lo, hi, to, key_end) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        key = keys[32 * at : key_end]
        if cipher is None or key != last:
            last, cipher = key, AESCCM(key)
        try:
            text = cipher.decrypt(nonces[12 * at : 12 * at + 12], data[lo:hi], None)
        except InvalidTag:
            continue
        arena[to : to + len(text)] = text
        opened[member] = True
