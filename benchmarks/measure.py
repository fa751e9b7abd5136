"""What only the full run measures: stages by themselves, a narrower CPU path, two threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sealwright.bench import doors
from sealwright.bench.corpus import Case, Corpus, make
from sealwright.telemetry import Messages, open_messages
from sealwright.telemetry.format.headers import Reading
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.engine import engine
from sealwright.telemetry.opening.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.bench.contest import Contestant

AESNI = "sealwright on AES-NI, arrays"

_ROUNDS = 101


def aesni_door(corpus: Corpus) -> list[Contestant]:
    """Return the arrays door on the CPU path of machines without VAES, where the native engine runs."""
    if doors.native_path() in {None, "aesni"}:
        return []
    return [doors.arrays(corpus, AESNI, {"SEALWRIGHT_CPU": "aesni"})]


def headers_and_look_up() -> float:
    """Return what the realistic stream takes, in nanoseconds a message, beyond the engine alone.

    That is reading headers and finding keys, and all else that is no cipher: Python's part too.
    """
    corpus = make(Case())
    source = corpus.source()
    task, batch = _task(corpus)
    stream, alone = [], []
    for _ in range(_ROUNDS):
        stream.append(_seconds(lambda: open_messages(corpus.arrays, source)))
        alone.append(_seconds(lambda: engine().open(task)))
    _require(batch, corpus)
    return 1e9 * (median(stream) - median(alone)) / len(task)


def _task(corpus: Corpus) -> tuple[Task, Batch]:
    """Return what the engine is given when a corpus is opened, and the batch that it writes to."""
    sealed = Messages.of(corpus.arrays)
    batch = Batch.of(sealed, Reading())
    table = corpus.source().resolve(batch.headers)
    task = Task(
        layout=DEFAULT_LAYOUTS.of(Kind.V1),
        messages=sealed,
        start=sealed.start,
        text_length=batch.headers.text_length,
        rows=table.rows,
        row=table.row,
        nonce_in_header=True,
        arena=batch.arena,
        slot=batch.offsets[:-1],
    )
    return task, batch


def _require(batch: Batch, corpus: Corpus) -> None:
    if batch.arena.tobytes() != b"".join(corpus.texts):
        raise SystemExit("the engine alone gave a wrong plaintext")


def _seconds(run: Callable[[], Any]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def two_threads(count: int = 200_000, rounds: int = 31) -> dict[str, float]:
    """Return messages a second of one thread, of two with a half each, and of one call that is given two."""
    corpus = make(Case(count))
    data, offsets = corpus.arrays
    source = corpus.source()
    halves = [(data, offsets[: count // 2 + 1]), (data, offsets[count // 2 :])]
    with ThreadPoolExecutor(2) as pool:
        ways: dict[str, Callable[[], list[Batch]]] = {
            "one": lambda: [open_messages((data, offsets), source)],
            "two": lambda: list(pool.map(lambda half: open_messages(half, source), halves)),
            "shared": lambda: [open_messages((data, offsets), source, threads=2)],
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds + 1):
            for name, way in ways.items():
                batches: list[Batch] = []  # what the last one made is dropped outside the clock
                start = perf_counter()
                batches = way()
                taken[name].append(perf_counter() - start)
                if b"".join(batch.arena.tobytes() for batch in batches) != b"".join(corpus.texts):
                    raise SystemExit("threads gave a wrong plaintext")
    return {name: count / median(times[1:]) for name, times in taken.items()}
