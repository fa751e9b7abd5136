"""Messages with an HMAC-SHA-256 cut to 128 bits: AES-CBC-CS1 beneath it, or clear data.

The MAC comes first: a message whose MAC fails never meets AES (defence against padding-style
oracles). Each message is copied once, so that what was verified is what is decrypted even when
another thread writes to the buffer.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sealwright.telemetry.format.suites import BLOCK, TAG_LENGTH
from sealwright.telemetry.keys.table import KEY_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry.format.layouts import Layout
    from sealwright.telemetry.opening.task import Task


def open_cs1(task: Task) -> NDArray[np.bool_]:
    """Verify, then decrypt, each message by itself."""
    opened = np.zeros(len(task), np.bool_)
    arena = task.arena.data
    block_cipher = lru_cache(maxsize=1024)(_block_cipher)
    for member, row, at, body in _verified(task):
        key = task.rows["key"][row, : KEY_LENGTH[task.rows["suite"][row]]].tobytes()
        text = _decrypt_cs1(block_cipher(key), task.rows["nonce"][row].tobytes(), body)
        arena[at : at + len(text)] = text
        opened[member] = True
    return opened


def verify(task: Task) -> NDArray[np.bool_]:
    """Verify each message; its text is the data as it was sent."""
    opened = np.zeros(len(task), np.bool_)
    arena = task.arena.data
    for member, _, at, body in _verified(task):
        arena[at : at + len(body)] = body
        opened[member] = True
    return opened


def _verified(task: Task) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (place, row, slot, body) of each message whose MAC is right."""
    layout, rows = task.layout, task.rows
    header_length = layout.shape.header_length
    start = task.start
    end = start + task.text_length + layout.shape.shortest_message
    columns = (task.row, start, end, task.slot)
    for member, (row, lo, hi, at) in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        message = task.messages.data[lo:hi].tobytes()
        body = message[header_length:-TAG_LENGTH]
        mac_key = rows["mac_key"][row, : rows["mac_key_length"][row]].tobytes()
        parts = {
            "header": message[:header_length],
            "body": body,
            "iv": rows["nonce"][row].tobytes(),
            "kiv": rows["kiv"][row].tobytes(),
        }
        if hmac.compare_digest(mac(mac_key, layout, parts), message[-TAG_LENGTH:]):
            yield member, row, at, body


def mac(key: bytes, layout: Layout, parts: dict[str, bytes]) -> bytes:
    """Return HMAC-SHA-256 over the layout's span, its left 128 bits (RFC 2104, section 5)."""
    return hmac.digest(key, b"".join(parts[name] for name in layout.mac_span), "sha256")[:TAG_LENGTH]


def _block_cipher(key: bytes) -> Any:
    return Cipher(algorithms.AES(key), modes.ECB()).decryptor()


def _decrypt_cs1(aes: Any, iv: bytes, body: bytes) -> bytes:
    """Undo CBC-CS1 (addendum to SP 800-38A): at whole blocks it is CBC.

    Otherwise the last full block hides the end of the one before, which was cut to `cut` bytes:
    D(C_n) = C_(n-1) xor (P_n followed by zeros).
    """
    cut = len(body) % BLOCK
    tail = b""
    if cut:
        last = aes.update(body[-BLOCK:])
        short = body[-BLOCK - cut : -BLOCK]
        tail = _xor(last[:cut], short)
        body = body[:-BLOCK] + last[cut:]
    return _xor(aes.update(body), iv + body[:-BLOCK]) + tail


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(len(left))
