"""`sealwright open` with a service: what is nowhere held is asked for, kept, and paid once."""

import json

import pytest

import stores
from sealwright import KeyStore

OPEN = ("open", "fleet.jsonl", "--plaintext", "utf8")


def rows_of(octets):
    """Return the rows of JSON Lines."""
    return [json.loads(line) for line in octets.splitlines()]


@pytest.fixture
def opened(sealwright, service):
    """Return a function that opens the fleet's messages with the service."""
    return lambda *options: sealwright(*OPEN, "--service", service.url, *options)


def right(rows, fleet):
    """Return how many rows are what the devices have sealed, or have not opened where they must not."""
    day = fleet.day()
    assert len(rows) == len(day)
    texts = [each.text if each.text is None else each.text.decode() for each in day]
    return sum(row["plaintext"] == text for row, text in zip(rows, texts, strict=True))


@pytest.mark.usefixtures("store")
def test_every_row_comes_out_right_and_is_paid_once(sealwright, opened, service, fleet):
    """The second run asks for nothing and gives the same bytes; so does one without the service."""
    first = opened("--budget", "500")
    assert first.code == 3
    assert right(rows_of(first.out), fleet) == len(fleet.day())
    calls = service.calls
    assert f"service: {calls:,} requests, " in first.err
    again = opened("--budget", "500")
    assert (again.out, service.calls) == (first.out, calls)
    assert sealwright(*OPEN).out == first.out


@pytest.mark.usefixtures("store")
def test_a_budget_that_is_reached(opened, service, fleet):
    """Exit code 5: all rows are there, those that cost more are not_attempted, and open the next time."""
    done = opened("--budget", "5")
    rows = rows_of(done.out)
    assert (done.code, len(rows), service.calls) == (5, len(fleet.day()), 5)
    waiting = [row for row in rows if row["outcome"] == "not_attempted"]
    assert {row["reason"] for row in waiting} == {"budget"}
    assert opened("--budget", "5", "--allow-failures", "100%").code == 5
    assert right(rows_of(opened("--budget", "unlimited").out), fleet) == len(fleet.day())


@pytest.mark.usefixtures("store")
def test_a_person_is_shown_the_plan_and_asked(opened, service, terminal, tmp_path):
    """No means that nothing is opened or asked for."""
    done = opened("-o", "out.jsonl")
    assert (done.code, "--budget N is missing" in done.err) == (2, True)
    terminal("n")
    done = opened("-o", "out.jsonl")
    assert (done.code, service.calls, (tmp_path / "out.jsonl").exists()) == (130, 0, False)
    terminal("y")
    assert opened("-o", "out.jsonl").code == 3
    assert service.calls


@pytest.mark.usefixtures("store")
def test_a_pipe_cannot_be_planned(sealwright, service, terminal):
    """It is read once: say the budget."""
    terminal()
    done = sealwright("open", "-", "--service", service.url, stdin=b"")
    assert (done.code, "--budget N is missing" in done.err) == (2, True)


def test_a_service_that_goes_down(opened, service, store, tmp_path):
    """Exit code 6 and no output; what was fetched is kept, and not paid again."""
    service.simulator.disturb("/e2e/*:status=500,after=7")
    done = opened("--budget", "unlimited", "--concurrency", "1", "-o", "out.jsonl")
    assert (done.code, (tmp_path / "out.jsonl").exists()) == (6, False)
    with KeyStore(store, stores.SECRET) as kept:
        assert len(list(kept.entries())) == service.answered > 3


@pytest.mark.usefixtures("store")
def test_wrong_credentials(opened, monkeypatch):
    """Exit code 4 and a hint."""
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", "wrong")
    done = opened("--budget", "10")
    assert (done.code, "are the API key and its secret right" in done.err) == (4, True)


@pytest.mark.usefixtures("store")
def test_a_key_file_comes_first(opened, service, fleet, tmp_path):
    """What it has is not asked for."""
    lines = b"".join(json.dumps(line).encode() + b"\n" for line in fleet.key_lines())
    (tmp_path / "fleet-keys.jsonl").touch(mode=0o600)
    (tmp_path / "fleet-keys.jsonl").write_bytes(lines)
    done = opened("--budget", "unlimited", "--keys", "fleet-keys.jsonl")
    assert right(rows_of(done.out), fleet) == len(fleet.day())
    without = service.calls
    assert without < len(fleet.key_lines())


@pytest.mark.usefixtures("store")
def test_for_programs(opened, service):
    """The summary has the ledger."""
    told = json.loads(opened("--budget", "500", "--json", "-o", "out.jsonl").err.splitlines()[-1])
    assert told["service"] == {"requests": service.calls, "kept": told["service"]["kept"], "possibly_paid": 0}


def test_what_does_not_go_together(sealwright, service, opened):
    """Each is a usage error, before anything is asked."""
    wrong = [
        (opened("--budget", "1"), "make one with `sealwright keys init`"),
        (opened("--keys", "fleet.jsonl", "--direction", "downlink"), "answers uplink messages alone"),
        (sealwright(*OPEN, "--keys", "fleet.jsonl", "--budget", "5"), "no service is asked"),
    ]
    for done, words in wrong:
        assert (done.code, words in " ".join(done.err.split())) == (2, True), done.err
    assert service.calls == 0
