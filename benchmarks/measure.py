"""What only the full run measures: stages by themselves, a narrower CPU path, two threads, a key file."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from sealwright.bench import doors
from sealwright.bench.corpus import Case, Corpus, Keys, make
from sealwright.telemetry import KeyFile, Messages, open_messages
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


def two_threads(count: int = 200_000, rounds: int = 9) -> dict[str, float]:
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
                start = perf_counter()
                batches = way()
                taken[name].append(perf_counter() - start)
                if b"".join(batch.arena.tobytes() for batch in batches) != b"".join(corpus.texts):
                    raise SystemExit("threads gave a wrong plaintext")
    return {name: count / median(times[1:]) for name, times in taken.items()}


def key_file(lines: int) -> float:
    """Return the seconds that a key file of so many lines takes to be read and checked."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keys.jsonl"
        _write_key_file(path, lines)
        start = perf_counter()
        keys = KeyFile(path)
        seconds = perf_counter() - start
        if len(keys) != lines:
            raise SystemExit("the key file lost lines")
        return seconds


def whole_command(count: int = 1_000_000, rounds: int = 3) -> dict[str, float]:
    """Return rows a second of `sealwright open` and how many times a plain loop's that is.

    Rows of about 200 bytes, a hundred messages a key. Both are whole processes, started in turn, on the CPU
    that the parent is pinned to. Stops where one plaintext differs.
    """
    with TemporaryDirectory() as folder:
        names = {name: str(Path(folder) / f"{name}.jsonl") for name in ("keys", "rows", "ours", "plain")}
        _write_rows(names, count)
        given = names["rows"], "--keys", names["keys"], "-o", names["ours"], "--force"
        loop = str(Path(__file__).with_name("plain_loop.py"))
        commands = {
            "ours": ("-m", "sealwright", "open", *given),
            "plain": (loop, names["keys"], names["rows"], names["plain"]),
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(_seconds(partial(_run, command)))
        if _plaintexts(names["ours"]) != _plaintexts(names["plain"]):
            raise SystemExit("the whole command and the plain loop gave different plaintexts")
    ours, plain = median(taken["ours"]), median(taken["plain"])
    return {"command_per_second": count / ours, "command_to_plain": plain / ours}


def _write_rows(names: dict[str, str], count: int) -> None:
    corpus = make(Case(count=count, size=40, keys=Keys.HUNDRED))
    Path(names["keys"]).touch(mode=0o600)
    with Path(names["keys"]).open("wb") as file:
        file.writelines(msgspec.json.encode(_line(each)) + b"\n" for each in corpus.parameters)
    with Path(names["rows"]).open("wb") as file:
        for n, message in enumerate(corpus.messages):
            row = {"time": f"2026-11-24T12:00:{n % 60:02d}Z", "device": f"dev-{n % 1000:06d}", "rssi": -71}
            file.write(msgspec.json.encode(row | {"payload": message.hex()}) + b"\n")


def _run(command: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, *command], check=True, stderr=subprocess.DEVNULL)


def _plaintexts(path: str) -> list[str]:
    with Path(path).open("rb") as file:
        return [msgspec.json.decode(line)["plaintext"] for line in file]


def _write_key_file(path: Path, lines: int, at_once: int = 50_000) -> None:
    """Write lines as the service gives them, for keys made for testing."""
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for seed in range(0, lines, at_once):
            case = replace(Case(size=16, keys=Keys.DISTINCT), count=min(at_once, lines - seed), seed=seed)
            lines_of = map(_line, make(case).parameters)
            file.writelines(msgspec.json.encode(line) + b"\n" for line in lines_of)


def _line(parameters: Any) -> dict[str, Any]:
    return {
        "EncryptedHeader": parameters.header.hex(),
        "ROTPublicUID": parameters.uid.hex(),
        "CipherSuite": parameters.suite.value,
        "MACLength": 128,
        "Key": b64encode(parameters.key.reveal()).decode(),
        "Nonce": b64encode(parameters.nonce).decode(),
    }
