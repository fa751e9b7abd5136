"""The command line, run in this process or in one of its own."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

import stores
from filing import json_lines, key_file, v1
from sealwright import KeyFile, KeyStore
from sealwright.__main__ import main
from sealwright.simulator.clock import ManualClock
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.ublox import UbloxSimulator, serve
from sealwright.telemetry import import_keys


class Done(NamedTuple):
    """How a run ended, and what it said."""

    code: int
    out: bytes
    err: str


class Service(NamedTuple):
    """A simulated service over a loopback socket."""

    url: str
    simulator: UbloxSimulator

    @property
    def calls(self):
        """How many calls for parameters there were."""
        return sum(count for path, count in self.simulator.ledger.requests.items() if "/get" in path)

    @property
    def answered(self):
        """How many of them brought parameters: which headers come first differs from run to run."""
        answers = self.simulator.ledger.answers.items()
        return sum(count for (path, status), count in answers if "/get" in path and status == 200)


class Terminal(io.TextIOWrapper):
    """Standard input with a person behind it."""

    def isatty(self):
        """Say so."""
        return True


STANDARD = {"input": io.TextIOWrapper}


@pytest.fixture
def sealwright(monkeypatch, capsysbinary, tmp_path_factory):
    """Return a function that runs `sealwright` with arguments as the installed command does.

    The user's state folder is one of its own, and empty.
    """
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    for name in (
        "SEALWRIGHT_STORE",
        "SEALWRIGHT_STORE_SECRET",
        "SEALWRIGHT_PASSPHRASE",
        "SEALWRIGHT_RECIPIENT_PIN",
    ):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["sealwright", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", STANDARD["input"](io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsysbinary.readouterr()
        return Done(ended.value.code or 0, said.out, said.err.decode())

    yield run
    signal.signal(signal.SIGTERM, before)


def _listen():
    """Hear SIGINT even where the test run was started in the background, deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments, **options):
    """Start `python -m sealwright` with pipes for everything that is not given."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    command = [sys.executable, "-m", "sealwright", *map(str, arguments)]
    return subprocess.Popen(command, env={**os.environ, "COLUMNS": "100"}, preexec_fn=_listen, **pipes)  # noqa: PLW1509  # no threads here


@pytest.fixture
def process():
    """Return a function that starts `python -m sealwright`; what still runs at the end is killed."""
    started = []

    def begin(*arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    yield begin
    for each in started:
        each.kill()
        each.wait()
        for pipe in filter(None, (each.stdin, each.stdout, each.stderr)):
            with contextlib.suppress(OSError):  # what was not read any more is no matter
                pipe.close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the current folder, with `messages.jsonl` (three open, two do not) and `keys.jsonl`."""
    monkeypatch.chdir(tmp_path)
    key_file(tmp_path)
    payloads = [v1(0).hex(), v1(1).hex(), "zz", v1(2).hex(), v1(3)[:-1].hex()]
    rows = [{"n": n, "payload": payload} for n, payload in enumerate(payloads)]
    (tmp_path / "messages.jsonl").write_bytes(json_lines(*rows))
    (tmp_path / "good.jsonl").write_bytes(json_lines(rows[0], rows[1]))
    return tmp_path


@pytest.fixture
def store(sealwright, monkeypatch, tmp_path):  # noqa: ARG001  # which clears the environment first
    """Make an empty store that the environment names and opens; return its path."""
    path = tmp_path / "store" / "keys.sqlite"
    KeyStore.create(path, stores.SECRET)
    monkeypatch.setenv("SEALWRIGHT_STORE", str(path))
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", os.fsdecode(stores.SECRET.reveal()))
    return path


@pytest.fixture
def filled(store, folder):
    """Fill the store with the keys of `keys.jsonl`; return its path."""
    with KeyStore(store, stores.SECRET) as opened:
        import_keys(opened, KeyFile(folder / "keys.jsonl"))
    return store


@pytest.fixture
def fleet():
    """Return a fleet whose devices a service knows; some of its messages are damaged, forged or strange."""
    return Fleet(devices=6, messages=120, days=2, served=True)


@pytest.fixture
def service(sealwright, monkeypatch, tmp_path, fleet):  # noqa: ARG001  # which clears the environment first
    """Run a simulated service; the environment has its credentials, `fleet.jsonl` what its fleet sends."""
    simulator = UbloxSimulator(clock=ManualClock(datetime.now(UTC)))
    simulator.furnish(fleet)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_KEY", simulator.credentials.api_key)
    monkeypatch.setenv("SEALWRIGHT_UBLOX_API_SECRET", simulator.credentials.api_secret)
    (tmp_path / "fleet.jsonl").write_bytes(json_lines(*fleet.rows()))
    with serve(simulator.app) as url:
        yield Service(url, simulator)


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that puts a person with answers in front of the command."""

    def sit(*answers):
        given = iter(answers)
        for prompt in ("hidden_prompt_func", "visible_prompt_func"):
            monkeypatch.setattr(f"click.termui.{prompt}", lambda _: next(given))
        monkeypatch.setitem(STANDARD, "input", Terminal)
        for stream in (sys.stdout, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True)

    return sit
