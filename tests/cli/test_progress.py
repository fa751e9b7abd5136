"""Progress is shown on a terminal and nowhere else."""

import os
import pty
import re

import pytest

from sealwright.cli import progress
from sealwright.telemetry.pipeline.summary import Summary


def read_all(master):
    """Read what was written to a terminal, to the end."""
    said = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # the other end is closed
            return said
        if not piece:
            return said
        said += piece


@pytest.mark.usefixtures("folder")
def test_on_a_terminal(process):
    """With standard error on a terminal a line shows rows as they are done, then the summary."""
    master, terminal = pty.openpty()
    running = process("open", "messages.jsonl", "--keys", "keys.jsonl", "-o", "out", stderr=terminal)
    os.close(terminal)
    said = read_all(master).decode()
    os.close(master)
    assert running.wait(timeout=30) == 3
    assert "5 rows, 2 not opened" in said
    assert "5 rows in" in said


@pytest.mark.usefixtures("folder")
def test_in_a_pipe(process):
    """Elsewhere there is no such line."""
    running = process("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert b"not opened" not in running.communicate(timeout=30)[1]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_line_is_for_terminals(monkeypatch, terminal):
    """Whether there is a line at all is decided by standard error; it tells how much is done."""
    seen = []
    monkeypatch.setattr("rich.status.Status.update", lambda _status, words: seen.append(words))
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with progress.opening() as tell:
        tell(Summary(rows=0))
        tell(Summary(rows=1_234_567))
    with progress.counting() as tell:
        tell(7)
    told = ["0 rows, 0 not opened", "1,234,567 rows, 1,234,567 not opened", "7 done"]
    assert seen == (told if terminal else [])


def test_asking_on_a_terminal(process, service, store):  # noqa: ARG001  # the environment names the store
    """What was asked for is shown while it goes on, then what has become of it."""
    master, terminal = pty.openpty()
    options = ("--service", service.url, "--budget", "500")
    running = process("keys", "fetch", "fleet.jsonl", *options, stderr=terminal)
    os.close(terminal)
    said = read_all(master).decode()
    os.close(master)
    assert running.wait(timeout=30) == 3
    assert f"{service.answered} keys kept" in said
    assert re.search(r"\d+ headers: \d+ requests, \d+ keys kept", said)
