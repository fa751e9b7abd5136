"""The story in five lines: one message, many messages, and the headers they claim."""

import numpy as np
import pytest

from making import INTEGRITY_HEADER, UID, V1_HEADER, V2_HEADER, key_line, reply_integrity, reply_v1, reply_v2
from making import write_key_file as write
from recipe import draw, flip
from sealwright.errors import InputError, MessageError, Outcome, Reason, ReplyError
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    KeyFile,
    Kind,
    State,
    headers,
    open_message,
    open_messages,
    read_reply,
    seal_message,
)
from sealwright.telemetry.format.layouts import SHAPES
from telemetry.opening.opening_samples import KINDS, Answering, books, outcomes, reasons, sample, to_device

TEXT = b"21.4 degrees, 41 % of humidity"
V1 = read_reply(reply_v1(), header=V1_HEADER)
V2 = read_reply(reply_v2(), header=V2_HEADER)
SIGNED = read_reply(reply_integrity(), header=INTEGRITY_HEADER, purpose="integrity")
MESSAGE = seal_message(TEXT, V1)

every_kind = pytest.mark.parametrize("kind", KINDS)


def _shortest(kind):
    """Return the length of the shortest text, in bytes."""
    return SHAPES[Kind[kind.upper()]].shortest_text


# One message.


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(V1, id="Parameters"),
        pytest.param(read_reply(reply_v1()), id="Parameters without a header"),
        pytest.param(reply_v1(), id="a reply"),
        pytest.param({V1_HEADER: reply_v1()}, id="a dict of headers"),
        pytest.param({V1_HEADER.hex(): reply_v1()}, id="a dict of hex headers"),
        pytest.param({V1_HEADER: V1}, id="a dict of Parameters"),
    ],
)
def test_one_message_opens_with_whatever_holds_its_key(given):
    """Parameters, a reply of the service and a dict of either do."""
    assert open_message(MESSAGE, given) == TEXT


def test_one_message_opens_with_a_key_file(tmp_path):
    """A key file is a source for one message as for many."""
    keys = KeyFile(write(tmp_path / "keys.jsonl", key_line(reply_v1(), V1_HEADER)))
    assert open_message(MESSAGE, keys) == TEXT
    assert open_messages([MESSAGE, MESSAGE], keys).to_list() == [TEXT, TEXT]


@pytest.mark.parametrize("parameters", [V1, V2, SIGNED], ids=KINDS)
def test_each_kind_opens_with_its_own_parameters(parameters):
    """v1, v2 and integrity are told by the first byte."""
    assert open_message(seal_message(TEXT, parameters), parameters) == TEXT


@every_kind
def test_one_downlink_message_opens(kind):
    """A downlink reply has no header: the message is found by the beginning of its KIV."""
    each = to_device(kind, f"one/{kind}")
    assert open_message(each.message, each.line, direction="downlink") == each.text


@pytest.mark.parametrize("form", [bytearray, memoryview, lambda octets: memoryview(octets).cast("H")])
def test_one_message_may_be_any_bytes(form):
    """Bytes-like objects are messages, whatever the width of their items."""
    assert open_message(form(MESSAGE), V1) == TEXT


@pytest.mark.parametrize(
    ("message", "given", "outcome", "reason"),
    [
        (b"", V1, Outcome.MALFORMED, Reason.EMPTY),
        (b"\x31" * 80, V1, Outcome.MALFORMED, Reason.UNKNOWN_VERSION),
        (MESSAGE[:31], V1, Outcome.MALFORMED, Reason.TOO_SHORT),
        (MESSAGE, {}, Outcome.NO_PARAMETERS, Reason.UNKNOWN_HEADER),
        (MESSAGE, reply_v1(MACLength=64), Outcome.MISMATCHED_PARAMETERS, Reason.MAC_LENGTH),
        (MESSAGE, reply_v1(V2_HEADER.ljust(16)), Outcome.MISMATCHED_PARAMETERS, Reason.ANOTHER_DEVICE),
        (MESSAGE, reply_v1(CipherSuite="AES_128_GCM"), Outcome.UNSUPPORTED_SUITE, Reason.UNKNOWN_SUITE),
        (flip(MESSAGE, -1), V1, Outcome.NOT_AUTHENTIC, Reason.NONE),
        (MESSAGE, Answering(State.NOT_ATTEMPTED, Reason.BUDGET), Outcome.NOT_ATTEMPTED, Reason.BUDGET),
    ],
)
def test_a_message_that_does_not_open_raises_with_its_outcome(message, given, outcome, reason):
    """Each outcome but `opened` is an error, and says why where it may."""
    with pytest.raises(MessageError) as caught:
        open_message(message, given)
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)


def test_a_reply_that_cannot_be_read_raises():
    """A missing field is the reply's fault, not the message's."""
    with pytest.raises(ReplyError) as caught:
        open_message(MESSAGE, {name: value for name, value in reply_v1().items() if name != "Key"})
    assert caught.value.field == "Key"


def test_the_limit_is_the_callers():
    """A message is refused one byte above `max_length`."""
    assert open_message(MESSAGE, V1, max_length=len(MESSAGE)) == TEXT
    with pytest.raises(MessageError) as caught:
        open_message(MESSAGE, V1, max_length=len(MESSAGE) - 1)
    assert caught.value.reason is Reason.TOO_LONG


@pytest.mark.parametrize("layout", ["v2=iv+body", "integrity=kiv+body"])
def test_the_layout_is_the_callers(layout):
    """Opening uses the one layout that was asked for, and never tries another."""
    kind, _, span = layout.partition("=")
    each = sample(kind, f"layout/{layout}", span=span)
    assert open_message(each.message, each.book, layouts=DEFAULT_LAYOUTS.choose(layout)) == each.text
    with pytest.raises(MessageError) as caught:
        open_message(each.message, each.book)
    assert caught.value.outcome is Outcome.NOT_AUTHENTIC


# Many messages.


@pytest.mark.parametrize("threads", [0, -1])
def test_there_is_no_opening_with_no_threads(threads):
    """A number of threads below 1 is refused."""
    with pytest.raises(InputError, match=f"threads must be 1 or more, not {threads}"):
        open_messages([MESSAGE], {V1_HEADER: V1}, threads=threads)


@pytest.mark.parametrize("threads", [None, 1, 2, 64])
def test_threads_do_not_change_the_answer(threads):
    """The hint is a hint."""
    batch = open_messages([MESSAGE, flip(MESSAGE, -1)], {V1_HEADER: V1}, threads=threads)
    assert batch.to_list() == [TEXT, None]
    assert batch.uid[0].tobytes() == UID


@pytest.mark.parametrize("given", [V1, reply_v1()], ids=["Parameters", "a reply"])
def test_one_parameter_set_is_no_source_for_many(given):
    """Whose header it would be for is not said: refused, with what to give instead."""
    with pytest.raises(InputError, match="give a dict of header to parameters"):
        open_messages([MESSAGE], given)


@pytest.mark.parametrize("given", [None, 7, "keys.jsonl", [V1]])
def test_what_is_no_source_is_refused(given):
    """A path is not a key file, and a list is not a dict."""
    with pytest.raises(InputError, match="is not a source"):
        open_messages([MESSAGE], given)


@pytest.mark.parametrize("given", [MESSAGE, "text", 7, None, {MESSAGE}])
def test_what_is_no_sequence_of_messages_is_refused(given):
    """A single message is not taken for a list of small ones."""
    with pytest.raises(TypeError, match="messages"):
        open_messages(given, {V1_HEADER: V1})


@pytest.mark.parametrize("word", [{"direction": "sideways"}, {"purpose": "fun"}])
def test_words_that_are_none_are_refused(word):
    """Direction and purpose have two words each."""
    with pytest.raises(ValueError, match="is not a valid"):
        open_messages([MESSAGE], {V1_HEADER: V1}, **word)


# Sizes (defence 15).


@every_kind
@pytest.mark.parametrize("length", [0, 65_535, 65_536, 1_048_577])
def test_texts_of_every_size_open(kind, length):
    """Lengths of more than 16 bits, and a CCM counter of three bytes, are no border."""
    text = draw(f"size/{length}", max(length, _shortest(kind)))
    each = sample(kind, f"size/{kind}", text)
    assert open_message(each.message, each.book) == text


@every_kind
def test_a_message_over_the_limit_is_refused_before_anything_is_allocated(kind):
    """One byte over `max_length` is too_long, and has no place in the arena."""
    each = sample(kind, f"cap/{kind}")
    size = len(each.message)
    assert open_messages([each.message], each.book, max_length=size).to_list() == [each.text]
    batch = open_messages([each.message], each.book, max_length=size - 1)
    assert reasons(batch) == [Reason.TOO_LONG]
    assert len(batch.arena) == 0


def test_the_default_limit_is_16_mib():
    """A message of 16 MiB is looked at; one byte more is not."""
    header = sample("v2", "16 MiB").header
    octets = np.zeros(2 * 2**24 + 1, np.uint8)
    octets[:12] = octets[2**24 : 2**24 + 12] = np.frombuffer(header, np.uint8)
    batch = open_messages((octets, np.array([0, 2**24, 2**25 + 1])), {})
    assert reasons(batch) == [Reason.UNKNOWN_HEADER, Reason.TOO_LONG]


def test_the_longest_text_of_ccm_opens_and_a_longer_one_is_refused():
    """CCM with a 12-byte nonce takes 2^24 - 1 bytes (RFC 3610), whatever limit the caller sets."""
    each = sample("v1", "longest", bytes(2**24 - 1))
    octets = np.frombuffer(each.message + b"\0", np.uint8)
    size = len(octets)
    batch = open_messages((octets, np.array([0, size - 1])), each.book, max_length=2**25)
    assert outcomes(batch) == [Outcome.OPENED]
    batch = open_messages((octets, np.array([0, size])), each.book, max_length=2**25)
    assert (reasons(batch), len(batch.arena)) == ([Reason.TOO_LONG], 0)


# Buffers.


@every_kind
@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_arrays_of_data_and_offsets_open(kind, width):
    """(data, offsets) may begin and end anywhere in the data, with offsets of 32 or 64 bits."""
    whole = [sample(kind, f"arrays/{n}") for n in range(12)]
    data = np.frombuffer(b"???" + b"".join(each.message for each in whole) + b"??", np.uint8)
    offsets = (3 + np.cumsum([0, *(len(each.message) for each in whole)])).astype(width)
    batch = open_messages((data, offsets), books(whole))
    assert batch.to_list() == [each.text for each in whole]


@every_kind
@pytest.mark.parametrize("form", [bytes, bytearray, memoryview, lambda m: np.frombuffer(m, np.uint8)])
def test_any_bytes_like_message_opens(kind, form):
    """Messages may be bytes, bytearrays, memoryviews or arrays, beside rows that have none."""
    each = sample(kind, f"form/{kind}")
    batch = open_messages([None, form(each.message), each.message], each.book)
    assert batch.to_list() == [None, each.text, each.text]


# Headers.


def test_headers_are_distinct_and_in_order_of_first_sight():
    """Each header stands there once, malformed messages have none, and the first text's length counts."""
    longer = seal_message(TEXT + TEXT, V1)
    found = headers([seal_message(TEXT, SIGNED), b"", MESSAGE, longer, None, seal_message(TEXT, V2), MESSAGE])
    assert [header.raw for header in found] == [INTEGRITY_HEADER, V1_HEADER, V2_HEADER]
    assert [header.kind for header in found] == [Kind.INTEGRITY, Kind.V1, Kind.V2]
    assert {header.text_length for header in found} == {len(TEXT)}


def test_headers_of_nothing_are_none():
    """No messages, or none that is well-formed, have no headers."""
    assert headers([]) == headers([b"", None, b"\x31"]) == []


def test_headers_know_the_way_and_the_purpose():
    """Direction and purpose are the caller's, as for opening."""
    message = seal_message(TEXT, SIGNED)
    (header,) = headers([message], direction="downlink", purpose="protection")
    assert (header.kind, header.direction) == (Kind.V2, "downlink")
