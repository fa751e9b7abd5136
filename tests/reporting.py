"""A report with figures that nobody measured, for tests of what shows reports."""

from sealwright.bench.contest import Contest, Result
from sealwright.bench.doors import ARRAYS, LISTS, PORTABLE, SINGLE
from sealwright.bench.limit import Limit
from sealwright.bench.machine import Machine
from sealwright.bench.program import CACHED, HMAC, PYCRYPTODOME, SIGNED, SIZES, STREAM
from sealwright.bench.program import SINGLE as ONE
from sealwright.bench.report import Report


def made_report(*, limit=True):
    """Return a report of round figures: sealwright is fifty times as fast as the loop."""
    machine = Machine("A made CPU", 2, "native: vaes512", {"sealwright": "0.1.0", "cryptography": "46.0.7"})
    return Report(
        "2026-01-15T00:00:00+00:00",
        machine,
        Limit("vaes512", 4.0, measured=True) if limit else None,
        [
            *(contest(SIZES if size != 64 else STREAM, size) for size in (64, 16, 256, 1024)),
            Contest(SIGNED, "signed", 10, 64, [result(HMAC, 6000), result(ARRAYS, 100)]),
            Contest(ONE, "single", 10, 64, [result(SINGLE, 9000), result(CACHED, 1000)]),
        ],
    )


def contest(title, size):
    """Return a contest of everyone."""
    names = {ARRAYS: 20, LISTS: 40, PORTABLE: 500, CACHED: 1000, PYCRYPTODOME: 40_000, "someone in C": 250}
    return Contest(title, f"{size} B", 10, size, [result(name, ns) for name, ns in names.items()])


def result(name, nanoseconds):
    """Return a result."""
    ours = name.startswith("sealwright")
    return Result(name, ours, float(nanoseconds), nanoseconds - 1.0, nanoseconds + 1.0, 5)
