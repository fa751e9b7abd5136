"""Reports that no run has made, for tests of what shows them."""

from __future__ import annotations

from typing import Any

from sealwright.telemetry.pipeline.report.document import (
    Bucket,
    Device,
    Devices,
    File,
    Keys,
    Ledger,
    Others,
    Report,
    Store,
    Times,
)


def made_report(**changes: Any) -> Report:
    """Return a report of round figures: 90 of 100 opened."""
    told: dict[str, Any] = {
        "complete": True,
        "ended": "finished",
        "error": None,
        "began": "2026-01-15T00:00:00Z",
        "seconds": 2.0,
        "rows": 100,
        "rows_per_second": 50,
        "versions": {"sealwright": "0.1.0", "python": "3.11.7"},
        "engine": {"name": "native", "cpu_path": "vaes512, self-test passed"},
        "options": {"format": "jsonl", "column": "payload", "purpose": None},
        "inputs": [File(role="input", path="captures/day.jsonl", bytes=1_000, sha256="ab" * 32)],
        "outputs": [File(role="output", path="-", bytes=2_000, sha256="cd" * 32)],
        "keys": Keys(
            file=File(role="keys", path="keys.jsonl", bytes=500, sha256="ef" * 32),
            store=Store("keys.sqlite", "default"),
            service="https://service.example",
            irregular_replies={"uid": 1},
            refused_lines={"key_length": 2},
        ),
        "outcomes": {"opened": 90, "malformed": 4, "no_parameters": 0, "not_authentic": 6},
        "reasons": {"empty": 4},
        "protection": {"encrypted": 96, "signed": 0},
        "duplicates": 3,
        "nonce_reuse": 0,
        "cross_checked": 1,
        "ledger": Ledger(12, 11, 1, {"Key: not base64": 1}),
        "devices": Devices(
            2,
            [
                Device(None, "????000000000007", failed={"not_authentic": 5}),
                Device("0002000089282245", "????000089282245", 90, 3, 0, {"not_authentic": 1}),
            ],
            None,
            exact=True,
        ),
        "times": Times(
            "time", 3_600, 1, [Bucket("2026-01-15T00:00Z", 50, 0), Bucket("2026-01-15T03:00Z", 40, 9)], 0
        ),
    }
    return Report(**(told | changes))


def others(devices: int = 3) -> Others:
    """Return the sums of devices that are not listed."""
    return Others(devices, 10, 4, {"not_authentic": 4})


HOSTILE = "</script></style><img src=x onerror=\"alert('1')\">&\u202e\x1b[31m\x00"


def hostile_report() -> Report:
    """Return a report every text of which wants to be markup."""
    file = File(role=HOSTILE, path=HOSTILE, bytes=1, sha256=HOSTILE)
    counts = {HOSTILE: 1}
    return made_report(
        complete=False,
        ended="error",
        error=HOSTILE,
        began=HOSTILE,
        versions={HOSTILE: HOSTILE},
        engine={"name": HOSTILE, "cpu_path": HOSTILE},
        options={HOSTILE: HOSTILE, "nested": {HOSTILE: [HOSTILE]}},
        inputs=[file],
        outputs=[file],
        keys=Keys(
            file=file,
            store=Store(HOSTILE, HOSTILE),
            service=HOSTILE,
            irregular_replies=counts,
            refused_lines=counts,
        ),
        outcomes=counts,
        reasons=counts,
        protection=counts,
        nonce_reuse=1,
        ledger=Ledger(1, 1, 1, counts),
        devices=Devices(1, [Device(HOSTILE, HOSTILE, 1, 1, 1, counts)], None, exact=False),
        times=Times(HOSTILE, 60, 1, [Bucket(HOSTILE, 1, 1), Bucket("2026-01-15T00:00Z", 1, 1)], 1),
    )
