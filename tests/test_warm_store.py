"""A store that has the keys answers as the key file does: 20,000 messages of 500 keys."""

import random

import pytest

import making
import stores
from filing import json_lines
from sealwright import CachedSource, KeyFile, KeyStore
from sealwright.telemetry import import_keys
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run
from upstreams import key_of

KEYS, COUNTERS = 500, 40


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


def test_a_warm_store_gives_what_the_key_file_gives(day):
    """Every message opens from both, and the outputs are the same bytes."""
    sources = (KeyFile(day / "keys.jsonl"), CachedSource(store=KeyStore(day / "keys.sqlite", stores.SECRET)))
    outputs = []
    for source in sources:
        with (day / "messages.jsonl").open("rb") as stream:
            assert run(stream, source, str(day / "out.jsonl"), Options()).failed == 0
        outputs.append((day / "out.jsonl").read_bytes())
    assert outputs[0] == outputs[1]
