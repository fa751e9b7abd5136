"""The main job at the size at which people run it: 100,000 messages, 5 % of them faulty."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from corpus import write_corpus

COUNT = 1_000_000 if os.environ.get("SEALWRIGHT_SCALE") == "long" else 100_000
MOST_MEMORY = 300 * 2**20

# VmHWM is this process's own peak; ru_maxrss would begin with that of the test run that starts it.
MEASURED = r"""
import re, sys
from pathlib import Path
from sealwright.__main__ import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("peak", re.search(r"VmHWM:\s*(\d+) kB", status)[1], file=sys.stderr)
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Make the messages with libcrypto alone."""
    return write_corpus(tmp_path_factory.mktemp("corpus"), COUNT)


def _open(corpus, out):
    return subprocess.run(
        [sys.executable, "-c", MEASURED, "open", corpus.messages, "--keys", corpus.keys, "-o", out],
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_row_comes_out_right_twice(corpus, tmp_path):
    """Each row has exactly its outcome and plaintext, in order, twice the same bytes, in little memory."""
    outs = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    runs = [_open(corpus, out) for out in outs]
    assert [run.returncode for run in runs] == [3, 3]
    rows = [json.loads(line) for line in outs[0].read_text().splitlines()]
    assert [row["n"] for row in rows] == list(range(COUNT))
    for row, (outcome, plaintext) in zip(rows, corpus.expected, strict=True):
        assert row["outcome"] == outcome
        assert row["plaintext"] == (None if plaintext is None else plaintext.hex())
    digests = {hashlib.sha256(out.read_bytes()).digest() for out in outs}
    assert len(digests) == 1
    peak = int(runs[0].stderr.rpartition("peak ")[2]) * 1024
    # The key file of this corpus grows with it: half of its messages have a key of their own.
    assert peak < MOST_MEMORY * max(1, COUNT // 100_000)
