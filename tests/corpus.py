"""A corpus for acceptance: messages and keys made without sealwright, and what must come of each.

The sealing is libcrypto's (vectors/frames.py), so nothing here can share a mistake with the code
that opens. Its keys are made for testing.
"""

import base64
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import frames

STREAM = random.Random("texts of the corpus").randbytes(2**20)


class Expected(NamedTuple):
    """What must come of one row."""

    outcome: str
    plaintext: bytes | None


class Corpus(NamedTuple):
    """Two files, and what must come of each row of the first."""

    messages: Path
    keys: Path
    expected: list[Expected]


@dataclass
class Sent:
    """A message on its way: its text, its bytes, the line of its key (None: told already), its row's text."""

    text: bytes
    message: bytes
    line: dict | None
    payload: str | None = None
    outcome: str = "opened"


def write_corpus(folder, count, *, seed=1, faults=0.05):
    """Write `messages.jsonl` and `keys.jsonl` of `count` rows, a share of them with a fault."""
    chance = random.Random(seed)
    devices = [Device(number) for number in range(max(10, count // 500))]
    corpus = Corpus(folder / "messages.jsonl", folder / "keys.jsonl", [])
    private = os.open(corpus.keys, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with corpus.messages.open("w") as messages, os.fdopen(private, "w") as keys:
        for number in range(count):
            device = devices[int(chance.random() * len(devices))]
            sent = device.send(chance)
            sent.payload = sent.message.hex()
            if chance.random() < faults:
                known = FAULTS[device.kind]
                known[int(chance.random() * len(known))](sent, chance)
            messages.write(
                json.dumps({"n": number, "device": device.uid.hex(), "payload": sent.payload}) + "\n"
            )
            if sent.line is not None:
                keys.write(json.dumps(sent.line) + "\n")
            opened = sent.outcome == "opened"
            corpus.expected.append(Expected(sent.outcome, sent.text if opened else None))
    return corpus


def _base64(octets):
    return base64.b64encode(octets).decode()


def _some_text(chance, shortest=0):
    """Cut a text out of the stream: most have a few dozen bytes, one in a hundred some thousand."""
    most = (40, 120, 120, 300)[int(chance.random() * 4)] if chance.random() < 0.99 else 6000
    length = shortest + int(chance.random() * most)
    at = int(chance.random() * (len(STREAM) - length))
    return STREAM[at : at + length]


class Device:
    """A device of one kind: `automatic` and `continuous` v1, `v2` or `integrity`."""

    KINDS = ("automatic", "continuous", "v2", "automatic", "integrity", "automatic")

    def __init__(self, number):
        self.kind = self.KINDS[number % len(self.KINDS)]
        self.uid = b"\x00\x02\x00\x00" + (number * 0x9E3779B1 % 2**32).to_bytes(4)
        self.key_length = 16 if number % 5 else 32
        self.sent = 0
        self.identity = self.key = b""

    def send(self, chance):
        """Seal a text."""
        count, self.sent = self.sent, self.sent + 1
        line = {"ROTPublicUID": self.uid.hex(), "MACLength": 128}
        return getattr(self, f"_{self.kind}")(count, line, chance)

    def _automatic(self, count, line, chance):
        new = count % 1000 == 0
        if new:
            self.identity, self.key = chance.randbytes(6), chance.randbytes(self.key_length)
        return self._v1((count % 1000).to_bytes(2), line if new else None, chance)

    def _continuous(self, _count, line, chance):
        self.identity, self.key = chance.randbytes(6), chance.randbytes(self.key_length)
        return self._v1(b"\0\0", line, chance)

    def _v1(self, counter, line, chance):
        text = _some_text(chance)
        header = b"\x11\x01" + self.uid[2:] + self.identity + counter
        if line is not None:
            line |= {
                "EncryptedHeader": header.hex(),
                "CipherSuite": f"AES_{8 * self.key_length}_CCM",
                "Key": _base64(self.key),
                "Nonce": _base64(header[4:]),
                "KIV": _base64(header),
            }
        return Sent(text, frames.seal_v1(header, text, self.key, header[4:]), line)

    def _v2(self, count, line, chance):
        text = _some_text(chance, 16)
        header = b"\x2b" + count.to_bytes(3) + self.uid[2:] + b"\x01\x00"
        key, mac_key, iv = (chance.randbytes(length) for length in (self.key_length, 16, 16))
        line |= {
            "EncryptedHeader": header.hex(),
            "CipherSuite": f"AES_{8 * self.key_length}_CS1_HMAC_SHA256",
            "EncryptionKey": _base64(key),
            "KeyLength": 8 * self.key_length,
            "AuthenticationKey": _base64(mac_key),
            "AuthKeyLength": 128,
            "AESIV": _base64(iv),
        }
        return Sent(text, frames.seal_v2(header, text, key, mac_key, iv), line)

    def _integrity(self, count, line, chance):
        text = _some_text(chance)
        header = b"\x29" + count.to_bytes(3) + self.uid[2:] + b"\x01"
        mac_key = chance.randbytes(self.key_length)
        line |= {
            "EncryptedHeader": header.hex(),
            "Purpose": "integrity",
            "CipherSuite": "HMAC_SHA256",
            "AuthenticationKey": _base64(mac_key),
            "AuthKeyLength": 8 * self.key_length,
        }
        return Sent(text, frames.sign(header, text, mac_key), line)


def _damage(outcome, change):
    """Return a fault that changes a message's bytes."""

    def befall(sent, chance):
        sent.payload, sent.outcome = change(sent.message, chance).hex(), outcome

    return befall


def _instead(payload):
    """Return a fault that puts something into the row that is no message."""

    def befall(sent, _chance):
        sent.payload, sent.outcome = payload, "malformed"

    return befall


def _spoil(outcome, **fields):
    """Return a fault that changes the key's line, where the message has one of its own."""

    def befall(sent, _chance):
        sent.line, sent.outcome = sent.line | fields, outcome

    return befall


def _lose_line(sent, _chance):
    sent.line, sent.outcome = None, "no_parameters"


def _flipped(first, last):
    """Return a change that flips one bit between two places, counted as slices count."""

    def change(message, chance):
        start, end, _ = slice(first, last).indices(len(message))
        at = start + int(chance.random() * (end - start))
        return message[:at] + bytes([message[at] ^ 1 << int(chance.random() * 8)]) + message[at + 1 :]

    return change


def _cut(message, chance):
    """Cut bytes off the end, of the tag at most, and never so many that a v2 text has less than a block."""
    return message[: -1 - int(chance.random() * min(15, max(1, len(message) - 45)))]


_ANY = [
    _damage("malformed", lambda _message, _chance: b""),
    _damage("malformed", lambda message, chance: message[: 1 + int(chance.random() * 26)]),
    _damage("malformed", lambda message, _chance: b"\x77" + message[1:]),
    _instead("no message: <time-out>"),
    _instead(None),
    _damage("not_authentic", _flipped(-16, None)),
    _damage("not_authentic", lambda message, chance: message + chance.randbytes(1)),
]
_OWN_LINE = [
    _lose_line,
    _spoil("mismatched_parameters", ROTPublicUID="0002ffffffffffff"),
    _spoil("mismatched_parameters", MACLength=64),
    _spoil("unsupported_suite", CipherSuite="AES_128_GCM"),
]

FAULTS = {
    "automatic": [
        *_ANY,
        _damage("not_authentic", _flipped(14, 16)),
        _damage("no_parameters", _flipped(2, 14)),
    ],
    "continuous": [
        *_ANY,
        *_OWN_LINE,
        _damage("not_authentic", _flipped(14, 16)),
        _spoil("mismatched_parameters", Nonce=_base64(bytes(11))),
    ],
    "v2": [
        *_ANY,
        *_OWN_LINE,
        _damage("not_authentic", _cut),
        _damage("not_authentic", _flipped(12, -16)),
        # Behind counter and UID: a flipped counter could be that of another message, whose key is held.
        _damage("no_parameters", _flipped(10, 12)),
        _damage(
            "malformed", lambda message, chance: message[: 12 + int(chance.random() * 16)] + message[-16:]
        ),
    ],
    "integrity": [
        *_ANY,
        *_OWN_LINE,
        _damage("no_parameters", _flipped(10, 11)),
        _spoil("mismatched_parameters", EncryptionKey=_base64(bytes(16))),
    ],
}
"""By kind of device, what may befall its messages; each knows the outcome that must be told."""
