"""What a run tells while it goes on, and the report that becomes of it."""

import hashlib
import io
import json

import pytest

from filing import json_lines, key_file, signed, v1
from sealwright import KeyFile
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run
from sealwright.telemetry.pipeline.report import gathering
from sealwright.telemetry.pipeline.report.document import Keys, read_report
from sealwright.telemetry.pipeline.report.gathering import Gathering

ROWS = [
    {"payload": v1(1).hex(), "t": "2026-01-01T00:00:05Z"},
    {"payload": v1(1).hex(), "t": "2026-01-01T00:00:06Z"},
    {"payload": signed().hex(), "t": "2026-01-01T00:02:00Z"},
    {"payload": "zz", "t": "2026-01-01T00:02:01Z"},
    {"payload": v1(2).hex()[:-2]},
]


def _content(format_):
    if format_ == "csv":
        return "\n".join(["payload,t", *(f"{row['payload']},{row.get('t', '')}" for row in ROWS)]).encode()
    return json_lines(*ROWS)


def _run(folder, content, format_="jsonl", time_column="t", **options):
    """Run a job that is watched; return the gathering, and the problem that has ended it."""
    gathered = Gathering({"format": format_}, time_column, clock=lambda: 1_767_225_600.0)
    keys = KeyFile(key_file(folder))
    problem = None
    try:
        with gathered.input("day.jsonl", io.BytesIO(content)) as stream:
            chosen = Options(format=format_, **options)
            run(stream, keys, str(folder / "out"), chosen, rejects=str(folder / "bad"), watch=gathered)
    except (Exception, KeyboardInterrupt) as raised:  # noqa: BLE001
        problem = raised
    return gathered, problem


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_everything_is_told(tmp_path, format_):
    """In blocks and row by row: counts, files with their hashes, devices, times."""
    content = _content(format_)
    gathered, problem = _run(tmp_path, content, format_)
    assert problem is None
    report = gathered.report(Keys(), None)
    assert (report.complete, report.ended, report.error) == (True, "finished", None)
    assert report.began == "2026-01-01T00:00:00Z"
    assert (report.rows, report.opened, report.failed, report.duplicates) == (5, 3, 2, 1)
    assert {name: count for name, count in report.outcomes.items() if count} == {
        "opened": 3,
        "malformed": 1,
        "not_authentic": 1,
    }
    assert report.reasons == {"undecodable_text": 1}
    assert report.protection == {"encrypted": 3, "signed": 1}
    [given] = report.inputs
    assert (given.role, given.path, given.bytes) == ("input", "day.jsonl", len(content))
    assert given.sha256 == hashlib.sha256(content).hexdigest()
    for file, name, role in zip(report.outputs, ("out", "bad"), ("output", "rejects"), strict=True):
        octets = (tmp_path / name).read_bytes()
        assert (file.role, file.bytes, file.sha256) == (role, len(octets), hashlib.sha256(octets).hexdigest())
    assert [(each.start, each.opened, each.failed) for each in report.times.buckets] == [
        ("2026-01-01T00:00Z", 2, 0),
        ("2026-01-01T00:02Z", 1, 1),
    ]
    assert report.times.unreadable == 1
    [device] = report.devices.listed
    assert (device.opened, device.failures) == (3, 1)
    assert report.options == {"format": format_, "encoding": "hex"}


def test_without_a_time_column(tmp_path):
    """There is nothing about times."""
    gathered, _ = _run(tmp_path, json_lines(*ROWS), time_column=None)
    assert gathered.report(Keys(), None).times is None


def test_a_report_goes_to_json_and_back(tmp_path):
    """Indented, with its format word in front; what is read is what was written."""
    gathered, _ = _run(tmp_path, json_lines(*ROWS))
    octets = gathered.report(Keys(), None).encode()
    assert octets.startswith(b'{\n  "format": "sealwright report 1",\n  "complete": true,\n')
    assert octets.endswith(b"}\n")
    assert read_report(octets, "report").encode() == octets


def test_nothing_secret_and_nothing_whole(tmp_path):
    """No header, no key id, no tag, no payload and no plaintext stands in a report."""
    gathered, _ = _run(tmp_path, json_lines(*ROWS))
    text = gathered.report(Keys(), None).encode().decode()
    for row in (json.loads(line) for line in (tmp_path / "out").read_text().splitlines()):
        for name in ("payload", "plaintext", "tag", "key_id"):
            value = row[name]
            assert value is None or len(value) < 8 or value not in text
        assert row["payload"] == "zz" or row["payload"][:22] not in text


def test_a_run_that_an_error_ends(tmp_path):
    """What was counted until then is told; no output has a hash, because none is there."""
    rows = [{"payload": v1(1).hex()}] * 20_000 + [{"payload": v1(1).hex(), "reason": 1}]
    gathered, problem = _run(tmp_path, json_lines(*rows))
    assert isinstance(problem, InputError)
    report = gathered.report(Keys(), None, problem)
    assert (report.complete, report.ended) == (False, "error")
    assert "columns named reason already" in report.error
    assert 0 < report.rows < 20_001
    assert [file.sha256 for file in report.outputs] == [None, None]


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (KeyboardInterrupt(), ("interrupted", None)),
        (OSError(28, "No space left on device"), ("error", "No space left on device")),
        (ValueError("whatever it holds"), ("error", "ValueError")),
    ],
)
def test_how_a_run_has_ended(tmp_path, problem, told):
    """The text of a foreign error may hold anything, so only its name is told."""
    gathered, _ = _run(tmp_path, json_lines(*ROWS))
    report = gathered.report(Keys(), None, problem)
    assert (report.ended, report.error) == told


def test_an_input_that_cannot_be_read(tmp_path):
    """Then there is nothing to report."""
    gathered, problem = _run(tmp_path, b'{"x":1}\n')
    assert isinstance(problem, InputError)
    assert not gathered.has_begun


def test_a_key_file_has_its_digest(tmp_path):
    """As it is now."""
    path = key_file(tmp_path)
    told = gathering.key_file(str(path))
    assert (told.role, told.path, told.bytes) == ("keys", str(path), path.stat().st_size)
    assert told.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
