"""`python -m sealwright`: exit codes, signals and pipes of a real process."""

import os
import signal
import subprocess
import sys
import time

import pytest

from filing import names_in

WAITING = ("open", "-", "--keys", "keys.jsonl", "-o", "out", "--rejects", "rejects")
HERE = ["good.jsonl", "keys.jsonl", "messages.jsonl"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("file", "code"), [("good.jsonl", 0), ("messages.jsonl", 3), ("missing.jsonl", 2)])
def test_exit_codes(process, file, code):
    """0 all opened, 2 usage, 3 finished and some failed."""
    running = process("open", file, "--keys", "keys.jsonl", "-o", "out")
    running.communicate(timeout=30)
    assert running.returncode == code


def wait_for(found):
    """Wait until something is there."""
    for _ in range(600):
        if found():
            return
        time.sleep(0.02)
    pytest.fail("nothing came")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_while_rows_are_written(process, folder, number, code):
    """An interrupted run ends with its code, leaves no output and no part of one."""
    running = process(*WAITING)
    running.stdin.write((folder / "good.jsonl").read_bytes() * 1000)
    running.stdin.flush()
    wait_for(lambda: len(names_in(folder)) == len(HERE) + 2)
    running.send_signal(number)
    wait_for(lambda: running.poll() is not None)
    assert running.returncode == code
    assert names_in(folder) == HERE
    told = running.stderr.read().decode()
    assert told.split() == (["sealwright:", "interrupted"] if code == 130 else ["sealwright:", "terminated"])


def test_killed_in_the_middle(process, folder):
    """Even kill -9 leaves no output that looks complete."""
    running = process(*WAITING)
    running.stdin.write((folder / "good.jsonl").read_bytes() * 1000)
    running.stdin.flush()
    wait_for(lambda: len(names_in(folder)) == len(HERE) + 2)
    running.kill()
    running.wait(timeout=30)
    assert not {"out", "rejects"} & set(names_in(folder))


def test_a_reader_that_goes_away(process, folder):
    """When nobody reads the output any more the command ends quietly."""
    (folder / "many.jsonl").write_bytes((folder / "good.jsonl").read_bytes() * 20_000)
    running = process("open", "many.jsonl", "--keys", "keys.jsonl")
    running.stdout.readline()
    running.stdout.close()
    running.stdin.close()
    assert running.stderr.read() == b""
    assert running.wait(timeout=30) == 1


@pytest.mark.usefixtures("folder")
def test_a_reader_that_never_came(process):
    """The same when the output is so small that it is written at the very end."""
    reader, writer = os.pipe()
    os.close(reader)
    running = process("open", "good.jsonl", "--keys", "keys.jsonl", stdout=writer)
    os.close(writer)
    _, told = running.communicate(timeout=30)
    assert (running.returncode, told) == (1, b"")


def test_the_installed_command_is_the_same():
    """`sealwright` and `python -m sealwright` say the same."""
    one = subprocess.run([sys.executable, "-m", "sealwright", "--help"], capture_output=True, check=True)
    code = "from sealwright.__main__ import main; main()"
    two = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, check=True)
    assert (one.stdout, one.stderr) == (two.stdout, two.stderr)


def test_an_error_of_the_system(sealwright, folder, monkeypatch):
    """An error of the system is one line with the name of what it befell."""
    monkeypatch.setenv("TMPDIR", str(folder / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(folder / "missing"))
    done = sealwright("demo")
    assert done.code == 1
    assert done.err.startswith(f"sealwright: No such file or directory: {folder / 'missing'}")
    assert done.err.count("\n") == 1
