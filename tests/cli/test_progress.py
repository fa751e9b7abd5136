"""Progress is shown on a terminal and nowhere else."""

import os
import pty

import pytest

from sealwright.cli import open_, progress
from sealwright.telemetry.pipeline.job import Summary


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


@pytest.mark.parametrize("rows", [0, 1_234_567])
def test_the_line_counts(rows, monkeypatch):
    """The line tells how many rows are done and how many did not open."""
    seen = []
    monkeypatch.setattr("rich.status.Status.update", lambda _status, words: seen.append(words))
    with progress.progress() as tell:
        tell(Summary(rows=rows))
    assert seen == [f"{rows:,} rows, {rows:,} not opened"]


@pytest.mark.usefixtures("folder")
def test_in_a_pipe(process):
    """Elsewhere there is no such line."""
    running = process("open", "good.jsonl", "--keys", "keys.jsonl", "-o", "out")
    assert b"not opened" not in running.communicate(timeout=30)[1]


@pytest.mark.parametrize(("terminal", "told"), [(True, ["7 rows, 7 not opened"]), (False, [])])
def test_the_line_is_for_terminals(monkeypatch, terminal, told):
    """Whether there is a line at all is decided by standard error."""
    seen = []
    monkeypatch.setattr("rich.status.Status.update", lambda _status, words: seen.append(words))
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with open_._progress() as tell:
        tell(Summary(rows=7))
    assert seen == told
