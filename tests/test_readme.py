"""The README tells the truth: its commands and its code are run, and what they print is compared.

`SEALWRIGHT_WRITE_README=1` writes what the commands print into the README instead.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
FENCE = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARIES = re.compile(r"\d+\.\d\d s \((native engine(, \d+ cross-checked)?|portable engine)")
"""Seconds, and the engine of the machine."""


def _run(command, folder):
    """Run a shell command as a reader would, with the installed `sealwright` on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "110"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def _played(block, folder):
    """Return a console block with what its commands print now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{_run(command[2:], folder)}" for command in commands)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Return the README's blocks in order, each with what it says now that it has been run."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "vectors").symlink_to(README.parent / "vectors")
    text = README.read_text()
    blocks = []
    for language, block in FENCE.findall(text):
        if language == "console":
            blocks.append((block, _played(block, folder)))
        else:
            printed = subprocess.run(
                [sys.executable, "-W", "error", "-c", block],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            blocks.append((block, block if not printed.returncode else printed.stderr))
    return blocks


def test_blocks(played):
    """Each command prints what the README shows, but for seconds; each piece of code runs."""
    if os.environ.get("SEALWRIGHT_WRITE_README"):
        text = README.read_text()
        for block, now in played:
            text = text.replace(f"\n{block}```", f"\n{now}```", 1)
        README.write_text(text)
        pytest.skip("the README has been written: run again to compare")
    assert len(played) >= 4
    for block, now in played:
        assert VARIES.sub("… s (… engine", block) == VARIES.sub("… s (… engine", now)


def test_key_line():
    """The key file line that the README shows is one that sealwright reads."""
    from sealwright.telemetry import HeldKeys, read_hex, read_reply
    from sealwright.telemetry.keys.strict import read_object

    line = re.search(r"^```json\n(.*?)\n```$", README.read_text(), re.MULTILINE | re.DOTALL)[1]
    fields = read_object(line.encode())
    held = HeldKeys()
    held.add(read_reply(fields, header=read_hex(fields["EncryptedHeader"])))
    assert len(held) == 1


def test_outcomes_are_all_told():
    """The table of outcomes has every outcome, and the list of added columns every column."""
    from sealwright import Outcome
    from sealwright.telemetry.pipeline.record import COLUMNS

    text = README.read_text()
    assert all(f"| `{outcome}` |" in text for outcome in Outcome)
    assert all(f"`{column}`" in text for column in COLUMNS)
