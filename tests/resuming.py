"""Jobs that can be gone on with, over small files of every format, in segments of a few rows."""

from __future__ import annotations

import os
import random
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from filing import v1
from sealwright import KeyFile
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline import input as reading
from sealwright.telemetry.pipeline import job as jobs
from sealwright.telemetry.pipeline import json_blocks, json_lines
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.json_blocks import JsonBlocks
from sealwright.telemetry.pipeline.resuming import resumable
from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from sealwright.telemetry.pipeline.summary import Summary

CASES: Final = ("jsonl", "jsonl by row", "csv", "lines")
LONG: Final = os.environ.get("SEALWRIGHT_SCALE") == "long"
WINDOW: Final = 25
STEPS: Final = ("write", "fsync", "ftruncate", "replace", "unlink", "rmdir", "mkdir")
"""Calls of the system that change what is on the disk."""


def content(case: str, count: int) -> bytes:
    """Return a file of about so many rows: repeats, damage, and rows that are out of the ordinary."""
    chance = random.Random(count)
    messages = [v1(chance.randrange(30), b"text %d" % chance.randrange(3)) for _ in range(count)]
    texts = [message.hex() if chance.random() < 0.9 else message.hex()[:-2] for message in messages]
    write = {"csv": _csv_row, "lines": _text_line}.get(case, _json_line)
    rows = [write(chance, text) for text in texts]
    return ("payload,n\n" if case == "csv" else "").encode() + b"\n".join(rows) + b"\n"


def _json_line(chance: random.Random, text: str) -> bytes:
    row = b'{"n":%d,"payload":"%s"}' % (chance.randrange(99), text.encode())
    odd = [b"", b" ", b"no JSON", row * 3, b'{"x":"%s"}' % (b"x" * 5000), row * 40, row + b"\r", b'{"n":1}']
    return chance.choice(odd) if chance.random() < 0.2 else row


def _csv_row(chance: random.Random, text: str) -> bytes:
    odd = ["", "short", f'{text},"2\n\n2"', f'{text},"{"y" * 5000}"', f'"a"x,"{text}"', f"{text},1,2"]
    return (chance.choice(odd) if chance.random() < 0.2 else f"{text},1").encode()


def _text_line(chance: random.Random, text: str) -> bytes:
    odd = [b"", b"  ", b"zz", b"\xff", b"y" * 5000, text.encode() + b"\r"]
    return chance.choice(odd) if chance.random() < 0.2 else text.encode()


def in_small_pieces(patch: pytest.MonkeyPatch, case: str, segment: int = 60) -> None:
    """Let batches and segments have a few rows, and rows be too long early."""
    for module in (jobs, json_blocks):
        patch.setattr(module, "MOST_ROWS", 20)
    patch.setattr(reading, "SAMPLE", 7)
    patch.setattr(reading, "LONGEST_ROW", 2_000)
    patch.setattr(json_blocks, "CHUNK", 4_096)
    patch.setattr(json_lines, "STEP", 1_500)
    patch.setattr(resumable, "SEGMENT_ROWS", segment)
    if case == "jsonl by row":
        patch.setattr(JsonBlocks, "of", lambda *_: None)


def can_run(case: str) -> bool:
    """Tell whether a case is one of its own on this machine."""
    return case != "jsonl" or core().module is not None


class World:
    """A file and its keys, and what an undisturbed run makes of them."""

    def __init__(self, folder: Path, case: str, rows: int, keys: Path) -> None:
        self.folder, self.case, self.keys = folder, case, KeyFile(keys)
        self.input = folder / "input"
        self.input.write_bytes(content(case, rows))
        format_ = case.split(maxsplit=1)[0]
        self.options = Options(
            format=format_, duplicate_window=WINDOW, max_message=700, encoding="hex", cross_check=0
        )
        self.outputs = [folder / "out", folder / "rejects"]
        self.summary = self.run(None)
        self.whole = self.take()

    def job(self, **options: Any) -> ResumableJob:
        """Return the job that is kept beside the outputs."""
        out, rejects = map(str, self.outputs)
        return ResumableJob(out, rejects, self.options.terms, window_size=WINDOW, **options)

    def run(self, job: ResumableJob | None) -> Summary:
        """Open the file into both outputs."""
        out, rejects = map(str, self.outputs)
        with self.input.open("rb", buffering=2**20) as stream:
            return jobs.run(stream, self.keys, out, self.options, rejects=rejects, job=job)

    def resume(self) -> None:
        """Go on with what is there, and find what an undisturbed run makes, and nothing else."""
        summary = self.run(self.job())
        assert self.names() == {"input", "out", "rejects"}
        assert self.take() == self.whole
        for each in (summary, self.summary):
            each.seconds = 0
        assert summary == self.summary

    def take(self) -> list[bytes]:
        """Return both outputs and remove them."""
        contents = [path.read_bytes() for path in self.outputs]
        for path in self.outputs:
            path.unlink()
        return contents

    def names(self) -> set[str]:
        """Return the names of all that is there."""
        return {path.name for path in self.folder.iterdir()}


class Step:
    """Counts the calls that change the disk; at the one of a number, `then` is called with the call."""

    def __init__(
        self, number: int, then: Callable[[Callable[..., Any], str, tuple[Any, ...]], Any], names: Any = STEPS
    ) -> None:
        self._number, self._then, self._names = number, then, names
        self.calls = 0
        self.came = False

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Stand before the calls."""
        for name in self._names:
            patch.setattr(os, name, self._instead(getattr(os, name), name))

    def _instead(self, truly: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*given: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls != self._number:
                return truly(*given, **options)
            self.came = True
            return self._then(lambda *other: truly(*other, **options), name, given)

        return call


def die_before(*_: Any) -> None:
    """Die as by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_within(truly: Callable[..., Any], name: str, given: tuple[Any, ...]) -> None:
    """Do the call, or half of it where it is a write, and die."""
    if name == "write":
        given = given[0], given[1][: len(given[1]) // 2]
    try:
        truly(*given)
    finally:
        die_before()


@contextmanager
def held(folder):
    """Work in a job's folder within the block."""
    folder.take()
    try:
        yield
    finally:
        folder.let_go()
