"""Soak: seal, open and judge for a long time, from two threads; nothing may grow and nothing may differ.

    python tests/soak/soak.py            # ten minutes
    python tests/soak/soak.py 5          # seconds

Each round makes a batch that no round had before, damages some of it, and opens it through lists, arrays and
single calls, every message cross-checked with the portable engine. Memory and open files are read at the
tenth part and at the end.
"""

import itertools
import os
import re
import sys
import threading
import time
from pathlib import Path

import numpy as np

from sealwright.bench.corpus import MIXED, Case, Keys, make
from sealwright.telemetry import CrossCheck, Suite, engine_info, open_message, open_messages

MOST_GROWTH = 32 * 2**20
SUITES = [suite for suite in Suite if suite.key_length]


def resident():
    """Return the bytes of memory that this process has."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmRSS:\s*(\d+) kB", status)[1])


def files():
    """Return how many files are open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def one_round(number):
    """Make a batch of its own and open it in every way."""
    chance = np.random.default_rng(number)
    keys, suite = list(Keys)[number % len(Keys)], SUITES[number // 4 % len(SUITES)]
    corpus = make(Case(int(chance.integers(1, 400)), MIXED, keys, suite, seed=number))
    source, damaged = corpus.source(), chance.random(len(corpus.messages)) < 0.1
    messages = [
        bytes([*m[:-1], m[-1] ^ 1]) if bad else m for m, bad in zip(corpus.messages, damaged, strict=True)
    ]
    wanted = [None if bad else text for text, bad in zip(corpus.texts, damaged, strict=True)]
    check = CrossCheck(1)
    assert open_messages(messages, source, cross_check=check).to_list() == wanted
    assert check.checked in {0, len(messages)}
    assert open_messages(corpus.arrays, source, threads=2).require_all().to_list() == corpus.texts
    place = int(chance.integers(len(messages)))
    assert open_message(corpus.messages[place], source) == corpus.texts[place]
    return len(messages)


def main():
    """Run rounds until the time is over."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    numbers, done, faults = itertools.count(), [], []
    begun = time.monotonic()

    def work():
        try:
            while time.monotonic() < begun + seconds and not faults:
                done.append(one_round(next(numbers)))
        except BaseException as problem:  # noqa: BLE001
            faults.append(problem)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    time.sleep(seconds / 10)
    before = resident(), files()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    growth, more_files = resident() - before[0], files() - before[1]
    print(
        f"soak: {len(done):,} rounds, {sum(done):,} messages, {engine_info().name} engine, {growth:+,} bytes"
    )
    if growth > MOST_GROWTH or more_files > 0 or not done:
        sys.exit(f"soak: grew by {growth:,} bytes and {more_files} files in {len(done)} rounds")


if __name__ == "__main__":
    main()
