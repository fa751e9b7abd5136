"""The key store under kills, flipped bytes and failing writes: nothing acknowledged lost, nothing wrong."""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import making
import stores
from crashing import Log, kill, kill_at_random, start
from sealwright import CachedSource, KeyStore, StoreError, open_messages, seal_message
from sealwright.telemetry import State
from sealwright.telemetry.keys import cache
from sealwright.telemetry.keys.keeping.calls import Calls
from sealwright.telemetry.keys.spending import Spending
from upstreams import Service, key_of

LONG = os.environ.get("SEALWRIGHT_SCALE") == "long"
FLIPS, KILLS, FAILURES = (20_000, 300, 400) if LONG else (2_000, 30, 40)
COUNTERS = 200 if LONG else 20
"""Messages under each of 500 keys, for each of four processes."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


# Flipped bytes


def _sealed_store(folder):
    """Make a store with a little of everything; return it closed, with the messages that it opens."""
    place = stores.file_place(folder)
    headers = [stores.header(key, counter) for key in range(6) for counter in range(2)]
    with place.open() as store:
        store.keep([stores.parameters(raw, key_of(raw)) for raw in headers])
        store.keep([stores.irregular(stores.header(0, device=b"\x11\x01crooked!"[:8]))])
        store.count_calls([Calls("2026-01-15", making.UID[2:], "/e2e", sent=2, answered=1)])
        store.spent.spend([Spending(bytes([each]) * 16, making.UID, b"text", b"sealed") for each in range(8)])
        store.lease([b"name"], 10**9)
    counters = (0, 1, 2)
    messages = [_message(stores.header(key, counter)) for key in range(6) for counter in counters]
    return Path(place.where), messages


def _message(raw):
    return seal_message(b"text " + raw[8:16], stores.parameters(raw, key_of(raw)))


def test_flipped_bytes(quick_folder):
    """Whatever byte of the file is another one: a right answer, none, or a clean error; no wrong text."""
    path, messages = _sealed_store(quick_folder)
    texts = {b"text " + each[8:16] for each in messages}
    whole = path.read_bytes()
    draw = random.Random(12)
    ends = Counter()
    for _ in range(FLIPS):
        at, mask = draw.randrange(len(whole)), draw.randrange(1, 256)
        path.write_bytes(whole[:at] + bytes((whole[at] ^ mask,)) + whole[at + 1 :])
        try:
            ends[_look_through(path, messages, texts)] += 1
        except StoreError:
            ends["refused"] += 1
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
    assert sum(ends.values()) == FLIPS
    assert min(ends["whole"], ends["damaged"], ends["refused"]) > FLIPS / 100


def _look_through(path, messages, texts):
    """Use a store in every way; return whether anything was damaged."""
    with KeyStore(path, stores.SECRET, tell=lambda _: None) as store:
        opened = open_messages(messages, store).to_list()
        assert {text for text in opened if text is not None} <= texts
        list(store.entries())
        list(store.calls())
        ledger = store.spent
        kivs = [bytes([each]) * 16 for each in range(8)]
        assert ledger.spent(kivs) == set(kivs)
        stands = ledger.spend([Spending(kiv, making.UID, b"another", b"another") for kiv in kivs])
        assert stands == [(b"sealed", False)] * 8
        store.lease([b"name"], 1)
        return "damaged" if store.damaged or None in opened else "whole"


# Kills


def _keep_on(where, log, number):
    """Keep keys one by one, and log each when it has been kept."""
    with KeyStore(where, stores.SECRET) as store:
        for counter in range(65_536):
            raw = stores.header(number, counter)
            store.keep([stores.parameters(raw, key_of(raw))])
            log.write(raw.hex())


def test_kills_while_writing(quick_folder):
    """After each kill -9 every key that was acknowledged is there, and no row is damaged."""
    place = stores.file_place(quick_folder)
    log = Log(quick_folder / "log")
    at_work = kill_at_random(lambda number: start(_keep_on, place.where, log, number), KILLS, 0.02, 0.12)
    assert at_work == KILLS
    acknowledged = [bytes.fromhex(line) for line in log.lines()]
    assert len(acknowledged) > KILLS
    with place.open() as store:
        for at in range(0, len(acknowledged), 10_000):
            table = store.resolve(making.headers_of(*acknowledged[at : at + 10_000]), exact=True)
            assert (table.state == State.EXACT).all()
        assert len(list(store.entries())) >= len(acknowledged)
        assert store.damaged == 0
        assert store._tables._ask("PRAGMA integrity_check") == [("ok",)]


def _ask_for_ever(where, log):
    """Begin a call that never ends, with the lease for it."""

    class Endless(Service):
        def resolve(self, headers, *, exact=False, keep=None):
            log.write("asking")
            time.sleep(600)
            return super().resolve(headers, exact=exact, keep=keep)

    CachedSource(Endless(), store=KeyStore(where, stores.SECRET)).resolve(making.headers_of(stores.header()))


@pytest.mark.parametrize("sort", ["file", "server"])
def test_taking_over_from_a_process_that_was_killed(request, tmp_path, monkeypatch, sort):
    """While the holder lives its lease is extended; after kill -9 another asks within the lease's time."""
    monkeypatch.setattr(cache, "LEASE_SECONDS", 0.6)
    place = request.getfixturevalue(f"{sort}_place")
    place.clock.now = 0.0
    log = Log(tmp_path / "log")
    child = start(_ask_for_ever, place.where, log)
    while not log.lines():
        time.sleep(0.01)
    time.sleep(1.5)
    service = Service()
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        time.sleep(seconds)
        if len(pauses) == 5:
            assert service.paid == 0
            assert kill(child)

    source = CachedSource(service, store=KeyStore(place.where, stores.SECRET), sleep=sleep)
    begun = time.monotonic()
    assert source.resolve(making.headers_of(stores.header())).state.tolist() == [State.EXACT]
    assert time.monotonic() - begun < 5
    assert len(pauses) >= 5
    assert service.paid == 1


# Processes


def _ask_for_all(where, log, number):
    """Ask for 500 keys of many messages each, in an order of one's own."""
    draw = random.Random(number)
    headers = [stores.header(key, counter) for key in range(500) for counter in range(COUNTERS)]
    draw.shuffle(headers)
    service = Service(seconds=0.01)
    source = CachedSource(service, store=KeyStore(where, stores.SECRET))
    for at in range(0, len(headers), 1000):
        table = source.resolve(making.headers_of(*headers[at : at + 1000]))
        assert (table.state != State.UNKNOWN).all()
    log.write(f"done {service.paid}")


@pytest.mark.parametrize("sort", ["file", "server"])
def test_four_processes_on_one_store(request, tmp_path, sort):
    """Each of 500 keys is asked for once, by whichever process comes first."""
    place = request.getfixturevalue(f"{sort}_place")
    log = Log(tmp_path / "log")
    children = [start(_ask_for_all, place.where, log, number) for number in range(4)]
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0] * 4
    paid = [int(line.split()[1]) for line in log.lines()]
    assert len(paid) == 4
    assert sum(paid) == 500


# Writes that fail


def _keep_under_limit(where, log, limit):
    """Keep keys although no file may grow beyond a limit."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    said = []
    try:
        store = KeyStore(where, stores.SECRET, tell=said.append)
    except StoreError:
        log.write("not opened")
        return
    headers = [stores.header(9, counter) for counter in range(30)]
    for raw in headers:
        store.keep([stores.parameters(raw, key_of(raw))])
        log.write(f"{'kept' if not said else 'memory'} {raw.hex()}")
    held = store.resolve(making.headers_of(*headers, stores.header()), exact=True).state
    assert (held == State.EXACT).all()
    log.write(f"done {len(said)}")


def test_every_write_that_can_fail(tmp_path):
    """Wherever a file stops growing: nothing kept is lost, the store goes on in memory, one warning."""
    first = stores.file_place(tmp_path)
    with first.open() as store:
        store.keep([stores.parameters(stores.header(), key_of(stores.header()))])
    size = Path(first.where).stat().st_size
    ends = Counter()
    for number in range(FAILURES):
        folder = tmp_path / str(number)
        shutil.copytree(Path(first.where).parent, folder)
        log = Log(folder / "log")
        child = start(_keep_under_limit, folder / "keys.sqlite", log, size + 1_500_000 * number // FAILURES)
        child.join(60)
        *_, end = lines = log.lines()
        assert child.exitcode == 0, lines
        ends[end] += 1
        with KeyStore(folder / "keys.sqlite", stores.SECRET) as store:
            kept = [bytes.fromhex(line.split()[1]) for line in lines if line.startswith("kept")]
            table = store.resolve(making.headers_of(stores.header(), *kept), exact=True)
            assert (table.state == State.EXACT).all()
            assert store.damaged == 0
        shutil.rmtree(folder)
    assert set(ends) <= {"done 0", "done 1", "not opened"}
    assert ends["done 1"]
    assert ends["done 0"]


# File systems of their own

in_a_namespace = pytest.mark.skipif(
    shutil.which("unshare") is None, reason="unshare is not installed: apt-get install util-linux"
)
IN_A_NAMESPACE = ["unshare", "--mount", "--map-root-user"]

ON_A_SMALL_DISK = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
import making, stores
from sealwright import KeyStore
place = Path({folder!r}) / "keys.sqlite"
said = []
KeyStore.create(place, stores.SECRET)
store = KeyStore(place, stores.SECRET, tell=said.append)
headers = [stores.header(each) for each in range(3000)]
for raw in headers:
    store.keep([stores.parameters(raw)])
assert (store.resolve(making.headers_of(*headers)).state == 1).all()
assert len(said) == 1, said
assert "full" in said[0] or "disk I/O error" in said[0], said
store.close()
on_disk = len(list(KeyStore(place, stores.SECRET).entries()))
assert 0 < on_disk < 3000
print("kept", on_disk)
"""

ON_A_READ_ONLY_DISK = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
import making, stores
from sealwright import KeyStore
place = Path({folder!r}) / "keys.sqlite"
said = []
store = KeyStore(place, stores.SECRET, tell=said.append)
assert not said
store.keep([stores.parameters(stores.header(1))])
assert len(said) == 1, said
assert "readonly" in said[0], said
assert (store.resolve(making.headers_of(stores.header(), stores.header(1))).state == 1).all()
print("kept", len(list(store._tables.scan())))
"""


def _in_a_namespace(mount, code, folder):
    """Run code where a folder is a file system of its own; skip where that is not allowed."""
    code = code.format(path=[path for path in sys.path if path], folder=str(folder))
    script = f'{mount} && exec "$0" -c "$1"'
    words = [*IN_A_NAMESPACE, "sh", "-c", script, sys.executable, code]
    if subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no mount namespace: unshare --mount --map-root-user")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(
    not shutil.which("unshare"), reason="unshare is not installed: apt-get install util-linux"
)
def test_a_disk_that_is_full(tmp_path):
    """On a file system of 400 kB the store goes on in memory, and what it had taken is there."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = f"mount -t tmpfs -o size=400k,mode=700 tmpfs {folder}"
    assert _in_a_namespace(mount, ON_A_SMALL_DISK, folder).startswith("kept ")


@pytest.mark.skipif(
    not shutil.which("unshare"), reason="unshare is not installed: apt-get install util-linux"
)
def test_a_disk_that_is_read_only(tmp_path):
    """A store on a read-only file system answers, and keeps what is new in memory."""
    place = stores.file_place(tmp_path)
    with place.open() as store:
        store.keep([stores.parameters(stores.header())])
    folder = Path(place.where).parent
    mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"
    assert _in_a_namespace(mount, ON_A_READ_ONLY_DISK, folder) == "kept 1\n"
