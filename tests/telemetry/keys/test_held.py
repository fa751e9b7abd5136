"""Parameters in memory: exact look-up, the shortcut and when it is off, and what callers may give."""

import copy
import pickle
import random
from collections import Counter

import numpy as np
import pytest

from making import (
    DOWNLINK_KIV,
    INTEGRITY_HEADER,
    IV,
    KEY,
    KEY_256,
    MAC_KEY,
    UID,
    V1_HEADER,
    V2_HEADER,
    b64,
    headers_of,
    reply_integrity,
    reply_v1,
    reply_v2,
    reply_v2_downlink,
    shown,
)
from sealwright.errors import InputError, Outcome, Reason, ReplyError
from sealwright.telemetry import open_messages
from sealwright.telemetry.format.hashing import hash_rows
from sealwright.telemetry.format.header import parse_header
from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys import index
from sealwright.telemetry.keys.held import HeldKeys, as_source
from sealwright.telemetry.keys.parameters import read_reply
from sealwright.telemetry.keys.table import State

OTHER_KEY = b"another test key"
NEXT_HEADER = V1_HEADER[:14] + b"\0\1"
"""The next message under the same v1 key."""
SECOND_KEY_HEADER = V1_HEADER[:8] + b"second\0\0"
"""A message of the same device under its second key."""
OTHER_DEVICE_HEADER = b"\x11\x01\0\0\0\0\0\1" + b"other!\0\0"


def ask(source, *headers, exact=False, **options):
    """Return what a source answers for messages with these headers."""
    return source.resolve(headers_of(*headers, **options), exact=exact)


def states(source, *headers, **options):
    """Return the state that a source answers for each header."""
    return [State(state) for state in ask(source, *headers, **options).state.tolist()]


def held(*replies):
    """Hold replies for v1 headers, each given as (header, reply)."""
    keys = HeldKeys()
    for header, reply in replies:
        keys.add(read_reply(reply, header=header))
    return keys


@pytest.fixture
def everything():
    """Hold parameters of each kind and direction."""
    keys = held((V1_HEADER, reply_v1()), (V2_HEADER, reply_v2()))
    keys.add(read_reply(reply_integrity(), header=INTEGRITY_HEADER, purpose="integrity"))
    keys.add(read_reply(reply_v2_downlink(key=OTHER_KEY), direction="downlink"))
    return keys


def test_exact(everything):
    """Each header that is held is answered with its own parameters, in the order asked."""
    table = ask(everything, INTEGRITY_HEADER, V1_HEADER, V2_HEADER, V1_HEADER)
    assert table.state.tolist() == [State.EXACT] * 4
    assert table.mac_key[0, :16].tobytes() == MAC_KEY
    assert [row.tobytes() for row in table.key[1:, :16]] == [KEY] * 3
    assert [row.tobytes() for row in table.uid] == [UID] * 4


def test_downlink(everything):
    """Downlink headers are the beginnings of KIVs, and are answered for downlink only."""
    table = ask(everything, DOWNLINK_KIV[:12], direction="downlink")
    assert table.state.tolist() == [State.EXACT]
    assert table.key[0, :16].tobytes() == OTHER_KEY
    assert states(everything, DOWNLINK_KIV[:12]) == [State.UNKNOWN]
    assert states(everything, V1_HEADER, V2_HEADER, direction="downlink") == [State.UNKNOWN] * 2


def test_purposes_are_kept_apart(everything):
    """Parameters for one purpose do not answer headers of the other."""
    assert states(everything, V2_HEADER, purpose="integrity") == [State.UNKNOWN]
    assert states(everything, INTEGRITY_HEADER + b"\0", purpose="protection") == [State.UNKNOWN]


def test_unknown(everything):
    """A header of no device that is held is unknown, and its row holds nothing."""
    table = ask(everything, OTHER_DEVICE_HEADER)
    assert table.state.tolist() == [State.UNKNOWN]
    assert not table.key.any()


@pytest.mark.parametrize("count", [0, 2])
def test_nothing_held(count):
    """A source without parameters knows nothing, of no headers or of some."""
    assert states(HeldKeys(), *[V1_HEADER, V2_HEADER][:count]) == [State.UNKNOWN] * count


def test_nothing_asked(everything):
    """No headers have no answers."""
    assert states(everything) == []


def test_many(everything):
    """Hundreds of keys are told apart."""
    headers = [V1_HEADER[:8] + n.to_bytes(6) + bytes(2) for n in range(500)]
    for header in headers:
        everything.add(read_reply(reply_v1(header, key=header), header=header))
    table = ask(everything, *headers)
    assert table.state.tolist() == [State.EXACT] * 500
    assert [row.tobytes() for row in table.key[:, :16]] == headers


def test_the_shortcut():
    """Another header of a v1 key that is held gets that key as a candidate."""
    keys = held((V1_HEADER, reply_v1()))
    table = ask(keys, NEXT_HEADER)
    assert table.state.tolist() == [State.CANDIDATE]
    assert table.key[0, :16].tobytes() == KEY
    assert table.uid[0].tobytes() == UID


@pytest.mark.parametrize("counter", [b"\0\1", b"\1\0", b"\xff\xff"], ids=bytes.hex)
def test_the_shortcut_serves_every_counter(counter):
    """Both bytes behind the key id may be anything."""
    assert states(held((V1_HEADER, reply_v1())), V1_HEADER[:14] + counter) == [State.CANDIDATE]


def test_exact_comes_before_the_candidate():
    """A header that is held has its own parameters, although its key id would serve it too."""
    keys = held((V1_HEADER, reply_v1()), (NEXT_HEADER, reply_v1(NEXT_HEADER)))
    last = V1_HEADER[:14] + b"\0\2"
    assert states(keys, NEXT_HEADER, last, V1_HEADER) == [State.EXACT, State.CANDIDATE, State.EXACT]


def test_no_candidates_when_asked_exactly():
    """With exact=True only the parameters for the very header count."""
    keys = held((V1_HEADER, reply_v1()))
    assert states(keys, V1_HEADER, NEXT_HEADER, exact=True) == [State.EXACT, State.UNKNOWN]


@pytest.mark.parametrize("place", [0, 1, 2, 7, 8, 13])
def test_the_shortcut_goes_by_the_whole_key_id(place):
    """Each of the 14 bytes of the key id counts; the two behind them do not."""
    keys = held((V1_HEADER, reply_v1()))
    other = bytearray(NEXT_HEADER)
    other[place] ^= 1
    assert states(keys, bytes(other)) == [State.UNKNOWN]


def test_only_v1_has_the_shortcut(everything):
    """v2 and integrity headers are known whole or not at all."""
    other_v2, other_integrity = V2_HEADER[:11] + b"\1", INTEGRITY_HEADER[:10] + b"\2"
    assert states(everything, other_v2, other_integrity) == [State.UNKNOWN] * 2


def test_no_shortcut_downlink():
    """Downlink sets are spent once: none of them serves another header."""
    reply = reply_v1() | {"KIV": b64(V1_HEADER)}
    keys = HeldKeys()
    keys.add(read_reply(reply, direction="downlink"))
    assert states(keys, V1_HEADER, NEXT_HEADER, direction="downlink") == [State.EXACT, State.UNKNOWN]
    assert states(keys, NEXT_HEADER) == [State.UNKNOWN]


@pytest.mark.parametrize("changes", [{"Nonce": b64(b"not the rule")}, {"KIV": b64(IV)}], ids=["nonce", "kiv"])
def test_irregular_devices_have_no_shortcut(changes):
    """A reply that departs from the guessed rules turns the shortcut off for all keys of its device."""
    keys = held(
        (V1_HEADER, reply_v1()),
        (SECOND_KEY_HEADER, reply_v1(SECOND_KEY_HEADER, **changes)),
        (OTHER_DEVICE_HEADER, reply_v1(OTHER_DEVICE_HEADER)),
    )
    later = [header[:14] + b"\0\7" for header in (V1_HEADER, SECOND_KEY_HEADER, OTHER_DEVICE_HEADER)]
    assert states(keys, *later) == [State.UNKNOWN, State.UNKNOWN, State.CANDIDATE]
    assert states(keys, V1_HEADER, SECOND_KEY_HEADER) == [State.EXACT] * 2


def test_stray_bits_leave_the_shortcut_on():
    """Stray low bits of base64 say nothing about nonces."""
    keys = held((V1_HEADER, reply_v1(KIV=b64(V1_HEADER)[:-3] + "B==")))
    assert states(keys, NEXT_HEADER) == [State.CANDIDATE]


@pytest.mark.parametrize(
    "told",
    [(KEY, OTHER_KEY), (OTHER_KEY, KEY), (KEY, OTHER_KEY, KEY), (KEY, KEY, OTHER_KEY), (KEY, KEY_256)],
    ids=["two keys", "the other way", "there and back", "late", "another length"],
)
def test_one_key_id_under_two_keys_has_no_shortcut(told):
    """A key id that is held with two keys disproves the shortcut for itself, and for no other."""
    headers = [V1_HEADER[:14] + bytes([0, n]) for n in range(len(told))]
    replies = [(header, reply_v1(header, key)) for header, key in zip(headers, told, strict=True)]
    keys = held(*replies, (SECOND_KEY_HEADER, reply_v1(SECOND_KEY_HEADER)))
    assert states(keys, V1_HEADER[:14] + b"\0\x63") == [State.UNKNOWN]
    assert states(keys, SECOND_KEY_HEADER[:14] + b"\0\x63") == [State.CANDIDATE]
    assert states(keys, *headers) == [State.EXACT] * len(told)


def test_one_key_id_told_often_keeps_the_shortcut():
    """Many headers of one key agree with each other."""
    headers = [V1_HEADER[:14] + bytes([0, n]) for n in range(5)]
    keys = held(*((header, reply_v1(header)) for header in headers))
    assert states(keys, V1_HEADER[:14] + b"\0\x63") == [State.CANDIDATE]


def test_refused():
    """A refused header is answered with its reason and without a key."""
    keys = HeldKeys()
    keys.refuse(V1_HEADER, Direction.UPLINK, Purpose.PROTECTION, Reason.MAC_LENGTH)
    table = ask(keys, V1_HEADER)
    assert table.state.tolist() == [State.REFUSED]
    assert table.reason.tolist() == [Reason.MAC_LENGTH.code]
    assert not table.key.any()
    assert len(keys) == 1


def test_refused_comes_before_the_candidate():
    """The shortcut does not go round a refusal, and a refusal offers none."""
    keys = held((V1_HEADER, reply_v1()))
    keys.refuse(NEXT_HEADER, Direction.UPLINK, Purpose.PROTECTION, Reason.KEY_LENGTH)
    keys.refuse(SECOND_KEY_HEADER, Direction.UPLINK, Purpose.PROTECTION, Reason.KEY_LENGTH)
    assert states(keys, NEXT_HEADER, SECOND_KEY_HEADER[:14] + b"\0\7") == [State.REFUSED, State.UNKNOWN]


@pytest.mark.parametrize("length", [0, 11, 14, 17, 100])
def test_refused_headers_that_no_message_has(length):
    """A refusal of a header that no message can have is not held: filled up, it would be another's."""
    keys = held((OTHER_DEVICE_HEADER, reply_v1(OTHER_DEVICE_HEADER)))
    keys.refuse(
        V1_HEADER.ljust(100, b"\0")[:length], Direction.UPLINK, Purpose.PROTECTION, Reason.HEADER_LENGTH
    )
    assert len(keys) == 1
    assert states(keys, V1_HEADER, OTHER_DEVICE_HEADER) == [State.UNKNOWN, State.EXACT]


@pytest.mark.parametrize("length", [0, 11, 14, 17])
def test_parameters_for_headers_that_no_message_has(length):
    """Parameters without a header that messages can have are an InputError."""
    parameters = read_reply(reply_v1()).for_header(V1_HEADER.ljust(20, b"\0")[:length])
    with pytest.raises(InputError, match=f"a header of {length} bytes serve no message"):
        HeldKeys().add(parameters)


def test_adding_after_asking():
    """What is added later is found too."""
    keys = held((V1_HEADER, reply_v1()))
    assert states(keys, OTHER_DEVICE_HEADER) == [State.UNKNOWN]
    keys.add(read_reply(reply_v1(OTHER_DEVICE_HEADER), header=OTHER_DEVICE_HEADER))
    assert states(keys, OTHER_DEVICE_HEADER, V1_HEADER) == [State.EXACT] * 2


def test_nobody_writes_into_what_is_held():
    """An answer looks into the rows that are held, and cannot be written through."""
    keys = held((V1_HEADER, reply_v1()))
    answer = ask(keys, V1_HEADER)
    with pytest.raises(ValueError, match="read-only"):
        answer.rows["key"] = 0
    answer.key[:] = 0
    assert ask(keys, V1_HEADER).key[0, :16].tobytes() == KEY


def test_no_conflict(everything):
    """Different headers, and the same header for another direction, are no conflict."""
    everything.add(read_reply(reply_v2_downlink(V2_HEADER + bytes(4), OTHER_KEY), direction="downlink"))
    assert everything.conflict() is None
    assert HeldKeys().conflict() is None


def test_the_same_twice_is_no_conflict():
    """An identical repeat says nothing new."""
    assert held((V1_HEADER, reply_v1()), (V1_HEADER, reply_v1(Novelty=1))).conflict() is None


@pytest.mark.parametrize(
    "changes",
    [
        {"Key": b64(OTHER_KEY)},
        {"Nonce": b64(b"not the rule")},
        {"KIV": b64(IV)},
        {"ROTPublicUID": "beef" + UID[2:].hex()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_conflict(changes):
    """One header with other contents is a conflict, of the first two rows that differ."""
    keys = held(
        (OTHER_DEVICE_HEADER, reply_v1(OTHER_DEVICE_HEADER)),
        (V1_HEADER, reply_v1()),
        (V1_HEADER, reply_v1()),
        (V1_HEADER, reply_v1(**changes)),
    )
    assert keys.conflict() == (2, 3)


def test_a_refusal_conflicts_with_parameters():
    """One header that is held both ways is a conflict; refused twice for one reason is none."""
    keys = HeldKeys()
    for _ in range(2):
        keys.refuse(V1_HEADER, Direction.UPLINK, Purpose.PROTECTION, Reason.MAC_LENGTH)
    assert keys.conflict() is None
    keys.add(read_reply(reply_v1(), header=V1_HEADER))
    assert keys.conflict() == (1, 2)


def test_collisions_of_hashes(monkeypatch):
    """With headers that share a hash under the first keys drawn, every answer stays the same."""
    drawn = Counter()
    new_key = index.new_key

    def draw():
        drawn["keys"] += 1
        return np.uint64(0) if drawn["keys"] % 3 else new_key()

    monkeypatch.setattr(index, "new_key", draw)
    monkeypatch.setattr(
        index, "hash_rows", lambda rows, key: hash_rows(rows, key) if key else np.ones(len(rows), np.uint64)
    )
    keys = held(
        (V1_HEADER, reply_v1()),
        (SECOND_KEY_HEADER, reply_v1(SECOND_KEY_HEADER)),
        (OTHER_DEVICE_HEADER, reply_v1(OTHER_DEVICE_HEADER)),
    )
    assert states(keys, OTHER_DEVICE_HEADER, V1_HEADER, NEXT_HEADER, b"\x12" + V1_HEADER[1:]) == [
        State.EXACT,
        State.EXACT,
        State.CANDIDATE,
        State.UNKNOWN,
    ]
    assert keys.conflict() is None
    assert drawn["keys"] > 4


def test_it_prints_a_count(everything):
    """A source of keys shows how many it holds, and no key."""
    assert repr(everything) == "<HeldKeys of 4 parameter sets>"
    assert len(everything) == 4
    assert not shown(f"{everything} {everything!r}", KEY, MAC_KEY, OTHER_KEY)


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_neither_pickled_nor_copied(everything, spread):
    """The keys in memory stay where they are."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        spread(everything)


def test_a_source_stays_itself(everything):
    """What answers headers already is taken as it is."""
    assert as_source(everything) is everything


@pytest.mark.parametrize(
    "name", [V1_HEADER, V1_HEADER.hex(), V1_HEADER.hex().upper()], ids=["bytes", "hex", "capital hex"]
)
def test_a_dictionary_of_replies(name):
    """A dictionary of headers, in bytes or hex, to replies of the service is a source."""
    source = as_source({name: reply_v1(), V2_HEADER: reply_v2(), INTEGRITY_HEADER: reply_integrity()})
    assert states(source, V1_HEADER, V2_HEADER, INTEGRITY_HEADER) == [State.EXACT] * 3


def test_a_dictionary_of_parameters():
    """Parameters that bring their header keep it; others are held for the header of their entry."""
    source = as_source(
        {
            V1_HEADER: read_reply(reply_v1()),
            "00": read_reply(reply_v2(), header=V2_HEADER),
        }
    )
    assert states(source, V1_HEADER, V2_HEADER) == [State.EXACT] * 2


def test_an_empty_dictionary():
    """A dictionary without entries knows nothing."""
    assert states(as_source({}), V1_HEADER) == [State.UNKNOWN]


def test_a_downlink_dictionary():
    """Downlink replies are held for the beginning of their KIV."""
    source = as_source({DOWNLINK_KIV[:12]: reply_v2_downlink()}, direction=Direction.DOWNLINK)
    assert states(source, DOWNLINK_KIV[:12], direction="downlink") == [State.EXACT]


@pytest.mark.parametrize(
    ("header", "reply"),
    [(V1_HEADER, reply_v1()), (V2_HEADER, reply_v2()), (INTEGRITY_HEADER, reply_integrity())],
    ids=["v1", "v2", "integrity"],
)
def test_one_reply(header, reply):
    """One reply, or Parameters without a header, are held for the header that is asked for."""
    asked = parse_header(header + bytes(32))
    assert states(as_source(reply, asked=asked), header) == [State.EXACT]
    bare = read_reply(reply, purpose=asked.purpose)
    assert states(as_source(bare, asked=asked), header) == [State.EXACT]


@pytest.mark.parametrize("given", [reply_v1(), read_reply(reply_v1())], ids=["reply", "Parameters"])
def test_one_reply_for_many_messages(given):
    """One parameter set cannot serve a batch: the hint says what can."""
    with pytest.raises(InputError, match="give a dict of header to parameters"):
        as_source(given)


def test_refused_replies_of_a_dictionary():
    """A reply that disagrees with its header is held as refused."""
    table = ask(as_source({V1_HEADER: reply_v1(MACLength=64)}), V1_HEADER)
    assert table.state.tolist() == [State.REFUSED]
    assert table.reason.tolist() == [Reason.MAC_LENGTH.code]


def test_unreadable_replies_of_a_dictionary():
    """A reply that cannot be read is an error that names the field."""
    with pytest.raises(ReplyError, match="Key: not base64"):
        as_source({V1_HEADER: reply_v1(Key="AB!@CD==")})


@pytest.mark.parametrize(
    "given", [None, 7, "keys.jsonl", b"key", [reply_v1()]], ids=lambda given: type(given).__name__
)
def test_what_is_no_source(given):
    """Anything else is an InputError that names its type and not its contents."""
    with pytest.raises(InputError, match=f"a {type(given).__name__} is not a source") as caught:
        as_source(given)
    assert not shown(str(caught.value), KEY)


@pytest.mark.parametrize("name", ["Key", "", "0x11", 7, None, (1, 2)], ids=repr)
def test_what_is_no_header(name):
    """An entry whose name is neither bytes nor hex is an InputError."""
    with pytest.raises(InputError, match="a header is given as bytes or hex"):
        as_source({name: reply_v1()})


@pytest.mark.parametrize("reply", [None, "reply", KEY, [1]], ids=lambda reply: type(reply).__name__)
def test_what_is_no_reply(reply):
    """An entry that holds neither a reply nor Parameters is an InputError that does not show it."""
    with pytest.raises(InputError, match="neither a reply of the service nor Parameters") as caught:
        as_source({V1_HEADER: reply})
    assert not shown(str(caught.value), KEY)


@pytest.mark.parametrize("kind", ["v1", "v2", "integrity"])
def test_ten_thousand_swaps(kind):
    """Replies handed out to the wrong devices of a fleet open none of 10,000 messages."""
    make = {"v1": reply_v1, "v2": reply_v2, "integrity": reply_integrity}[kind]
    begin, end = {
        "v1": (b"\x11\x01", b"random\0\0"),
        "v2": (b"\x21\0\0\1", b"\1\0"),
        "integrity": (b"\x29\0\0\1", b"\1"),
    }[kind]
    headers = [begin + n.to_bytes(6) + end for n in random.Random(0x5EA1).sample(range(2**48), 10_000)]
    replies = [make(header) for header in headers]
    uids = [reply["ROTPublicUID"] for reply in replies]
    swapped = {
        header: reply | {"ROTPublicUID": uid}
        for header, reply, uid in zip(headers, replies, uids[1:] + uids[:1], strict=True)
    }
    batch = open_messages([header + bytes(32) for header in headers], swapped)
    assert set(batch.outcome.tolist()) == {Outcome.MISMATCHED_PARAMETERS.code}
    assert set(batch.reason.tolist()) == {Reason.ANOTHER_DEVICE.code}


def test_a_dict_that_tells_one_header_twice():
    """A header given as bytes and again in hex must bring the same parameters."""
    same = {V1_HEADER: reply_v1(), V1_HEADER.hex(): reply_v1()}
    assert len(as_source(same)) == 2
    with pytest.raises(InputError, match="told twice"):
        as_source(same | {V1_HEADER: reply_v1(key=OTHER_KEY)})


def test_without_the_core_nothing_is_handed_over(monkeypatch):
    """Keys that were indexed without the core have no keyring of its own: they are looked up here."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    keys = held((V1_HEADER, reply_v1()))
    assert keys.keyring() is None
    assert ask(keys, V1_HEADER).state.tolist() == [State.EXACT]
