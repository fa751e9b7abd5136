"""How fast a store is that has the keys: 100,000 messages of 500 keys, loading included."""

import random
import time

import pytest

import making
import stores
from filing import json_lines
from sealwright import CachedSource, KeyFile, KeyStore
from sealwright.telemetry import import_keys
from sealwright.telemetry.pipeline.job import Options, run
from upstreams import key_of

KEYS, COUNTERS, ROUNDS = 500, 200, 2
AT_LEAST = 0.7


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """Make the messages, a key file with a line a key, and a store that has taken it."""
    folder = tmp_path_factory.mktemp("warm")
    headers = [stores.header(key, counter) for key in range(KEYS) for counter in range(COUNTERS)]
    random.Random(1).shuffle(headers)
    rows = [
        {
            "device": raw[2:8].hex(),
            "payload": stores.seal(b'{"n":7,"t":24.5,"rh":43,"batt":4.06}', raw, key_of(raw)).hex(),
        }
        for raw in headers
    ]
    (folder / "messages.jsonl").write_bytes(json_lines(*rows))
    firsts = [stores.header(key) for key in range(KEYS)]
    lines = [making.key_line(making.reply_v1(raw, key_of(raw)), raw) for raw in firsts]
    making.write_key_file(folder / "keys.jsonl", *lines)
    KeyStore.create(folder / "keys.sqlite", stores.SECRET)
    with KeyStore(folder / "keys.sqlite", stores.SECRET) as store:
        import_keys(store, KeyFile(folder / "keys.jsonl"))
    return folder


def _open(folder, source):
    """Open all messages; return the seconds of this process that it took, and the output."""
    begun = time.process_time()
    with (folder / "messages.jsonl").open("rb") as stream:
        summary = run(stream, source(), str(folder / "out.jsonl"), Options())
    taken = time.process_time() - begun
    assert summary.failed == 0
    return taken, (folder / "out.jsonl").read_bytes()


def test_a_warm_store_is_nearly_as_fast_as_a_key_file(day):
    """In turns, the best of two; both give the same bytes."""
    sources = {
        "file": lambda: KeyFile(day / "keys.jsonl"),
        "store": lambda: CachedSource(store=KeyStore(day / "keys.sqlite", stores.SECRET)),
    }
    runs = {name: [_open(day, source) for _ in range(ROUNDS)] for name, source in sources.items()}
    best = {name: min(taken for taken, _ in each) for name, each in runs.items()}
    assert len({out for each in runs.values() for _, out in each}) == 1
    assert best["file"] / best["store"] >= AT_LEAST
