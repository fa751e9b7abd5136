"""CachedSource: what is held is never asked for, one asks and the others wait, and nothing paid is lost."""

import copy
import multiprocessing
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import making
import stores
from sealwright import CachedSource, open_messages, seal_message
from sealwright.errors import InputError, Outcome, Reason
from sealwright.telemetry import KeyTable, NullStore, ParameterSource, State, read_reply
from sealwright.telemetry.keys.caching.contract import Upstream
from sealwright.telemetry.keys.keeping.entry import FILE_ORIGIN, Entry, Owner
from sealwright.telemetry.keys.keeping.names import family_of, name_of
from upstreams import Service, key_of

HEADER = stores.header()
FOLLOWER = stores.header(counter=1)
FAMILY = family_of(name_of(0, HEADER))
"""The name under which only one may ask for HEADER."""


def ask(source, *headers, exact=False):
    """Return the names of the states that a source answers."""
    table = source.resolve(making.headers_of(*headers), exact=exact)
    return [State(code).name for code in table.state.tolist()]


def message(raw, text=b"text"):
    """Return a message that the service's key opens."""
    return seal_message(text, stores.parameters(raw, key_of(raw)))


def cached(service, **options):
    """Return a cache in memory over a service."""
    return CachedSource(service, **options)


# Asking once


def test_the_protocols_fit():
    """A cache is a source, and what the tests ask is an upstream."""
    assert isinstance(cached(None), ParameterSource)
    assert isinstance(Service(), Upstream)


def test_what_is_in_memory_is_not_asked_for_again():
    """The second time there is no call."""
    service = Service()
    source = cached(service)
    assert ask(source, HEADER) == ["EXACT"]
    assert ask(source, HEADER, exact=True) == ["EXACT"]
    assert service.calls == {HEADER: 1}


def test_one_header_of_a_family_is_asked_for():
    """The others are tried with its key."""
    service = Service()
    source = cached(service)
    headers = [stores.header(counter=each) for each in range(20)]
    assert sorted(ask(source, *headers)) == ["CANDIDATE"] * 19 + ["EXACT"]
    assert ask(source, stores.header(counter=99)) == ["CANDIDATE"]
    assert service.paid == 1


def test_a_candidate_that_fails_is_asked_for():
    """With `exact` the very header is fetched, once."""
    service = Service()
    source = cached(service)
    ask(source, HEADER)
    assert ask(source, FOLLOWER, exact=True) == ask(source, FOLLOWER, exact=True) == ["EXACT"]
    assert service.calls == {HEADER: 1, FOLLOWER: 1}


@pytest.mark.parametrize("options", [{"shortcut": False}, {}], ids=["without shortcut", "irregular replies"])
def test_without_the_shortcut_each_header_is_asked_for(options):
    """By the user's word, or because the device's replies disprove it."""
    service = Service(irregular=not options)
    source = cached(service, **options)
    headers = [stores.header(counter=each) for each in range(20)]
    assert ask(source, *headers) == ["EXACT"] * 20
    assert ask(source, *headers) == ["EXACT"] * 20
    assert set(service.calls.values()) == {1}
    assert len(service.batches) <= 2


@pytest.mark.parametrize(("irregular", "calls"), [(False, 500), (True, 10_000)])
def test_five_hundred_keys_of_twenty_messages(irregular, calls):
    """500 calls with the shortcut, 10,000 without, and every message opens."""
    service = Service(irregular=irregular)
    headers = [stores.header(key, counter) for counter in range(20) for key in range(500)]
    if irregular:
        assert ask(cached(service), *headers) == ["EXACT"] * 10_000
    else:
        batch = open_messages([message(each) for each in headers], cached(service))
        assert batch.counts()[Outcome.OPENED] == 10_000
    assert service.paid == calls


def test_two_keys_under_one_key_id():
    """When the exact reply has another key than the family's, that family is led by none any more."""
    service = Service()
    service.answers[FOLLOWER] = stores.parameters(FOLLOWER, making.KEY)
    source = cached(service)
    ask(source, HEADER)
    ask(source, FOLLOWER, exact=True)
    assert ask(source, stores.header(counter=2)) == ["EXACT"]
    assert service.paid == 3


def test_kinds_without_a_family():
    """v2 and signed headers are asked for one by one."""
    service = Service()
    other = making.V2_HEADER[:-1] + b"\1"
    for raw in (making.V2_HEADER, other):
        service.answers[raw] = read_reply(making.reply_v2(raw), header=raw)
    signed = read_reply(making.reply_integrity(), header=making.INTEGRITY_HEADER, purpose="integrity")
    service.answers[making.INTEGRITY_HEADER] = signed
    assert ask(cached(service), making.V2_HEADER, other, making.INTEGRITY_HEADER) == ["EXACT"] * 3
    assert service.paid == 3


def test_opening_makes_two_passes():
    """A key that does not open a message of its family costs one more call, and the message opens."""
    service = Service()
    service.answers[FOLLOWER] = stores.parameters(FOLLOWER, making.KEY)
    messages = [message(HEADER), seal_message(b"other", stores.parameters(FOLLOWER, making.KEY))]
    source = cached(service)
    assert open_messages(messages[:1], source).to_list() == [b"text"]
    assert open_messages(messages, source).to_list() == [b"text", b"other"]
    assert service.calls == {HEADER: 1, FOLLOWER: 1}


# What there is no key for


def test_unknown_headers_are_remembered_for_ten_minutes():
    """Asked once, not again for ten minutes, and then again."""
    service, clock = Service(), stores.Clock()
    service.answers[HEADER] = State.UNKNOWN, Reason.NONE
    source = cached(service, clock=clock)
    assert ask(source, HEADER) == ["UNKNOWN"]
    clock.now += 599
    assert ask(source, HEADER, exact=True) == ["UNKNOWN"]
    assert service.paid == 1
    clock.now += 2
    del service.answers[HEADER]
    assert ask(source, HEADER) == ["EXACT"]
    assert service.paid == 2


def test_refused_replies_are_remembered_with_their_reason():
    """A reply that cannot be used is not paid for again, and the message tells why."""
    service = Service()
    service.answers[HEADER] = State.REFUSED, Reason.KEY_LENGTH
    source = cached(service)
    for _ in range(2):
        batch = open_messages([message(HEADER)], source)
        assert [Reason.of(code) for code in batch.reason] == [Reason.KEY_LENGTH]
    assert service.paid == 1


def test_what_was_not_attempted_is_never_remembered():
    """A budget that was reached says so, and the next day the header is asked for."""
    service = Service()
    service.answers[HEADER] = State.NOT_ATTEMPTED, Reason.BUDGET
    source = cached(service)
    batch = open_messages([message(HEADER)], source)
    assert [Reason.of(code) for code in batch.reason] == [Reason.BUDGET]
    del service.answers[HEADER]
    assert open_messages([message(HEADER)], source).to_list() == [b"text"]


def test_forged_headers_in_front_do_not_hide_a_key():
    """Where the first headers of a family are unknown the others are asked for, more at a time."""
    service = Service()
    headers = [stores.header(counter=each) for each in range(100)]
    for forged in headers[:50]:
        service.answers[forged] = State.UNKNOWN, Reason.NONE
    table = cached(service).resolve(making.headers_of(*headers))
    assert (table.state != State.UNKNOWN).all()
    assert service.paid <= 64
    assert len(service.batches) <= 6


def test_a_family_that_is_unknown_altogether():
    """A thousand forged headers under one key id are asked for once each, in few rounds."""
    service = Service()
    headers = [stores.header(counter=each) for each in range(1000)]
    service.answers = dict.fromkeys(headers, (State.UNKNOWN, Reason.NONE))
    assert set(ask(cached(service), *headers)) == {"UNKNOWN"}
    assert (service.paid, len(service.batches)) == (1000, 10)


def test_an_unknown_header_is_served_once_its_family_is_known():
    """What the service does not know may yet open with the key of its family."""
    service = Service()
    service.answers[HEADER] = State.UNKNOWN, Reason.NONE
    source = cached(service)
    ask(source, HEADER)
    assert ask(source, FOLLOWER) == ["EXACT"]
    assert ask(source, HEADER) == ["CANDIDATE"]
    assert ask(source, HEADER, exact=True) == ["UNKNOWN"]
    assert service.paid == 2


def test_negative_answers_are_bounded(monkeypatch):
    """A flood of unknown headers does not fill the memory; the oldest are forgotten."""
    monkeypatch.setattr("sealwright.telemetry.keys.caching.memory.MOST_NEGATIVE", 10)
    service = Service()
    headers = [stores.header(each) for each in range(12)]
    service.answers = dict.fromkeys(headers, (State.UNKNOWN, Reason.NONE))
    source = cached(service)
    ask(source, *headers)
    ask(source, *headers[2:])
    assert service.paid == 12
    ask(source, *headers[:2])
    assert service.paid == 14


# Errors


@pytest.mark.parametrize("store", [False, True], ids=["no store", "a store"])
def test_an_error_passes_through_and_what_was_paid_is_kept(place, store):
    """A service that fails after three answers: the error is raised, three are held, seven asked for."""
    service = Service()
    service.fails_after = 3
    kept = place.open() if store else None
    source = cached(service, store=kept)
    headers = [stores.header(each) for each in range(10)]
    with pytest.raises(InputError, match="out of order"):
        ask(source, *headers)
    assert service.paid == 3
    if kept:
        assert len(list(kept.entries())) == 3
    service.fails_after = None
    assert ask(source, *headers) == ["EXACT"] * 10
    assert service.paid == 10


def test_an_error_is_never_remembered():
    """The next question goes to the service again."""
    service = Service()
    service.fails_after = 0
    source = cached(service)
    for _ in range(3):
        with pytest.raises(InputError, match="out of order"):
            ask(source, HEADER)
    assert service.batches == [1, 1, 1]


def test_an_upstream_with_too_few_rows():
    """Rows that do not fit the question are an error, not an answer."""

    class Short:
        def resolve(self, _headers, *, exact=False, keep=None):
            del exact, keep
            return KeyTable.unknown(0)

    with pytest.raises(InputError, match="source: 0 rows for 1 headers"):
        ask(cached(Short()), HEADER)


def test_what_is_not_handed_over_is_kept_all_the_same(file_place):
    """An upstream that only returns a table is a source like any other."""
    service = Service(keeps=False)
    source = cached(service, store=file_place.open())
    assert ask(source, HEADER, making.V1_HEADER) == ["EXACT", "EXACT"]
    assert ask(source, HEADER, making.V1_HEADER) == ["EXACT", "EXACT"]
    assert {entry.header for entry in file_place.open().entries()} == {HEADER, making.V1_HEADER}
    assert service.paid == 2


# Threads


def _at_once(count, work):
    """Run `work` in so many threads that begin together; return what they return."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_a_thousand_threads_on_one_header():
    """One call, and a thousand answers."""
    service = Service(seconds=0.05)
    source = cached(service)
    assert _at_once(1000, lambda _: ask(source, HEADER)) == [["EXACT"]] * 1000
    assert service.calls == {HEADER: 1}


def test_a_flight_that_lands_just_before_ours(monkeypatch):
    """Between looking into memory and asking another thread may have learnt the answer."""
    service = Service()
    source = cached(service)
    board = source._flights.board

    def late(names):
        source._memory.learn(Entry.of(stores.parameters(HEADER, key_of(HEADER)), 0, Owner()))
        return board(names)

    monkeypatch.setattr(source._flights, "board", late)
    assert ask(source, HEADER) == ["EXACT"]
    assert service.paid == 0


def test_threads_on_headers_of_some_families(file_place):
    """Whatever the threads ask for in whatever order, no header is asked for twice, nor at the same time."""
    service = Service(seconds=0.01)
    source = cached(service, store=file_place.open())

    def work(number):
        headers = [stores.header((number + each) % 10, number) for each in range(5)]
        return ask(source, *headers)

    answers = _at_once(30, work)
    assert {state for each in answers for state in each} <= {"EXACT", "CANDIDATE"}
    assert service.paid == 10
    assert not service.twice_at_once


def test_an_error_reaches_all_who_wait():
    """A hundred threads wait for one call that fails: one call, a hundred errors."""
    aboard = threading.Semaphore(0)

    class Late(Service):
        def resolve(self, headers, *, exact=False, keep=None):
            for _ in range(100):
                assert aboard.acquire(timeout=60)
            return super().resolve(headers, exact=exact, keep=keep)

    service = Late()
    service.fails_after = 0

    def work(_):
        with pytest.raises(InputError, match="out of order") as caught:
            ask(source, HEADER)
        return str(caught.value)

    source = cached(service)
    board = source._flights.board

    def told(names):
        flights = board(names)
        aboard.release()
        return flights

    source._flights.board = told
    assert len(set(_at_once(100, work))) == 1
    assert len(service.batches) == 1


def test_those_who_wait_go_on_after_a_bug():
    """An error that is not ours is not passed on: the next in line asks for itself."""
    service = Service(seconds=0.2)
    service.fails_after = 0
    service.error = ZeroDivisionError()

    def work(number):
        if number:
            service.fails_after = None
        try:
            return ask(source, HEADER)
        except ZeroDivisionError:
            return ["BUG"]

    source = cached(service)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(work, 0)
        while not service.batches:
            pass
        second = pool.submit(ask, source, HEADER)
        assert first.result() == ["BUG"] or second.result() == ["EXACT"]


# Memory


def test_memory_is_bounded_by_age():
    """A key leaves memory when its time is over; without a store it is asked for again."""
    service, clock = Service(), stores.Clock()
    source = cached(service, clock=clock, seconds=100)
    ask(source, HEADER)
    clock.now += 99
    ask(source, HEADER)
    assert service.paid == 1
    clock.now += 2
    ask(source, HEADER)
    assert service.paid == 2


def test_memory_is_bounded_by_entries(file_place):
    """A batch of more keys than memory may hold is answered whole, and the store has all of them."""
    service = Service()
    source = cached(service, store=file_place.open(), most=10)
    headers = [stores.header(each) for each in range(50)]
    for _ in range(2):
        assert ask(source, *headers) == ["EXACT"] * 50
    assert service.paid == 50
    assert "20 keys in memory" in repr(source)


def test_a_fork_begins_afresh():
    """A child does not wait for flights of its parent's threads, nor for its locks."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system does not fork")
    service = Service()
    source = cached(service)
    source._flights.board([b"for ever"])
    source._memory._lock.acquire()
    child = os.fork()
    if child == 0:
        os._exit(0 if ask(source, HEADER) == ["EXACT"] else 1)
    assert os.waitpid(child, 0)[1] == 0
    source._memory._lock.release()


def test_a_fork_forgets_what_is_in_memory():
    """As the child does it, when it begins."""
    service = Service()
    source = cached(service)
    ask(source, HEADER)
    source._flights.board([FAMILY])
    source.renew()
    assert ask(source, HEADER) == ["EXACT"]
    assert service.paid == 2


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_cache_is_not_copied(how):
    """Keys do not travel by accident."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        how(cached(None))


# A store behind


def test_a_store_answers_after_a_restart(place):
    """What was learnt is not paid for by the next cache over the same store."""
    service = Service()
    store = place.open()
    ask(cached(service, store=store), HEADER)
    assert ask(cached(service, store=store), HEADER, FOLLOWER) == ["EXACT", "CANDIDATE"]
    assert ask(cached(None, store=store), HEADER, exact=True) == ["EXACT"]
    assert service.paid == 1


def test_a_store_without_an_upstream_says_unknown(file_place):
    """There is nobody to ask."""
    assert ask(cached(None, store=file_place.open()), HEADER, FOLLOWER) == ["UNKNOWN", "UNKNOWN"]
    assert ask(cached(None)) == []


def test_irregular_replies_are_remembered_by_the_store(place):
    """The next cache knows at once that each header of this device is asked for by itself."""
    store = place.open()
    ask(cached(Service(irregular=True), store=store), HEADER)
    service = Service(irregular=True)
    assert ask(cached(service, store=store), *(stores.header(1, each) for each in range(5))) == ["EXACT"] * 5
    assert service.batches == [5]


def test_denials_are_shared_through_the_store(shared_place):
    """What one process was told in vain another does not pay for."""
    service = Service()
    service.answers = {HEADER: (State.UNKNOWN, Reason.NONE), FOLLOWER: (State.REFUSED, Reason.EQUAL_KEYS)}
    assert ask(cached(service, store=shared_place.open()), HEADER, FOLLOWER) == ["UNKNOWN", "REFUSED"]
    assert ask(cached(service, store=shared_place.open()), HEADER, FOLLOWER) == ["UNKNOWN", "REFUSED"]
    assert service.paid == 2


def test_waiting_for_another_process(shared_place):
    """A cache waits while another process holds the lease, and takes what that has learnt."""
    other = shared_place.open()
    service = Service()
    source = cached(service, store=shared_place.open(), sleep=lambda _: _learn(other))
    assert other.lease([FAMILY], 60) == [True]
    assert ask(source, HEADER, FOLLOWER) == ["EXACT", "CANDIDATE"]
    assert service.paid == 0


def _learn(store):
    store.keep([stores.parameters(HEADER, key_of(HEADER))])


def test_taking_over_from_a_process_that_is_gone(file_place):
    """A lease that nobody extends ends, and then the cache asks itself."""
    other = file_place.open()
    service = Service()
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        file_place.clock.now += 1

    other.lease([FAMILY], 15)
    source = cached(service, store=file_place.open(), sleep=sleep)
    assert ask(source, HEADER) == ["EXACT"]
    assert len(pauses) == 15
    assert pauses == sorted(pauses)
    assert max(pauses) == 0.25


def test_what_was_learnt_while_the_lease_was_taken(file_place):
    """The store is looked at once more under the lease, so nothing is paid twice."""
    other, mine = file_place.open(), file_place.open()
    lease = mine.lease

    def late(names, seconds):
        _learn(other)
        return lease(names, seconds)

    mine.lease = late
    service = Service()
    assert ask(cached(service, store=mine), HEADER) == ["EXACT"]
    assert service.paid == 0
    assert other.lease([FAMILY], 1) == [True], "it has been given back"


def test_what_is_free_is_asked_for_before_waiting(file_place):
    """A held lease does not keep the other headers back."""
    other = file_place.open()
    other.lease([FAMILY], 15)
    service = Service()
    asked = []

    def sleep(_):
        asked.append(service.paid)
        file_place.clock.now += 20

    source = cached(service, store=file_place.open(), sleep=sleep)
    assert ask(source, HEADER, stores.header(1)) == ["EXACT", "EXACT"]
    assert asked == [1]


def test_the_null_store_keeps_nothing():
    """It grants, forgets and finds nothing."""
    store = NullStore()
    assert store.lease([b"a", b"b"], 1) == [True, True]
    assert (store.denied([b"a"]), store.look_up([b"a"], [b"b"]).exact) == ({}, {})
    assert not store.between_processes


def test_origin_of_what_is_kept(file_place):
    """What a cache learns belongs to the origin of the store's handle."""
    ask(cached(Service(), store=file_place.open(origin="https://a.example")), HEADER)
    ask(cached(Service(), store=file_place.open()), stores.header(1))
    assert [each.owner.origin for each in file_place.open().entries()] == ["https://a.example", FILE_ORIGIN]
