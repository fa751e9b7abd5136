"""Messages that libcrypto seals, sources that keep a diary or lie, and every bit flip of a message.

All keys follow from labels: they are made for testing and protect nothing.
"""

from typing import NamedTuple

import numpy as np

import frames
from recipe import Line, ccm_line, cs1_line, downlink, draw, integrity_line
from sealwright.errors import Outcome, Reason
from sealwright.telemetry import HeldKeys, KeyTable, read_base64, read_reply
from sealwright.telemetry.keys.table import ROW, pack_row

KINDS = ("v1", "v2", "integrity")
LINE_OF = {"v1": ccm_line, "v2": cs1_line, "integrity": integrity_line}


class Sample(NamedTuple):
    """One sealed message, what it must open to, and the reply that opens it."""

    message: bytes
    text: bytes
    line: Line
    header: bytes

    @property
    def book(self):
        """A dict of the one header to its reply: a source."""
        return {self.header: self.line}

    @property
    def parameters(self):
        """The reply as it is read."""
        return read_line(self.line)


def sample(kind, label, text=None, *, span="header+body", **changes):
    """Seal a text with libcrypto; a line's fields can be changed."""
    line = LINE_OF[kind](label, **changes)
    text = draw(f"{label}/text", 44) if text is None else text
    header = bytes.fromhex(line["EncryptedHeader"])
    return Sample(seal(kind, line, header, text, span), text, line, header)


def to_device(kind, label, text=None, *, span="header+body", **changes):
    """Seal a text for a device: the line has no header, the message begins with its KIV."""
    there = sample(kind, label, text, span=span, **changes)
    return there._replace(line=downlink(there.line))


def seal(kind, line, header, text, span="header+body"):
    """Return the sealed bytes, by libcrypto alone."""
    key, mac_key, iv, nonce, kiv = (
        read_base64(line.get(name, ""))[0] for name in ("Key", "AuthenticationKey", "AESIV", "Nonce", "KIV")
    )
    if kind == "v1":
        return frames.seal_v1(header, text, key, nonce)
    if kind == "integrity":
        return frames.sign(header, text, mac_key, iv, kiv, span)
    return frames.seal_v2(header, text, read_base64(line["EncryptionKey"])[0], mac_key, iv, kiv, span)


def read_line(line, **told):
    """Read a line of a key file as parameters."""
    told.setdefault("header", bytes.fromhex(line.get("EncryptedHeader", "")))
    told.setdefault("direction", line.get("Direction", "uplink"))
    return read_reply(line, purpose=line.get("Purpose", "protection"), **told)


def holding(*lines):
    """Return a source that holds the parameters of some lines."""
    held = HeldKeys()
    for line in lines:
        held.add(read_line(line))
    return held


def books(samples):
    """Return one dict of headers to replies for many samples."""
    return {each.header: each.line for each in samples}


class Diary:
    """A source before one or two others: it writes down what it was asked for."""

    def __init__(self, first, then=None):
        self.first, self.then = first, then or first
        self.asked = []

    def resolve(self, headers, *, exact=False):
        """Write down (exact, headers) and pass the question on."""
        names = sorted(
            raw[:length].tobytes()
            for raw, length in zip(headers.raw, headers.header_length.tolist(), strict=True)
        )
        self.asked.append((exact, names))
        return (self.then if exact else self.first).resolve(headers, exact=exact)


class Answering:
    """A source that gives one state and reason for whatever it is asked."""

    def __init__(self, state, reason=Reason.NONE):
        self.state, self.reason = state, reason

    def resolve(self, headers, *, exact=False):  # noqa: ARG002  # the protocol's
        """Return a row of this state for each header."""
        table = KeyTable.unknown(len(headers))
        table.state[:], table.rows["reason"] = self.state, self.reason.code
        return table


class Liar:
    """A source that gives the row of one line for whatever it is asked, with columns changed."""

    def __init__(self, line, **columns):
        self.row = np.frombuffer(pack_row(read_line(line)), ROW)
        self.columns = columns

    def resolve(self, headers, *, exact=False):  # noqa: ARG002  # the protocol's
        """Return the same row for each header."""
        rows = np.repeat(self.row, len(headers))
        for name, value in self.columns.items():
            rows[name] = value
        return KeyTable(rows)


def outcomes(batch):
    """Return the outcome of each message in words."""
    return [Outcome.of(code) for code in batch.outcome.tolist()]


def reasons(batch):
    """Return the reason of each message in words."""
    return [Reason.of(code) for code in batch.reason.tolist()]


def slot(batch, index):
    """Return the bytes of the arena that belong to one message."""
    return batch.arena[batch.offsets[index] : batch.offsets[index + 1]].tobytes()


def with_every_flip(message):
    """Return (data, offsets): each bit of a message flipped in turn, and the message itself in the middle."""
    octets = np.frombuffer(message, np.uint8)
    bits = 8 * len(octets)
    copies = np.tile(octets, (bits + 1, 1))
    rows = np.arange(bits)
    rows[bits // 2 :] += 1  # the row in the middle stays as it was
    copies[rows, np.arange(bits) // 8] ^= (1 << (np.arange(bits) % 8)).astype(np.uint8)
    return copies.reshape(-1), np.arange(bits + 2) * len(octets)
