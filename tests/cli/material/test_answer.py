"""`sealwright material answer`: what a device must answer."""

import pytest

pytestmark = pytest.mark.usefixtures("quick_scrypt")
UNDER = ("--passphrase-command", "echo five words are enough here")


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Make the keys of published examples (RFC 4493, RFC 4231) in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "aes.hex").write_text("2b7e1516 28aed2a6 abf71588 09cf4f3c")
    (tmp_path / "hmac.raw").write_bytes(b"Jefe")


TEXT = b"what do ya want for nothing?".hex()


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["aes.hex", "--kind", "aes", "--challenge", ""], "bb1d6929e95937287fa37d129b756746"),
        (
            ["aes.hex", "--kind", "aes", "--challenge", "6bc1bee2 2e409f96 e93d7e11 7393172a"],
            "070a16b46b4d4144f79bdd9dd04a287c",
        ),
        (
            ["hmac.raw", "--raw", "--kind", "hmac", "--challenge", TEXT],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            ["hmac.raw", "--raw", "--kind", "hmac", "--challenge", TEXT, "--hash", "sha1"],
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
    ],
)
def test_published_answers(sealwright, arguments, answer):
    """CMAC and HMAC, as published."""
    done = sealwright("material", "answer", *arguments)
    assert (done.code, done.out, done.err) == (0, f"{answer}\n".encode(), "")


def test_a_material_file(sealwright):
    """It knows what it holds."""
    sealwright("material", "new", "aes128", "--from", "aes.hex", "-o", "KEY", *UNDER)
    done = sealwright("material", "answer", "KEY", "--challenge", "", *UNDER)
    assert done.out == b"bb1d6929e95937287fa37d129b756746\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aes.hex", "--challenge", "00"], "aes.hex does not tell what it is: say so with --kind"),
        (["aes.hex", "--kind", "aes", "--challenge", "0"], "--challenge: it must be hex digits"),
        (["aes.hex", "--kind", "aes"], "Missing option '--challenge'"),
        (["hmac.raw", "--kind", "hmac", "--challenge", "00"], "character 1 is no hex digit"),
    ],
)
def test_refused(sealwright, arguments, words):
    """What is missing is said."""
    done = sealwright("material", "answer", *arguments)
    assert (done.code, words in done.err) == (2, True)


def test_a_file_answers_nothing(sealwright):
    """A device gives it back, and that is its proof."""
    sealwright("material", "new", "binary", "--bytes", "5", "-o", "KEY", *UNDER)
    done = sealwright("material", "answer", "KEY", "--challenge", "00", *UNDER)
    assert (done.code, "a binary file answers no challenge" in done.err) == (2, True)
