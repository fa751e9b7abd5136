"""kill -9 at any moment: an output is whole or as it was, and the next run is as if nothing had been."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from sealwright.simulator.fleet import Fleet

KILLS = 300 if os.environ.get("SEALWRIGHT_SCALE") == "long" else 30
OLD = b"what stood there before\n"


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """Write a day of messages and its keys; return their folder."""
    folder, fleet = tmp_path_factory.mktemp("day"), Fleet(messages=4_000)
    for name, rows in (("messages.jsonl", fleet.rows()), ("keys.jsonl", fleet.key_lines())):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return folder


def begin(day, out):
    """Start opening the day into a file."""
    command = [
        sys.executable,
        "-m",
        "sealwright",
        "open",
        day / "messages.jsonl",
        "--keys",
        day / "keys.jsonl",
    ]
    return subprocess.Popen([*command, "--force", "-o", out], stderr=subprocess.DEVNULL)


def undisturbed(day, out):
    """Open the day in peace; return what came out, and how long it took."""
    start = time.monotonic()
    assert begin(day, out).wait(timeout=60) == 3
    return out.read_bytes(), time.monotonic() - start


def test_an_output_is_whole_or_as_it_was(day, tmp_path):
    """Killed at a random moment of its life, a run leaves the old file, none, or all of the new one."""
    whole, seconds = undisturbed(day, tmp_path / "undisturbed")
    out, chance, killed = tmp_path / "out", random.Random(9), 0
    for kill in range(KILLS):
        out.unlink(missing_ok=True)
        if kill % 2:
            out.write_bytes(OLD)
        running = begin(day, out)
        time.sleep(seconds * chance.random())
        running.send_signal(signal.SIGKILL)
        killed += running.wait(timeout=60) == -signal.SIGKILL
        left = out.read_bytes() if out.exists() else None
        assert left in {whole, OLD if kill % 2 else None}, f"kill {kill}"
    assert killed > KILLS // 2
    assert undisturbed(day, out)[0] == whole
