"""`sealwright receipt verify`: what was changed is found, and where."""

import json

import pytest

from sealwright.provision.receipt import Done, ReceiptBook
from wrapping import FOLDER, signer

SIGNER = ("--signer", FOLDER / "signers/signer_2048.asc")


@pytest.fixture
def file(tmp_path):
    """Write three receipts."""
    path = tmp_path / "receipts.jsonl"
    book = ReceiptBook(path, signer(2048), operator="made for testing", version="1", clock=lambda: 0.0)
    for number in range(3):
        book.append(Done(action="a", service="s", name=f"key {number}"))
    return path


def test_all_as_written(sealwright, file):
    """Their number, and the hash that shows what is cut off later."""
    done = sealwright("receipt", "verify", file, *SIGNER)
    words, last = done.out.decode().splitlines()
    assert (done.code, words) == (0, "3 receipts, all as written")
    told = json.loads(sealwright("receipt", "verify", file, *SIGNER, "--json").out)
    assert told == {"receipts": 3, "last": last.removeprefix("last line  ")}
    assert sealwright("receipt", "verify", file, *SIGNER, "--last", told["last"]).code == 0
    assert sealwright("receipt", "verify", "-", *SIGNER, stdin=file.read_bytes()).code == 0


def test_what_was_done_to_them(sealwright, file):
    """A change and a gap are found by themselves, what is cut off by the hash that was written down."""
    last = json.loads(sealwright("receipt", "verify", file, *SIGNER, "--json").out)["last"]
    lines = file.read_bytes().splitlines(keepends=True)
    for changed, words in (
        ([lines[0], lines[1].replace(b"key 1", b"key 9"), lines[2]], "line 2: its signature does not verify"),
        ([lines[0], lines[2]], "line 2: it is receipt 3: lines are missing"),
        (lines[:2], "the hash of its last line is "),
    ):
        file.write_bytes(b"".join(changed))
        done = sealwright("receipt", "verify", file, *SIGNER, "--last", last)
        assert (done.code, words in done.err, done.out) == (2, True, b"")


def test_somebody_elses(sealwright, file):
    """The public key that is missing is named; several may have signed."""
    other = ("--signer", FOLDER / "signers/signer_4096.asc")
    done = sealwright("receipt", "verify", file, *other)
    assert (done.code, "line 1: it is signed by" in done.err) == (2, True)
    assert sealwright("receipt", "verify", file, *other, *SIGNER).code == 0
