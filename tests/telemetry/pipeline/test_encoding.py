"""The texts that messages travel in."""

import base64

import pytest

from filing import v1
from sealwright.errors import Reason
from sealwright.telemetry.pipeline.encoding import DECODERS, choose_encoding, decode_payload

MESSAGE = b"\x11\x01\xfb\xff\xfe" + bytes(range(40))
"""Bytes whose base64 holds + and /, so that base64url is another text."""

TEXTS = {
    "hex": MESSAGE.hex(),
    "base64": base64.b64encode(MESSAGE).decode(),
    "base64url": base64.urlsafe_b64encode(MESSAGE).decode(),
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_each_encoding_is_found(encoding):
    """Texts of one encoding are known by the first digit of what they hold."""
    assert choose_encoding([None, TEXTS[encoding], 5, TEXTS[encoding]]) == encoding


@pytest.mark.parametrize("encoding", TEXTS)
def test_most_rows_decide(encoding):
    """A few texts of another encoding do not change the choice."""
    other = "hex" if encoding != "hex" else "base64"
    assert choose_encoding([TEXTS[other], TEXTS[encoding], TEXTS[encoding]]) == encoding


@pytest.mark.parametrize(
    ("payloads", "encoding"),
    [
        ([], "hex"),
        (["", " ", "no message"], "hex"),
        ([b"\x31".hex(), "f00d"], "hex"),
        ([TEXTS["hex"], TEXTS["base64"]], "hex"),
        ([base64.b64encode(b"\x11" * 9).decode()], "base64"),
    ],
    ids=["no rows", "no texts", "no first digit of a message", "a tie goes to hex", "then to base64"],
)
def test_doubtful_files(payloads, encoding):
    """Where the rows do not decide, hex comes before base64 and base64 before base64url."""
    assert choose_encoding(payloads) == encoding


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [
        *TEXTS.items(),
        ("hex", TEXTS["hex"].upper()),
        ("hex", f" \t{TEXTS['hex']}\r\n"),
        ("base64", TEXTS["base64"].rstrip("=")),
        ("base64url", TEXTS["base64url"].rstrip("=")),
        ("hex", list(MESSAGE)),
        ("base64", {"type": "Buffer", "data": list(MESSAGE)}),
    ],
    ids=[*TEXTS, "capitals", "blanks around", "no padding", "url, no padding", "numbers", "a Node Buffer"],
)
def test_readable_payloads(encoding, payload):
    """Each form that a message may have in a column gives its bytes."""
    assert decode_payload(payload, DECODERS[encoding]) == (MESSAGE, Reason.NONE)


@pytest.mark.parametrize("payload", ["", "  ", [], {"type": "Buffer", "data": []}], ids=repr)
def test_empty_payloads(payload):
    """A text or list of nothing is an empty message, which the header's reading tells."""
    assert decode_payload(payload, DECODERS["hex"]) == (b"", Reason.NONE)


def test_null_is_missing():
    """Null is no message at all."""
    assert decode_payload(None, DECODERS["hex"]) == (None, Reason.MISSING)


@pytest.mark.parametrize(
    "payload",
    [
        v1().hex()[:-1],
        "0x" + v1().hex(),
        "11 01",
        "zz",
        "é",
        "\uff11\uff11",
        "\ud800",
        1101,
        17.5,
        True,
        [256],
        [-1],
        [1.0],
        ["17"],
        [True, False],
        [[17]],
        [10**30],
        {},
        {"type": "Buffer"},
        {"type": "Buffer", "data": None},
        {"type": "Buffer", "data": {"0": 17}},
        {"type": "Other", "data": [17]},
    ],
    ids=lambda payload: repr(payload)[:30],
)
def test_unreadable_payloads(payload):
    """What is in no encoding of a message is told as such, whatever its type."""
    assert decode_payload(payload, DECODERS["hex"]) == (None, Reason.UNDECODABLE_TEXT)


@pytest.mark.parametrize(("encoding", "text"), [("base64", "-_-_"), ("base64url", "+/+/")])
def test_the_two_alphabets_do_not_mix(encoding, text):
    """Base64 takes no character of base64url, nor the reverse."""
    assert decode_payload(text, DECODERS[encoding]) == (None, Reason.UNDECODABLE_TEXT)
