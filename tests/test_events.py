"""Events: told to a callback and to the log, exact in number, and never with a secret."""

import io
import logging
from collections import Counter

import pytest

import sealwright.events
from filing import json_lines, key_file, v1
from sealwright import CachedSource, KeyFile, KeyStore, ServiceSource, UbloxClient, open_messages
from sealwright.events import COUNTERS, MESSAGES, Event, Teller
from sealwright.services._http import Limits
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.ublox import UbloxSimulator
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run
from stores import SECRET


def _sum(events, name, *labels):
    """Return how often each combination of labels was told."""
    counts = Counter()
    for event in events:
        if event.name == name:
            words = tuple(event.labels[label] for label in labels)
            counts[words[0] if len(words) == 1 else words] += event.count
    return counts


@pytest.fixture
def heard():
    """Return the list of events, each of which was checked against the table of counters."""

    class Heard(list):
        def __call__(self, event):
            assert tuple(event.labels) == COUNTERS[event.name]
            assert all(isinstance(word, str) for word in event.labels.values())
            assert event.count > 0
            self.append(event)

    return Heard()


def test_outcomes_of_a_batch(tmp_path, heard):
    """Each outcome and reason that occurs, once a batch."""
    messages = [v1(0), v1(1), b"", b"\x30", v1(2)[:-1] + b"\x00"]
    batch = open_messages(messages, KeyFile(key_file(tmp_path)), on_event=heard)
    counts = _sum(heard, MESSAGES, "operation", "outcome", "reason")
    assert counts[("open", "opened", "")] == 2
    assert counts[("open", "malformed", "empty")] == counts[("open", "malformed", "unknown_version")] == 1
    assert sum(counts.values()) == len(batch)


def test_outcomes_and_flags_of_a_file(tmp_path, heard):
    """With what the rows say of themselves."""
    rows = [{"payload": v1(1).hex()}] * 3 + [{"payload": "zz"}, {"n": 1}]
    source = KeyFile(key_file(tmp_path))
    run(io.BytesIO(json_lines(*rows)), source, str(tmp_path / "out"), Options(), on_event=heard)
    counts = _sum(heard, MESSAGES, "outcome", "reason")
    assert counts == {("opened", ""): 3, ("malformed", "undecodable_text"): 1, ("malformed", "missing"): 1}
    assert _sum(heard, "sealwright.repeats", "flag") == {"duplicate": 2}


@pytest.fixture
def world(tmp_path):
    """Return a simulator, its messages, and a client and a store for them."""
    simulator, fleet = UbloxSimulator(), Fleet(devices=5, messages=60, served=True)
    simulator.furnish(fleet)
    messages = [row.message for row in fleet.day() if row.message]
    KeyStore.create(tmp_path / "keys.sqlite", SECRET)
    return simulator, messages, tmp_path / "keys.sqlite"


def _client(simulator, heard):
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    transport, limits = simulator.transport(), Limits(backoff=0.002, deadline=10)
    where = "http://127.0.0.1/v1"
    return UbloxClient(key, secret, service=where, transport=transport, limits=limits, on_event=heard)


def test_answers_calls_and_requests(world, heard):
    """What is counted here is what the ledger and the service count; the second time all is held."""
    simulator, messages, path = world
    with _client(simulator, heard) as client, KeyStore(path, SECRET, origin="http://127.0.0.1/v1") as store:
        service = ServiceSource(client, budget="unlimited", log=store, on_event=heard)
        cached = CachedSource(service, store=store, on_event=heard)
        open_messages(messages, cached)
        calls = _sum(heard, "sealwright.calls", "outcome")
        asked = {path: count for path, count in simulator.ledger.requests.items() if "/get" in path}
        assert calls["exact"] == service.ledger.kept > 0
        assert calls.total() == service.ledger.reached == sum(asked.values())
        assert _sum(heard, "sealwright.calls", "operation") == asked
        answers = _sum(heard, "sealwright.answers", "source")
        assert answers["service"] == calls.total()
        requests = _sum(heard, "sealwright.requests", "outcome")
        assert requests.total() == simulator.ledger.requests.total()
        assert requests["200"] >= calls["exact"]
        heard.clear()
        again = CachedSource(store=store, on_event=heard)
        open_messages(messages, again)
        sources = _sum(heard, "sealwright.answers", "source")
        assert set(sources) <= {"store", "memory", "none"}
        assert sources["store"] > 0


def test_what_is_not_asked_is_told_with_its_reason(world, heard):
    """A budget that ends: so many calls, and the others with the word for it."""
    simulator, messages, _ = world
    with _client(simulator, None) as client:
        service = ServiceSource(client, budget=2, on_event=heard)
        cached = CachedSource(service, on_event=heard)
        open_messages(messages, cached)
    calls = _sum(heard, "sealwright.calls", "outcome", "reason")
    assert calls[("not_attempted", "budget")] > 0
    assert sum(count for (outcome, _), count in calls.items() if outcome != "not_attempted") == 2
    assert _sum(heard, "sealwright.answers", "source")["none"] > 0


def test_every_header_has_one_answer(world, heard):
    """The sources sum up to the headers, however often they were looked for."""
    from sealwright.telemetry.format.headers import Reading, parse_headers
    from sealwright.telemetry.format.messages import Messages

    simulator, messages, path = world
    headers = parse_headers(Messages.of(messages), Reading.of())
    headers = headers.take((headers.kind != 0).nonzero()[0])
    with _client(simulator, None) as client, KeyStore(path, SECRET, origin="http://127.0.0.1/v1") as store:
        cached = CachedSource(ServiceSource(client, budget=9), store=store, on_event=heard)
        for times in (1, 2):
            cached.resolve(headers)
            assert _sum(heard, "sealwright.answers", "source").total() == times * len(headers)


def test_nothing_that_a_message_holds_is_in_a_label(world, heard):
    """No header, UID, key id, key or plaintext; only words, paths and statuses."""
    simulator, messages, path = world
    with _client(simulator, heard) as client, KeyStore(path, SECRET, origin="http://127.0.0.1/v1") as store:
        service = ServiceSource(client, budget="unlimited", log=store, on_event=heard)
        batch = open_messages(messages, CachedSource(service, store=store, on_event=heard), on_event=heard)
    told = " ".join(word for event in heard for word in event.labels.values())
    for row in range(len(messages)):
        assert batch.headers.raw[row, 2:8].tobytes().hex() not in told or not batch.headers.kind[row]
    assert all(len(word) < 80 for word in told.split())


def test_a_callback_that_fails_stops_nothing(tmp_path, caplog):
    """Its error is logged, and the messages are open."""

    def broken(_event):
        raise RuntimeError("the system of metrics is away")

    batch = open_messages([v1(0)], KeyFile(key_file(tmp_path)), on_event=broken)
    assert batch.to_list() == [b"text 0"]
    [record] = caplog.records
    assert (record.name, record.levelname) == ("sealwright.events", "ERROR")
    assert "the system of metrics is away" in caplog.text


def test_the_log_has_the_same_as_structured_extras(caplog):
    """Without a callback, at DEBUG."""
    with caplog.at_level(logging.DEBUG, "sealwright"):
        Teller()("sealwright.answers", 3, source="store")
    [record] = caplog.records
    assert (record.event, record.count, record.source) == ("sealwright.answers", 3, "store")
    assert record.getMessage() == "sealwright.answers 3 {'source': 'store'}"


def test_silent_by_default(capfd):
    """Nobody who set up no logging sees anything, errors of callbacks neither."""
    import subprocess
    import sys

    code = (
        "from sealwright.events import Teller\n"
        "Teller(lambda event: 1 / 0)('sealwright.answers', 1, source='store')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_no_event(heard):
    """A count of 0 is not told, and a label that is missing is an error of ours."""
    tell = Teller(heard)
    tell("sealwright.answers", 0, source="store")
    assert heard == []
    with pytest.raises(KeyError):
        tell("sealwright.answers", 1)
    assert not Teller().is_heard


def test_every_counter_is_documented():
    """Each has a constant and its labels."""
    constants = {
        value for name, value in vars(sealwright.events).items() if name.isupper() and isinstance(value, str)
    }
    assert constants == set(COUNTERS)


# Recipes


def test_recipe_for_prometheus(tmp_path):
    """Ten lines: a counter of ours is a counter of theirs."""
    from prometheus_client import CollectorRegistry, Counter, generate_latest

    registry = CollectorRegistry()
    counters = {
        name: Counter(name.replace(".", "_"), "See sealwright.events.", labels, registry=registry)
        for name, labels in COUNTERS.items()
    }

    def count(event: Event) -> None:
        counters[event.name].labels(**event.labels).inc(event.count)

    open_messages([v1(0), v1(1), b""], KeyFile(key_file(tmp_path)), on_event=count)
    shown = generate_latest(registry).decode()
    assert 'sealwright_messages_total{operation="open",outcome="opened",reason=""} 2.0' in shown
    assert 'sealwright_messages_total{operation="open",outcome="malformed",reason="empty"} 1.0' in shown


def test_recipe_for_opentelemetry(tmp_path):
    """Ten lines: the same with a meter."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    meter = MeterProvider([reader]).get_meter("sealwright")
    counters = {name: meter.create_counter(name) for name in COUNTERS}

    def count(event: Event) -> None:
        counters[event.name].add(event.count, dict(event.labels))

    open_messages([v1(0), v1(1), b""], KeyFile(key_file(tmp_path)), on_event=count)
    [metric] = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
    assert metric.name == "sealwright.messages"
    told = {point.attributes["outcome"]: point.value for point in metric.data.data_points}
    assert told == {"opened": 2, "malformed": 1}
