"""The full matrix: everything `sealwright bench --full` measures, beside peers in C, and the stages alone.

    pip install '.[bench]'          # matplotlib and pycryptodome
    python benchmarks/full.py       # some minutes; writes benchmarks/results/

Needs gcc and OpenSSL's headers (Debian: libssl-dev). Intel's ipsec-mb takes part where its header
is (Debian: libipsec-mb-dev).
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import files
import measure
import msgspec
import wanted
from native_peers import KERNEL, PEERS, Workshop

from sealwright.bench import doors
from sealwright.bench.limit import Limit
from sealwright.bench.machine import pinned
from sealwright.bench.plot import draw
from sealwright.bench.program import SINGLE, STREAM, Plan, run
from sealwright.bench.report import Report
from sealwright.bench.table import show

if TYPE_CHECKING:
    from sealwright.bench.contest import Contestant
    from sealwright.bench.corpus import Corpus

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure, write, draw and tell."""
    options = _options()
    report, extra = _read(options.again) if options.again else _measure(options)
    folder: Path = options.results
    folder.mkdir(parents=True, exist_ok=True)
    if not options.again:
        _write(report, extra, folder / f"{options.name or _slug(report.machine.cpu)}.json")
    for path in draw(report, folder):
        _say(f"drawn: {path}")
    print(show(report, width=100))
    wanted.show(report, extra)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--name", help="the name of the results; default: the CPU's")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder they go to")
    parser.add_argument("--short", action="store_true", help="fewer turns: a look, not a figure")
    parser.add_argument("--key-file", action="store_true", help="load a key file of a million lines too")
    parser.add_argument("--again", type=Path, metavar="JSON", help="draw and tell a run that was written")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> tuple[Report, dict[str, float]]:
    plan = Plan(turns=7, seconds=0.3, full=True) if options.short else Plan(turns=41, seconds=1.5, full=True)
    with Workshop() as workshop:
        versions = workshop.versions

        def entrants(title: str, corpus: Corpus) -> list[Contestant]:
            if title == SINGLE:
                return []  # the peers in C take batches: ipsec-mb keeps several messages in flight
            narrow = measure.aesni_door(corpus) if title == STREAM else []
            return [*workshop.entrants(corpus), *narrow]

        with pinned():
            before = workshop.ghz()
        report = run(plan, _say, entrants)
        with pinned():
            ghz = max(before, workshop.ghz())
    path = doors.native_path()
    told = {PEERS[peer]: version for peer, version in versions.items() if PEERS[peer] != KERNEL}
    machine = replace(report.machine, versions=report.machine.versions | told)
    limit = Limit(path, ghz, measured=True) if path else None
    return replace(report, machine=machine, limit=limit), _stages(million=options.key_file)


def _stages(*, million: bool) -> dict[str, float]:
    _say("stages alone")
    with pinned():
        extra = {"headers_and_look_up": measure.headers_and_look_up()}
    _say("two threads")
    rates = measure.two_threads()
    extra |= {f"{way}_threads": rates[way] / rates["one"] for way in ("two", "shared")}
    extra |= {f"{way}_per_second": rate for way, rate in rates.items()}
    _say("the whole command")
    with pinned():
        extra |= files.whole_command()
        _say("a warm store")
        extra["warm_store"] = files.warm_store()
    if million:
        _say("a key file of a million lines")
        extra["key_file"] = files.key_file(1_000_000)
    return extra


def _write(report: Report, extra: dict[str, float], path: Path) -> None:
    body = msgspec.to_builtins(report) | {"extra": extra}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")
    _say(f"written: {path}")


def _read(path: Path) -> tuple[Report, dict[str, float]]:
    return Report.load(path), msgspec.json.decode(path.read_bytes())["extra"]


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    main()
