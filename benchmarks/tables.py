"""What tables add: Arrow, Polars and DuckDB beside the arrays that the native core takes, on one core.

    pip install '.[test]' && python benchmarks/tables.py      # about a minute

All open the same 100,000 messages of 64 bytes under 50,000 keys, and every plaintext is compared in
the same run. The peer is what one writes without sealwright: a column to a list, a loop with AESCCM
objects that are kept by their key, a list to a column. Figures are medians of interleaved turns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl
import pyarrow as pa

from sealwright import open_messages, sql
from sealwright.bench.contest import InProcess, hold
from sealwright.bench.corpus import Case, Corpus, make
from sealwright.bench.doors import ARRAYS, arrays
from sealwright.bench.machine import examine, pinned
from sealwright.bench.peers import aesccm_cached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.bench.contest import Contest

RESULTS: Final = Path(__file__).parent / "results" / "tables.json"
ARROW = "Arrow in, outcome and plaintext out"
WHOLE = "Arrow in, all ten columns out"
POLARS = "Polars, map_batches"
DUCKDB = "DuckDB, open_message"
NOTHING = "DuckDB, a function that changes nothing"
PEER = "pyarrow and a loop with cached AESCCM"
WANTED: Final = {(ARROW, ARRAYS): 1.10, (POLARS, ARROW): 1.15, (DUCKDB, ARROW): 1.15}
"""How many times as long one may take as the other."""


def contestants(corpus: Corpus) -> Iterator[InProcess]:
    """Yield all ways; each begins and ends with a column as its library has it."""
    source = corpus.source()
    column = pa.array(corpus.messages, pa.binary())
    yield arrays(corpus)
    yield InProcess(
        ARROW,
        lambda: open_messages(column, source).to_arrow("outcome", "plaintext"),
        lambda made: made.column("plaintext").to_pylist(),
        ours=True,
    )
    yield InProcess(
        WHOLE,
        lambda: open_messages(column, source).to_arrow(),
        lambda made: made.column("plaintext").to_pylist(),
        ours=True,
    )
    frame = pl.DataFrame({"payload": corpus.messages})

    def opened(payload: pl.Series) -> pl.Series:
        return pl.Series(open_messages(payload, source).to_arrow("plaintext").column(0))

    opening = pl.col("payload").map_batches(opened, return_dtype=pl.Binary)
    yield InProcess(POLARS, lambda: frame.select(opening), lambda made: made["payload"].to_list(), ours=True)
    yield from _duckdb(corpus, source)
    peer = aesccm_cached(corpus.key_sets)
    yield InProcess(PEER, lambda: pa.array(peer(column.to_pylist())), lambda made: made.to_pylist())


def _duckdb(corpus: Corpus, source: Any) -> Iterator[InProcess]:
    """Yield what opens, and what shows how long DuckDB's own way to Arrow and back takes."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("arrow", pa.table({"payload": corpus.messages}))
    connection.execute("CREATE TABLE sent AS SELECT payload FROM arrow")
    sql.register(connection, source)
    connection.create_function(
        "nothing", lambda column: column, ["BLOB"], "BLOB", type="arrow", null_handling="special"
    )

    def asked(function: str) -> Any:
        return connection.sql(f"SELECT {function}(payload) AS text FROM sent").to_arrow_table()

    def untouched(made: Any) -> list[bytes]:
        same = made.column("text").to_pylist() == corpus.messages
        return corpus.texts if same else []

    yield InProcess(
        DUCKDB, lambda: asked("open_message"), lambda made: made.column("text").to_pylist(), ours=True
    )
    yield InProcess(NOTHING, lambda: asked("nothing"), untouched)


def main() -> None:
    """Measure, write and tell."""
    with pinned():
        corpus = make(Case(count=100_000))
        contest = hold("tables", corpus, list(contestants(corpus)))
    machine = examine()
    told = {result.name: round(result.median_ns, 1) for result in contest.results}
    RESULTS.write_text(
        json.dumps({"cpu": machine.cpu, "versions": machine.versions, "ns_a_message": told}, indent=1) + "\n"
    )
    _tell(contest)


def _tell(contest: Contest) -> None:
    print(contest.about)
    for result in contest.results:
        against = contest.ratio(result.name, PEER)
        print(f"{result.name:<40}{result.median_ns:>9,.1f} ns a message {against:>8.1f} ×")
    for (name, other), most in WANTED.items():
        times = contest.ratio(other, name)
        if times is not None:
            print(f"wanted: {name}: {most} of {other}: {times:.2f} {'met' if times <= most else 'short'}")


if __name__ == "__main__":
    main()
