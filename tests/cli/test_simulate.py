"""`sealwright simulate`: the service in a process of its own, called over a socket and stopped."""

import http.client
import json
import os
import signal
import stat
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from sealwright.simulator.fleet import Fleet


def announced(running):
    """Return what a service that runs with --json says of itself."""
    return json.loads(running.stdout.readline())


def post(told, path, body, **headers):
    """Make one call and return status and reply."""
    connection = http.client.HTTPConnection(urlsplit(told["service"]).netloc, timeout=10)
    connection.request("POST", f"/v1{path}", json.dumps(body), headers)
    with connection.getresponse() as answered:
        status, value = answered.status, json.loads(answered.read())
    connection.close()
    return status, value


def token(told):
    """Return an AuthToken."""
    _, reply = post(told, "/authenticate", {"APIKey": told["api_key"], "APISecret": told["api_secret"]})
    return reply["AuthToken"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(process, stop):
    """Both signals end it well, and it says what was called and what would have been billed."""
    running = process("simulate", "--json", "--devices", "4", "--seed", "5")
    told = announced(running)
    device = Fleet(seed=5, devices=4).made_devices()[0]
    header = device.send().message[:16].hex()
    path = "/e2e/uplink/protectionparameters/get"
    status, reply = post(told, path, {"EncryptedHeader": header}, Authorization=token(told))
    assert (status, reply) == (200, device.root.reply(bytes.fromhex(header)))
    running.send_signal(stop)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert err.decode().splitlines() == [
        "4 devices; Ctrl-C stops",
        "2 calls, 1 of them billed",
        "          1  /authenticate",
        "          1  /e2e/uplink/protectionparameters/get  (1 billed)",
    ]


def test_in_this_process(sealwright, tmp_path):
    """The same by a signal that this process gets: its handlers are back in place afterwards."""
    before = signal.getsignal(signal.SIGINT)
    path = tmp_path / "messages.jsonl"

    def stop():
        while signal.getsignal(signal.SIGINT) is before:  # the service is not yet up
            time.sleep(0.05)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    stopper = threading.Thread(target=stop, daemon=True)
    stopper.start()
    done = sealwright(
        "simulate", "--messages", path, "--quirk", "all", "--at", "2026-02-01", "--host", "0.0.0.0"
    )
    stopper.join()
    assert done.code == 0
    assert done.out.startswith(b"service  http://0.0.0.0:")
    assert "20 devices; Ctrl-C stops\n0 calls, 0 of them billed\n" in done.err
    assert len(path.read_text().splitlines()) == 2_000
    assert signal.getsignal(signal.SIGINT) is before


def test_what_people_see(process):
    """The URL, and the credentials as lines for a shell."""
    running = process("simulate", "--devices", "0")
    service, key, secret = (running.stdout.readline().decode().strip() for _ in range(3))
    assert service.startswith("service  http://127.0.0.1:")
    assert service.endswith("/v1")
    assert key.startswith("export SEALWRIGHT_UBLOX_API_KEY=")
    assert secret.startswith("export SEALWRIGHT_UBLOX_API_SECRET=")
    running.send_signal(signal.SIGINT)
    assert b"0 devices; Ctrl-C stops" in running.communicate(timeout=20)[1]


def test_the_fleets_messages_are_written(process, tmp_path):
    """Those of the same seed, with the faults that only a service meets, over so many days."""
    path = tmp_path / "messages.jsonl"
    options = ("--count", "300", "--days", "3", "--damaged", "0.1", "--messages", path)
    running = process("simulate", "--json", "--seed", "2", *options)
    announced(running)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows == Fleet(2, 20, 300, 0.1, 3, served=True).rows()
    assert not stat.S_IMODE(path.stat().st_mode) & 0o111


def test_faults_quirks_scheme_and_time(process):
    """What is asked for is what calls meet."""
    options = ("--fault", "/tag/get:status=429,retry-after=3", "--quirk", "capital-message")
    running = process("simulate", "--json", "--scheme", "bearer", "--at", "2026-02-01", *options)
    told = announced(running)
    shown = f"Bearer {token(told)}"
    assert post(told, "/apiversion", {}, Authorization=token(told)) == (401, {"Message": "Not Authorized."})
    assert post(told, "/tag/get", {}, Authorization=shown) == (429, {"Message": "Too Many Requests"})
    hook = {"NotificationURL": "https://example.com", "AuthorizationToken": "a"}
    kind = {"NotificationType": "ROOTCA_EXPIRATION_EVENT"}
    assert post(told, "/notification/webhook/create", {**hook, **kind}, Authorization=shown)[0] == 200
    _, hooks = post(told, "/notification/webhook/get", {}, Authorization=shown)
    assert hooks[0]["CreatedDate"] == "2026-02-01T00:00:00Z"


def test_an_address_that_others_reach_draws_a_warning(process):
    """Plain HTTP for other machines is told, not hidden."""
    running = process("simulate", "--json", "--host", "0.0.0.0")
    announced(running)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=20)
    assert b"warning: 0.0.0.0 can be reached from other machines, in plain HTTP" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "*:explode"], "there is no fault 'explode'"),
        (["--quirk", "odd"], "--quirk: there is no 'odd'; choose one of bare-uids"),
        (["--devices", "1"], "devices must be 4 to 65536"),
        (["--devices", "0", "--messages", "x"], "--messages: without devices there are no messages"),
        (["--messages", "."], "--messages: . exists already"),
        (["--host", "256.0.0.1"], "cannot listen at 256.0.0.1"),
        (["--at", "yesterday"], "yesterday"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_done(sealwright, arguments, words):
    """A usage error, before anything is announced."""
    done = sealwright("simulate", *arguments)
    assert done.code == 2
    assert words in done.err


def test_without_the_extra(sealwright, monkeypatch):
    """Says what is missing and how to get it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in [
        name
        for name in sys.modules
        if name.startswith(("sealwright.simulator.ublox", "sealwright.simulator.service"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    done = sealwright("simulate")
    assert done.code == 2
    assert "uvicorn is not installed: pip install 'sealwright[simulator]'" in done.err
