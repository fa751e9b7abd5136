"""`sealwright open --report`: written however the run ends, and refused before any work."""

import hashlib
import json
import signal
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from filing import json_lines, names_in, v1

ARGUMENTS = ("open", "messages.jsonl", "--keys", "keys.jsonl", "-o", "out.jsonl")


def _report(folder):
    return json.loads((folder / "report.json").read_bytes())


def test_a_report_beside_the_output(sealwright, folder):
    """The exit code is what it is without; files stand with their hashes, the key file among them."""
    done = sealwright(*ARGUMENTS, "--report", "report.json")
    assert done.code == 3
    told = _report(folder)
    assert (told["complete"], told["rows"], told["outcomes"]["opened"]) == (True, 5, 3)
    files = [*told["inputs"], *told["outputs"], told["keys"]["file"]]
    assert [file["role"] for file in files] == ["input", "output", "keys"]
    for file in files:
        assert file["sha256"] == hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest()
    assert told["ledger"] is None
    assert "store" not in told["keys"]


def test_the_rows_are_the_same_with_and_without(sealwright, folder):
    """A report changes nothing."""
    sealwright(*ARGUMENTS)
    without = (folder / "out.jsonl").read_bytes()
    sealwright(*ARGUMENTS, "--force", "--report", "report.json", "--time-column", "n")
    assert (folder / "out.jsonl").read_bytes() == without


def test_from_standard_input_to_standard_output(sealwright, folder):
    """Both are called `-`, and hashed all the same."""
    content = (folder / "messages.jsonl").read_bytes()
    done = sealwright("open", "-", "--keys", "keys.jsonl", "--report", "report.json", stdin=content)
    told = _report(folder)
    assert told["inputs"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    assert told["outputs"][0]["sha256"] == hashlib.sha256(done.out).hexdigest()
    assert [file["path"] for file in (*told["inputs"], *told["outputs"])] == ["-", "-"]


def test_a_report_on_standard_output(sealwright, folder):
    """Where the rows do not go there."""
    done = sealwright(*ARGUMENTS, "--report", "-")
    assert json.loads(done.out)["rows"] == 5
    assert "out.jsonl" in names_in(folder)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--report", "keys.jsonl"), "is an input too"),
        (("--report", "good.jsonl"), "exists already"),
        (("--report", "nowhere/report.json"), "there is no folder"),
        (("--report", "out.jsonl"), "--report names an output of the rows"),
        (("--rejects", "bad", "--report", "bad"), "--report names an output of the rows"),
        (("--time-column", "n"), "give --report FILE as well"),
    ],
)
def test_what_is_refused_before_any_work(sealwright, folder, options, words):
    """Nothing is opened, and nothing is written."""
    before = names_in(folder)
    done = sealwright(*ARGUMENTS, *options)
    assert done.code == 2
    assert words in done.err
    assert names_in(folder) == before


def test_a_time_column_that_csv_does_not_have(sealwright, folder):
    """It is told before anything is written."""
    (folder / "rows.csv").write_text("payload\n11\n")
    arguments = ("open", "rows.csv", "--keys", "keys.jsonl", "-o", "out.csv", "--report", "report.json")
    done = sealwright(*arguments, "--time-column", "t")
    assert (done.code, "look at --time-column" in done.err) == (2, True)
    assert "report.json" not in names_in(folder)


def test_force_replaces_a_report(sealwright, folder):
    """As it does the other outputs."""
    (folder / "report.json").write_text("old")
    assert sealwright(*ARGUMENTS, "--report", "report.json").code == 2
    assert (folder / "report.json").read_text() == "old"
    sealwright(*ARGUMENTS, "--report", "report.json", "--force")
    assert _report(folder)["complete"] is True


def test_an_error_in_the_middle(sealwright, folder):
    """The report says what was done until then; the output is not there."""
    rows = [{"payload": v1(1).hex()}] * 20_000 + [{"payload": v1(1).hex(), "tag": 1}]
    (folder / "long.jsonl").write_bytes(json_lines(*rows))
    done = sealwright("open", "long.jsonl", "--keys", "keys.jsonl", "-o", "out", "--report", "report.json")
    assert done.code == 2
    told = _report(folder)
    assert (told["complete"], told["ended"]) == (False, "error")
    assert "columns named tag already" in told["error"]
    assert 0 < told["rows"] <= 20_000
    assert "out" not in names_in(folder)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run(process, folder, sent, code):
    """Ctrl-C and SIGTERM leave a report that says so, and no output."""
    arguments = ("open", "-", "--keys", "keys.jsonl", "-o", "out.jsonl", "--report", "report.json")
    running = process(*arguments)
    row = json_lines({"payload": v1(1).hex()})
    running.stdin.write(row * 40_000)
    running.stdin.flush()
    # So much fits into no pipe: what is written has been read, and most of it opened.
    running.send_signal(sent)
    assert running.wait(60) == code
    told = _report(folder)
    assert (told["complete"], told["ended"], told["error"]) == (False, "interrupted", None)
    assert told["rows"] > 0
    assert [file["sha256"] for file in (*told["inputs"], *told["outputs"])] == [None, None]
    assert "out.jsonl" not in names_in(folder)


@pytest.mark.usefixtures("filled")
def test_a_store_is_named_by_its_place_and_account(sealwright, folder, filled):
    """And never by its secret."""
    sealwright("open", "good.jsonl", "-o", "out.jsonl", "--report", "report.json")
    assert _report(folder)["keys"] == {"store": {"place": str(filled), "account": "default"}}


def test_what_a_service_was_asked(sealwright, store, service, tmp_path):  # noqa: ARG001  # a place to keep keys
    """The ledger of the run, and the place of the service; the exit code of a budget stands."""
    arguments = ("open", "fleet.jsonl", "-o", "out.jsonl", "--service", service.url, "--budget", "3")
    assert sealwright(*arguments, "--report", "report.json").code == 5
    told = _report(tmp_path)
    assert told["complete"] is True
    assert told["keys"]["service"] == service.url
    assert told["ledger"]["requests"] == service.calls == 3
    assert told["ledger"]["possibly_paid"] == 0
    assert told["reasons"]["budget"] > 0


def test_names_that_are_no_text(sealwright, folder):
    """A file's name may be any bytes."""
    import os

    name = os.fsdecode(b"day \xff.jsonl")
    (folder / "good.jsonl").rename(folder / name)
    assert sealwright("open", name, "--keys", "keys.jsonl", "-o", "out", "--report", "report.json").code == 0
    assert _report(folder)["inputs"][0]["path"] == "day \\xff.jsonl"


def test_files_of_columns(sealwright, folder):
    """Parquet is read here and there, and its hash is that of the whole file; moments are counted by."""
    rows = [json.loads(line) for line in (folder / "good.jsonl").read_text().splitlines()]
    moments = [datetime(2026, 1, 15, n, tzinfo=UTC) for n in range(len(rows))]
    columns = {"payload": [bytes.fromhex(row["payload"]) for row in rows], "at": moments}
    pq.write_table(pa.table(columns), folder / "good.parquet")
    out = folder / "out.parquet"
    done = sealwright(
        *("open", folder / "good.parquet", "--keys", folder / "keys.jsonl", "-o", out),
        *("--report", folder / "report.json", "--time-column", "at"),
    )
    assert (done.code, done.out) == (0, b"")
    told = json.loads((folder / "report.json").read_text())
    for file, path in ((told["inputs"][0], folder / "good.parquet"), (told["outputs"][0], out)):
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(bucket["opened"] for bucket in told["times"]["buckets"]) == len(rows)
    assert pq.read_table(out)["outcome"].to_pylist() == ["opened"] * len(rows)


def test_columns_from_a_pipe(process, folder):
    """A stream of Arrow is hashed while it goes by."""
    payloads = [json.loads(line)["payload"] for line in (folder / "good.jsonl").read_text().splitlines()]
    columns = pa.table({"payload": [bytes.fromhex(each) for each in payloads]})
    with pa.BufferOutputStream() as sink, pa.ipc.new_stream(sink, columns.schema) as writer:
        writer.write_table(columns)
    sent = sink.getvalue().to_pybytes()
    options = ("--format", "arrow", "--keys", "keys.jsonl", "-o", "out.arrows", "--report", "report.json")
    running = process("open", "-", *options)
    running.communicate(sent, timeout=60)
    assert running.returncode == 0
    (file,) = _report(folder)["inputs"]
    assert (file["bytes"], file["sha256"]) == (len(sent), hashlib.sha256(sent).hexdigest())
