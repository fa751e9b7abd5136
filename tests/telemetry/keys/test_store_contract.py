"""What every sort of key store does: in memory, in a file, on a server."""

import random

import making
import stores
from sealwright import open_messages, seal_message
from sealwright.errors import Reason
from sealwright.secret import Secret
from sealwright.telemetry import HeldKeys, State, read_reply
from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys.keeping.calls import Calls
from sealwright.telemetry.keys.keeping.entry import Entry, Owner
from sealwright.telemetry.keys.keeping.looking import Told
from sealwright.telemetry.keys.keeping.names import family_of, name_of

OTHER_KEY = b"another test key"


def states(store, *headers, exact=False, **options):
    """Return the state that a store answers for each header."""
    table = store.resolve(making.headers_of(*headers, **options), exact=exact)
    return [State(code).name for code in table.state.tolist()]


def names(*numbers):
    """Return names of made headers."""
    return [name_of(0, stores.header(number)) for number in numbers]


# Looking up


def test_an_empty_store_knows_nothing(place):
    """Every header is unknown, of every kind and direction."""
    store = place.open()
    headers = (making.V1_HEADER, making.V2_HEADER, making.INTEGRITY_HEADER)
    assert states(store, *headers) == ["UNKNOWN"] * 3
    assert states(store, making.DOWNLINK_KIV[:12], direction="downlink") == ["UNKNOWN"]
    assert list(store.entries()) == []


def test_what_is_kept_is_found(place):
    """Each kind is found for its header, in its direction and for its purpose, and nowhere else."""
    store = place.open()
    kept = [
        stores.parameters(),
        read_reply(making.reply_v2(), header=making.V2_HEADER),
        read_reply(making.reply_integrity(), header=making.INTEGRITY_HEADER, purpose="integrity"),
        read_reply(making.reply_v2_downlink(), direction="downlink"),
    ]
    store.keep(kept)
    headers = (making.V1_HEADER, making.V2_HEADER, making.INTEGRITY_HEADER)
    assert states(store, *headers) == ["EXACT"] * 3
    assert states(store, *headers, direction="downlink") == ["UNKNOWN"] * 3
    assert states(store, making.DOWNLINK_KIV[:12], direction="downlink") == ["EXACT"]
    assert states(store, making.INTEGRITY_HEADER + b"\0", purpose="protection") == ["UNKNOWN"]
    table = store.resolve(making.headers_of(*headers))
    assert table.uid.tolist() == [list(each.uid) for each in kept[:3]]
    assert bytes(table.key[0, :16]) == making.KEY
    assert bytes(table.mac_key[1, :16]) == making.MAC_KEY


def test_messages_open_from_the_store(place):
    """A store is a source: the message it holds the key of opens, and another of the same key as well."""
    store = place.open()
    first, second = stores.header(), stores.header(counter=7)
    store.keep([stores.parameters(first)])
    messages = [seal_message(b"text", stores.parameters(each)) for each in (first, second)]
    assert open_messages(messages, store).to_list() == [b"text", b"text"]


def test_a_key_serves_its_family(place):
    """A header of the same key id is a candidate, unless the very header is asked for."""
    store = place.open()
    store.keep([stores.parameters(stores.header())])
    asked = (stores.header(), stores.header(counter=1), stores.header(key=1))
    assert states(store, *asked) == ["EXACT", "CANDIDATE", "UNKNOWN"]
    assert states(store, *asked, exact=True) == ["EXACT", "UNKNOWN", "UNKNOWN"]


def test_an_irregular_reply_ends_the_shortcut_of_its_device(place):
    """One reply off the rule, and no key of that device serves another header; other devices' do."""
    store = place.open()
    other = b"\x11\x01\0\0\0\0\0\1"
    store.keep([stores.parameters(stores.header()), stores.parameters(stores.header(device=other))])
    store.keep([stores.irregular(stores.header(key=1))])
    asked = (
        stores.header(counter=1),
        stores.header(key=1, counter=1),
        stores.header(counter=1, device=other),
    )
    assert states(store, *asked) == ["UNKNOWN", "UNKNOWN", "CANDIDATE"]
    assert states(store, stores.header(), stores.header(key=1)) == ["EXACT", "EXACT"]


def test_two_keys_under_one_key_id_end_its_shortcut(place):
    """The same key twice does no harm, another one does."""
    store = place.open()
    store.keep([stores.parameters(stores.header(counter=each)) for each in (0, 1)])
    assert states(store, stores.header(counter=2)) == ["CANDIDATE"]
    store.keep([stores.parameters(stores.header(counter=3), OTHER_KEY)])
    assert states(store, stores.header(counter=2), stores.header(counter=3)) == ["UNKNOWN", "EXACT"]


def test_keeping_again_replaces(place):
    """What is kept last for a header counts, for its family too."""
    store = place.open()
    store.keep([stores.parameters(stores.header())])
    store.keep([stores.parameters(stores.header(), OTHER_KEY)])
    table = store.resolve(making.headers_of(stores.header(), stores.header(counter=1)))
    assert table.state.tolist() == [State.EXACT, State.CANDIDATE]
    assert {bytes(key[:16]) for key in table.key} == {OTHER_KEY}
    store.keep([stores.irregular(stores.header())])
    assert states(store, stores.header(), stores.header(counter=1)) == ["EXACT", "UNKNOWN"]
    assert len(list(store.entries())) == 1


def test_it_answers_as_keys_in_memory_do(place):
    """Random replies, regular and not, kept and held: every header gets the same answer from both."""
    draw = random.Random(7)
    store, held = place.open(), HeldKeys()
    devices = [b"\x11\x01" + bytes([number]) * 6 for number in range(12)]
    kept = {}
    for _ in range(150):
        raw = stores.header(draw.randrange(3), draw.randrange(5), draw.choice(devices))
        key = draw.choice([making.KEY] * 4 + [OTHER_KEY, making.KEY_256])
        make = stores.irregular if draw.random() < 0.03 else stores.parameters
        kept.setdefault(raw, make(raw, key[: draw.choice([16, len(key)])]))
    for each in kept.values():
        held.add(each)
    store.keep(kept.values())
    asked = [
        stores.header(key, count, device) for key in range(4) for count in range(6) for device in devices
    ]
    headers = making.headers_of(*asked)
    for exact in (False, True):
        ours, theirs = (source.resolve(headers, exact=exact) for source in (store, held))
        assert ours.state.tolist() == theirs.state.tolist()
        known = ours.state != State.UNKNOWN
        for column in ("suite", "uid", "key", "nonce", "mac_key_length"):
            if column == "nonce":  # a candidate's nonce is the message's own
                known = ours.state == State.EXACT
            assert getattr(ours, column)[known].tolist() == getattr(theirs, column)[known].tolist(), column
        assert ours.shortcut.tolist() == theirs.shortcut.tolist()
    assert {State.EXACT, State.CANDIDATE, State.UNKNOWN} == set(store.resolve(headers).state.tolist())


def test_ten_thousand_headers_and_more_in_one_batch(place):
    """A batch that takes several questions is answered in order."""
    store = place.open()
    store.keep([stores.parameters(stores.header(number)) for number in range(0, 12_000, 6000)])
    table = store.resolve(making.headers_of(*(stores.header(number) for number in range(12_001))))
    assert [at for at, state in enumerate(table.state.tolist()) if state] == [0, 6000]


# What belongs to whom


def test_accounts_do_not_see_each_other(shared_place):
    """A header is known to the account that it was fetched for."""
    shared_place.open(account="one").keep([stores.parameters()])
    assert states(shared_place.open(account="one"), making.V1_HEADER) == ["EXACT"]
    assert states(shared_place.open(account="two"), making.V1_HEADER, stores.header()) == [
        "UNKNOWN",
        "UNKNOWN",
    ]


def test_origins(shared_place):
    """A service's own answers come before a file's; another service's are seen by nobody but None."""
    service, other = "https://a.example", "https://b.example"
    keys = {"file": making.KEY, service: OTHER_KEY, other: b"the third key !!"}
    for origin, key in keys.items():
        shared_place.open(origin=origin).keep([stores.parameters(key=key)])

    def key_of(origin):
        table = shared_place.open(origin=origin).resolve(making.headers_of(making.V1_HEADER))
        return bytes(table.key[0, :16])

    assert {origin: key_of(origin) for origin in keys} == keys
    assert key_of(None) == key_of("https://c.example") == making.KEY
    stranger = b"\x11\x01\0\0\0\0\0\2" + bytes(8)
    shared_place.open(origin=other).keep([stores.parameters(stranger)])
    follower = stranger[:15] + b"\1"
    assert states(shared_place.open(origin=other), stranger, follower) == ["EXACT", "CANDIDATE"]
    assert states(shared_place.open(origin=service), stranger, follower) == ["UNKNOWN", "UNKNOWN"]
    assert states(shared_place.open(), stranger, follower) == ["EXACT", "CANDIDATE"]


def test_another_handle_sees_what_was_kept(shared_place):
    """What one process keeps the others find, with all that is known of it."""
    shared_place.open(origin="https://a.example").keep([stores.irregular(stores.header())])
    [entry] = shared_place.open().entries()
    assert entry.owner == Owner("https://a.example", "default")
    assert (entry.header, entry.uid) == (stores.header(), making.UID)
    assert (entry.direction, entry.purpose) == (Direction.UPLINK, Purpose.PROTECTION)
    assert entry.irregular == ("nonce",)
    assert entry.learned == int(shared_place.clock.now)


def test_dtls_keys_are_kept_and_no_message_meets_them(place):
    """A DTLS key is among the entries and answers no header."""
    store = place.open()
    entry = Entry.of_psk(stores.header()[:14], Secret(making.KEY), making.UID, 5, Owner(), b'{"x":1}')
    store.keep_entries([entry])
    [kept] = store.entries()
    assert (kept.is_psk, kept.header, kept.uid) == (True, stores.header()[:14], making.UID)
    assert kept.psk.matches(Secret(making.KEY))
    assert kept.extra.reveal() == b'{"x":1}'
    assert states(store, stores.header(), stores.header(counter=1)) == ["UNKNOWN", "UNKNOWN"]


# Purging


def test_purging(place):
    """What is purged is gone, and the rest is not; a family is served by what is left of it."""
    store = place.open()
    store.keep([stores.parameters(stores.header(counter=each)) for each in range(3)])
    store.keep([stores.parameters(stores.header(key=1))])
    assert store.purge(lambda entry: entry.header == stores.header()) == 1
    asked = (stores.header(), stores.header(counter=1), stores.header(key=1))
    assert states(store, *asked) == ["CANDIDATE", "EXACT", "EXACT"]
    assert store.purge(lambda entry: entry.header[8:14] == bytes(6)) == 2
    assert states(store, *asked) == ["UNKNOWN", "UNKNOWN", "EXACT"]
    assert store.purge(lambda _: True) == 1
    assert store.purge(lambda _: True) == 0
    assert list(store.entries()) == []


# Leases and denials


def test_a_lease_has_one_holder(shared_place):
    """What one process has taken another does not get, until it is given back."""
    one, two = shared_place.open(), shared_place.open()
    assert one.lease(names(1, 2), 60) == [True, True]
    assert two.lease(names(2, 3), 60) == [False, True]
    assert one.lease(names(1), 60) == [True]
    two.release(names(1, 2))
    assert two.lease(names(1), 60) == [False]
    one.release(names(1))
    assert two.lease(names(1, 2), 60) == [True, False]


def test_a_lease_ends_by_itself(shared_place):
    """A holder that is gone keeps nobody waiting for ever; one that extends its lease keeps it."""
    one, two = shared_place.open(), shared_place.open()
    one.lease(names(1, 2), 0.4)
    shared_place.wait(0.2)
    one.lease(names(2), 5)
    assert two.lease(names(1, 2), 0.4) == [False, False]
    shared_place.wait(0.3)
    assert two.lease(names(1, 2), 0.4) == [True, False]


def test_leases_of_two_services_are_two(shared_place):
    """One header may be asked of two services, and for two accounts, at the same time."""
    for options in ({"origin": "https://a.example"}, {"origin": "https://b.example"}, {"account": "two"}):
        assert shared_place.open(**options).lease(names(1), 60) == [True]


def test_a_store_in_memory_grants_itself_leases():
    """There is nobody else."""
    store = stores.Place("memory", None).open()
    assert store.lease(names(1), 60) == store.lease(names(1), 60) == [True]
    store.release(names(1))
    assert not store.between_processes


def test_denials(place):
    """That there is no answer is remembered for a while, with the reason, for the service asked."""
    store = place.open()
    told = {names(1)[0]: Told(State.UNKNOWN), names(2)[0]: Told(State.REFUSED, Reason.KEY_LENGTH)}
    store.deny(told, 0.3)
    assert store.denied(names(1, 2, 3)) == told
    assert store.denied([]) == {}
    if place.where:
        assert place.open(origin="https://a.example").denied(names(1, 2)) == {}
    place.wait(0.2)
    store.deny({names(1)[0]: Told(State.UNKNOWN)}, 0.3)
    place.wait(0.2)
    assert list(store.denied(names(1, 2))) == names(1)


# The ledgers


def test_the_ledger_of_calls_adds_up(place):
    """Counts add up by device, day and call; what was sent and never answered may have been paid."""
    store = place.open(origin="https://a.example")
    device, call = making.UID[2:], "/e2e/uplink/protectionparameters/get"
    thursday, friday = Calls("2026-01-15", device, call), Calls("2026-01-16", device, call)
    store.count_calls([thursday._replace(sent=3)])
    store.count_calls([thursday._replace(answered=1, kept=1), friday._replace(sent=1)])
    store.count_calls([thursday._replace(withdrawn=1)])
    found = sorted(store.calls())
    assert [each.calls for each in found] == [
        thursday._replace(sent=3, answered=1, kept=1, withdrawn=1),
        friday._replace(sent=1),
    ]
    assert [each.calls.possibly_paid for each in found] == [1, 1]
    assert {(each.origin, each.account) for each in found} == {("https://a.example", "default")}


def test_flushing_changes_nothing_that_is_seen(place):
    """After a flush all is there as before."""
    store = place.open()
    store.keep([stores.parameters()])
    store.flush()
    assert states(store, making.V1_HEADER) == ["EXACT"]


def test_names_are_looked_up_apart_from_families(place):
    """A cache asks for families first, and for names where that did not help."""
    store = place.open()
    store.keep([stores.parameters(stores.header())])
    name = name_of(0, stores.header())
    assert list(store.look_up([name], []).exact) == [name]
    found = store.look_up([], [family_of(name), name_of(1, making.INTEGRITY_HEADER)])
    assert list(found.leaders) == [family_of(name)]
    assert list(found.exact) == [name]
