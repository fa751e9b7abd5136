"""CCM messages whose texts have the same number of blocks, opened together as the rows of matrices.

One AES call a key makes every counter block of the key's messages, then one call a key and block
carries all their CBC-MACs on. The layout of the blocks is that of RFC 3610, section 2.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sealwright.telemetry.format.headers import windows
from sealwright.telemetry.format.suites import BLOCK, TAG_LENGTH
from sealwright.telemetry.keys.table import KEY_LENGTH, field_items

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.opening.task import Task

_Matrix = TypeVar("_Matrix", "NDArray[np.uint8]", "NDArray[np.uint64]")

_FLAGS_B0: Final = 8 * ((TAG_LENGTH - 2) // 2) + (3 - 1)
"""The flags of the first MAC block: no associated data, M = 16, L = 3 (RFC 3610, section 2.2)."""

_FLAGS_COUNTER: Final = 3 - 1
"""The flags of a counter block: L = 3 (RFC 3610, section 2.3)."""

_NONCE: Final = 12
"""Bytes of a nonce."""

_ITEM: Final = np.dtype(f"V{BLOCK}")
"""A block as one item: numpy copies it at once, and sixteen bytes one by one."""

_KEPT: Final = np.tril(np.full((BLOCK + 1, BLOCK), 0xFF, np.uint8), -1).view(_ITEM)[:, 0]
"""What keeps the first bytes of a block, by their number, 0 to 16."""


def open_matrix(task: Task, members: NDArray[np.intp], sizes: list[int], opened: NDArray[np.bool_]) -> None:
    """Open messages with equal keys side by side, `sizes` of them a key; 255 blocks a text at most."""
    length = task.text_length[members]
    blocks = -(-int(length[0]) // BLOCK)
    body = task.start[members] + task.layout.shape.header_length
    aes = _Aes(task, members, sizes)
    stream = aes.encrypt(_first_blocks(nonces(task, members), length, blocks))
    text = np.empty((len(members), blocks * BLOCK), np.uint8)
    if blocks:
        # A window of whole blocks reaches at most 15 bytes into the tag: it stays inside the message.
        sealed = windows(task.messages.data, blocks * BLOCK)[body].view(np.uint8).reshape(text.shape)
        np.bitwise_xor(sealed, stream[:, 2 * BLOCK :], out=text)
    mac, mask = _columns(stream[:, : 2 * BLOCK])
    for column in _padded_columns(text, length):
        mac = aes.encrypt(mac ^ column)
    wrong = mac ^ mask ^ _words(windows(task.messages.data, TAG_LENGTH)[body + length])
    good = (wrong[:, 0] | wrong[:, 1]) == 0
    opened[members] = good
    _write(task, members, text, np.where(good, length, 0))


def nonces(task: Task, members: NDArray[np.intp]) -> NDArray[np.void]:
    """Return each member's nonce, an item of 12 bytes."""
    if task.nonce_in_header:
        return windows(task.messages.data, _NONCE)[task.start[members] + 4]
    return field_items(task.rows, "nonce", _NONCE)[task.row[members]]


def _first_blocks(nonce: NDArray[np.void], length: NDArray[np.int64], blocks: int) -> NDArray[np.uint8]:
    """Return what goes into the first AES call for each message: B0, A0, A1 … (RFC 3610, section 2)."""
    counter = np.zeros((len(nonce), BLOCK), np.uint8)
    counter[:, 0] = _FLAGS_COUNTER
    counter[:, 1 : 1 + _NONCE].view(nonce.dtype)[:, 0] = nonce
    first = np.repeat(counter.view(_ITEM), blocks + 2).view(np.uint8).reshape(len(nonce), -1, BLOCK)
    first[:, 0, 0] = _FLAGS_B0
    # Texts here are short: two bytes hold their length, and one byte holds the counter.
    first[:, 0, 14], first[:, 0, 15] = length >> 8, length & 0xFF
    first[:, 1:, 15] = np.arange(blocks + 1)
    return first.reshape(len(nonce), -1)


def _padded_columns(text: NDArray[np.uint8], length: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the blocks that the MAC goes over, column by column: zeros stand behind each text's end."""
    columns = _columns(text)
    kept = length - (text.shape[1] - BLOCK)
    if len(columns) and kept.min() < BLOCK:
        columns[-1] &= _words(_KEPT[kept])
    return columns


def _columns(rows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return rows of blocks column by column: (blocks, n, 2 words).

    A column in one piece goes through numpy at once, one of pieces two words at a time.
    """
    blocks = rows.view(_ITEM).T
    return _words(blocks).reshape(*blocks.shape, 2)


def _words(blocks: NDArray[np.void]) -> NDArray[np.uint64]:
    """View each block as two words: (n, 2)."""
    return np.ascontiguousarray(blocks).view(np.uint64).reshape(-1, 2)


class _Aes:
    """One AES object for each run of equal keys."""

    def __init__(self, task: Task, members: NDArray[np.intp], sizes: list[int]) -> None:
        ends = list(accumulate(sizes))
        rows = task.row[members[np.subtract(ends, 1)]]
        keys = field_items(task.rows, "key", 32)[rows].tolist()
        lengths = KEY_LENGTH[task.rows["suite"][rows]].tolist()
        self._runs = [
            (Cipher(algorithms.AES(key[:length]), modes.ECB()).encryptor(), end - size, end)
            for key, length, size, end in zip(keys, lengths, sizes, ends, strict=True)
        ]

    def encrypt(self, rows: _Matrix) -> _Matrix:
        """Encrypt a row of whole blocks a message, each under the key of its run."""
        width = rows.nbytes // len(rows)
        # update_into asks for 15 bytes of room behind what it writes.
        out = np.empty(rows.nbytes + BLOCK - 1, np.uint8)
        source, target = rows.reshape(-1).view(np.uint8).data, out.data
        for aes, lo, hi in self._runs:
            aes.update_into(source[lo * width : hi * width], target[lo * width : hi * width + BLOCK - 1])
        return out[: rows.nbytes].view(rows.dtype).reshape(rows.shape)


def _write(task: Task, members: NDArray[np.intp], text: NDArray[np.uint8], length: NDArray[np.int64]) -> None:
    """Write as much of each text as its length says, those of one length at a time."""
    for size in (1 + np.flatnonzero(np.bincount(length)[1:])).tolist():
        these = np.flatnonzero(length == size)
        texts = text[:, :size].view(f"V{size}")[:, 0]
        windows(task.arena, size)[task.slot[members[these]]] = texts[these]
