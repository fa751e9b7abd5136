"""`sealwright keys reconcile`: the ledger beside the usage log."""

import json
from datetime import UTC, datetime

import pytest

import stores
from sealwright import KeyStore
from sealwright.telemetry import Calls
from sealwright.telemetry.keys.asking.reconciling import BILLED


@pytest.fixture
def fetched(sealwright, service, store):  # noqa: ARG001  # the environment names the store
    """Fetch some keys, and return a function that reconciles."""
    assert sealwright("keys", "fetch", "fleet.jsonl", "--service", service.url, "--budget", "40").code == 5
    return lambda *options: sealwright("keys", "reconcile", "--service", service.url, *options)


def today(service):
    """Return the day that it is for the service."""
    return datetime.fromtimestamp(service.simulator.clock(), UTC).date().isoformat()


def test_both_agree_once_the_log_has_come(fetched, service):
    """Five minutes after the calls; devices are shown where they are asked for."""
    done = fetched()
    assert (done.code, "the log is five minutes behind" in done.err) == (3, True)
    service.simulator.clock.advance(300)
    done = fetched()
    assert (done.code, done.out) == (0, b"")
    paid = service.simulator.ledger.total_paid()
    said = done.err.splitlines()[-1].split(": ")[1]
    assert said.startswith(
        f"{paid:,} billed calls by the ledger, 0 possibly, {paid:,} by the service's log; 0 of"
    )
    head, *lines = fetched("--all").out.decode().splitlines()
    assert head.split() == ["device", "sent", "kept", "possibly_paid", "logged", "agrees"]
    assert sum(int(line.split()[2]) for line in lines) == paid
    rows = json.loads(fetched("--json").out)
    assert sum(row["logged"] for row in rows) == paid
    assert {row["agrees"] for row in rows} == {True}


def test_what_only_the_ledger_has(fetched, service, store):
    """A call of this account that the service knows nothing of; those of others are no matter."""
    service.simulator.clock.advance(300)
    calls = [Calls(today(service), b"\0\0\1\2\3\4", BILLED, sent=2, answered=2, kept=2)]
    for origin, account in (("https://a.example", "default"), (service.url, "other")):
        with KeyStore(store, stores.SECRET, origin=origin, account=account) as opened:
            opened.count_calls(calls)
    assert fetched().code == 0
    with KeyStore(store, stores.SECRET, origin=service.url) as opened:
        opened.count_calls(calls)
    done = fetched()
    assert done.code == 3
    assert done.out.decode().splitlines()[1].split() == ["000001020304", "2", "2", "0", "0", "false"]


def test_since(fetched, service):
    """Only what is as young as asked for; not more than the service remembers."""
    service.simulator.clock.advance(300)
    done = fetched("--since", today(service))
    assert done.code == 0
    done = fetched("--since", "2020-01-01")
    assert (done.code, "60 days" in done.err) == (2, True), done.err
