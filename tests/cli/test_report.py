"""`sealwright report`: a report on a terminal, as a page, and as JSON."""

import json

import pytest

from filing import names_in
from reported import HOSTILE, hostile_report, made_report


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Return the current folder, with `report.json` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.json").write_bytes(made_report().encode())
    return tmp_path


@pytest.mark.usefixtures("kept")
def test_on_a_terminal(sealwright):
    """What a person reads first comes first."""
    done = sealwright("report", "report.json")
    assert done.code == 0
    text = done.out.decode()
    assert text.startswith("100 rows in 2.00 s, 50 a second (native engine), 2026-01-15T00:00:00Z\n")
    assert "90  opened (90 %)" in text
    assert "service: 12 requests, 11 keys kept" in text


def test_as_a_page(sealwright, kept):
    """One file, and a word of where it is."""
    done = sealwright("report", "report.json", "--html", "page.html")
    assert (done.code, done.out, done.err) == (0, b"", "written: page.html\n")
    assert (kept / "page.html").read_text().startswith("<!DOCTYPE html>")
    assert sealwright("report", "report.json", "--html", "-").out == (kept / "page.html").read_bytes()


def test_a_page_that_is_there(sealwright, kept):
    """It is replaced with --force alone; and never is the report itself."""
    (kept / "page.html").write_text("old")
    assert sealwright("report", "report.json", "--html", "page.html").code == 2
    assert (kept / "page.html").read_text() == "old"
    assert sealwright("report", "report.json", "--html", "page.html", "--force").code == 0
    assert "is an input too" in sealwright("report", "report.json", "--html", "report.json", "--force").err


def test_as_json(sealwright, kept):
    """As it is, checked; also from standard input."""
    octets = (kept / "report.json").read_bytes()
    assert sealwright("report", "report.json", "--json").out == octets
    assert json.loads(sealwright("report", "-", "--json", stdin=octets).out)["rows"] == 100


@pytest.mark.usefixtures("kept")
def test_one_way_at_a_time(sealwright):
    """A page and JSON are two ways."""
    done = sealwright("report", "report.json", "--html", "-", "--json")
    assert (done.code, "two ways" in done.err) == (2, True)


def test_what_is_no_report(sealwright, kept):
    """It is said, and no page appears."""
    (kept / "report.json").write_text('{"rows": 1}')
    done = sealwright("report", "report.json", "--html", "page.html")
    assert (done.code, "report.json is no report of a run" in done.err) == (2, True)
    assert names_in(kept) == ["report.json"]


def test_a_terminal_obeys_nothing(sealwright, kept):
    """No control character, no markup of ours."""
    (kept / "report.json").write_bytes(hostile_report().encode())
    text = sealwright("report", "report.json").out.decode()
    assert not {"\x1b", "\u202e", "\x00"} & set(text)
    assert HOSTILE[:9] in text
