"""`sealwright el2g submit`: one person wraps, another submits, and no key is on that side."""

import asyncio
import json
import signal
import threading

import pytest

import openpgp_maker
from recipe_provision import PASSPHRASE
from sealwright.provision.receipt import verify
from sealwright.provision.signer import read_signer_key
from sealwright.simulator.el2g import PREFIXES, serve
from submitting import names, taking, wrapped
from wrapping import FOLDER, asc

SIGNER = FOLDER / "signers/signer_2048_secret.asc"
LOCKED = FOLDER / "signers/signer_4096_locked.asc"


@pytest.fixture
def simulator(monkeypatch):
    """Return a service that takes envelopes; after a lost answer nobody waits."""
    monkeypatch.setattr("sealwright.services.el2g._lost._PAUSES", (0.0, 0.0))
    monkeypatch.setattr("sealwright.provision.flows.many._PAUSE", 0.0)
    return taking()


@pytest.fixture
def el2g(sealwright, simulator, monkeypatch, tmp_path):
    """Return a function that runs a command against the service, in a folder with REQUEST.json."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEALWRIGHT_EL2G_TOKEN", simulator.token)
    (tmp_path / "REQUEST.json").write_bytes(json.dumps(json.loads(wrapped().to_json()), indent=2).encode())
    with serve(simulator.app, prefix=PREFIXES["nxp"]) as url:
        yield lambda *arguments, **more: sealwright("el2g", *arguments, "--service", url, **more)


def test_submitted_and_found(el2g, simulator):
    """The id is the output; the second time it is found."""
    done = el2g("submit", "REQUEST.json")
    (made,) = simulator.account.objects.values()
    assert (done.code, done.out) == (0, f"{made.id}\n".encode())
    said = done.err.splitlines()
    assert said[0] == "credentials: the EL2G token from SEALWRIGHT_EL2G_TOKEN"
    assert said[1] == f"created: MASTER_KEY 83000010 'master' is secure object {made.id}"
    assert said[2].startswith("  status 200, correlation id ")
    done = el2g("submit", "REQUEST.json", "--json")
    told = json.loads(done.out)
    assert (told["outcome"], told["id"], "status" in told) == ("found", str(made.id), False)
    assert names(simulator) == ["master"]


def test_two_people(sealwright, el2g, simulator, tmp_path, monkeypatch):
    """One has the key and no token, the other a token and no key: only the request goes over."""
    vault, office = tmp_path / "vault", tmp_path / "office"
    for folder in (vault, office):
        folder.mkdir()
    key = bytes(range(16)).hex()
    monkeypatch.chdir(vault)
    (vault / "key.hex").write_text(key)
    pin = {name: openpgp_maker.key(owner).fingerprint.hex().upper() for name, owner in PINNED.items()}
    (vault / "pin.json").write_text(json.dumps(pin))
    to = ("--recipient", FOLDER / "recipients/recipient.asc", "--pin", "pin.json", "--signer", SIGNER)
    named = ("--name", "two people", "--oid", "83000010", "--type", "MASTER_KEY")
    with monkeypatch.context() as without:
        without.delenv("SEALWRIGHT_EL2G_TOKEN")
        assert sealwright("wrap", "key.hex", *named, *to, "-o", office / "REQUEST.json").code == 0
    monkeypatch.chdir(office)
    assert key not in (office / "REQUEST.json").read_text().casefold()
    assert el2g("submit", "REQUEST.json").code == 0
    assert names(simulator) == ["two people"]


PINNED = {"primary": "owner", "subkey": "owner_subkey"}


def test_by_standard_input(el2g, simulator):
    """For pipes."""
    assert el2g("submit", "-", stdin=wrapped("piped", "83000020").to_json()).code == 0
    assert names(simulator) == ["piped"]


def test_refusals(el2g, simulator):
    """The server's text, the status and the correlation id; nothing before anything is sent for our own."""
    simulator.account.opener = None
    done = el2g("submit", "REQUEST.json")
    assert done.code == 1
    assert "422 Unprocessable" in done.err
    assert "this service has no key to decrypt messages with" in done.err
    assert "the service's id of it: " in done.err
    sent = simulator.ledger.requests.total()
    text = wrapped().to_json().replace(b"83000010", b"83000011")
    done = el2g("submit", "-", stdin=text)
    assert (done.code, "it is not the one that its digest names" in done.err) == (2, True)
    assert simulator.ledger.requests.total() == sent


def test_an_object_id_that_is_taken(el2g, simulator):
    """It is an error, unless it is to be shared."""
    assert el2g("submit", "-", stdin=wrapped("another").to_json()).code == 0
    done = el2g("submit", "REQUEST.json")
    assert (done.code, "object id 83000010 is taken by secure object" in done.err) == (2, True)
    assert el2g("submit", "REQUEST.json", "--share-object-id").code == 0
    assert names(simulator) == ["another", "master"]


def test_receipts(el2g, simulator, tmp_path):
    """One for each that was sent, lost or not, signed by who submits."""
    simulator.disturb("POST /rtp/secure-objects:lose,times=1")
    passphrase = ("--receipt-signer-passphrase-command", f"echo {PASSPHRASE}")
    receipts = ("--receipt", "receipts.jsonl", "--receipt-signer", LOCKED, *passphrase, "--operator", "B")
    done = el2g("submit", "REQUEST.json", *receipts)
    assert (done.code, "receipts: receipts.jsonl, by B, signed by " in done.err) == (0, True)
    assert "  status lost, correlation id " in done.err
    assert el2g("submit", "-", *receipts, stdin=wrapped("two", "83000012").to_json()).code == 0
    lines = (tmp_path / "receipts.jsonl").read_bytes().splitlines(keepends=True)
    assert verify(lines, [read_signer_key(asc("signers/signer_4096"))]).receipts == 2
    told = [json.loads(line) for line in lines]
    assert [each["done"]["status"] for each in told] == [None, 200]
    assert [each["operator"] for each in told] == ["B", "B"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--receipt", "R"), "--receipt: say who signs them"),
        (("--receipt-signer", SIGNER), "--receipt-signer: name the file as well"),
        (("--receipt", "REQUEST.json", "--receipt-signer", SIGNER), "it is no receipt of sealwright"),
        (
            ("--receipt", "R", "--receipt-signer", SIGNER, "--operator", "x" * 256),
            "receipt: operator 'xxx",
        ),
        (("--receipt", "no/R", "--receipt-signer", SIGNER), "receipt: no/R cannot be written: No such file"),
    ],
)
def test_receipts_that_cannot_be(el2g, simulator, options, words):
    """Nothing is sent."""
    done = el2g("submit", "REQUEST.json", *options)
    assert (done.code, words in done.err) == (2, True)
    assert simulator.ledger.requests.total() == 0


ROWS = [wrapped(f"key {number}", f"8300{number:04X}", octets=16) for number in range(12)]


@pytest.fixture
def many(tmp_path):
    """Write a file of many requests."""
    (tmp_path / "MANY.jsonl").write_bytes(b"".join(row.to_json() + b"\n" for row in ROWS))


@pytest.mark.usefixtures("many")
def test_many(el2g, simulator):
    """A line for each, in order; the second time all of them are found."""
    receipts = ("--receipt", "R.jsonl", "--receipt-signer", SIGNER)
    done = el2g("submit", "MANY.jsonl", "--concurrency", 4, *receipts)
    told = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, [each["name"] for each in told]) == (0, [row.body["name"] for row in ROWS])
    assert {each["outcome"] for each in told} == {"created"}
    assert "12 requests in MANY.jsonl, 4 at a time" in done.err
    assert done.err.endswith("12 created\n")
    with open("R.jsonl", "rb") as file:  # noqa: PTH123
        assert verify(file, [read_signer_key(asc("signers/signer_2048"))]).receipts == 12
    done = el2g("submit", "MANY.jsonl")
    assert (done.code, done.err.endswith("12 found\n")) == (0, True)
    assert len(simulator.account.objects) == 12


@pytest.mark.usefixtures("many")
def test_many_with_refusals(el2g, simulator):
    """Some are refused: exit code 3. A service that ends to answer: its own, when all lines are out."""
    simulator.disturb("POST /rtp/secure-objects:status=422,times=2")
    done = el2g("submit", "MANY.jsonl", "--concurrency", 1)
    assert (done.code, done.err.endswith("10 created, 2 refused\n")) == (3, True)
    simulator.disturb("POST /rtp/secure-objects:status=503", "GET /rtp/secure-objects:status=503,after=2")
    done = el2g("submit", "MANY.jsonl", "--concurrency", 1)
    assert (done.code, len(done.out.splitlines())) == (6, 12)
    assert "\n1 unknown, 11 not attempted\n" in done.err


@pytest.mark.usefixtures("many")
def test_a_damaged_line(el2g, simulator, tmp_path):
    """Nothing is sent, whichever line it is."""
    path = tmp_path / "MANY.jsonl"
    path.write_bytes(path.read_bytes().replace(b"8300000B", b"8300000C"))
    done = el2g("submit", "MANY.jsonl")
    assert (done.code, "MANY.jsonl, line 12: request: it is not the one" in done.err) == (2, True)
    assert simulator.ledger.requests.total() == 0


class Holding:
    """An ASGI application that answers two creates, and those that follow once it may."""

    def __init__(self, app):
        self._app = app
        self._heard = 0
        self.two_wait, self.may_answer = threading.Event(), threading.Event()

    async def __call__(self, scope, receive, send):
        """Answer a request, at once or when it may be."""
        self._heard += scope["method"] == "POST"
        if scope["method"] == "POST" and self._heard > 2:
            if self._heard == 4:
                self.two_wait.set()
            await asyncio.to_thread(self.may_answer.wait, 120)
        await self._app(scope, receive, send)


@pytest.mark.usefixtures("many")
def test_interrupted(el2g, simulator, process):
    """Ctrl-C ends it between two answers; the next run does the rest, and nothing is there twice."""
    simulator.disturb("POST /rtp/secure-objects:delay=0.2,after=4")
    holding = Holding(simulator.app)
    with serve(holding, prefix=PREFIXES["nxp"]) as url:
        running = process("el2g", "submit", "MANY.jsonl", "--concurrency", 2, "--service", url)
        assert json.loads(running.stdout.readline())["outcome"] == "created"
        assert holding.two_wait.wait(60)
        running.send_signal(signal.SIGINT)
        holding.may_answer.set()
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said.endswith(b"sealwright: interrupted\n")) == (130, True)
    assert 0 < len(simulator.account.objects) < 12
    simulator.weather.clear()
    assert el2g("submit", "MANY.jsonl").code == 0
    assert names(simulator) == sorted(row.body["name"] for row in ROWS)
    assert simulator.ledger.answers["POST /rtp/secure-objects", 200] == 12
