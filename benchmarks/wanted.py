"""The table of what sealwright must show: what is wanted, what would be fine, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from measure import AESNI
from native_peers import IPSEC_MB, KERNEL, OPENSSL
from rich.console import Console
from rich.table import Table

from sealwright.bench.corpus import MIXED, Case, Keys
from sealwright.bench.doors import ARRAYS, LISTS, PORTABLE
from sealwright.bench.program import CACHED, HMAC, MATRIX, PYCRYPTODOME, SIGNED, STREAM
from sealwright.bench.table import significant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.bench.contest import Contest
    from sealwright.bench.report import Report


class Row(NamedTuple):
    """One case; `least` and `stretch` bound `got` from below, or from above where less is better."""

    case: str
    least: float
    stretch: float
    got: float | None
    unit: str = "×"
    less: bool = False

    @property
    def verdict(self) -> str:
        """Say how far it got."""
        if self.got is None:
            return "not measured"
        sign = -1 if self.less else 1
        if sign * self.got < sign * self.least:
            return "short"
        return "stretch" if sign * self.got >= sign * self.stretch else "enough"


def rows(report: Report, extra: dict[str, float]) -> Iterator[Row]:
    """Yield the rows in the order of the performance plan."""
    stream, signed = report.titled(STREAM)[0], report.titled(SIGNED)[0]
    mixed = _other(report, Case(size=MIXED))
    hundred = _other(report, Case(keys=Keys.HUNDRED))
    case = "CCM 64 B, 5,000 keys, look-up included, arrays"
    yield Row(f"{case}: OpenSSL in C", 9, 13, stream.ratio(ARRAYS, OPENSSL))
    yield Row(f"{case}: {CACHED}", 40, 60, stream.ratio(ARRAYS, CACHED))
    yield Row(f"{case}: pycryptodome", 1200, 1900, stream.ratio(ARRAYS, PYCRYPTODOME))
    yield Row(f"{case}: ipsec-mb (reported, no gate)", 2.5, 3.5, stream.ratio(ARRAYS, IPSEC_MB))
    yield Row("kernel alone, 64 B, a key a message: share of the AES limit", 40, 55, _share(report), "%")
    yield Row(f"lists of bytes: {CACHED}", 20, 31, stream.ratio(LISTS, CACHED))
    yield Row("lists of bytes: OpenSSL in C", 5, 7, stream.ratio(LISTS, OPENSSL))
    yield Row(f"AES-NI path, arrays: {CACHED}", 25, 38, stream.ratio(AESNI, CACHED))
    yield Row(f"mixed 16 to 1,024 B, arrays: {CACHED}", 14, 20, mixed and mixed.ratio(ARRAYS, CACHED))
    yield Row("mixed 16 to 1,024 B, arrays: OpenSSL in C", 5, 7, mixed and mixed.ratio(ARRAYS, OPENSSL))
    yield Row("CS1+HMAC 64 B, arrays: Python", 40, 90, signed.ratio(ARRAYS, HMAC))
    yield Row("CS1+HMAC 64 B, arrays: OpenSSL in C", 4, 8, signed.ratio(ARRAYS, OPENSSL))
    yield Row("header parsing and key look-up", 10, 5, extra.get("headers_and_look_up"), "ns", less=True)
    yield Row("two threads, 200,000 messages: a call each", 1.6, 1.9, extra.get("two_threads"))
    yield Row("two threads, 200,000 messages: threads=2", 1.6, 1.9, extra.get("shared_threads"))
    yield Row(
        f"portable, 64 B, 100 messages a key: {CACHED}", 1.5, 3, hundred and hundred.ratio(PORTABLE, CACHED)
    )
    case = "whole command, JSONL to JSONL, 200-byte rows"
    yield Row(f"{case}: a plain loop for the same columns", 10, 20, extra.get("command_to_plain"))
    yield Row(f"{case}: rows a second", 500_000, 1_000_000, extra.get("command_per_second"), "")
    yield Row("a warm store, 100,000 messages of 500 keys: a key file", 0.7, 0.9, extra.get("warm_store"))
    yield Row("key file of a million lines", 8, 4, extra.get("key_file"), "s", less=True)


def _other(report: Report, case: Case) -> Contest | None:
    """Return the contest of the matrix with this case, None where the matrix was not measured."""
    return next((contest for contest in report.titled(MATRIX) if contest.about == str(case)), None)


def _share(report: Report) -> float | None:
    contest = _other(report, Case(keys=Keys.DISTINCT))
    kernel = contest and contest.find(KERNEL)
    return 100 * report.limit.nanoseconds(64) / kernel.median_ns if report.limit and kernel else None


def show(report: Report, extra: dict[str, float]) -> None:
    """Print the table."""
    table = Table("case", box=None, title="What sealwright must show", title_justify="left")
    for name in ("at least", "stretch", "got", ""):
        table.add_column(name, justify="right")
    for row in rows(report, extra):
        got = "" if row.got is None else f"{significant(row.got)} {row.unit}"
        limits = (f"{limit:,g} {row.unit}" for limit in (row.least, row.stretch))
        table.add_row(row.case, *limits, got, row.verdict)
    Console(width=110).print(table)
