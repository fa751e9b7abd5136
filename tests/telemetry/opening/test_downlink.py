"""Sealing for devices: sets in file order, each for one text, and a ledger that remembers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import making
from sealwright import KeyFile, KeyStore, open_message, open_messages, seal_messages
from sealwright.errors import InputError, SealError, SpentSetError, StoreError
from sealwright.telemetry import DEFAULT_LAYOUTS, Problem, Purpose, Sealer, read_reply, seal_once

UIDS = [bytes.fromhex(f"00020000892822{number:02x}") for number in range(3)]
TEXT = b"switch on the light"


def kiv(device, number):
    """Return the KIV of a device's n-th set."""
    return b"\x2a" + number.to_bytes(3) + UIDS[device][2:] + b"\1\0" + bytes(4)


def set_line(device, number, **changes):
    """Return a key file's line with a downlink set."""
    reply = making.reply_v2_downlink(kiv(device, number), iv=bytes([number]) * 16, **changes)
    return making.key_line(reply, Direction="downlink")


@pytest.fixture
def keys(tmp_path):
    """Return a key file with five sets for each of two devices, and lines of other kinds between."""
    lines = [set_line(device, number) for number in range(5) for device in range(2)]
    signed = making.reply_integrity_downlink(b"\x29" + kiv(0, 9)[1:])
    lines.insert(3, making.key_line(signed, Direction="downlink", Purpose="integrity"))
    lines.insert(0, making.key_line(making.reply_v1(), making.V1_HEADER))
    lines.append(lines[1])
    return KeyFile(making.write_key_file(tmp_path / "sets.jsonl", *lines))


@pytest.fixture(params=["file", "server"])
def store(request):
    """Return a store that remembers."""
    return request.getfixturevalue(f"{request.param}_place").open()


def kivs(sealed):
    """Return which set each text has spent: the number in its KIV."""
    return [int.from_bytes(each.kiv[1:4]) if each.kiv else None for each in sealed]


def test_sets_are_taken_in_file_order(keys, store):
    """Each text gets its device's next set, and opens on the device's side."""
    asked = [
        (UIDS[0], b"the first text ..."),
        (UIDS[1].hex(), TEXT),
        (UIDS[0], memoryview(b"a second text ...")),
    ]
    sealed = seal_messages(asked, keys, store)
    assert kivs(sealed) == [0, 0, 1]
    assert [each.repeat for each in sealed] == [False] * 3
    batch = open_messages([each.require() for each in sealed], keys, direction="downlink")
    assert batch.to_list() == [bytes(text) for _, text in asked]
    assert kivs(seal_messages([(UIDS[0], b"a third text ....")], keys, store)) == [2]


def test_the_same_again_gives_the_same_bytes(keys, store):
    """A run that is repeated takes no new set: not for one text, nor for one that comes twice."""
    asked = [(UIDS[0], TEXT), (UIDS[0], b"another text ...."), (UIDS[0], TEXT), (UIDS[1], TEXT)]
    first, second = (seal_messages(asked, keys, store) for _ in range(2))
    assert kivs(first) == kivs(second) == [0, 1, 2, 0]
    assert [each.message for each in first] == [each.message for each in second]
    assert [each.repeat for each in second] == [True] * 4
    longer = seal_messages([*asked, (UIDS[0], TEXT)], keys, store)
    assert kivs(longer) == [0, 1, 2, 0, 3]
    assert [each.repeat for each in longer] == [True] * 4 + [False]


def test_fresh_sets(keys, store):
    """With `fresh` a text that was sent before gets a new set."""
    asked = [(UIDS[0], TEXT)]
    runs = [seal_messages(asked, keys, store, fresh=True) for _ in range(3)]
    assert [kivs(each) for each in runs] == [[0], [1], [2]]
    assert kivs(seal_messages(asked * 2, keys, store)) == [0, 1]


def test_a_sealer_counts_over_its_whole_run(keys, store):
    """A text that comes again in a later part of a run is another message."""
    for repeat in (False, True):
        sealer = Sealer(keys, store.spent)
        parts = [sealer.seal([(UIDS[0], TEXT)]) for _ in range(3)]
        assert [kivs(each) for each in parts] == [[0], [1], [2]]
        assert [each.repeat for [each] in parts] == [repeat] * 3


def test_when_all_sets_are_spent(keys, store):
    """The text is not sealed, and the others are."""
    sealed = seal_messages([(UIDS[0], TEXT)] * 6 + [(UIDS[1], TEXT)], keys, store)
    assert kivs(sealed) == [0, 1, 2, 3, 4, None, 0]
    assert sealed[5].problem is Problem.NO_SET_LEFT
    with pytest.raises(SealError, match="every downlink set of this device is spent"):
        sealed[5].require()


def test_a_device_without_sets(keys, store):
    """It is told apart from one whose sets are spent."""
    [sealed] = seal_messages([(UIDS[2], TEXT)], keys, store)
    assert (sealed.message, sealed.problem) == (None, Problem.NO_SETS)


def test_a_text_that_cannot_be_sealed_spends_nothing(keys, store):
    """A text under one block is refused with the reason, and the next text takes the set."""
    sealed = seal_messages([(UIDS[0], b"short"), (UIDS[0], TEXT)], keys, store)
    assert kivs(sealed) == [None, 0]
    assert sealed[0].problem is Problem.NOT_SEALABLE
    with pytest.raises(SealError, match="not defined below one block: 5 bytes of text"):
        sealed[0].require()


def test_signing_alone(keys, store):
    """Sets of the purpose asked for are used, and no others."""
    sealed = seal_messages([(UIDS[0], b"signed")] * 2, keys, store, purpose="integrity")
    assert [each.problem for each in sealed] == [None, Problem.NO_SET_LEFT]
    assert open_message(sealed[0].require(), keys, direction="downlink") == b"signed"


def test_another_layout_takes_another_set(keys, store):
    """The same text under another layout has other bytes, so its set is not used for it again."""
    asked = [(UIDS[0], TEXT)]
    seal_messages(asked, keys, store)
    [sealed] = seal_messages(asked, keys, store, layouts=DEFAULT_LAYOUTS.choose("v2=body"))
    assert (kivs([sealed]), sealed.repeat) == ([1], False)


def test_sets_of_another_file(keys, store, tmp_path):
    """What another file's set has sealed is no repeat for this one."""
    seal_messages([(UIDS[0], TEXT)], keys, store)
    other = KeyFile(making.write_key_file(tmp_path / "other.jsonl", set_line(0, 7)))
    [sealed] = seal_messages([(UIDS[0], TEXT)], other, store)
    assert kivs([sealed]) == [7]


def test_many_sets(store, tmp_path):
    """The first free one is found behind hundreds that are spent."""
    many = KeyFile(making.write_key_file(tmp_path / "many.jsonl", *(_numbered(each) for each in range(700))))
    texts = [(UIDS[0], b"text number %06d" % each) for each in range(600)]
    assert kivs(seal_messages(texts, many, store)) == list(range(600))
    assert kivs(seal_messages([(UIDS[0], TEXT)], many, store)) == [600]


def _numbered(number):
    return making.key_line(making.reply_v2_downlink(kiv(0, number)), Direction="downlink")


# One set


def test_one_set_for_one_text(store):
    """The same text gives the same bytes, another text is an error."""
    parameters = read_reply(making.reply_v2_downlink(), direction="downlink")
    message = seal_once(TEXT, parameters, store.spent)
    assert seal_once(TEXT, parameters, store.spent) == message
    with pytest.raises(SpentSetError, match="has sealed another text: use the device's next set"):
        seal_once(b"another text ....", parameters, store.spent)
    with pytest.raises(SealError, match="below one block"):
        seal_once(b"short", parameters, store.spent)


def test_opening_spends_nothing(keys, store):
    """Messages to devices are opened in bulk as often as one likes."""
    [sealed] = seal_messages([(UIDS[0], TEXT)], keys, store)
    for _ in range(3):
        assert open_messages([sealed.require()], keys, direction="downlink").to_list() == [TEXT]
    assert kivs(seal_messages([(UIDS[0], b"another text ....")], keys, store)) == [1]


# A service's sets


class Service:
    """Gives a new set for each message, or what a test wants."""

    def __init__(self, *numbers):
        self.numbers = iter(numbers)
        self.changes = {}
        self.lock = threading.Lock()

    def fetch_set(self, uid, purpose):
        """Give the next set, to whichever thread comes first; none at the end."""
        assert purpose is Purpose.PROTECTION
        with self.lock:
            number = next(self.numbers, None)
        if number is None:
            return None
        reply = making.reply_v2_downlink(kiv(UIDS.index(uid), number), **self.changes)
        return read_reply(reply, direction="downlink")


def test_sets_of_a_service(store):
    """Each message takes a new one, the same text as well; it is recorded and not stored."""
    service = Service(1, 2, 3)
    asked = [(UIDS[0], TEXT)] * 2 + [(UIDS[1], TEXT)]
    sealed = seal_messages(asked, service, store)
    assert sorted(kivs(sealed)) == [1, 2, 3]
    assert [each.kiv[4:10] for each in sealed] == [uid[2:] for uid, _ in asked]
    assert store.spent.spent([each.kiv for each in sealed] + [kiv(0, 9)]) == {each.kiv for each in sealed}
    assert list(store.entries()) == []


def test_a_service_that_gives_a_set_twice(store):
    """The second time nothing is sealed, not even the same text."""
    sealed = seal_messages([(UIDS[0], TEXT)] * 3, Service(1, 1, 2), store)
    [without] = [each for each in sealed if each.problem]
    assert (without.problem, without.message) == (Problem.SPENT_SET, None)
    assert sorted(kivs(sealed)) == [1, 1, 2]


def test_a_device_that_a_service_does_not_know(store):
    """Its texts have no sets; the others are sealed."""
    sealed = seal_messages([(UIDS[0], TEXT)] * 2, Service(1), store)
    assert {each.problem for each in sealed} == {None, Problem.NO_SETS}


@pytest.mark.parametrize("changes", [{"KIV": "AAAA"}, {"AuthenticationKey": "?"}])
def test_a_set_that_cannot_be_used(store, changes):
    """It is told which field is wrong, and never the key in it."""
    service = Service(1)
    service.changes = changes
    [sealed] = seal_messages([(UIDS[0], TEXT)], service, store)
    assert sealed.problem is Problem.UNUSABLE_SET
    assert next(iter(changes)) in sealed.detail


def test_a_service_that_gives_another_devices_set(store):
    """Nothing is sealed with it."""
    service = Service(1)
    service.changes = {"ROTPublicUID": UIDS[1].hex()}
    [sealed] = seal_messages([(UIDS[0], TEXT)], service, store)
    assert sealed.problem is Problem.ANOTHER_DEVICE


def test_a_text_that_a_services_set_cannot_seal(store):
    """The set is forgotten, and the reason told."""
    [sealed] = seal_messages([(UIDS[0], b"short")], Service(1), store)
    assert sealed.problem is Problem.NOT_SEALABLE
    assert store.spent.spent([kiv(0, 1)]) == set()


# What cannot remember


def test_a_store_in_memory_is_refused(keys):
    """It would forget which sets are spent."""
    with pytest.raises(StoreError, match="forgets which downlink sets are spent"):
        seal_messages([(UIDS[0], TEXT)], keys, KeyStore(None, None))


def test_a_ledger_that_cannot_be_written_gives_nothing_out(keys, file_place):
    """Without a record on disk there is no message."""
    store = file_place.open()
    store._tables._ask("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="readonly"):
        seal_messages([(UIDS[0], TEXT)], keys, store)


def test_a_claim_is_on_disk_before_a_message_is_given_out(keys, file_place):
    """The transaction of a claim is committed with synchronous = FULL, which syncs the log."""
    store = file_place.open()
    said = []
    store._tables._connection.set_trace_callback(said.append)
    seal_messages([(UIDS[0], TEXT)], keys, store)
    full, normal = (said.index(f"PRAGMA synchronous = {word}") for word in ("FULL", "NORMAL"))
    inside = said[full:normal]
    assert inside[1].startswith("BEGIN")
    assert inside[-1] == "COMMIT"
    assert any("INSERT INTO spent" in statement for statement in inside)


@pytest.mark.parametrize("uid", ["", "00", "0002000089282200ff", b"\0" * 7, None])
def test_devices_are_named_by_their_uid(keys, file_place, uid):
    """Anything else is an error."""
    with pytest.raises(InputError, match="16 hex digits, or 8 bytes"):
        seal_messages([(uid, TEXT)], keys, file_place.open())


# Threads


def test_threads_share_a_device(store, tmp_path):
    """Eight threads that seal at once use each set once, and none for two texts."""
    sets = KeyFile(making.write_key_file(tmp_path / "many.jsonl", *(_numbered(each) for each in range(160))))
    barrier = threading.Barrier(8)

    def work(thread):
        barrier.wait()
        texts = [(UIDS[0], b"%d: text number %04d" % (thread, each)) for each in range(20)]
        return [
            (text, sealed) for (_, text), sealed in zip(texts, seal_messages(texts, sets, store), strict=True)
        ]

    with ThreadPoolExecutor(8) as pool:
        done = [each for part in pool.map(work, range(8)) for each in part]
    assert len({sealed.kiv for _, sealed in done}) == 160
    for text, sealed in done:
        assert open_message(sealed.require(), sets, direction="downlink") == text


def test_runs_at_the_same_time_with_one_text(keys, store):
    """They may agree on a message or send two; with `fresh` each has its own."""
    barrier = threading.Barrier(4)

    def work(fresh):
        barrier.wait()
        return seal_messages([(UIDS[fresh], TEXT)], keys, store, fresh=fresh)[0].require()

    for fresh in (False, True):
        with ThreadPoolExecutor(4) as pool:
            messages = set(pool.map(work, [fresh] * 4))
        assert len(messages) == 4 or not fresh
        assert {open_message(each, keys, direction="downlink") for each in messages} == {TEXT}
