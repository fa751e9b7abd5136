"""`sealwright signer show`: a signer's public half, without its passphrase."""

import json

import pytest

from openpgp_maker import key
from wrapping import FOLDER, asc

FINGERPRINT = key("signer_4096").fingerprint.hex().upper()


@pytest.mark.parametrize("name", ["signer_4096_locked", "signer_4096", "signer_4096_secret"])
def test_in_words(sealwright, name):
    """Of a locked key file, an open one and a public key."""
    done = sealwright("signer", "show", FOLDER / f"signers/{name}.asc")
    assert done.out.decode().splitlines() == [
        f"signs      {FINGERPRINT}",
        f"primary    {FINGERPRINT}",
        "algorithm  RSA-4096",
        "user ids   Made For Testing <signer@example.com>",
    ]


def test_json(sealwright):
    """For programs; the key that signs may be a subkey."""
    done = sealwright("signer", "show", FOLDER / "signers/signer_by_subkey_secret.asc", "--json")
    told = json.loads(done.out)
    assert told["signs"] == key("signer_2048").fingerprint.hex().upper()
    assert told["primary"] == key("owner").fingerprint.hex().upper()


def test_the_public_key(sealwright, tmp_path):
    """Itself, as it goes with each request; a file of it is shown in the same way."""
    done = sealwright("signer", "show", FOLDER / "signers/signer_4096_locked.asc", "--public")
    assert done.out.startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n")
    (tmp_path / "public.asc").write_bytes(done.out)
    assert sealwright("signer", "show", tmp_path / "public.asc", "--public").out == done.out


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("missing", "missing cannot be read: No such file or directory: give a key file or gpg:FINGERPRINT"),
        (FOLDER / "signers/signer_3072.asc", "RSA-3072"),
        ("gpg:1234", "is no fingerprint"),
        (FOLDER / "envelopes/aes256.asc", "it is a PGP MESSAGE"),
    ],
)
def test_refused(sealwright, place, words):
    """What no request could be signed with is said here already."""
    done = sealwright("signer", "show", place)
    assert (done.code, words in done.err) == (2, True)


def test_the_agent(sealwright, tmp_path, monkeypatch):
    """A key of gpg's is shown as a file is."""
    import gnupg

    home = gnupg.gpg_at(tmp_path)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))
    try:
        home.take(asc("signers/signer_4096_secret"))
        done = sealwright("signer", "show", f"gpg:{FINGERPRINT}")
    finally:
        home.stop()
    assert done.out.decode().startswith(f"signs      {FINGERPRINT}\n")
