"""What is planned, the limit it is held against, and the machine it ran on."""

import os

import pytest

from sealwright.bench import machine, program
from sealwright.bench.corpus import Case
from sealwright.bench.limit import Limit, assumed
from sealwright.bench.program import CACHED, HMAC, SIGNED, SINGLE, SIZES, STREAM, Plan, run
from sealwright.bench.report import Report


@pytest.mark.parametrize(
    ("size", "cycles"), [(16, 12.5), (64, 27.5), (256, 87.5), (1024, 327.5), (1000, 322.5)]
)
def test_the_limit(size, cycles):
    """(2n + 2) blocks and a key expansion at four block-rounds a cycle; half as many on AES-NI."""
    assert Limit("vaes512", 1.0, measured=True).nanoseconds(size) == cycles
    assert Limit("aesni", 2.0, measured=True).nanoseconds(size) == cycles


def test_an_assumed_limit(tmp_path):
    """Without a path or a clock there is none, and an assumed clock is called one."""
    assert assumed(None) is None
    assert "not measured" in str(Limit("aesni", 2.0, measured=False))
    (tmp_path / "cpuinfo").write_text("cpu MHz : 2000.0\n\ncpu MHz : 3500.5\n")
    assert machine.told_ghz(tmp_path / "cpuinfo") == 3.5005
    assert machine.told_ghz(tmp_path / "none") is None


def test_a_small_run_end_to_end(tmp_path):
    """Every contest is held, entrants take part, and a report survives its file."""
    said, met = [], []

    def entrants(title, corpus):
        met.append((title, len(corpus.messages)))
        return []

    report = run(Plan(100, turns=1, seconds=0), said.append, entrants)
    titles = [contest.title for contest in report.contests]
    assert titles == [STREAM, SIZES, SIZES, SIZES, SIGNED, SINGLE] == [title for title, _ in met]
    assert said[0] == f"{STREAM}: {Case(100)}"
    assert report.titled(STREAM)[0].ratio(CACHED, CACHED) == 1
    assert report.titled(SIGNED)[0].find(HMAC)
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == report


def test_the_full_plan():
    """The full plan has every suite under every way of sharing keys, and mixed sizes."""
    cases = list(Plan(full=True).cases())
    assert len(cases) == len(list(Plan().cases())) + 1 + 4 * 4
    assert len({case for title, case in cases if title == program.MATRIX}) == 17


def test_without_extras_and_core(monkeypatch):
    """What cannot take part is told, and the rest is measured."""
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    monkeypatch.setattr(program, "has", lambda _module: False)
    report = run(Plan(100, turns=1, seconds=0), lambda _words: None)
    assert [words.split(":")[0] for words in report.missing] == [
        "no pycryptodome to compare with",
        "no native engine to measure",
    ]
    assert "sealwright portable, arrays" in {result.name for result in report.contests[0].results}
    assert report.limit is None


def test_the_machine(tmp_path, monkeypatch):
    """The CPU is told with family and model; a system that tells nothing is no error."""
    path = tmp_path / "cpuinfo"
    path.write_text("cpu family\t: 25\nmodel\t\t: 17\nmodel name\t: A CPU\n\nmodel name\t: another\n")
    assert machine.cpu_model(path) == "A CPU (family 25, model 17)"
    path.write_text("Features: none\n")
    assert machine.cpu_model(path)
    assert machine.cpu_model(tmp_path / "none")
    found = machine.examine()
    assert {"python", "openssl", "sealwright", "cryptography", "numpy"} <= set(found.versions)
    monkeypatch.setattr(machine, "_LIBRARIES", ("no-such-library",))
    assert "no-such-library" not in machine.examine().versions


def test_no_commit_where_there_is_none(tmp_path, monkeypatch):
    """An installed package has no commit, nor has a checkout without git."""
    monkeypatch.setattr(machine, "__file__", str(tmp_path / "a/b/c/machine.py"))
    assert machine._commit() == ""
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", "")
    assert machine._commit() == ""


def test_pinned(monkeypatch):
    """One core for a while, and all of them afterwards; where one cannot choose, none."""
    before = os.sched_getaffinity(0)
    with machine.pinned() as core:
        assert os.sched_getaffinity(0) == {core}
    assert os.sched_getaffinity(0) == before
    monkeypatch.delattr(os, "sched_setaffinity")
    with machine.pinned() as core:
        assert core is None
