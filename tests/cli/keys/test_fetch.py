"""`sealwright keys fetch`: asked once, kept, within a budget."""

import json

import pytest

import stores
from sealwright import KeyStore

FETCH = ("keys", "fetch", "fleet.jsonl")
UNKNOWN = "headers that the service does not know"


@pytest.fixture
def fetch(sealwright, service):
    """Return a function that fetches from the service."""
    return lambda *options: sealwright(*FETCH, "--service", service.url, *options)


@pytest.mark.usefixtures("store")
def test_each_key_once(sealwright, fetch, service):
    """What is kept is not asked for again, and opens the messages without the service."""
    plan = json.loads(sealwright("keys", "plan", "fleet.jsonl", "--json").out)
    done = fetch("--budget", "unlimited")
    assert done.code == 3
    assert UNKNOWN in done.out.decode()
    assert plan["at_least"] + plan["free"] <= service.calls <= plan["at_most"] + plan["free"]
    before = service.calls
    again = fetch("--budget", "unlimited")
    assert (again.code, service.calls) == (3, before)
    assert "service: 0 requests, 0 keys kept" in again.err
    assert sealwright("open", "fleet.jsonl").code == 3


@pytest.mark.usefixtures("store")
def test_for_programs(fetch, service):
    """What became of the headers, and the ledger."""
    told = json.loads(fetch("--budget", "500", "--json").out)
    ledger = told.pop("service")
    assert told.pop("headers") == sum(told.values())
    assert told.keys() == {"held", "tried", "unknown"}
    assert ledger == {"requests": service.calls, "kept": ledger["kept"], "possibly_paid": 0}
    assert ledger["kept"] == told["held"]


def test_it_says_whose_store_and_credentials(fetch, service, store):
    """Before anything is asked, and the ledger at the end."""
    first, second, third, *_ = fetch("--budget", "20").err.splitlines()
    assert first == f"store {store}, secret from SEALWRIGHT_STORE_SECRET"
    assert second.startswith("credentials: the API key from SEALWRIGHT_UBLOX_API_KEY")
    assert third == f"service: 20 requests, {service.answered} keys kept"


@pytest.mark.usefixtures("store")
def test_a_budget_is_kept_and_the_next_run_goes_on(fetch, service):
    """Exit code 5; nothing is paid twice."""
    for count in (10, 20):
        done = fetch("--budget", "10")
        assert (done.code, service.calls) == (5, count)
        assert "headers not answered: the budget of paid calls was reached" in done.out.decode()
    assert fetch("--budget", "unlimited", "--device-budget", "1").code == 5


@pytest.mark.usefixtures("store")
def test_listed_devices_alone(fetch, service, fleet, tmp_path):
    """Others are never asked for; comments and blank lines are none."""
    first = fleet.made_devices()[0].uid.hex()
    (tmp_path / "devices.txt").write_text(f"# ours\n\n{first.upper()}  # the first\n")
    done = fetch("--budget", "100", "--devices", "devices.txt")
    assert done.code == 3
    assert "a device that is not among those to ask for" in done.out.decode()
    asked = {header for _, header in service.simulator.ledger.paid_for}
    assert asked
    assert all(first[4:] in header for header in asked)
    (tmp_path / "devices.txt").write_text("ours\n")
    done = fetch("--budget", "100", "--devices", "devices.txt")
    assert (done.code, "devices.txt, line 1: 'ours' is no ROTPublicUID" in done.err) == (2, True)


@pytest.mark.usefixtures("store")
def test_without_a_budget(fetch, service, terminal):
    """Nobody to ask: refused. A person sees the plan, and may say no or yes."""
    done = fetch()
    assert (done.code, "--budget N is missing" in done.err, service.calls) == (2, True, 0)
    terminal("n")
    done = fetch()
    assert (done.code, service.calls) == (130, 0)
    assert "billed calls" in done.err
    terminal("y")
    assert fetch().code == 3
    assert service.calls


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("text", ["many", "-1", "1.5", "", "²"])
def test_what_is_no_budget(fetch, text):
    """It is a usage error."""
    done = fetch("--budget", text)
    assert (done.code, "neither a number of requests nor unlimited" in done.err) == (2, True)


def test_without_a_store(fetch, service):
    """What is paid for must be kept: nothing is asked."""
    done = fetch("--budget", "10")
    assert (done.code, "make one with `sealwright keys init`" in done.err, service.calls) == (1, True, 0)


@pytest.mark.usefixtures("store")
def test_wrong_credentials(fetch, monkeypatch):
    """Exit code 4 and a hint."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", "wrong")
    done = fetch("--budget", "10")
    assert (done.code, "are the API key and its secret right" in done.err) == (4, True)
    monkeypatch.delenv("SEALWRIGHT_UBLOX_API_SECRET")
    assert fetch("--budget", "10").code == 4


def test_a_service_that_goes_down(fetch, service, store):
    """Exit code 6; what was fetched until then is kept."""
    service.simulator.disturb("/e2e/*:status=500,after=7")
    done = fetch("--budget", "unlimited", "--concurrency", "1")
    assert done.code == 6
    assert f", {service.answered} keys kept" in done.err
    with KeyStore(store, stores.SECRET) as opened:
        entries = list(opened.entries())
    assert len(entries) == service.answered > 3
    assert {entry.owner.origin for entry in entries} == {service.url}


@pytest.mark.usefixtures("store")
def test_every_header_by_itself(fetch, service):
    """Without the shortcut each header takes a call."""
    told = json.loads(fetch("--budget", "unlimited", "--exact", "--json").out)
    assert told.get("tried", 0) == 0
    assert service.calls == told["held"] + told["unknown"]
