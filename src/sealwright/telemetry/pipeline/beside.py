"""Writing while the next is being made: the system copies and stores without the interpreter."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Beside:
    """Runs jobs one after the other in a thread of its own, and is never more than one behind.

    With `here` each job is done before `put` returns: a pipe that nobody reads holds up a thread that
    no signal reaches. An error of a job is raised by the next `put`, or at the end of the block; where
    the block ends by an error itself, the last job is waited for and its own error is dropped.
    """

    def __init__(self, *, here: bool) -> None:
        self._pool = None if here else ThreadPoolExecutor(1, "sealwright writing")
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def put(self, job: Callable[[], None]) -> None:
        """Do a job, once the one before is done."""
        self._wait()
        if self._pool is None:
            job()
        else:
            self._last = self._pool.submit(job)

    def _wait(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            if self._pool is not None:
                self._pool.shutdown()
