"""`sealwright receipt verify`: what was changed is found, and where."""

import json

import pytest

import gnupg
from openpgp_maker import YEAR, binding, flags, key, lifetime, packet, signature, subpacket, user
from recipe_provision import LATER
from sealwright.provision.receipt import Done, ReceiptBook
from wrapping import FOLDER, asc, public_block, signer

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
    assert told == {
        "receipts": 3,
        "last": last.removeprefix("last line  "),
        "signers": [signer(2048).public_key.key.fingerprint],
    }
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


def _keys():
    """Return the signer's key when its time is over, and as another's subkey, with how it is told."""
    own, signs, new = key("owner"), key("signer_2048"), key("signer_4096")
    head, name = packet(6, signs.body), user(signs, "Made For Testing")
    ended = user(signs, "Made For Testing", hashed=flags(0x03) + lifetime(YEAR))

    def bound(subkey):
        inner = subpacket(32, signature(subkey, 0x19, own.hashed + subkey.hashed)[3:])
        return packet(14, subkey.body) + binding(own, subkey, hashed=flags(0x02) + inner)

    primary = packet(6, own.body) + user(own, "Made For Testing", hashed=flags(0x01))
    gone = binding(own, signs, kind=0x28, hashed=b"", made=LATER)
    return [
        (head + ended, "has expired"),
        (head + signature(signs, 0x20, signs.hashed, made=LATER) + name, "is revoked"),
        (primary + bound(signs) + gone + bound(new), "is revoked"),
        (primary + bound(signs) + bound(new), ""),
    ]


@pytest.mark.parametrize(("octets", "ended"), _keys(), ids=["expired", "revoked", "replaced", "rotated"])
def test_a_signer_whose_time_is_over(sealwright, file, tmp_path, octets, ended):
    """What it has signed stays signed, and a warning says that its time is over."""
    (tmp_path / "key.asc").write_bytes(public_block(octets))
    done = sealwright("receipt", "verify", file, "--signer", tmp_path / "key.asc")
    assert (done.code, done.out.splitlines()[0]) == (0, b"3 receipts, all as written")
    fingerprint = key("signer_2048").fingerprint.hex().upper()
    warning = f"warning: {fingerprint} {ended}: make sure that these receipts were written before that"
    assert done.err.splitlines() == ([warning] if ended else [])


def test_a_key_of_gpg(sealwright, file, tmp_path, monkeypatch):
    """The public key is enough there too."""
    (tmp_path / "gpg").mkdir()
    home = gnupg.gpg_at(tmp_path / "gpg")
    try:
        home.take(asc("signers/signer_2048"))
        monkeypatch.setenv("GNUPGHOME", str(home.home))
        place = f"gpg:{key('signer_2048').fingerprint.hex().upper()}"
        assert sealwright("receipt", "verify", file, "--signer", place).code == 0
    finally:
        home.stop()
