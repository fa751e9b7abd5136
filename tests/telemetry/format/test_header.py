"""One header: the dispatch by first byte and purpose, every malformed reason, and what a header claims."""

import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from making import INTEGRITY_HEADER, UID, V1_HEADER, V2_HEADER
from sealwright.errors import MessageError, Outcome, Reason
from sealwright.telemetry.format.header import (
    MAX_CCM_TEXT,
    MAX_MESSAGE,
    UnverifiedHeader,
    longest,
    parse_header,
)
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose

V1 = V1_HEADER + bytes(16)
V2 = V2_HEADER + bytes(32)
INTEGRITY = INTEGRITY_HEADER + bytes(16)
PUBLIC = bytes.fromhex(
    "11010008003f97203b08c787d1b200006423b8017f96548d65fcaf1036f21d10bb18bd86b57178685ffbaf47"
    "1162e5bf5a7445ff568290fbb8cce57d75d5ae4830aad00da6cfd589c6795691"
)
"""The one public real message: 44 characters that a device sealed."""


def kind_by_rule(first, purpose):
    """Return the kind that the notes on the wire format give to a first byte."""
    if first >> 4 == 1:
        return Kind.NONE if purpose == "integrity" else Kind.V1
    if first >> 4 != 2:
        return Kind.NONE
    signed = first == 0x29 if purpose is None else purpose == "integrity"
    return Kind.INTEGRITY if signed else Kind.V2


def reason_of(message, **options):
    """Return why a message is malformed."""
    with pytest.raises(MessageError) as caught:
        parse_header(message, **options)
    assert caught.value.outcome is Outcome.MALFORMED
    return caught.value.reason


@pytest.mark.parametrize("purpose", [None, "protection", "integrity"])
@pytest.mark.parametrize("first", range(256), ids=lambda first: f"{first:02x}")
def test_dispatch(first, purpose):
    """The first byte and the purpose asked for decide the kind, and nothing else does."""
    message, kind = bytes([first]) + bytes(79), kind_by_rule(first, purpose)
    if kind:
        assert parse_header(message, purpose=purpose).kind is kind
    else:
        wrong_purpose = first >> 4 == 1
        expected = Reason.WRONG_PURPOSE if wrong_purpose else Reason.UNKNOWN_VERSION
        assert reason_of(message, purpose=purpose) is expected


@pytest.mark.parametrize(
    ("message", "kind", "raw", "purpose", "counter"),
    [
        (V1, Kind.V1, V1_HEADER, Purpose.PROTECTION, 0),
        (V2, Kind.V2, V2_HEADER, Purpose.PROTECTION, 7),
        (INTEGRITY, Kind.INTEGRITY, INTEGRITY_HEADER, Purpose.INTEGRITY, 15),
    ],
    ids=["v1", "v2", "integrity"],
)
def test_what_a_header_claims(message, kind, raw, purpose, counter):
    """A header tells its kind, its bytes, its purpose, the end of the UID and an unproved counter."""
    header = parse_header(message)
    assert (header.kind, header.raw, header.purpose, header.counter) == (kind, raw, purpose, counter)
    assert header.uid_tail == UID[2:]
    assert header.shape is SHAPES[kind]


def test_the_public_message():
    """The vendor's one public message is v1, and its text is as long as the sentence in it."""
    header = parse_header(PUBLIC)
    assert header.kind is Kind.V1
    assert header.uid_tail.hex() == "0008003f9720"[-12:] == header.raw[2:8].hex()
    assert header.text_length == len("The quick brown fox jumps over the lazy dog.")


def test_key_id():
    """In v1 the first 14 bytes name the key; other kinds have no name that is known."""
    assert parse_header(V1).key_id == V1_HEADER[:14]
    assert parse_header(V2).key_id is None
    assert parse_header(INTEGRITY).key_id is None


@pytest.mark.parametrize("length", [32, 33, 1000])
def test_text_length(length):
    """The text is what stands between header and tag, as long as its ciphertext."""
    assert parse_header(V1.ljust(length, b"\0")).text_length == length - 32


@pytest.mark.parametrize("direction", Direction)
def test_direction(direction):
    """The direction is the caller's word: no byte tells it."""
    assert parse_header(V1, direction=direction.value).direction is direction


def test_empty():
    """No bytes at all are their own reason."""
    assert reason_of(b"") is Reason.EMPTY


@pytest.mark.parametrize("message", [V1, V2, INTEGRITY], ids=["v1", "v2", "integrity"])
def test_too_short(message):
    """A message without room for header and tag is too short, down to its first byte."""
    shortest = parse_header(message).shape.shortest_message
    for length in range(1, shortest):
        assert reason_of(message[:length]) is Reason.TOO_SHORT


@pytest.mark.parametrize("message", [V1, INTEGRITY], ids=["v1", "integrity"])
def test_empty_text(message):
    """v1 and signed messages may have an empty text."""
    shortest = parse_header(message).shape.shortest_message
    assert parse_header(message[:shortest]).text_length == 0


@pytest.mark.parametrize("text", [0, 1, 15])
def test_text_under_one_block(text):
    """CS1 is not defined under one block: such a v2 message is malformed."""
    assert reason_of(V2[: 28 + text]) is Reason.TEXT_UNDER_ONE_BLOCK


def test_text_of_one_block():
    """16 bytes are enough for v2."""
    assert parse_header(V2[:44]).text_length == 16


@pytest.mark.parametrize("message", [V1, V2, INTEGRITY], ids=["v1", "v2", "integrity"])
def test_too_long(message):
    """The limit is the caller's, counts the whole message, and includes its own number."""
    assert parse_header(message, max_length=len(message)).raw
    assert reason_of(message, max_length=len(message) - 1) is Reason.TOO_LONG


def test_the_default_limit():
    """Without a limit of the caller's it is 16 MiB; nothing in a message is believed about lengths."""
    assert parse_header(V2.ljust(MAX_MESSAGE, b"\0")).text_length == MAX_MESSAGE - 28
    assert reason_of(V2.ljust(MAX_MESSAGE + 1, b"\0")) is Reason.TOO_LONG


def test_the_limit_of_ccm():
    """However high the caller's limit, CCM with L = 3 ends at 2^24 - 1 bytes of text."""
    assert MAX_CCM_TEXT == 2**24 - 1
    assert MAX_MESSAGE == 16 * 2**20
    assert longest(Kind.V1, 2**30) == MAX_CCM_TEXT + 32
    assert longest(Kind.V1, 100) == 100
    assert longest(Kind.V2, 2**30) == 2**30
    message = V1.ljust(MAX_CCM_TEXT + 32, b"\0")
    assert parse_header(message, max_length=2**30).text_length == MAX_CCM_TEXT
    assert reason_of(message + b"\0", max_length=2**30) is Reason.TOO_LONG


@pytest.mark.parametrize(
    ("message", "reason"),
    [(b"\x30", Reason.UNKNOWN_VERSION), (V1[:31], Reason.TOO_SHORT), (V2[:43], Reason.TEXT_UNDER_ONE_BLOCK)],
    ids=["version", "short", "block"],
)
def test_the_first_fault_is_told(message, reason):
    """Faults are told in the order in which bytes are read: the limit comes last."""
    assert reason_of(message, max_length=0) is reason


@pytest.mark.parametrize(
    "form",
    [
        bytearray(V1),
        memoryview(V1),
        memoryview(V1 + V1)[:32],
        memoryview(bytes(b for each in V1 for b in (each, 0)))[::2],
        memoryview(V1[::-1])[::-1],
        memoryview(V1).cast("I"),
        memoryview(V1).cast("B", (4, 8)),
        array.array("B", V1),
        np.frombuffer(V1, np.uint8),
        np.frombuffer(V1, ">u4"),
        np.asfortranarray(np.frombuffer(V1, np.uint8).reshape(4, 8)),
    ],
    ids=[
        "bytearray",
        "memoryview",
        "slice",
        "strided",
        "reversed",
        "multi-byte items",
        "2-D",
        "array",
        "numpy",
        "big-endian",
        "column order",
    ],
)
def test_bytes_like_forms(form):
    """A message is read as the bytes that it holds in order, however they lie in memory."""
    assert parse_header(form) == parse_header(V1)


def test_empty_in_two_dimensions():
    """An array without bytes is empty, whatever its shape."""
    assert reason_of(np.zeros((0, 4), np.uint8)) is Reason.EMPTY


@pytest.mark.parametrize("given", ["11ff", None, 17], ids=["str", "None", "int"])
def test_what_is_not_bytes(given):
    """A caller's mistake is a TypeError, not a malformed message."""
    with pytest.raises(TypeError, match="bytes-like"):
        parse_header(given)


@pytest.mark.parametrize("option", ["direction", "purpose"])
def test_unknown_words(option):
    """A direction or purpose that does not exist is a ValueError that is no MessageError."""
    with pytest.raises(ValueError, match="sideways") as caught:
        parse_header(V1, **{option: "sideways"})
    assert not isinstance(caught.value, MessageError)


@given(st.binary(max_size=100), st.sampled_from([None, *Purpose]), st.integers(-1, 120))
def test_no_bytes_raise_anything_but_message_error(message, purpose, max_length):
    """Whatever arrives is a header or a MessageError with a reason."""
    try:
        header = parse_header(message, purpose=purpose, max_length=max_length)
    except MessageError:
        assert reason_of(message, purpose=purpose, max_length=max_length).outcome is Outcome.MALFORMED
    else:
        assert header.raw == message[: header.shape.header_length]
        assert len(header.raw) + header.text_length + 16 == len(message)


def test_headers_are_values():
    """Two equal headers are one key of a dictionary, and none can be changed."""
    header = parse_header(V1)
    assert {header: 1} == {UnverifiedHeader(Kind.V1, Direction.UPLINK, V1_HEADER, 0): 1}
    with pytest.raises(AttributeError):
        header.raw = b""
