"""File to file: the same rows in the same order, and what became of each."""

import base64
import io
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import making
import sealwright.telemetry as face
from filing import ADDED, json_lines, key_file, names_in, opened, run_job, signed, v1, v2
from sealwright import KeyFile
from sealwright.errors import CrossCheckError, EngineError, InputError
from sealwright.telemetry import HeldKeys, engine_info
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline.input import SAMPLE, Options, read_messages
from sealwright.telemetry.pipeline.job import run

MIB = 2**20


def test_rows_in_are_rows_out(tmp_path):
    """20,000 rows of every kind, more than two batches, come out in order with their columns."""
    payloads = [v1(3).hex(), v2().hex(), signed().hex(), None, "zz", v1(4).hex()[:-2]]
    rows = [{"n": n, "payload": payloads[n % len(payloads)], "x": [n]} for n in range(20_000)]
    out = opened(tmp_path, json_lines(*rows))
    assert [{name: row[name] for name in ("n", "payload", "x")} for row in out] == rows
    kinds = ["opened", "opened", "opened", "malformed", "malformed", "not_authentic"]
    assert [row["outcome"] for row in out] == [kinds[n % len(kinds)] for n in range(20_000)]
    assert all(tuple(row) == ("n", "payload", "x", *ADDED) for row in out)


@pytest.mark.parametrize("format_", ["jsonl", "lines", "csv"])
def test_the_same_input_gives_the_same_bytes(tmp_path, format_):
    """No clock and no chance is in an output."""
    texts = [v1(n).hex() for n in range(50)] + ["zz", v1(1).hex()]
    content = {
        "jsonl": json_lines(*[{"payload": text} for text in texts]),
        "lines": "\n".join(texts).encode(),
        "csv": "\n".join(["payload", *texts]).encode(),
    }[format_]
    assert run_job(tmp_path, content, format=format_)[0] == run_job(tmp_path, content, format=format_)[0]


@pytest.mark.parametrize(
    "write",
    [
        bytes.hex,
        lambda octets: base64.b64encode(octets).decode(),
        lambda octets: base64.urlsafe_b64encode(octets).decode().rstrip("="),
        list,
        lambda octets: {"type": "Buffer", "data": list(octets)},
    ],
    ids=["hex", "base64", "base64url", "numbers", "a Node Buffer"],
)
def test_payloads_in_every_form(tmp_path, write):
    """Whatever form the messages have in the column, they open."""
    rows = [{"payload": write(v1(n))} for n in range(20)]
    out = opened(tmp_path, json_lines(*rows), plaintext="utf8")
    assert [row["plaintext"] for row in out] == [f"text {n}" for n in range(20)]
    assert [{"payload": row["payload"]} for row in out] == rows


def test_the_encoding_is_decided_once_from_the_first_rows(tmp_path):
    """What comes behind the first 1,000 rows does not change the choice."""
    other = base64.b64encode(v1(1)).decode()
    rows = [{"payload": v1().hex()}] + [{"payload": ""}] * (SAMPLE - 1) + [{"payload": other}] * 2000
    out, summary = run_job(tmp_path, json_lines(*rows))
    assert summary.encoding == "hex"
    assert summary.reasons == {"empty": SAMPLE - 1, "undecodable_text": 2000}
    assert json.loads(out.splitlines()[-1])["reason"] == "undecodable_text"


def test_the_encoding_can_be_told(tmp_path):
    """A named encoding is not guessed at."""
    rows = json_lines({"payload": v1().hex()})
    assert opened(tmp_path, rows, encoding="base64")[0]["reason"] in {
        "undecodable_text",
        "unknown_version",
    }


def test_repeats_are_flagged_across_batches(tmp_path):
    """A duplicate and a used nonce are known however many rows lie between, and open all the same."""
    reused = v1(1, b"another text")
    rows = [v1(1), *[v1(2)] * 17_000, v1(1), reused]
    out, summary = run_job(tmp_path, json_lines(*[{"payload": message.hex()} for message in rows]))
    first, *_, again, alarm = (json.loads(line) for line in out.splitlines())
    assert [(row["duplicate"], row["nonce_reuse"]) for row in (first, again, alarm)] == [
        (False, False),
        (True, False),
        (False, True),
    ]
    assert alarm["plaintext"] == b"another text".hex()
    assert (summary.duplicates, summary.nonce_reuse, summary.failed) == (17_000, 1, 0)


def test_a_forged_copy_does_not_brand_the_genuine_message(tmp_path):
    """Only rows that opened count as earlier ones."""
    forged = v1()[:-1] + bytes([v1()[-1] ^ 1])
    out = opened(tmp_path, json_lines({"payload": forged.hex()}, {"payload": v1().hex()}))
    assert [(row["outcome"], row["duplicate"]) for row in out] == [
        ("not_authentic", False),
        ("opened", False),
    ]


def test_a_small_window_forgets(tmp_path):
    """--duplicate-window is how many opened messages are remembered, twice as many at most."""
    rows = json_lines(*[{"payload": v1(n).hex()} for n in [*range(10), 0]])
    assert run_job(tmp_path, rows, duplicate_window=2)[1].duplicates == 0
    assert run_job(tmp_path, rows)[1].duplicates == 1


def test_a_column_that_is_taken(tmp_path):
    """A column of an added name is an error before any work, and a prefix mends it."""
    rows = json_lines({"tag": 1, "outcome": 2, "payload": v1().hex()})
    with pytest.raises(InputError, match=r"^input: there are columns named tag, outcome already: .*--prefix"):
        run_job(tmp_path, rows)
    assert opened(tmp_path, rows, prefix="x_")[0]["x_outcome"] == "opened"


def test_a_prefix_that_does_not_help(tmp_path):
    """A prefix that leads to another column of the row is no better."""
    with pytest.raises(InputError, match="columns named x_tag already"):
        run_job(tmp_path, json_lines({"x_tag": 1, "payload": v1().hex()}), prefix="x_")


def test_a_column_that_is_taken_in_a_later_row(tmp_path):
    """The error names the rows and the column, and no output is left."""
    rows = [{"payload": v1().hex()}] * 18_000 + [{"reason": "mine", "payload": v1().hex()}]
    with pytest.raises(InputError, match=r"rows 16,385 to 18,001: there are columns named reason already"):
        run_job(tmp_path, json_lines(*rows))
    assert names_in(tmp_path) == ["keys.jsonl"]


def test_a_column_missing_in_one_row(tmp_path):
    """One row without the column is malformed; the others open."""
    out = opened(tmp_path, json_lines({"n": 1}, {"payload": v1().hex()}))
    assert [(row["outcome"], row["reason"]) for row in out] == [("malformed", "missing"), ("opened", None)]


def test_rejects_are_a_copy_of_the_rows_that_did_not_open(tmp_path):
    """The rejects hold the very lines of the output, in order."""
    content = json_lines({"payload": v1().hex()}, {"payload": "zz"}, {"payload": v1(1).hex()}, {"n": 1})
    out, rejects = tmp_path / "out", tmp_path / "rejects"
    run(io.BytesIO(content), KeyFile(key_file(tmp_path)), str(out), Options(), rejects=str(rejects))
    lines = out.read_bytes().splitlines(keepends=True)
    assert rejects.read_bytes() == lines[1] + lines[3]


def test_rejects_of_csv_have_a_header_row(tmp_path):
    """A copy is a file of its own."""
    out, rejects = tmp_path / "out", tmp_path / "rejects"
    keys = KeyFile(key_file(tmp_path))
    run(io.BytesIO(b"payload\nzz\n"), keys, str(out), Options(format="csv"), rejects=str(rejects))
    assert rejects.read_bytes() == out.read_bytes()


def test_an_error_while_reading_leaves_no_output(tmp_path):
    """When the input breaks in the middle, neither output appears."""

    class Torn(io.BytesIO):
        def readline(self, size=-1, /):
            self.tear()
            return super().readline(size)

        def readinto1(self, octets, /):
            self.tear()
            return super().readinto1(octets[:MIB])

        def tear(self):
            if self.tell() > MIB:
                raise OSError(5, "Input/output error")

    content = Torn(json_lines({"payload": v1().hex()}) * 20_000)
    names = [str(tmp_path / name) for name in ("out", "rejects")]
    with pytest.raises(OSError, match="Input/output"):
        run(content, KeyFile(key_file(tmp_path)), names[0], Options(), rejects=names[1])
    assert names_in(tmp_path) == ["keys.jsonl"]


def test_an_engine_that_is_not_there(tmp_path, monkeypatch):
    """Without the engine asked for nothing is begun."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "nonsense")
    content = io.BytesIO(b'{"payload":"11"}')
    with pytest.raises(EngineError, match="nonsense"):
        run(content, HeldKeys(), str(tmp_path / "out"), Options())
    assert not list(tmp_path.iterdir())


def test_no_rows(tmp_path):
    """An empty file gives an empty file."""
    out, summary = run_job(tmp_path, b"")
    assert (out, summary.rows, summary.failed, summary.outcomes) == (b"", 0, 0, {})


def test_the_summary_counts(tmp_path):
    """Outcomes sum up to the rows, and each reason is counted."""
    payloads = [v1().hex(), "zz", None, v1()[:20].hex(), v1(1)[:-1].hex(), v1(text=b"\xff").hex()]
    _, summary = run_job(tmp_path, json_lines(*[{"payload": each} for each in payloads]), plaintext="utf8")
    assert summary.outcomes == {"opened": 2, "malformed": 3, "not_authentic": 1}
    assert summary.reasons == {"undecodable_text": 1, "missing": 1, "too_short": 1, "plaintext_in_hex": 1}
    assert (summary.rows, summary.failed, summary.nonce_reuse) == (6, 4, 1)
    assert (summary.encoding, summary.engine) == ("hex", engine_info().name)
    assert summary.seconds > 0


def test_progress_is_told_a_batch(tmp_path):
    """After each batch the summary so far is shown."""
    seen = []
    content = json_lines({"payload": v1().hex()}) * 17_000
    run(
        io.BytesIO(content),
        KeyFile(key_file(tmp_path)),
        str(tmp_path / "out"),
        Options(),
        on_batch=lambda summary: seen.append(summary.rows),
    )
    assert seen == [16_384, 17_000]


def test_max_message(tmp_path):
    """A longer message is malformed; a larger limit makes room for longer rows as well."""
    rows = json_lines({"payload": v1().hex()})
    assert opened(tmp_path, rows, max_message=len(v1()) - 1)[0]["reason"] == "too_long"
    assert opened(tmp_path, rows, max_message=len(v1()))[0]["outcome"] == "opened"
    long = b'{"payload":"%s"}' % (b"21" * (21 * MIB))
    assert "unreadable_bytes" in opened(tmp_path, long)[0]
    assert opened(tmp_path, long, max_message=32 * MIB)[0]["reason"] == "unknown_header"


@pytest.mark.parametrize("rows", [1, 3], ids=["one", "three"])
def test_heavy_rows_are_not_gathered(tmp_path, rows):
    """Rows of many megabytes are opened one after the other, from the first on."""
    parts = []
    content = b'{"x":"%s","payload":"11"}\n' % (b"x" * (17 * MIB)) * rows
    keys = KeyFile(key_file(tmp_path))
    run(io.BytesIO(content), keys, os.devnull, Options(), on_batch=lambda summary: parts.append(summary.rows))
    assert parts == list(range(1, rows + 1))


_DRAIN = """
import pathlib, re, sys
from sealwright import KeyFile
from sealwright.telemetry.pipeline.job import run
from sealwright.telemetry.pipeline.input import Options
summary = run(sys.stdin.buffer, KeyFile(sys.argv[1]), sys.argv[2], Options(format=sys.argv[3]))
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
print(*summary.outcomes.values(), peak)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_a_line_of_100_megabytes_is_not_held(tmp_path, format_):
    """The process stays under 300 MB while a line of 100 MB goes through a pipe."""
    head, row = {
        "jsonl": ("", f'{{"payload":"{v1().hex()}"}}\n'),
        "csv": ("payload,n\n", f"{v1().hex()},1\n"),
    }[format_]
    # getrusage would tell the parent's peak, which a child inherits; /proc tells the child's own.
    process = subprocess.Popen(
        [sys.executable, "-c", _DRAIN, str(key_file(tmp_path)), str(tmp_path / "out"), format_],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    for part in itertools.chain([head.encode(), row.encode()], [b"{" * MIB] * 100, [b"\n", row.encode()]):
        process.stdin.write(part)
    opened_, malformed, peak = process.communicate(timeout=60)[0].split()
    assert (opened_, malformed) == (b"2", b"1")
    assert int(peak) < 300_000
    assert str(100 * MIB + 1).encode() in (tmp_path / "out").read_bytes()


def test_reading_messages_for_a_look():
    """The first rows give their messages, or the reason why there is none."""
    rows = json_lines(*[{"m": each} for each in (v1().hex(), None, "zz", v1(1).hex())])
    found = read_messages(io.BytesIO(rows), Options(column="m"), 3)
    assert found == [(v1(), ""), (None, "missing"), (None, "undecodable_text")]


def test_a_key_told_for_another_device(tmp_path):
    """A line of the key file that disagrees with itself opens nothing."""
    reply = making.reply_v1(ROTPublicUID="0002ffffffffffff")
    making.write_key_file(tmp_path / "keys.jsonl", making.key_line(reply, making.V1_HEADER))
    row = opened(tmp_path, json_lines({"payload": v1().hex()}))[0]
    assert (row["outcome"], row["reason"]) == ("mismatched_parameters", "another_device")


# Cross-checking


native_only = pytest.mark.skipif(engine_info().name != "native", reason="no native engine to check")


@pytest.fixture
def wrong_text(monkeypatch):
    """Let the native engine open every text with its first byte changed."""
    truly = face.open_batch

    def opened_wrongly(*given, **options):
        batch = truly(*given, **options)
        if core().module is not None:
            batch.reopen()
            batch.arena[batch.offsets[:-1][batch.headers.kind > 0]] ^= 1
        return batch

    monkeypatch.setattr(face, "open_batch", opened_wrongly)


@native_only
@pytest.mark.parametrize(("every", "checked"), [(10_000, 64), (10, 300), (1, 3_000), (0, 0)])
def test_the_summary_says_how_many_were_cross_checked(tmp_path, every, checked):
    """At the default share a small file is looked at 64 times; the rows come out as ever."""
    rows = json_lines(*[{"payload": v1(n % 7).hex()} for n in range(3_000)])
    out, summary = run_job(tmp_path, rows, cross_check=every)
    assert summary.cross_checked == checked
    assert out == run_job(tmp_path, rows)[0]


@native_only
@pytest.mark.usefixtures("wrong_text")
def test_a_difference_stops_the_job(tmp_path):
    """The error names the row, and no output appears; unchecked, the wrong text would have come out."""
    payloads = [{"payload": None}] * 20_000 + [{"payload": v1().hex()}] * 3
    with pytest.raises(CrossCheckError, match=r"^cross-check: row 20,00[1-3] opens to two different"):
        run_job(tmp_path, json_lines(*payloads), cross_check=1)
    assert not {"out", "out.jsonl"} & set(names_in(tmp_path))
    out, summary = run_job(tmp_path, json_lines(*payloads), cross_check=0, plaintext="utf8")
    assert json.loads(out.splitlines()[-1])["plaintext"] == "uext 0"
    assert summary.cross_checked == 0


class OneBehind:
    """Does each job when the next one is put: as late as ever a thread does."""

    def __init__(self, *, here):
        del here
        self.jobs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.put(None)

    def put(self, job):
        """Do the one before."""
        for each in self.jobs:
            each()
        self.jobs = [job] if job else []


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
def test_rows_are_stored_while_the_next_are_made(tmp_path, monkeypatch, format_):
    """However late that is: both outputs are the same."""
    payloads = [v1(n % 200).hex() if n % 3 else "zz" for n in range(40_000)]
    if format_ == "csv":
        content = b"payload\n" + b"".join(payload.encode() + b"\n" for payload in payloads)
    else:
        content = json_lines(*({"payload": payload} for payload in payloads))
    keys, outputs = KeyFile(key_file(tmp_path)), []
    for number in range(2):
        names = [str(tmp_path / f"{name} {number}") for name in ("out", "rejects")]
        run(io.BytesIO(content), keys, names[0], Options(format=format_), rejects=names[1])
        outputs.append([Path(name).read_bytes() for name in names])
        monkeypatch.setattr("sealwright.telemetry.pipeline.job.Beside", OneBehind)
    assert outputs[0] == outputs[1]
