"""A job that can be gone on with: what is done is kept in segments, each of them whole or not at all."""

from __future__ import annotations

import copy
import os
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Self

from sealwright.errors import InputError
from sealwright.telemetry.pipeline.output import STANDARD
from sealwright.telemetry.pipeline.resuming.checkpoint import (
    Checkpoint,
    WindowState,
    has_checkpoint,
    remove_checkpoint,
)
from sealwright.telemetry.pipeline.resuming.folder import JobFolder
from sealwright.telemetry.pipeline.resuming.identity import Identity, digest_before
from sealwright.telemetry.pipeline.resuming.part import Part
from sealwright.telemetry.pipeline.resuming.window_log import WindowLog

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sealwright.telemetry import DuplicateWindow
    from sealwright.telemetry.pipeline.beside import Beside
    from sealwright.telemetry.pipeline.place import Place
    from sealwright.telemetry.pipeline.resuming.checkpoint import Terms
    from sealwright.telemetry.pipeline.summary import Summary

SEGMENT_ROWS = 2**18
"""Rows of a segment; it ends with the batch that brings them, or so many bytes of output."""

SEGMENT_BYTES = 128 * 2**20


class Progress(NamedTuple):
    """How far a run has come, as it was when this was made."""

    encoding: str
    place: Place
    summary: Summary
    window: WindowState
    hashes: list[NDArray[np.uint64]]


class ResumableJob:
    """Keeps a job beside its outputs, in `.OUT.sealwright-job` and `.REJECTS.sealwright-rejects`.

    `terms` are what decides about the output beside the input. What was begun with others is an error,
    and where `anew` is given it is thrown away. `on_resume` is called with the rows that are done already.
    """

    def __init__(
        self,
        out: str,
        rejects: str | None,
        terms: Terms,
        *,
        window_size: int,
        anew: bool = False,
        on_resume: Callable[[int], None] = lambda _: None,
    ) -> None:
        place = None if rejects is None else os.path.realpath(rejects)
        self._terms: Terms = {**terms, "rejects": place}
        self._anew, self._on_resume = anew, on_resume
        self.folder = JobFolder(out, "job")
        self.parts = [Part(self.folder)]
        if rejects is not None:
            self.parts.append(Part(JobFolder(rejects, "rejects")))
        self._log = WindowLog(self.folder, max(window_size, 1))
        self._version = version("sealwright")
        self._input: IO[bytes]
        self._identity: Identity
        self._kept: Checkpoint | None = None
        self.window: DuplicateWindow
        self._next = SEGMENT_ROWS, SEGMENT_BYTES

    def has_put(self, output: str) -> bool:
        """Tell whether an output is this job's own, which was killed after it had put it there."""
        try:
            kept = Checkpoint.read(self.folder)
        except (InputError, OSError):
            return False
        place = Path(os.path.realpath(output))
        parts = [part for part in self.parts if part.folder.output == place]
        return bool(kept and kept.finished) and not any(part.is_there for part in parts)

    @property
    def rows_kept(self) -> int:
        """Rows that the next run need not do again; 0 where there is nothing to go on with."""
        return self._kept.summary.rows if self._kept else 0

    def __enter__(self) -> Self:
        self.folder.take()
        return self

    def __exit__(self, *_: object) -> None:
        for part in self.parts:
            part.close()
        # What has no checkpoint is not worth keeping.
        empty = self.folder.is_held and not has_checkpoint(self.folder)
        for folder in (part.folder for part in reversed(self.parts)):
            if empty and folder.is_held:
                folder.remove()
            folder.let_go()

    def begin(self, stream: IO[bytes]) -> Checkpoint | None:
        """Return the checkpoint to go on behind, None where the job begins. The folder must be taken.

        Raises InputError where the checkpoint, or what it speaks of, is another job's or damaged.
        """
        self._input, self._identity = stream, Identity.of(stream)
        try:
            kept = self._fitting()
            self._open(kept)
        except InputError:
            if not self._anew:
                raise
            self._throw_away()
            kept = None
            self._open(None)
        self._kept = kept
        if kept is not None:
            self._plan_next()
            self._on_resume(kept.summary.rows)
        return kept

    def _fitting(self) -> Checkpoint | None:
        kept = Checkpoint.read(self.folder)
        if kept is not None:
            kept.refuse_others(self._version, self._identity, self._terms)
            if kept.before != digest_before(self._input, kept.place.offset):
                raise InputError("job: the input is another before the place reached: --force begins anew")
        return kept

    def _throw_away(self) -> None:
        """Remove what another job has kept in another folder than ours."""
        with suppress(InputError):
            other = Checkpoint.read(self.folder)
            path = other and other.terms.get("rejects")
            if path and path != self._terms["rejects"]:
                folder = JobFolder(str(path), "rejects")
                folder.take()
                folder.remove()

    def _open(self, kept: Checkpoint | None) -> None:
        """Open the parts behind what is kept of them, and make the window of duplicates as it was."""
        for part in self.parts:
            part.folder.take()
        if kept is None:
            remove_checkpoint(self.folder)
            self.window = self._log.window()
        else:
            self.window = self._log.window(int(kept.window.key, 16), kept.window.seen)
        for number, part in enumerate(self.parts):
            if kept is None or not kept.finished:
                part.open(kept.parts[number] if kept else 0)

    def is_due(self, rows: int) -> bool:
        """Tell whether a segment ends with so many rows of the whole run."""
        return rows >= self._next[0] or sum(self._lengths()) >= self._next[1]

    def progress(self, encoding: str, place: Place, summary: Summary) -> Progress:
        """Note how far the run has come; that is kept by `keep`, from whichever thread."""
        state = WindowState(f"{self.window.key:016x}", self.window.seen)
        self._next = summary.rows + SEGMENT_ROWS, sum(self._lengths()) + SEGMENT_BYTES
        return Progress(encoding, place, copy.deepcopy(summary), state, self._log.take())

    def _plan_next(self) -> None:
        self._next = self.rows_kept + SEGMENT_ROWS, sum(self._lengths()) + SEGMENT_BYTES

    def keep_beside(self, keeping: Beside, progress: Progress) -> None:
        """Keep in another thread what is written by now, while the next segment is being written."""
        keeping.put(partial(self.keep, progress, self._lengths()))

    def finish(self, progress: Progress) -> None:
        """Keep all, and put it in its places."""
        self.keep(progress, self._lengths(), finished=True)
        self.put()

    def _lengths(self) -> tuple[int, ...]:
        return tuple(part.length for part in self.parts)

    def keep(self, progress: Progress, lengths: tuple[int, ...], *, finished: bool = False) -> None:
        """Let so much of the parts reach the disk, and then the checkpoint that speaks of it."""
        for part in self.parts:
            part.sync()
        self._log.keep(progress.hashes, progress.window.seen)
        kept = Checkpoint(
            version=self._version,
            input=self._identity,
            before=digest_before(self._input, progress.place.offset),
            terms=self._terms,
            encoding=progress.encoding,
            place=progress.place,
            parts=lengths,
            window=progress.window,
            summary=progress.summary,
            finished=finished,
        )
        kept.write(self.folder)
        self._kept = kept
        self._log.drop(progress.window.seen)

    def put(self) -> None:
        """Put whole parts in their places and remove the folders; that may be done again after a kill."""
        for part in self.parts:
            part.close()
            if part.is_there:
                part.put()
        for part in reversed(self.parts):
            if part.folder is self.folder:
                remove_checkpoint(self.folder)
            part.folder.remove()
        self._kept = None


def check_resumable(file: str, outputs: tuple[str, ...]) -> None:
    """Raise InputError where an input or an output is not a file that can be gone on with."""
    if file == STANDARD or not Path(file).is_file():
        raise InputError(
            "input: --resume goes on in the middle of FILE:"
            " so it must be a file, not standard input or a pipe"
        )
    for path in outputs:
        if path == STANDARD or (Path(path).exists() and not Path(path).is_file()):
            raise InputError(
                f"output: --resume keeps what is done beside OUT and the rejects, and {path} is no file:"
                " name files with -o and --rejects"
            )
