"""Opening in bulk: nothing unverified comes out, one header meets one key, at most twice."""

import sys
import threading

import numpy as np
import pytest

from recipe import base64, ccm_line, cs1_line, draw, flip, integrity_line
from sealwright.errors import InputError, MessageError, Outcome, Reason
from sealwright.telemetry import DEFAULT_LAYOUTS, KeyTable, Kind, State, Suite, open_message, open_messages
from sealwright.telemetry.format.layouts import SHAPES
from telemetry.opening.opening_samples import (
    KINDS,
    Answering,
    Diary,
    Liar,
    books,
    holding,
    outcomes,
    reasons,
    sample,
    seal,
    slot,
    to_device,
    with_every_flip,
)

pytestmark = pytest.mark.usefixtures("each_engine")

UNOPENED = {Outcome.MALFORMED, Outcome.NO_PARAMETERS, Outcome.NOT_AUTHENTIC}

every_kind = pytest.mark.parametrize("kind", KINDS)
every_bits = pytest.mark.parametrize("bits", [128, 256])


def _empty(batch):
    """Tell that neither a plaintext nor a UID is anywhere in a batch."""
    return not batch.arena.any() and not batch.uid.any()


def _of_many_lengths(kind, count):
    shortest = SHAPES[Kind[kind.upper()]].shortest_text
    return [
        sample(kind, f"{kind}/{n}", draw(f"{kind}/{n}/text", shortest + n % 33), bits=(128, 256)[n % 2])
        for n in range(count)
    ]


# Defence 1: no plaintext before the MAC.


@every_kind
def test_no_flipped_bit_of_200_messages_opens(kind):
    """Every bit of 200 messages flipped in turn: no plaintext, a zero slot, and the genuine one opens."""
    for each in _of_many_lengths(kind, 200):
        batch = open_messages(with_every_flip(each.message), each.book)
        genuine = len(batch) // 2
        assert list(batch.opened()) == [(genuine, each.text)]
        assert slot(batch, genuine) == each.text
        assert batch.arena.sum(dtype=np.int64) == sum(each.text)
        assert np.flatnonzero(batch.uid.any(axis=1)).tolist() == [genuine]
        assert batch.to_list().count(None) == len(batch) - 1
        assert set(outcomes(batch)) - UNOPENED == {Outcome.OPENED}


@every_kind
def test_no_flipped_bit_of_a_single_message_opens(kind):
    """`open_message` raises for each bit flipped, and neither its text nor its reason tells which."""
    each = sample(kind, f"{kind}/single", bytes(16))
    for bit in range(8 * len(each.message)):
        with pytest.raises(MessageError) as caught:
            open_message(flip(each.message, bit // 8, bit % 8), each.book)
        assert caught.value.outcome in UNOPENED
        if caught.value.outcome is Outcome.NOT_AUTHENTIC:
            assert (caught.value.reason, str(caught.value)) == (Reason.NONE, "open: not_authentic")


@every_kind
def test_a_damaged_message_does_not_disturb_its_neighbours(kind):
    """In a batch of many keys and lengths every third message is damaged; the others open as ever."""
    whole = _of_many_lengths(kind, 90)
    sent = [flip(each.message, -1) if n % 3 == 1 else each.message for n, each in enumerate(whole)]
    batch = open_messages(sent, books(whole))
    assert batch.to_list() == [None if n % 3 == 1 else each.text for n, each in enumerate(whole)]
    assert not any(b"".join(slot(batch, n) for n in range(1, 90, 3)))
    assert batch.counts()[Outcome.NOT_AUTHENTIC] == 30


def test_kinds_and_malformed_messages_share_a_batch():
    """v1, v2, integrity, missing and malformed messages stand in one batch, each with its own outcome."""
    each = {kind: sample(kind, f"mixed/{kind}") for kind in KINDS}
    sent = [each["v2"].message, None, each["v1"].message, b"", each["integrity"].message, b"\x11", b"\x3a"]
    batch = open_messages(sent, books(each.values()))
    texts = [each["v2"].text, None, each["v1"].text, None, each["integrity"].text, None, None]
    assert batch.to_list() == texts
    assert reasons(batch)[1::2] == [Reason.MISSING, Reason.EMPTY, Reason.TOO_SHORT]
    assert reasons(batch)[6] is Reason.UNKNOWN_VERSION


@every_kind
def test_the_full_uid_comes_from_the_parameters(kind):
    """An opened message tells the whole UID, whose two-byte prefix is not in the message."""
    each = sample(kind, f"{kind}/uid")
    batch = open_messages([each.message, flip(each.message, -1)], each.book)
    assert batch.uid[0].tobytes().hex() == each.line["ROTPublicUID"]
    assert not batch.uid[1].any()


# Defence 5: one key, one header; at most two attempts.


def _continuous(label, count=2):
    """Return messages of one v1 key id whose keys differ from message to message."""
    first = sample("v1", f"{label}/0")
    there = [first]
    for n in range(1, count):
        header = first.header[:14] + n.to_bytes(2)
        line = ccm_line(f"{label}/{n}", header=header) | {"ROTPublicUID": first.line["ROTPublicUID"]}
        text = draw(f"{label}/{n}/text", 20)
        there.append(
            first._replace(message=seal("v1", line, header, text), text=text, line=line, header=header)
        )
    return there


def test_what_the_first_answer_opens_is_asked_once():
    """Exact parameters and candidates that open cost no second question; each header stands there once."""
    a, b = sample("v1", "once/a"), sample("v2", "once/b")
    line = a.line | {"Nonce": base64(a.header[4:14] + b"\x00\x01")}
    header = a.header[:14] + b"\x00\x01"
    next_one = seal("v1", line, header, b"next")
    diary = Diary(holding(a.line, b.line))
    batch = open_messages([a.message, b.message, next_one, a.message], diary)
    assert batch.to_list() == [a.text, b.text, b"next", a.text]
    assert diary.asked == [(False, sorted([a.header, b.header, header]))]


def test_a_failed_candidate_is_resolved_exactly():
    """The second question holds the headers whose candidate failed, and no other."""
    first, second = _continuous("exactly")
    other = sample("v2", "exactly/other")
    diary = Diary(holding(first.line, other.line), then=holding(first.line, second.line))
    batch = open_messages([first.message, second.message, other.message], diary)
    assert batch.to_list() == [first.text, second.text, other.text]
    assert diary.asked[1:] == [(True, [second.header])]


def test_damaged_copies_beside_an_opened_one_cost_no_question():
    """One opened message proves the candidate: forged copies of its header ask nothing."""
    each = sample("v1", "proved")
    header = each.header[:14] + b"\x00\x07"
    line = each.line | {"Nonce": base64(header[4:])}
    genuine = seal("v1", line, header, b"genuine")
    diary = Diary(holding(each.line))
    batch = open_messages([flip(genuine, -1), genuine, flip(genuine, 20)], diary)
    assert batch.to_list() == [None, b"genuine", None]
    assert diary.asked == [(False, [header])]


def test_a_damaged_message_of_an_exact_header_is_not_asked_again():
    """Where the parameters were exact there is nothing better to ask for."""
    each = sample("v1", "damaged")
    diary = Diary(holding(each.line))
    assert outcomes(open_messages([flip(each.message, -1)], diary)) == [Outcome.NOT_AUTHENTIC]
    assert [exact for exact, _ in diary.asked] == [False]


def test_at_most_two_attempts_even_if_the_second_answer_fails_too():
    """A source that gives candidates for ever is asked twice and no more."""
    each = sample("v1", "two")
    diary = Diary(Liar(each.line, state=State.CANDIDATE))
    batch = open_messages([flip(each.message, -1)] * 3, diary)
    assert outcomes(batch) == [Outcome.NOT_AUTHENTIC] * 3
    assert diary.asked == [(False, [each.header]), (True, [each.header])]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(Answering(State.UNKNOWN), id="unknown"),
        pytest.param(Answering(State.REFUSED, Reason.KEY_LENGTH), id="refused"),
        pytest.param(Liar(ccm_line("then/other")), id="another device"),
        pytest.param(Liar(cs1_line("then/v2")), id="another version"),
    ],
)
def test_after_a_key_has_touched_a_message_it_stays_not_authentic(then):
    """What the second answer lacks or refuses is no reason of the message's: no oracle."""
    first, second = _continuous("touched")
    batch = open_messages([second.message], Diary(holding(first.line), then))
    assert (outcomes(batch), reasons(batch)) == ([Outcome.NOT_AUTHENTIC], [Reason.NONE])
    assert not batch.arena.any()


@pytest.mark.parametrize("reason", [Reason.BUDGET, Reason.INTERRUPTED])
def test_a_call_that_was_not_made_is_told_after_the_first_question(reason):
    """NOT_ATTEMPTED carries its reason: the message may open another day."""
    each = sample("v1", "waits")
    batch = open_messages([each.message], Answering(State.NOT_ATTEMPTED, reason))
    assert (outcomes(batch), reasons(batch)) == ([Outcome.NOT_ATTEMPTED], [reason])


def test_a_call_that_was_not_made_is_told_after_the_second_question():
    """A failed candidate whose exact parameters wait for budget is not_attempted, not not_authentic."""
    first, second = _continuous("waits twice")
    source = Diary(holding(first.line), Answering(State.NOT_ATTEMPTED, Reason.BUDGET))
    batch = open_messages([first.message, second.message], source)
    assert outcomes(batch) == [Outcome.OPENED, Outcome.NOT_ATTEMPTED]
    assert reasons(batch)[1] is Reason.BUDGET


def test_an_unknown_header_is_told():
    """A header that no source knows is no_parameters."""
    batch = open_messages([sample("v1", "nobody").message], {})
    assert (outcomes(batch), reasons(batch)) == ([Outcome.NO_PARAMETERS], [Reason.UNKNOWN_HEADER])


def test_a_refused_reply_is_told_with_its_reason():
    """The reason for which a reply was refused is the message's."""
    each = sample("v1", "refused")
    batch = open_messages([each.message], {each.header: each.line | {"MACLength": 64}})
    assert (outcomes(batch), reasons(batch)) == ([Outcome.MISMATCHED_PARAMETERS], [Reason.MAC_LENGTH])


def test_a_suite_that_is_not_known_is_told():
    """Another suite of the service is unsupported_suite."""
    each = sample("v1", "suite")
    batch = open_messages([each.message], {each.header: each.line | {"CipherSuite": "AES_128_GCM"}})
    assert outcomes(batch) == [Outcome.UNSUPPORTED_SUITE]


def test_nothing_is_asked_where_nothing_can_open():
    """Malformed messages cost no question."""
    diary = Diary(holding())
    assert outcomes(open_messages([b"", None, b"\x11"], diary)) == [Outcome.MALFORMED] * 3
    assert len(open_messages([], diary)) == 0
    assert diary.asked == []


# Defences 6 and 7: key confusion; whoever the source is.


@pytest.mark.parametrize(
    ("kind", "line", "reason"),
    [
        pytest.param("v1", ccm_line("lie/else"), Reason.ANOTHER_DEVICE, id="v1 another device"),
        pytest.param("v2", cs1_line("lie/else"), Reason.ANOTHER_DEVICE, id="v2 another device"),
        pytest.param(
            "integrity", integrity_line("lie/else"), Reason.ANOTHER_DEVICE, id="signed another device"
        ),
        pytest.param("v1", cs1_line("lie/v1"), Reason.ANOTHER_SUITE, id="v1 with a suite of v2"),
        pytest.param("v2", ccm_line("lie/v2"), Reason.ANOTHER_SUITE, id="v2 with a suite of v1"),
        pytest.param("v1", integrity_line("lie/v1"), Reason.ANOTHER_PURPOSE, id="v1 with an integrity row"),
        pytest.param("v2", integrity_line("lie/v2"), Reason.ANOTHER_PURPOSE, id="v2 with an integrity row"),
        pytest.param(
            "integrity", cs1_line("lie/integrity"), Reason.ANOTHER_PURPOSE, id="signed with an encrypting row"
        ),
    ],
)
def test_a_lying_source_opens_nothing(kind, line, reason):
    """A row of another device, version or purpose is mismatched_parameters, whatever its state."""
    each = sample(kind, f"lie/{kind}")
    for state in (State.EXACT, State.CANDIDATE):
        batch = open_messages([each.message], Liar(line, state=state))
        assert (outcomes(batch), reasons(batch)) == ([Outcome.MISMATCHED_PARAMETERS], [reason])
        assert _empty(batch)


def test_10000_swapped_rows_open_nothing():
    """Each message with the row of another device: none opens."""
    fleet = [sample("v1", f"swap/{n}", b"") for n in range(101)]
    rows = np.arange(10_000)
    away = 1 + rows // 101 % 100
    lines = {each.header: each.line for n, each in enumerate(fleet)}
    opened = 0
    for step in np.unique(away).tolist():
        swapped = dict(zip(lines, list(lines.values())[step:] + list(lines.values())[:step], strict=True))
        batch = open_messages([fleet[n % 101].message for n in rows[away == step].tolist()], swapped)
        assert set(reasons(batch)) == {Reason.ANOTHER_DEVICE}
        opened += len(list(batch.opened()))
    assert opened == 0


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        pytest.param(State.REFUSED, Reason.NONE, id="refused without a reason"),
        pytest.param(State.NOT_ATTEMPTED, Reason.NONE, id="not attempted without a reason"),
        pytest.param(State.REFUSED, Reason.PLAINTEXT_IN_HEX, id="a reason of opened messages"),
        pytest.param(9, Reason.NONE, id="no state at all"),
    ],
)
def test_a_source_cannot_talk_a_message_open(state, reason):
    """Only EXACT and CANDIDATE rows are tried, and only a verified tag makes a message opened."""
    each = sample("v1", "talk")
    batch = open_messages([each.message], Liar(each.line, state=state, reason=reason.code))
    assert outcomes(batch) != [Outcome.OPENED]
    assert _empty(batch)


@pytest.mark.parametrize("code", [len(Suite), 255])
def test_a_suite_code_that_is_none_opens_nothing(code):
    """A row whose suite is no suite is mismatched_parameters."""
    each = sample("v1", "suite code")
    batch = open_messages([each.message], Liar(each.line, suite=code))
    assert outcomes(batch) == [Outcome.MISMATCHED_PARAMETERS]


class Cropped(Liar):
    """A source that answers with one row too few."""

    def resolve(self, headers, *, exact=False):
        """Return the rows without the last one."""
        return KeyTable(super().resolve(headers, exact=exact).rows[:-1])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_source_answers_each_header_or_none(count):
    """A table that is not as long as the question is an error of the source, told as such."""
    whole = [sample("v1", f"cropped/{n}") for n in range(count)]
    with pytest.raises(InputError, match=f"source: {count - 1} rows for {count} headers"):
        open_messages([each.message for each in whole], Cropped(whole[0].line))


# Defence 2: a signed message is never opened as an encrypted one, or the reverse.


@pytest.mark.parametrize(("kind", "purpose"), [("v2", "integrity"), ("integrity", "protection")])
def test_the_purpose_asked_for_must_be_that_of_the_parameters(kind, purpose):
    """Messages read under the other purpose find no parameters, though the same MAC would verify."""
    each = sample(kind, f"purpose/{kind}")
    batch = open_messages([each.message], each.book, purpose=purpose)
    assert outcomes(batch) == [Outcome.NO_PARAMETERS]
    batch = open_messages([each.message], Liar(each.line), purpose=purpose)
    assert (outcomes(batch), reasons(batch)) == ([Outcome.MISMATCHED_PARAMETERS], [Reason.ANOTHER_PURPOSE])


def test_the_purpose_overrides_the_type_byte():
    """An encrypted v2 message of type 0x29 opens when protection is asked for, and only then."""
    each = sample("v2", "override", first=0x29)
    assert open_message(each.message, each.book, purpose="protection") == each.text
    with pytest.raises(MessageError) as caught:
        open_message(each.message, each.book)
    assert caught.value.outcome is Outcome.NO_PARAMETERS


def test_v1_cannot_be_integrity():
    """v1 is encrypted: with integrity asked for it is malformed."""
    batch = open_messages([sample("v1", "v1 signed").message], {}, purpose="integrity")
    assert reasons(batch) == [Reason.WRONG_PURPOSE]


# Layouts and directions.


@every_kind
def test_a_layout_with_any_uid_leaves_the_uid_to_the_mac(kind):
    """With `any-uid` a reply of another UID is tried, and its UID is the one that is told."""
    each = sample(kind, f"any uid/{kind}")
    liar = Liar(each.line, uid=0xEE)
    name = DEFAULT_LAYOUTS.of(Kind[kind.upper()]).name
    assert reasons(open_messages([each.message], liar)) == [Reason.ANOTHER_DEVICE]
    batch = open_messages([each.message], liar, layouts=DEFAULT_LAYOUTS.choose(f"{kind}={name},any-uid"))
    assert batch[0] == each.text
    assert batch.uid[0].tobytes() == b"\xee" * 8


@pytest.mark.parametrize("kind", ["v2", "integrity"])
def test_any_uid_reaches_the_replies_too(kind):
    """Where the UID's place is a guess, the layout decides whether a reply of another UID is refused."""
    each = sample(kind, f"any uid/reply/{kind}")
    reply = {each.header: each.line | {"ROTPublicUID": "0002eeeeeeeeeeee"}}
    assert reasons(open_messages([each.message], reply)) == [Reason.ANOTHER_DEVICE]
    lenient = DEFAULT_LAYOUTS.choose(f"{kind}=header+body,any-uid")
    assert open_messages([each.message], reply, layouts=lenient).to_list() == [each.text]


@every_kind
def test_downlink_messages_open_by_the_beginning_of_their_kiv(kind):
    """A downlink line has no header: its KIV begins with it. The UID may stand anywhere."""
    each = to_device(kind, f"down/{kind}")
    line = each.line | {"ROTPublicUID": "0002eeeeeeeeeeee"}
    batch = open_messages([each.message, flip(each.message, -1)], holding(line), direction="downlink")
    assert batch.to_list() == [each.text, None]
    assert outcomes(batch)[1] is Outcome.NOT_AUTHENTIC
    assert outcomes(open_messages([each.message], holding(line))) == [Outcome.NO_PARAMETERS]


# What cannot be read at all.


def test_a_list_with_something_else_in_it():
    """A member that is not bytes-like is a TypeError that says which one, and other buffers are read."""
    each = sample("v1", "list of this and that")
    assert open_messages([each.message, bytearray(each.message)], each.book).to_list() == [each.text] * 2
    with pytest.raises(TypeError, match="number 1 is a str, not bytes"):
        open_messages([each.message, "11"], each.book)


@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_offsets_that_fall_between_others(width):
    """Offsets are followed only where they rise, whatever their width."""
    each = sample("v1", "falling")
    data = np.frombuffer(each.message * 3, np.uint8)
    length = len(each.message)
    offsets = np.array([0, length, 2 * length, 3 * length], width)
    assert open_messages((data, offsets), each.book).to_list() == [each.text] * 3
    offsets[2] = 1
    with pytest.raises(ValueError, match="messages: offsets must rise"):
        open_messages((data, offsets), each.book)


# Defence 21: a buffer that another thread writes to.


@pytest.fixture
def busy_threads():
    """Let threads take turns a hundred times as often as they do."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("busy_threads")
@pytest.mark.parametrize(("count", "size"), [(1, 6_000), (12, 600)], ids=["alone", "together"])
@every_kind
def test_a_buffer_that_another_thread_writes_to_yields_only_verified_texts(kind, count, size):
    """While a thread swaps bytes, what opens is the one text whose MAC was made: never a mixture."""
    each = sample(kind, f"mutated/{kind}", bytes(size))
    data = np.tile(np.frombuffer(each.message, np.uint8), count)
    offsets, stop = np.arange(count + 1) * len(each.message), threading.Event()
    bodies = data.reshape(count, -1)[:, 20:-16]

    def write():
        while not stop.is_set():
            bodies[:] ^= 0x5A

    writer = threading.Thread(target=write)
    writer.start()
    try:
        batches = [open_messages((data, offsets), each.book) for _ in range(100)]
    finally:
        stop.set()
        writer.join()
    assert {text for batch in batches for text in batch.to_list()} <= {None, each.text}
    assert not any(batch.arena.any() for batch in batches)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_open_the_same(threads):
    """Threads share the messages, and every one comes out as with one thread, damaged ones too."""
    whole = [sample("v1", f"threads/{n}") for n in range(50)]
    good = [each.message for each in whole]
    some = [*good, flip(good[3], -1), b"", good[4][:-2], b"\x11" * 40] * 1_000
    batch = open_messages(some, holding(*(each.line for each in whole)), threads=threads)
    texts = [*(each.text for each in whole), None, None, None, None]
    assert batch.to_list() == texts * 1_000
    assert outcomes(batch)[50:54] == [
        Outcome.NOT_AUTHENTIC,
        Outcome.MALFORMED,
        Outcome.NOT_AUTHENTIC,
        Outcome.NO_PARAMETERS,
    ]
