"""`sealwright signer new`: a key that only its owner can read, and only its passphrase opens."""

import re
import stat

import pytest

from sealwright.provision import is_locked, read_signer
from sealwright.secret import Secret

NEW = ("signer", "new", "--user-id", "Provisioning <keys@example.com>", "--bits", "2048")
UNDER = ("--signer-passphrase-command", "echo five words are enough here")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_new_key(sealwright, tmp_path):
    """Made, told by its fingerprint, and it signs."""
    done = sealwright(*NEW, "-o", "SIGNER.asc", *UNDER)
    assert (done.code, done.out) == (0, b"")
    text = (tmp_path / "SIGNER.asc").read_bytes()
    assert is_locked(text)
    fingerprint = read_signer(text, Secret(b"five words are enough here")).public_key.key.fingerprint
    assert done.err == f"made: signer {fingerprint}, RSA-2048, written to SIGNER.asc under the passphrase\n"
    assert stat.S_IMODE((tmp_path / "SIGNER.asc").stat().st_mode) == 0o600


def test_4096_bits_are_usual(sealwright):
    """The help says so; gpg's 3072 are no choice."""
    assert re.search(
        rb"2048\|4096\].*\[default: +4096\]", sealwright("signer", "new", "--help").out, re.DOTALL
    )
    assert "'3072' is not one of" in sealwright(*NEW[:-1], "3072", "-o", "X").err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "-"], "a secret key is not written to standard output"),
        (["-o", "there"], "exists already"),
        (
            ["-o", "X"],
            "none is given: use --signer-passphrase-file, --signer-passphrase-command or --signer-pass",
        ),
    ],
)
def test_refused(sealwright, tmp_path, arguments, words):
    """Nothing is replaced, and there is no key without a passphrase."""
    (tmp_path / "there").write_bytes(b"")
    done = sealwright(*NEW, *arguments)
    assert (done.code, words in done.err) == (2, True)
    assert not (tmp_path / "X").exists()
