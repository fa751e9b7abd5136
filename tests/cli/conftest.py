"""The command line, run in this process or in one of its own."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from typing import NamedTuple

import pytest

from filing import json_lines, key_file, v1
from sealwright.__main__ import main


class Done(NamedTuple):
    """How a run ended, and what it said."""

    code: int
    out: bytes
    err: str


@pytest.fixture
def sealwright(monkeypatch, capsysbinary):
    """Return a function that runs `sealwright` with arguments as the installed command does."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["sealwright", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
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
