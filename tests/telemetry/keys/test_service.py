"""ServiceSource: what is asked, what is paid, what is kept, and how it ends when it cannot go on."""

import threading
from contextlib import ExitStack

import pytest

import making
from sealwright.errors import (
    CredentialsError,
    InputError,
    Outcome,
    Reason,
    RefusedError,
    StoreError,
    UnavailableError,
)
from sealwright.secret import Secret
from sealwright.services._http import Limits
from sealwright.services.ublox.client import UbloxClient
from sealwright.simulator.clock import START
from sealwright.simulator.device import Make
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.rotation import AUTOMATIC
from sealwright.telemetry import Kind, Messages, State, open_messages
from sealwright.telemetry.format.headers import Reading, parse_headers
from sealwright.telemetry.keys.asking.budget import Budget
from sealwright.telemetry.keys.cache import CachedSource
from sealwright.telemetry.keys.keeping.calls import Calls
from sealwright.telemetry.keys.service import ServiceSource
from sealwright.telemetry.keys.store import KeyStore
from simulating import furnished, uid

UPLINK = "/e2e/uplink/protectionparameters/get"
QUICK = Limits(backoff=0.002, deadline=10)


@pytest.fixture
def client():
    """Return a function that gives a client of a simulator, without a socket."""
    with ExitStack() as stack:

        def connect(simulator, *, secret=None, limits=QUICK):
            key, right = simulator.credentials.api_key, simulator.credentials.api_secret
            options = {"service": "http://127.0.0.1/v1", "transport": simulator.transport(), "limits": limits}
            return stack.enter_context(UbloxClient(key, secret or right, **options))

        yield connect


def v1(simulator, number=0, identity=0, counter=0):
    """Return a v1 header of one of the account's devices."""
    tail = bytes.fromhex(uid(simulator, number))[2:]
    return b"\x11\x01" + tail + identity.to_bytes(6) + counter.to_bytes(2)


def headers_of(*raw, direction="uplink"):
    """Return headers as opening hands them to a source."""
    return parse_headers(Messages.of([each + bytes(32) for each in raw]), Reading.of(direction))


def asked(source, *raw, **options):
    """Resolve headers, and return the state and the reason of each."""
    table = source.resolve(headers_of(*raw), **options)
    states = [State(code) for code in table.state.tolist()]
    reasons = [Reason.of(code) for code in table.reason.tolist()]
    return list(zip(states, reasons, strict=True))


EXACT = (State.EXACT, Reason.NONE)
UNKNOWN = (State.UNKNOWN, Reason.NONE)


def test_what_is_asked_is_answered_and_written_down(client):
    """v1, v2 and integrity: each by its own call, counted as sent, answered and kept."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget=10)
    tail = bytes.fromhex(uid(simulator))[2:]
    raw = v1(simulator), b"\x28\0\0\1" + tail + b"\1\0", b"\x29\0\0\1" + tail + b"\1"
    assert asked(source, *raw) == [EXACT] * 3
    ledger = source.ledger
    assert (ledger.sent, ledger.answered, ledger.kept, ledger.possibly_paid) == (3, 3, 3, 0)
    assert simulator.ledger.requests["/e2e/uplink/integrityparameters/get"] == 1
    assert simulator.ledger.paid == {UPLINK: 2}
    assert source.budget.taken == 3
    assert "3 requests made" in repr(source)


@pytest.mark.parametrize("crooked", [False, True], ids=["straight", "crooked"])
def test_a_fleets_messages_open_exactly(client, crooked):
    """Every outcome, reason, text and flag is the one that the fleet foretells."""
    fleet = Fleet(seed=4, messages=400, faults=0.2, days=20, served=True, crooked=crooked)
    simulator = furnished(seed=4, fleet=fleet)
    source = ServiceSource(client(simulator), budget="unlimited")
    day = fleet.day()
    batch = open_messages([row.message for row in day], source)
    assert batch.to_list() == [row.text for row in day]
    assert [Outcome.of(code) for code in batch.outcome.tolist()] == [row.outcome for row in day]
    assert batch.duplicate.tolist() == [row.fault == "duplicate" for row in day]
    assert batch.nonce_reuse.tolist() == [row.fault == "nonce_reuse" for row in day]
    assert simulator.ledger.most_paid_for_one() == 1
    paid = simulator.ledger.total_paid()
    assert open_messages([row.message for row in day], source).to_list() == [row.text for row in day]
    assert simulator.ledger.total_paid() == paid


def test_what_the_service_does_not_know(client):
    """A device of nobody's, a header that it cannot read: UNKNOWN, and not asked for again."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget=10)
    stranger = b"\x11\x01" + b"\xff" * 6 + bytes(8)
    assert asked(source, stranger, v1(simulator)) == [UNKNOWN, EXACT]
    assert asked(source, stranger) == [UNKNOWN]
    assert source.ledger.sent == 2
    simulator.disturb("*:status=400,times=1")
    assert asked(source, v1(simulator, identity=1)) == [UNKNOWN]


def test_downlink_headers_are_not_asked_for(client):
    """The service answers for devices there, not for headers: no call is made."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget=10)
    table = source.resolve(headers_of(making.DOWNLINK_KIV[:12], direction="downlink"))
    assert table.state.tolist() == [State.UNKNOWN]
    assert simulator.ledger.requests == {}


def test_replies_for_another_device_are_refused(client):
    """Nothing is kept, the message is told apart, and the call is not made again."""
    simulator = furnished(rules=["/e2e/*:wrong-device"])
    source = ServiceSource(client(simulator), budget=10)
    refused = (State.REFUSED, Reason.ANOTHER_DEVICE)
    assert asked(source, v1(simulator)) == asked(source, v1(simulator)) == [refused]
    assert (source.ledger.answered, source.ledger.kept) == (1, 0)
    assert sum(source.complaints.values()) == 1


class Scripted:
    """A client that gives the same raw reply to every request."""

    def __init__(self, **reply):
        self.reply = reply

    def send(self, request, *, tally):
        """Count a request and read the reply as the client does."""
        tally.sent += 1
        tally.answered += 1
        reply = request.call.read_reply(self.reply)
        request.accept(reply)
        return reply


BAD_REPLIES = {
    "no UID": ({"ROTPublicUID": making.ABSENT}, Reason.REPLY_UNREADABLE),
    "odd UID": ({"ROTPublicUID": "123"}, Reason.REPLY_UNREADABLE),
    "no nonce": ({"Nonce": making.ABSENT}, Reason.REPLY_UNREADABLE),
    "key no base64": ({"Key": "AB!@CD=="}, Reason.REPLY_UNREADABLE),
    "key a number": ({"Key": 5}, Reason.REPLY_UNREADABLE),
    "key too short": ({"Key": making.b64(b"short")}, Reason.KEY_LENGTH),
    "nonce too long": ({"Nonce": making.b64(bytes(16))}, Reason.NONCE_LENGTH),
    "MAC length 0": ({"MACLength": 0}, Reason.MAC_LENGTH),
    "MAC length 64": ({"MACLength": 64}, Reason.MAC_LENGTH),
    "no MAC length": ({"MACLength": making.ABSENT}, Reason.REPLY_UNREADABLE),
    "MAC length a text": ({"MACLength": "128"}, Reason.REPLY_UNREADABLE),
    "unknown suite": ({"CipherSuite": "AES_128_GCM"}, Reason.UNKNOWN_SUITE),
    "another device": ({"ROTPublicUID": "0002000089282246"}, Reason.ANOTHER_DEVICE),
    "another purpose": (
        {"Key": making.ABSENT, "AuthenticationKey": making.b64(making.MAC_KEY)},
        Reason.ANOTHER_PURPOSE,
    ),
}


@pytest.mark.parametrize(("changes", "reason"), BAD_REPLIES.values(), ids=BAD_REPLIES)
def test_replies_of_every_bad_shape_are_refused_by_name(changes, reason, tmp_path):
    """Nothing of them is stored, and what is said of them shows no key."""
    store = made_store(tmp_path)
    source = ServiceSource(Scripted(**making.reply_v1(**changes)), budget=10, log=store)
    assert asked(CachedSource(source, store=store), making.V1_HEADER) == [(State.REFUSED, reason)]
    assert list(store.entries()) == []
    (complaint,) = source.complaints
    assert not making.shown(complaint, making.KEY, making.MAC_KEY)
    store.close()


def made_store(folder, **options):
    """Return a new key store."""
    path, secret = folder / "keys.sqlite", Secret(b"made for testing".ljust(32, b"!").hex().encode())
    if not path.exists():
        KeyStore.create(path, secret)
    return KeyStore(path, secret, **options)


def test_the_ledger_outlives_the_process(client, tmp_path):
    """By day, device and call, in the store; a request that was lost stays possibly paid there."""
    simulator = furnished()
    with made_store(tmp_path) as store:
        source = ServiceSource(client(simulator), budget=10, log=store, clock=START.timestamp)
        assert asked(source, v1(simulator), v1(simulator, identity=1), v1(simulator, 1)) == [EXACT] * 3
        simulator.disturb("/e2e/*:lose,times=1")
        with pytest.raises(UnavailableError):
            asked(source, v1(simulator, 1, identity=5))
    devices = [bytes.fromhex(uid(simulator, number))[2:] for number in (0, 1)]
    with made_store(tmp_path) as store:
        calls = {each.calls.device: each.calls for each in store.calls()}
    assert calls == {
        devices[0]: Calls("2026-01-15", devices[0], UPLINK, sent=2, answered=2, kept=2),
        devices[1]: Calls("2026-01-15", devices[1], UPLINK, sent=2, answered=1, kept=1),
    }
    assert calls[devices[1]].possibly_paid == source.ledger.possibly_paid == 1
    assert simulator.ledger.total_paid() == 4


@pytest.mark.parametrize(
    ("budget", "reason", "count"),
    [
        (Budget(5), Reason.BUDGET, 5),
        (Budget(0), Reason.BUDGET, 0),
        (Budget("unlimited", a_device=3), Reason.DEVICE_BUDGET, 3),
        (Budget("unlimited", devices=["0002000000000000"]), Reason.DEVICE_NOT_LISTED, 0),
    ],
)
def test_a_budget_is_kept(client, budget, reason, count):
    """What it keeps from being asked is NOT_ATTEMPTED with the reason; another day it may be asked."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget=budget, concurrency=4)
    raw = [v1(simulator, identity=identity) for identity in range(8)]
    told = asked(source, *raw)
    assert sorted(told) == sorted([EXACT] * count + [(State.NOT_ATTEMPTED, reason)] * (8 - count))
    assert simulator.ledger.total_paid() == source.budget.taken == count
    messages = [header + bytes(32) for header in raw]
    left = ServiceSource(client(simulator), budget=budget, concurrency=4)
    outcomes = {Outcome.of(code) for code in open_messages(messages, left).outcome.tolist()}
    assert outcomes == {Outcome.NOT_ATTEMPTED}


def test_repeats_are_within_the_budget(client):
    """A service that is busy all the time gets two requests where two may be made, not four."""
    simulator = furnished(rules=["/e2e/*:status=503"])
    source = ServiceSource(client(simulator), budget=2)
    with pytest.raises(UnavailableError):
        asked(source, v1(simulator))
    assert simulator.ledger.requests[UPLINK] == source.budget.taken == source.ledger.answered == 2


def test_an_expired_token_is_within_the_budget(client):
    """The request that it was refused for has reached a socket, and counts."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget=2)
    assert asked(source, v1(simulator)) == [EXACT]
    simulator.account.tokens.expire_all()
    with pytest.raises(CredentialsError):
        asked(source, v1(simulator, identity=1))
    assert simulator.ledger.requests[UPLINK] == 2
    assert simulator.ledger.total_paid() == 1


def test_a_device_whose_calls_come_to_nothing_is_left_alone(client):
    """After twenty headers of a UID that the service does not know; another device is still asked for."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=1)
    strangers = [b"\x11\x01" + b"\xff" * 6 + bytes(6) + n.to_bytes(2) for n in range(30)]
    told = asked(source, *strangers, exact=True)
    assert told == [UNKNOWN] * 20 + [(State.NOT_ATTEMPTED, Reason.DEVICE_PAUSED)] * 10
    assert asked(source, v1(simulator)) == [EXACT]


def test_a_lost_answer_costs_nobody_elses(client):
    """The other headers are asked for and kept, then the error is raised; it is possibly paid."""
    simulator = furnished(rules=["/e2e/*:lose,after=3,times=1"])
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=1)
    raw = [v1(simulator, identity=identity) for identity in range(8)]
    with pytest.raises(UnavailableError, match="may have been carried out"):
        asked(source, *raw)
    assert (source.ledger.kept, source.ledger.possibly_paid) == (7, 1)
    simulator.ledger.requests.clear()
    assert asked(source, *raw, exact=True) == [EXACT] * 8
    assert simulator.ledger.requests[UPLINK] == 1


def test_a_service_that_is_down_is_not_asked_for_everything(client):
    """After a few calls in vain it ends, with everything before them kept."""
    simulator = furnished(rules=["/e2e/*:status=500,after=5"])
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=1)
    with pytest.raises(UnavailableError, match="500"):
        asked(source, *(v1(simulator, identity=identity) for identity in range(100)))
    assert source.ledger.kept == 5
    assert simulator.ledger.requests[UPLINK] == 5 + 4


def test_wrong_credentials_end_it_at_once(client):
    """No second header is asked for."""
    simulator = furnished()
    source = ServiceSource(client(simulator, secret="wrong"), budget="unlimited", concurrency=1)
    with pytest.raises(CredentialsError, match="are the API key and its secret right"):
        asked(source, v1(simulator), v1(simulator, identity=1))
    assert simulator.ledger.requests == {"/authenticate": 1}
    assert source.ledger.reached == source.budget.taken == 0


def test_other_refusals_are_raised(client):
    """405 says nothing of a header."""
    simulator = furnished(rules=["/e2e/*:status=405"])
    with pytest.raises(RefusedError, match="405"):
        asked(ServiceSource(client(simulator), budget=10), v1(simulator))


def test_what_a_store_cannot_keep_ends_it(client):
    """Paid answers that nobody keeps are not asked for one after the other."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=1)

    def keep(_parameters):
        raise StoreError("store: made for testing")

    with pytest.raises(StoreError):
        source.resolve(headers_of(v1(simulator), v1(simulator, identity=1)), exact=True, keep=keep)
    assert simulator.ledger.total_paid() == 1
    assert (source.ledger.answered, source.ledger.kept) == (1, 0)


def test_a_run_that_is_stopped_begins_no_call(client):
    """What is under way ends and is kept; the rest is NOT_ATTEMPTED."""
    simulator, stop = furnished(), threading.Event()
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=1, stop=stop)
    kept = []

    def keep(parameters):
        kept.append(parameters)
        stop.set()

    table = source.resolve(headers_of(*(v1(simulator, n) for n in range(5))), exact=True, keep=keep)
    assert table.state.tolist() == [State.EXACT] + [State.NOT_ATTEMPTED] * 4
    assert {Reason.of(code) for code in table.reason.tolist()[1:]} == {Reason.INTERRUPTED}
    assert len(kept) == simulator.ledger.total_paid() == 1


@pytest.mark.parametrize("concurrency", [1, 4])
def test_ctrl_c_is_passed_on_when_the_calls_under_way_have_ended(client, concurrency):
    """Their answers are kept first."""
    simulator = furnished()
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=concurrency)
    kept = []

    def keep(parameters):
        kept.append(parameters)
        if len(kept) == 3:
            raise KeyboardInterrupt

    raw = [v1(simulator, identity=identity) for identity in range(50)]
    with pytest.raises(KeyboardInterrupt):
        source.resolve(headers_of(*raw), exact=True, keep=keep)
    assert 3 <= len(kept) == simulator.ledger.total_paid() <= 3 + concurrency


def test_ctrl_c_while_the_others_still_work(client, monkeypatch):
    """The thread that waits is interrupted: nothing else begins, and what is under way ends first."""
    simulator = furnished(rules=["/e2e/*:delay=0.02"])
    source = ServiceSource(client(simulator), budget="unlimited", concurrency=4)

    def interrupted(_futures):
        raise KeyboardInterrupt

    monkeypatch.setattr("sealwright.telemetry.keys.asking.run.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        asked(source, *(v1(simulator, identity=identity) for identity in range(6)))
    assert source.ledger.kept == simulator.ledger.total_paid() == source.budget.taken
    assert source.ledger.possibly_paid == 0


def test_one_of_a_thousand_threads_asks(client):
    """One paid call, and the key for all: the others have it as the key of the same key id."""
    simulator = furnished(rules=["/e2e/*:delay=0.05"])
    source = ServiceSource(client(simulator), budget="unlimited")
    answers, together = [], threading.Barrier(1_000)

    def thread():
        together.wait()
        answers.append(asked(source, v1(simulator)))

    threads = [threading.Thread(target=thread) for _ in range(1_000)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 1_000
    assert {state for ((state, _),) in answers} <= {State.EXACT, State.CANDIDATE}
    assert simulator.ledger.total_paid() == source.ledger.sent == 1


def test_threads_of_one_family_share_its_key(client):
    """Under one key id one header is asked for; the tags of the others decide."""
    fleet = Fleet(devices=1, messages=200, faults=0, makes=(Make(Kind.V1, AUTOMATIC),))
    simulator = furnished(fleet=fleet)
    source = ServiceSource(client(simulator), budget="unlimited")
    messages = [row.message for row in fleet.day()]
    done = []
    threads = [
        threading.Thread(
            target=lambda part: done.append(open_messages(part, source).counts()), args=(messages[n::8],)
        )
        for n in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(counts[Outcome.OPENED] for counts in done) == 200
    assert simulator.ledger.total_paid() == 1


@pytest.mark.parametrize("concurrency", [0, -1])
def test_numbers_that_cannot_be(concurrency):
    """InputError, before anything is asked."""
    with pytest.raises(InputError, match="concurrency must be 1 or more"):
        ServiceSource(Scripted(), budget=1, concurrency=concurrency)


def test_a_source_is_not_pickled():
    """It holds a client and keys."""
    import pickle

    with pytest.raises(TypeError, match="make one in each process"):
        pickle.dumps(ServiceSource(Scripted(), budget=1))
