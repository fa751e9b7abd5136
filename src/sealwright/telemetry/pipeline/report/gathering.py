"""Gathering: what a run tells of each batch, until there is a report of it."""

from __future__ import annotations

import platform
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.errors import Outcome, SealwrightError
from sealwright.telemetry import Kind, engine_info
from sealwright.telemetry.pipeline.arrow_table import FORMATS
from sealwright.telemetry.pipeline.digest import Digest, Tap, digest_of, printable
from sealwright.telemetry.pipeline.report.column import Column
from sealwright.telemetry.pipeline.report.devices import DeviceCounts
from sealwright.telemetry.pipeline.report.document import File, Keys, Ledger, Report
from sealwright.telemetry.pipeline.report.times import TimeLine
from sealwright.telemetry.pipeline.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry import Batch
    from sealwright.telemetry.pipeline.job import Counted
    from sealwright.telemetry.pipeline.output import LateFile
    from sealwright.telemetry.pipeline.rows import Readable

_LIBRARIES: Final = ("sealwright", "numpy", "cryptography")
_INPUT: Final = "input"


class Gathering:
    """Hears of everything that a run does. `time_column` names the column to count over time by.

    `options` stand in the report as they are: no secret may be among them.
    """

    def __init__(
        self,
        options: dict[str, Any],
        time_column: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._options, self._clock = options, clock
        self._began = clock()
        self._summary = Summary()
        self._devices = DeviceCounts()
        self._kinds = np.zeros(len(Kind), np.int64)
        self._times = TimeLine(time_column) if time_column else None
        self._column: Column | None = None
        self._files: list[tuple[str, str, Digest]] = []
        self.has_begun = False
        """Whether the input could be read, so that there is something to report."""

    @contextmanager
    def input(self, path: str, stream: IO[bytes]) -> Iterator[IO[bytes]]:
        """Yield the stream to read an input from in the place of its own.

        One that is read here and there is hashed by itself.
        """
        if self._options["format"] in FORMATS and stream.seekable():
            self._files.append((_INPUT, path, digest_of(path)))
            yield stream
            return
        with Tap(stream) as tap:
            self._files.append((_INPUT, path, tap.digest))
            yield tap.reader

    def begin(self, summary: Summary, table: Readable) -> None:
        """Hear what will be counted and read."""
        self._column = Column(table, self._times.column) if self._times else None
        self._summary, self.has_begun = summary, True

    def output(self, role: str, path: str, file: LateFile) -> None:
        """Listen to what is written to an output."""
        file.digest = Digest()
        self._files.append((role, path, file.digest))

    def add(
        self,
        rows: Counted,
        batch: Batch,
        reason: NDArray[np.uint8],
        repeats: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> None:
        """Count one batch; `reason` has the codes of what rows say of themselves, too."""
        self._kinds += np.bincount(batch.headers.kind, minlength=len(Kind))
        self._devices.add(batch, reason, repeats)
        if self._times and self._column:
            self._times.add(self._column.values(rows), batch.outcome == Outcome.OPENED.code)

    def report(self, keys: Keys, ledger: Ledger | None, problem: BaseException | None = None) -> Report:
        """Return what there is to report; `problem` is what has ended the run before its time."""
        summary, info = self._summary, engine_info()
        seconds = summary.seconds or self._clock() - self._began
        ended, error = _ending(problem)
        return Report(
            complete=problem is None,
            ended=ended,
            error=error,
            began=datetime.fromtimestamp(self._began, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            seconds=round(seconds, 3),
            rows=summary.rows,
            rows_per_second=round(summary.rows / seconds) if summary.rows and seconds > 0 else None,
            versions={name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
            engine={"name": info.name, "cpu_path": info.reason, "openssl": info.openssl},
            options=self._options | {"encoding": summary.encoding},
            inputs=[_file(*each) for each in self._files if each[0] == _INPUT],
            outputs=[_file(*each) for each in self._files if each[0] != _INPUT],
            keys=keys,
            outcomes={outcome: summary.outcomes[outcome] for outcome in Outcome},
            reasons=dict(summary.reasons.most_common()),
            protection=self._protection(),
            duplicates=summary.duplicates,
            nonce_reuse=summary.nonce_reuse,
            cross_checked=summary.cross_checked,
            ledger=ledger,
            devices=self._devices.devices(),
            times=self._times.times() if self._times else None,
        )

    def _protection(self) -> dict[str, int]:
        words = {kind: kind.protection for kind in Kind if kind}
        counts = dict.fromkeys(words.values(), 0)
        for kind, word in words.items():
            counts[word] += int(self._kinds[kind])
        return counts


def _ending(problem: BaseException | None) -> tuple[str, str | None]:
    """Return how a run has ended, and the text of an error that is one of ours or of the system."""
    if problem is None:
        return "finished", None
    if not isinstance(problem, Exception):
        return "interrupted", None
    if isinstance(problem, OSError):
        return "error", problem.strerror
    return "error", str(problem) if isinstance(problem, SealwrightError) else type(problem).__name__


def _file(role: str, path: str, digest: Digest) -> File:
    return File(role=role, path=printable(path), bytes=digest.size, sha256=digest.sha256)


def key_file(path: str) -> File:
    """Return a key file with its digest, as it is now."""
    return _file("keys", path, digest_of(path))
