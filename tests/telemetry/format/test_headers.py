"""Many headers at once: of each message what parse_header says of one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from making import INTEGRITY_HEADER, V1_HEADER, V2_HEADER
from sealwright.errors import MessageError, Reason
from sealwright.telemetry.format.header import MAX_CCM_TEXT, parse_header
from sealwright.telemetry.format.headers import HEADER_BYTES, Reading, parse_headers, windows
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.format.messages import Messages
from sealwright.telemetry.format.suites import Direction, Purpose

V1 = V1_HEADER + bytes(16)
V2 = V2_HEADER + b"\xee" * 32
INTEGRITY = INTEGRITY_HEADER + b"\xee" * 16

EDGES = (0, 1, 10, 15, 16, 17, 26, 27, 28, 31, 32, 33, 43, 44, 45, 60)
FIRST_BYTES = (0x00, 0x0F, 0x10, 0x11, 0x1F, 0x20, 0x28, 0x29, 0x2A, 0x2F, 0x30, 0xFF)

pytestmark = pytest.mark.usefixtures("each_engine")

# The engine is the same for all examples of a test.
same_engine = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def sealed():
    """Return a strategy for bytes near every limit that a header has."""
    beginnings = st.sampled_from(FIRST_BYTES).map(lambda first: bytes([first]))
    near = st.builds(
        lambda first, rest, length: (first + rest)[:length],
        beginnings,
        st.binary(min_size=60, max_size=60),
        st.sampled_from(EDGES),
    )
    return near | st.binary(max_size=80)


def one_by_one(messages, **options):
    """Return what parse_header says of each message: a header or a reason."""
    said = []
    for message in messages:
        try:
            said.append(Reason.MISSING if message is None else parse_header(message, **options))
        except MessageError as problem:
            said.append(problem.reason)
    return said


def all_at_once(messages, **options):
    """Return what parse_headers says of each message: a header or a reason."""
    headers = parse_headers(Messages.of(messages), Reading.of(**options))
    return [headers[row] or Reason.of(int(headers.reason[row])) for row in range(len(headers))]


@same_engine
@given(
    messages=st.lists(sealed() | st.none(), max_size=12),
    direction=st.sampled_from(Direction),
    purpose=st.sampled_from([None, *Purpose]),
    max_length=st.sampled_from(EDGES) | st.integers(-5, 200) | st.just(2**40),
)
def test_says_what_parse_header_says(messages, **options):
    """Of each message it says what parse_header says of it alone, whatever the bytes and the limits."""
    assert all_at_once(messages, **options) == one_by_one(messages, **options)


@same_engine
@given(st.binary(max_size=200), st.lists(st.integers(0, 200), min_size=1, max_size=8))
def test_any_offsets_say_the_same(data, ends):
    """The same holds for any valid offsets into any buffer, whose bytes stand behind short messages."""
    offsets = np.array(sorted(min(end, len(data)) for end in ends))
    messages = [data[start:end] for start, end in pairwise(offsets)]
    assert all_at_once((np.frombuffer(data, np.uint8), offsets)) == one_by_one(messages)


@same_engine
@given(st.lists(sealed() | st.none(), max_size=12))
def test_columns_agree(messages):
    """A malformed row is all zeros but its reason; a header is followed by zeros up to 16 bytes."""
    headers = parse_headers(Messages.of(messages))
    for row in range(len(messages)):
        header = headers[row]
        raw = header.raw if header else b""
        assert bool(header) is not bool(headers.reason[row])
        assert headers.raw[row].tobytes() == raw.ljust(HEADER_BYTES, b"\0")
        assert headers.header_length[row] == len(raw)
        assert headers.text_length[row] == (header.text_length if header else 0)


@pytest.mark.parametrize(
    ("message", "options", "reason"),
    [
        (None, {}, Reason.MISSING),
        (b"", {}, Reason.EMPTY),
        (b"\x30" + bytes(60), {}, Reason.UNKNOWN_VERSION),
        (V1, {"purpose": "integrity"}, Reason.WRONG_PURPOSE),
        (V1[:31], {}, Reason.TOO_SHORT),
        (V2[:43], {}, Reason.TEXT_UNDER_ONE_BLOCK),
        (V1, {"max_length": 31}, Reason.TOO_LONG),
        (V2, {"max_length": 43}, Reason.TOO_LONG),
        (INTEGRITY, {"max_length": 26}, Reason.TOO_LONG),
    ],
    ids=lambda value: str(value) if isinstance(value, Reason) else "",
)
def test_each_reason(message, options, reason):
    """Every malformed reason has its row, and leaves the rows beside it alone."""
    assert all_at_once([message], **options) == [reason]


def test_a_bad_row_does_not_stop_the_others():
    """Good messages keep their rows between bad ones."""
    said = all_at_once([None, V1, b"", V2, b"\xff", INTEGRITY])
    assert [getattr(each, "kind", None) for each in said] == [
        None,
        Kind.V1,
        None,
        Kind.V2,
        None,
        Kind.INTEGRITY,
    ]


def test_an_empty_row_is_not_judged_by_the_next_one():
    """The bytes behind an empty message are another's."""
    assert all_at_once([b"", V1])[0] is Reason.EMPTY


def test_the_limit_of_ccm():
    """A v1 text that CCM cannot have sealed is too long; v2 has the caller's limit only."""
    data = np.zeros(MAX_CCM_TEXT + 33, np.uint8)
    for first, expected in ((0x11, Reason.TOO_LONG), (0x21, None)):
        data[0] = first
        (said,) = all_at_once((data, np.array([0, len(data)])), max_length=2**30)
        assert said is expected or (expected is None and said.kind is Kind.V2)


def test_no_messages():
    """An empty batch has empty columns."""
    headers = parse_headers(Messages.of([]))
    assert len(headers) == len(headers.raw) == len(headers.header_length) == 0
    assert headers.purposes() == []


def test_no_messages_in_a_large_buffer():
    """Bytes that no offset names belong to no message."""
    assert all_at_once((np.zeros(100, np.uint8), np.array([7]))) == []


def test_purposes():
    """Each row knows what its parameters must be for; malformed rows have no say."""
    headers = parse_headers(Messages.of([V1, V2, INTEGRITY, b""]))
    assert headers.purposes() == ["protection", "protection", "integrity", "protection"]


def test_take():
    """Some rows, in the order asked for and as often, with every column."""
    headers = parse_headers(Messages.of([V1, b"", V2]), Reading.of("downlink"))
    taken = headers.take(np.array([2, 1, 2, 0]))
    assert taken.direction is Direction.DOWNLINK
    assert [taken[row] for row in range(4)] == [headers[2], None, headers[2], headers[0]]
    assert taken.reason.tolist() == headers.reason[[2, 1, 2, 0]].tolist()


def test_where_the_uid_sits():
    """As the header itself says, zeros where it is none."""
    headers = parse_headers(Messages.of([V1, V2, b"", INTEGRITY]))
    for row, tail in enumerate(headers.uid_tail):
        header = headers[row]
        assert tail.tobytes() == (header.uid_tail if header else bytes(6))


def test_the_messages_are_not_changed():
    """Zeros behind a short header are written to the column, never to the caller's bytes."""
    data = np.frombuffer(bytearray(V2 + INTEGRITY + b"\xff" * 20), np.uint8)
    before = data.tobytes()
    parse_headers(Messages.of((data, np.array([0, len(V2), len(V2 + INTEGRITY), len(data)]))))
    assert data.tobytes() == before


@pytest.mark.parametrize("option", ["direction", "purpose"])
def test_unknown_words(option):
    """A direction or purpose that does not exist is a ValueError."""
    with pytest.raises(ValueError, match="sideways"):
        Reading.of(**{option: "sideways"})


def test_windows():
    """A buffer is seen as overlapping items, one from each byte that has enough behind it."""
    items = windows(np.frombuffer(b"abcde", np.uint8), 3)
    assert [item.tobytes() for item in items] == [b"abc", b"bcd", b"cde"]
