"""Matrices of CCM messages: the answers of OpenSSL's CCM, and nothing written but texts that verified."""

from types import SimpleNamespace

import numpy as np
import pytest

import libcrypto
from recipe import draw, flip
from sealwright.telemetry import Suite
from sealwright.telemetry.keys.table import ROW
from sealwright.telemetry.opening.portable.matrix import nonces, open_matrix

HEADER = 16
BITS = {Suite.AES_128_CCM: 16, Suite.AES_256_CCM: 32}


def _task(messages, texts, keys, suite, *, nonce_in_header):
    """Return what an engine is given for messages end to end, and slots end to end."""
    ends = np.cumsum([0, *map(len, messages)])
    lengths = np.array([len(text) for text in texts])
    rows = np.zeros(len(keys), ROW)
    rows["suite"] = suite.code
    for row, key in zip(rows, keys, strict=True):
        row["key"][: len(key)] = np.frombuffer(key, np.uint8)
        row["nonce"][:12] = np.frombuffer(draw("row's nonce", 12), np.uint8)
    return SimpleNamespace(
        layout=SimpleNamespace(shape=SimpleNamespace(header_length=HEADER)),
        messages=SimpleNamespace(data=np.frombuffer(b"".join(messages), np.uint8)),
        start=ends[:-1],
        text_length=lengths,
        rows=rows,
        row=np.arange(len(messages)) * len(keys) // len(messages),
        nonce_in_header=nonce_in_header,
        arena=np.zeros(lengths.sum(), np.uint8),
        slot=np.cumsum(lengths) - lengths,
    )


def _sealed(label, key, text, *, nonce_in_header=True):
    header = draw(label, HEADER)
    nonce = header[4:16] if nonce_in_header else draw("row's nonce", 12)
    return header + libcrypto.seal_ccm(key, nonce, text)


@pytest.mark.parametrize("suite", list(BITS))
@pytest.mark.parametrize("blocks", [0, 1, 2, 5, 64, 255])
def test_every_length_of_a_number_of_blocks(suite, blocks):
    """Two keys, each length that takes so many blocks; every third message is damaged, and stays zero."""
    keys = [draw(f"matrix/{n}", BITS[suite]) for n in range(2)]
    lengths = range(max(0, 16 * blocks - 15), 16 * blocks + 1)
    texts = [draw(f"text/{at}", length) for at, length in enumerate([*lengths, *lengths])]
    messages = [_sealed(f"matrix/{at}", keys[at >= len(lengths)], text) for at, text in enumerate(texts)]
    hurt = set(range(1, len(texts), 3))
    sent = [flip(each, HEADER + at % 16) if at in hurt else each for at, each in enumerate(messages)]
    task = _task(sent, texts, keys, suite, nonce_in_header=True)
    opened = np.zeros(len(sent), np.bool_)
    open_matrix(task, np.arange(len(sent)), [len(lengths)] * 2, opened)
    assert opened.tolist() == [at not in hurt for at in range(len(sent))]
    assert task.arena.tobytes() == b"".join(
        bytes(len(text)) if at in hurt else text for at, text in enumerate(texts)
    )


def test_the_bytes_behind_a_text_are_no_part_of_its_mac():
    """Texts of one block, whole and cut, side by side: the tag behind the cut one is not taken for text."""
    key, texts = draw("cut", 16), [draw("cut/whole", 16), draw("cut/cut", 3)]
    task = _task(
        [_sealed(f"cut/{n}", key, text) for n, text in enumerate(texts)],
        texts,
        [key],
        Suite.AES_128_CCM,
        nonce_in_header=True,
    )
    opened = np.zeros(2, np.bool_)
    open_matrix(task, np.array([1, 0]), [2], opened)
    assert opened.all()
    assert task.arena.tobytes() == b"".join(texts)


@pytest.mark.parametrize("nonce_in_header", [True, False])
def test_nonces(nonce_in_header):
    """The nonce is the header's or the row's, as the task says."""
    key, text = draw("nonce", 16), draw("nonce/text", 20)
    message = _sealed("nonce", key, text, nonce_in_header=nonce_in_header)
    task = _task([message], [text], [key], Suite.AES_128_CCM, nonce_in_header=nonce_in_header)
    wanted = message[4:16] if nonce_in_header else draw("row's nonce", 12)
    assert nonces(task, np.array([0])).tobytes() == wanted
    opened = np.zeros(1, np.bool_)
    open_matrix(task, np.array([0]), [1], opened)
    assert opened.all()
    assert task.arena.tobytes() == text
