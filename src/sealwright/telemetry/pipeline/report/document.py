"""The document: what a report says, as plain data that goes to JSON and back."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sealwright.errors import InputError

FORMAT: Final = "sealwright report 1"
"""What every report begins with. The number counts up when a field goes or changes its meaning."""

MOST_BYTES: Final = 64 * 2**20
"""A report is never longer: 10,000 devices and 10,000 times are some MB."""


class File(msgspec.Struct, kw_only=True):
    """A file of the run. `sha256` is missing where it was not written or read to its end."""

    role: str
    """input, output, rejects or keys."""
    path: str
    bytes: int
    sha256: str | None = None


class Store(msgspec.Struct):
    """A key store, named by its place and the account in it."""

    place: str
    account: str


class Keys(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where the keys came from, and what was odd about them."""

    file: File | None = None
    store: Store | None = None
    service: str | None = None
    """The origin of the service that was asked."""
    irregular_replies: dict[str, int] = {}
    """Replies of the key file that do not follow a guessed rule, by field; used as they are."""
    refused_lines: dict[str, int] = {}
    """Lines of the key file that disagree with themselves, by reason."""


class Ledger(msgspec.Struct):
    """Calls that were made in this run, each of which may be billed."""

    requests: int
    kept: int
    possibly_paid: int
    complaints: dict[str, int] = {}
    """What could not be used in replies: a field and the problem."""


class Device(msgspec.Struct, omit_defaults=True):
    """One device: `uid` is proved by messages that opened, `claimed_uid` is what failed ones claim."""

    uid: str | None = None
    claimed_uid: str | None = None
    """Unverified, as it stands in headers: anybody may have written it. Its first two bytes are not there."""
    opened: int = 0
    duplicates: int = 0
    nonce_reuse: int = 0
    failed: dict[str, int] = {}
    """Messages that did not open, by reason, or by outcome where there is none."""

    @property
    def failures(self) -> int:
        """Messages that did not open."""
        return sum(self.failed.values())


class Others(msgspec.Struct):
    """What devices had that are not listed: how many they are, and what their messages sum up to."""

    devices: int
    opened: int
    failed: int
    failed_by: dict[str, int]


class Devices(msgspec.Struct):
    """Devices, those with most failures first."""

    count: int
    listed: list[Device]
    others: Others | None
    exact: bool
    """False where there were so many that the counts of rare ones are lower bounds."""


class Bucket(msgspec.Struct):
    """A stretch of time: when it begins (ISO 8601, UTC), and how many of its messages opened or did not."""

    start: str
    opened: int
    failed: int


class Times(msgspec.Struct):
    """Messages over time, by what stands in a column of the input: times of the sender, unproved."""

    column: str
    seconds: int
    """How long a bucket is: 60, 3,600 or 86,400."""
    unreadable: int
    """Rows whose time is missing or cannot be read."""
    buckets: list[Bucket]
    """Those that are not empty, in order."""
    left_out: int
    """Rows in buckets beyond the ten thousand that are listed."""


class Report(msgspec.Struct, kw_only=True):
    """All that is known of a run."""

    format: str = FORMAT
    complete: bool
    ended: str
    """finished, interrupted or error."""
    error: str | None
    began: str
    """ISO 8601, UTC."""
    seconds: float
    rows: int
    rows_per_second: int | None
    versions: dict[str, str]
    engine: dict[str, str]
    options: dict[str, Any]
    inputs: list[File]
    outputs: list[File]
    keys: Keys
    outcomes: dict[str, int]
    reasons: dict[str, int]
    protection: dict[str, int]
    duplicates: int
    nonce_reuse: int
    cross_checked: int
    ledger: Ledger | None
    devices: Devices
    times: Times | None

    @property
    def opened(self) -> int:
        """Rows that opened."""
        return self.outcomes.get("opened", 0)

    @property
    def failed(self) -> int:
        """Rows that did not open."""
        return self.rows - self.opened

    def encode(self) -> bytes:
        """Return the report as indented JSON, keys in the order of this file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def read_report(octets: bytes, name: str) -> Report:
    """Read a report. Raises InputError for what is none, or one of another format."""
    if len(octets) > MOST_BYTES:
        raise InputError(f"report: {name} is longer than any report: name the file of `open --report`")
    try:
        report = msgspec.json.decode(octets, type=Report)
    except (ValueError, RecursionError) as problem:
        told = str(problem) if isinstance(problem, msgspec.ValidationError) else "it is not JSON"
        raise InputError(
            f"report: {name} is no report of a run: {told}: name the file of `open --report`"
        ) from None
    if report.format != FORMAT:
        raise InputError(
            f"report: {name} says {report.format[:40]!r}, and this sealwright reads {FORMAT!r}:"
            " show it with the version that wrote it"
        )
    return report
