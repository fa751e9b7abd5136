"""`sealwright open --resume`: what it says, and what it refuses."""

import json
import os

import pytest

from filing import json_lines, names_in, v1
from resuming import held
from sealwright.telemetry.pipeline.resuming import resumable
from sealwright.telemetry.pipeline.resuming.folder import JobFolder
from sealwright.telemetry.pipeline.resuming.resumable import ResumableJob

OPEN = ("open", "many.jsonl", "--keys", "keys.jsonl", "-o", "out", "--rejects", "rejects")
JOB = (".out.sealwright-job", ".rejects.sealwright-rejects")


@pytest.fixture
def many(folder, monkeypatch):
    """Write 40,000 rows, three batches; a segment is one."""
    monkeypatch.setattr(resumable, "SEGMENT_ROWS", 1)
    rows = [{"n": n, "payload": v1(n).hex() if n else "zz"} for n in range(20)]
    (folder / "many.jsonl").write_bytes(json_lines(*rows) * 2_000)
    return folder


@pytest.fixture
def stopped(many, sealwright):
    """Stop such a run behind its second segment, by a disk that is full."""
    keep, left = ResumableJob.keep, [2]

    def keep_and_stop(*given, **options):
        keep(*given, **options)
        left[0] -= 1
        if not left[0]:
            raise OSError(28, os.strerror(28))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ResumableJob, "keep", keep_and_stop)
        done = sealwright(*OPEN, "--resume")
    assert done.code == 1
    assert done.err.splitlines() == [
        f"32,768 rows done and kept in {many / JOB[0]}: the same command goes on behind them",
        "sealwright: No space left on device: while reading or writing",
    ]
    return many


def test_a_stopped_run_is_gone_on_with(sealwright, stopped):
    """The same command goes on, says so, and gives what a run without a stop gives."""
    done = sealwright(*OPEN, "--resume")
    first, second, *_ = done.err.splitlines()
    assert done.code == 3
    assert first == "going on behind 32,768 rows that an earlier run has done"
    assert second.startswith("40,000 rows in ")
    outputs = [(stopped / name).read_bytes() for name in ("out", "rejects")]
    assert not {*JOB} & {*names_in(stopped)}
    sealwright(*OPEN, "--force")
    assert outputs == [(stopped / name).read_bytes() for name in ("out", "rejects")]


def test_the_summary_as_json(sealwright, stopped):
    """For programs the last line is the summary of all runs together."""
    done = sealwright(*OPEN, "--resume", "--json")
    told = json.loads(done.err.splitlines()[-1])
    assert (told["rows"], told["outcomes"]["malformed"]) == (40_000, 2_000)
    assert names_in(stopped).count("out") == 1


def test_what_is_complete_is_not_done_again(sealwright, many):
    """Once OUT is there it is an output that exists, as ever."""
    assert sealwright(*OPEN, "--resume").code == 3
    done = sealwright(*OPEN, "--resume")
    assert done.code == 2
    assert "out exists already" in done.err
    assert not {*JOB} & {*names_in(many)}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--plaintext", "utf8"], "plaintext: hex then, utf8 now"),
        (["--layout", "v2=iv+body,any-uid"], "layouts: v1=ccm v2=he… then, v1=ccm v2=iv… now"),
    ],
)
def test_another_option(sealwright, stopped, more, words):
    """It ends with 2 and changes nothing; --force begins anew."""
    before = names_in(stopped)
    done = sealwright(*OPEN, "--resume", *more)
    assert (done.code, names_in(stopped)) == (2, before)
    assert words in done.err
    assert "or --force begins anew" in done.err
    done = sealwright(*OPEN, "--resume", *more, "--force")
    assert done.code == 3
    assert "going on" not in done.err


def test_another_key_file(sealwright, stopped):
    """A key file with one line more may open other rows."""
    with (stopped / "keys.jsonl").open("a") as keys:
        keys.write("# another\n")
    done = sealwright(*OPEN, "--resume")
    assert done.code == 2
    assert "key file (SHA-256): " in done.err


def test_a_second_process(sealwright, stopped):
    """It is told that the first one is at work."""
    with held(JobFolder("out", "job")):
        done = sealwright(*OPEN, "--resume")
    assert done.code == 2
    assert "another process works on" in done.err
    assert set(JOB) <= set(names_in(stopped))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-", "-o", "out"], "so it must be a file, not standard input or a pipe"),
        (["many.jsonl"], "and - is no file: name files with -o and --rejects"),
        (["many.jsonl", "-o", "/dev/null"], "and /dev/null is no file"),
        (["many.jsonl", "-o", "out", "--rejects", "-"], "and - is no file"),
    ],
)
def test_usage_errors(sealwright, folder, arguments, words):
    """What cannot be gone on with is refused before any work."""
    before = names_in(folder)
    done = sealwright("open", *arguments, "--keys", "keys.jsonl", "--resume")
    assert (done.code, done.out, names_in(folder)) == (2, b"", before)
    assert words in done.err


def test_a_stop_before_anything_is_kept(sealwright, many, monkeypatch):
    """Nothing is promised, and nothing is left."""
    before = names_in(many)

    def refuse(*_, **__):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(ResumableJob, "keep", refuse)
    done = sealwright(*OPEN, "--resume")
    assert (done.code, done.err) == (1, "sealwright: No space left on device: while reading or writing\n")
    assert names_in(many) == before


def test_keys_that_can_be_read_once(sealwright, many):
    """A pipe is empty for whoever reads it next, so no hash is taken of it."""
    os.mkfifo(many / "pipe")
    done = sealwright("open", "many.jsonl", "--keys", "pipe", "-o", "out", "--resume")
    assert (done.code, "it must be a plain file that can be read" in " ".join(done.err.split())) == (2, True)
    assert "out" not in names_in(many)
