"""What files take: a key file, a whole command beside a plain loop, a store beside a key file."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.bench.corpus import Case, Keys, make
from sealwright.secret import Secret
from sealwright.telemetry import CachedSource, KeyFile, KeyStore, import_keys
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.bench.corpus import Corpus
    from sealwright.telemetry import ParameterSource

_MEMORY: Final = "/dev/shm"  # a folder of our own is made in it


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
    that the parent is pinned to; their files lie in memory where the system has a place for that, since a
    disk is not what is compared. Stops where two rows differ.
    """
    with TemporaryDirectory(dir=_MEMORY if Path(_MEMORY).is_dir() else None) as folder:
        names = {name: str(Path(folder) / f"{name}.jsonl") for name in ("keys", "rows", "ours", "plain")}
        _write_rows(names, [make(Case(count=count, size=40, keys=Keys.HUNDRED))])
        given = names["rows"], "--keys", names["keys"], "-o", names["ours"]
        loop = str(Path(__file__).with_name("plain_loop.py"))
        commands = {
            "ours": ("-m", "sealwright", "open", *given),
            "plain": (loop, names["keys"], names["rows"], names["plain"]),
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                Path(names[name]).unlink(missing_ok=True)
                taken[name].append(_seconds(partial(_start, command)))
        _require_same(names["ours"], names["plain"])
    ours, plain = median(taken["ours"]), median(taken["plain"])
    return {"command_per_second": count / ours, "command_to_plain": plain / ours}


def warm_store(keys: int = 500, messages: int = 200, rounds: int = 15) -> float:
    """Return the speed of a job whose keys are in an SQLite store, as a share of one with a key file.

    So many messages a key; opening the store and loading the file are within. Stops where the two
    outputs differ.
    """
    secret = Secret(bytes(range(32)))
    with TemporaryDirectory() as folder:
        names = {name: str(Path(folder) / name) for name in ("keys", "rows", "store", "by file", "by store")}
        _write_rows(names, [make(Case(messages, 40, Keys.ONE, seed=seed)) for seed in range(keys)])
        KeyStore.create(names["store"], secret)
        with KeyStore(names["store"], secret) as store:
            import_keys(store, KeyFile(names["keys"]))

        def by_file() -> None:
            _job(names["rows"], KeyFile(names["keys"]), names["by file"])

        def by_store() -> None:
            with KeyStore(names["store"], secret) as store:
                _job(names["rows"], CachedSource(store=store), names["by store"])

        taken: dict[str, list[float]] = {"file": [], "store": []}
        for _ in range(rounds):
            taken["file"].append(_seconds(by_file))
            taken["store"].append(_seconds(by_store))
        if Path(names["by file"]).read_bytes() != Path(names["by store"]).read_bytes():
            raise SystemExit("a store and a key file gave different outputs")
    return median(taken["file"]) / median(taken["store"])


def _job(rows: str, source: ParameterSource, out: str) -> None:
    with Path(rows).open("rb") as stream:
        summary = run(stream, source, out, Options())
    if summary.failed:
        raise SystemExit(f"{summary.failed:,} rows did not open")


def _seconds(action: Callable[[], Any]) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


def _write_rows(names: dict[str, str], corpora: list[Corpus]) -> None:
    """Write a key file, and rows that take a message of each corpus in turn."""
    Path(names["keys"]).touch(mode=0o600)
    with Path(names["keys"]).open("wb") as file:
        parameters = chain.from_iterable(corpus.parameters for corpus in corpora)
        file.writelines(msgspec.json.encode(_line(each)) + b"\n" for each in parameters)
    messages = chain.from_iterable(zip(*(corpus.messages for corpus in corpora), strict=True))
    with Path(names["rows"]).open("wb") as file:
        for n, message in enumerate(messages):
            row = {"time": f"2026-11-24T12:00:{n % 60:02d}Z", "device": f"dev-{n % 1000:06d}", "rssi": -71}
            file.write(msgspec.json.encode(row | {"payload": message.hex()}) + b"\n")


def _start(command: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, *command], check=True, stderr=subprocess.DEVNULL)


def _require_same(ours: str, plain: str) -> None:
    with Path(ours).open("rb") as one, Path(plain).open("rb") as other:
        for row, (line, same) in enumerate(zip(one, other, strict=True), 1):
            if msgspec.json.decode(line) != msgspec.json.decode(same):
                raise SystemExit(f"the whole command and the plain loop differ in row {row:,}")


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
