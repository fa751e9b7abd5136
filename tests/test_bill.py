"""What a fleet costs, by the service's own ledger, over real sockets: no call for a key that is held.

At a size for every change; `SEALWRIGHT_SCALE=long` runs the sizes that are promised.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest

from sealwright.errors import Outcome, SealwrightError
from sealwright.secret import Secret
from sealwright.services._http import Limits
from sealwright.services.ublox.client import UbloxClient
from sealwright.simulator.device import Make
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS, Rotation, RotationType
from sealwright.simulator.ublox import UbloxSimulator, serve
from sealwright.telemetry import Kind, Messages, open_messages
from sealwright.telemetry.format.headers import parse_headers
from sealwright.telemetry.keys.asking.budget import Budget
from sealwright.telemetry.keys.cache import CachedSource
from sealwright.telemetry.keys.service import ServiceSource
from sealwright.telemetry.keys.store import KeyStore

LONG = os.environ.get("SEALWRIGHT_SCALE") == "long"
UPLINK = "/e2e/uplink/protectionparameters/get"
SECRET = "6d61646520666f722074657374696e67" * 2


@pytest.fixture
def service():
    """Return a function that serves a fleet's devices and gives the simulator and a client of it."""
    with ExitStack() as stack:

        def served(fleet, **options):
            simulator = UbloxSimulator(seed=fleet.seed, **options)
            simulator.register(fleet.made_devices())
            url = stack.enter_context(serve(simulator.app))
            return simulator, stack.enter_context(client_of(url, simulator.credentials))

        yield served


def client_of(url, credentials):
    """Return a client that does not wait long between repeats."""
    limits = Limits(backoff=0.002, deadline=30)
    return UbloxClient(credentials.api_key, credentials.api_secret, service=url, limits=limits)


@contextmanager
def service_in_its_own_process(*options):
    """Run `sealwright simulate`; yields what it says of itself."""
    command = [sys.executable, "-m", "sealwright", "simulate", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        try:
            yield json.loads(running.stdout.readline())
        finally:
            running.send_signal(signal.SIGTERM)


def messages_of(fleet):
    """Return what a fleet sends."""
    return [row.message for row in fleet.day()]


def every_key(days, devices, a_day):
    """Return a fleet in which each key, one a device and day, has so many messages."""
    daily = Make(Kind.V1, Rotation(RotationType.AUTOMATIC, days=1))
    return Fleet(devices=devices, messages=days * devices * a_day, faults=0, days=days, makes=(daily,))


def test_one_call_a_key_with_the_shortcut_and_one_a_header_without(service):
    """500 keys with 20 counters each cost 500 calls, or 10,000."""
    fleet = every_key(days=20 if LONG else 4, devices=25, a_day=20)
    messages = messages_of(fleet)
    keys = len(messages) // 20
    simulator, client = service(fleet)
    source = ServiceSource(client, budget="unlimited")
    assert open_messages(messages, source).counts()[Outcome.OPENED] == len(messages)
    assert simulator.ledger.total_paid() == source.ledger.kept == keys
    each = ServiceSource(client, budget="unlimited", shortcut=False)
    assert open_messages(messages, each).counts()[Outcome.OPENED] == len(messages)
    assert simulator.ledger.total_paid() == keys + len(messages)
    assert simulator.ledger.most_paid_for_one() == 2


PROCESS = """
import json, sys
from sealwright.secret import Secret
from sealwright.services.ublox.client import UbloxClient
from sealwright.telemetry import open_messages
from sealwright.telemetry.keys.cache import CachedSource
from sealwright.telemetry.keys.service import ServiceSource
from sealwright.telemetry.keys.store import KeyStore

told = json.load(sys.stdin)
messages = [bytes.fromhex(each) for each in told["messages"]] * told["times"]
with (
    UbloxClient(told["api_key"], told["api_secret"], service=told["url"]) as client,
    KeyStore(told["store"], Secret(told["secret"].encode()), origin=told["url"]) as store,
):
    source = CachedSource(ServiceSource(client, budget="unlimited", log=store), store=store)
    opened = 0
    for start in range(0, len(messages), 10_000):
        opened += int((open_messages(messages[start : start + 10_000], source).outcome == 0).sum())
print(opened)
"""


def test_four_processes_on_one_store_pay_once(service, tmp_path):
    """500 headers, each of them in 800 messages: 500 calls, whoever comes first."""
    headers, times = (500, 200) if LONG else (100, 20)
    fleet = Fleet(devices=20, messages=headers, faults=0, makes=(Make(Kind.V1, CONTINUOUS),))
    simulator, client = service(fleet, rules=["*:delay=0.01"])
    KeyStore.create(tmp_path / "keys.sqlite", Secret(SECRET.encode()))
    told = {
        "url": client.service,
        "api_key": simulator.credentials.api_key,
        "api_secret": simulator.credentials.api_secret,
        "store": str(tmp_path / "keys.sqlite"),
        "secret": SECRET,
        "messages": [message.hex() for message in messages_of(fleet)],
        "times": times,
    }
    running = [
        subprocess.Popen([sys.executable, "-c", PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for each in running:
        each.stdin.write(json.dumps(told).encode())
        each.stdin.close()
    opened = [int(each.stdout.read()) for each in running]
    for each in running:
        each.stdout.close()
        assert each.wait() == 0
    assert opened == [headers * times] * 4
    assert simulator.ledger.total_paid() == headers
    assert simulator.ledger.most_paid_for_one() == 1
    with KeyStore(tmp_path / "keys.sqlite", Secret(SECRET.encode())) as store:
        calls = [each.calls for each in store.calls()]
    assert sum(each.kept for each in calls) == sum(each.answered for each in calls) == headers
    assert sum(each.possibly_paid for each in calls) == 0


@pytest.mark.parametrize("with_store", [False, True], ids=["in memory", "with a store"])
def test_forged_headers_cost_no_more_than_the_budgets(service, tmp_path, with_store):
    """1,000,000 of them: known UIDs and unknown ones, each with a key that never was."""
    count, a_device, total = (1_000_000, 1_000, 2_500) if LONG else (8_000, 50, 120)
    fleet = Fleet(devices=4, messages=4, faults=0, makes=(Make(Kind.V1, AUTOMATIC),))
    simulator, client = service(fleet)
    tails = [device.uid[2:] for device in fleet.made_devices()]
    forged = [
        b"\x11\x01" + (tails[n % 8] if n % 8 < 4 else n.to_bytes(6)) + (n + 2**40).to_bytes(6) + bytes(2 + 40)
        for n in range(count)
    ]
    devices = [device.uid for device in fleet.made_devices()]
    for budget, most in (
        (Budget(total), total),
        (Budget("unlimited", devices=devices, a_device=a_device), 4 * a_device),
    ):
        simulator.ledger.requests.clear()
        before = simulator.ledger.total_paid()
        store = _store(tmp_path / f"{most}.sqlite") if with_store else None
        source = CachedSource(ServiceSource(client, budget=budget, log=store), store=store)
        counts = open_messages(forged, source).counts()
        assert simulator.ledger.requests[UPLINK] == budget.taken <= most
        assert simulator.ledger.total_paid() - before <= most
        assert counts[Outcome.OPENED] == 0
        assert counts[Outcome.NOT_ATTEMPTED] >= count - most
        if store is not None:
            assert len(list(store.entries())) == counts[Outcome.NOT_AUTHENTIC] > 0
            store.close()


def _store(path):
    KeyStore.create(path, Secret(SECRET.encode()))
    return KeyStore(path, Secret(SECRET.encode()))


def test_distinct_headers_are_fetched_beside_each_other():
    """5,000 at 20 ms a call take at most 1.3 times what sixteen at once would take at best.

    On a machine that has other things to do they take at least far less than one after the other.
    """
    count, most, times = (5_000, 1.3, 3) if LONG else (500, 10, 1)
    seed, devices = 3, 20
    fleet = Fleet(seed=seed, devices=devices, messages=count, faults=0, makes=(Make(Kind.V1, CONTINUOUS),))
    headers = parse_headers(Messages.of(messages_of(fleet)))
    options = ("--seed", str(seed), "--devices", str(devices), "--fault", "/e2e/*:delay=0.02")
    with (
        service_in_its_own_process(*options) as told,
        UbloxClient(told["api_key"], told["api_secret"], service=told["service"]) as client,
    ):
        client.information.api_version()
        seconds = min(_seconds_of(client, headers) for _ in range(times))
    assert seconds <= most * (count * 0.02 / 16)


def _seconds_of(client, headers):
    """Return how long a source that knows nothing takes to answer headers."""
    source = ServiceSource(client, budget="unlimited")
    started = time.perf_counter()
    source.resolve(headers)
    seconds = time.perf_counter() - started
    assert source.ledger.kept == len(headers)
    return seconds


FAULTS = ("disconnect", "lose", "cut", "html", "wrong-device", "status=503", "status=500")


def test_nothing_is_lost_or_wrong_among_faults(service):
    """10,000 faults of every kind: each header ends with its own key, and each error is one of ours.

    What is paid twice was possibly paid before: the two ledgers agree to the call.
    """
    wanted = 10_000 if LONG else 600
    fleet = Fleet(devices=20, messages=wanted, faults=0, makes=(Make(Kind.V1, CONTINUOUS),))
    messages = messages_of(fleet)
    rules = [f"/e2e/*:{fault},share={0.5 / len(FAULTS)}" for fault in FAULTS]
    rules += ["/e2e/*:expired-token,share=0.002", "/e2e/*:status=429,share=0.03"]
    simulator, client = service(fleet, rules=rules)
    source = ServiceSource(client, budget="unlimited")
    opened, rounds = 0, 0
    while opened < len(messages):
        rounds += 1
        assert rounds < 200
        try:
            batch = open_messages(messages, _Forgetting(source))
        except SealwrightError:
            continue
        assert set(batch.counts()) >= {Outcome.OPENED}
        opened = batch.counts()[Outcome.OPENED]
        assert batch.to_list() == [
            row.text if text is not None else None
            for row, text in zip(fleet.day(), batch.to_list(), strict=True)
        ]
    ledger = source.ledger
    assert ledger.kept == len(messages)
    assert simulator.ledger.paid_for.keys() == {(UPLINK, message[:16].hex()) for message in messages}
    twice = simulator.ledger.total_paid() - len(messages)
    assert 0 < twice <= ledger.possibly_paid + ledger.answered - ledger.kept


class _Forgetting:
    """A source that does not remember refusals: the next round asks again."""

    def __init__(self, source):
        self._source = source

    def resolve(self, headers, *, exact=False):
        """Ask with the memory of keys alone."""
        self._source._front._memory._told.clear()
        return self._source.resolve(headers, exact=exact)


def test_threads_among_faults_pay_once(service):
    """Sixteen threads, the same messages, a service that is often busy: still one call a header."""
    fleet = Fleet(devices=10, messages=200, faults=0, makes=(Make(Kind.V1, CONTINUOUS),))
    messages = messages_of(fleet)
    simulator, client = service(fleet, rules=["/e2e/*:status=503,share=0.05", "/e2e/*:delay=0.005"])
    source = ServiceSource(client, budget="unlimited")
    counts = []
    threads = [
        threading.Thread(target=lambda: counts.append(open_messages(messages, source).counts()))
        for _ in range(16)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each[Outcome.OPENED] for each in counts] == [200] * 16
    assert simulator.ledger.total_paid() == 200
    assert simulator.ledger.most_paid_for_one() == 1
