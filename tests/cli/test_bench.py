"""`sealwright bench`: what it prints and draws; never how fast."""

import json

import pytest

from sealwright.bench import contest, doors, program

SMALL = ("bench", "--messages", 100)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """One turn is enough to see what is shown."""
    monkeypatch.setattr(contest, "_FEWEST_TURNS", 1)
    plan = program.Plan
    monkeypatch.setattr(program, "Plan", lambda messages: plan(messages, turns=1, seconds=0.0))


def test_as_text(sealwright, folder):
    """A table a contest, the machine above, and nothing is written."""
    before = sorted(folder.iterdir())
    done = sealwright(*SMALL)
    text = done.out.decode()
    assert done.code == 0
    assert "realistic stream: 100 × 64 B, AES_128_CCM, 50 keys" in text
    assert "AESCCM, cached objects" in text
    assert "one core of" in text
    assert text.endswith(
        "Every plaintext of every contestant was compared. Medians; who played took turns.\n"
    )
    assert sorted(folder.iterdir()) == before


def test_as_json(sealwright):
    """The same for programs, and nothing else on standard output."""
    report = json.loads(sealwright(*SMALL, "--json").out)
    assert list(report) == ["date", "machine", "limit", "contests", "missing"]
    assert report["contests"][0]["results"][0]["median_ns"] > 0


def test_pictures(sealwright, folder):
    """--plot draws four files into a folder that it makes."""
    pytest.importorskip("matplotlib")
    done = sealwright(*SMALL, "--plot", "new/pictures")
    assert done.code == 0
    assert "drawn: new/pictures/stream.png" in done.err
    assert len(list((folder / "new/pictures").iterdir())) == 4


def test_a_folder_that_cannot_be_made(sealwright, folder):
    """What cannot be drawn is told before anything is measured."""
    pytest.importorskip("matplotlib")
    done = sealwright(*SMALL, "--plot", folder / "keys.jsonl" / "pictures")
    assert done.code == 2
    assert "--plot: " in done.err


def test_without_the_extra(sealwright, folder, monkeypatch):
    """The base installation measures, and says what is missing and how to get it."""
    monkeypatch.setattr(program, "has", lambda _module: False)
    monkeypatch.setattr("sealwright.bench.extras.find_spec", lambda _name: None)
    done = sealwright(*SMALL)
    assert done.code == 0
    assert "pycryptodome is not installed: pip install 'sealwright[bench]'" in done.err
    assert b"pycryptodome" not in done.out.partition(b"realistic stream")[2]
    done = sealwright(*SMALL, "--plot", folder / "pictures")
    assert (done.code, done.out) == (2, b"")
    assert "matplotlib is not installed: pip install 'sealwright[bench]'" in done.err


def test_a_wrong_plaintext(sealwright, monkeypatch):
    """A contestant that gives a wrong plaintext ends the run with 1, and no figure is shown."""
    monkeypatch.setattr(doors.Batch, "to_list", lambda batch: [b""] * len(batch))
    done = sealwright(*SMALL)
    assert (done.code, done.out) == (1, b"")
    assert "gave a wrong plaintext" in done.err
