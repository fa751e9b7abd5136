"""`sealwright material new`: under a passphrase, and never in the clear on a disk."""

import json
import re
import stat

import pytest

pytestmark = pytest.mark.usefixtures("quick_scrypt")
KEY = "000102030405060708090a0b0c0d0e0f"
UNDER = ("--passphrase-command", "echo five words are enough here")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aes128"], "AES key of 16 bytes"),
        (["aes256"], "AES key of 32 bytes"),
        (["hmac"], "HMAC key of 32 bytes"),
        (["hmac", "--bytes", "1"], "HMAC key of 1 byte"),
        (["binary", "--bytes", "500"], "binary file of 500 bytes"),
    ],
)
def test_fresh(sealwright, tmp_path, arguments, words):
    """A file that only its owner can read, and only its passphrase opens."""
    done = sealwright("material", "new", *arguments, "-o", "OUT", *UNDER)
    assert (done.code, done.out) == (0, b"")
    assert done.err.startswith(f"{words} written to OUT, under the passphrase\n")
    assert ("KCV" in done.err) is words.startswith("AES")
    assert stat.S_IMODE((tmp_path / "OUT").stat().st_mode) == 0o600
    assert (tmp_path / "OUT").read_bytes().startswith(b"sealwright keys 1 ")


def test_read_from_hex(sealwright, tmp_path):
    """Hex text with spaces, from a file or from standard input; the check values are labelled."""
    (tmp_path / "key.hex").write_text(f"{KEY[:7]} {KEY[7:]}\n")
    said = sealwright("material", "new", "aes128", "--from", "key.hex", "-o", "OUT", *UNDER).err
    assert re.search(r"^  KCV [0-9A-F]{10}  \(AES-CMAC, X9\.24-1:2017\)$", said, re.MULTILINE)
    assert "  KCV C6A13B      (legacy: a block of zeros, encrypted)\n" in said
    again = sealwright("material", "new", "aes128", "--from", "-", "-o", "OUT2", *UNDER, stdin=KEY.encode())
    assert again.err == said.replace("to OUT,", "to OUT2,")
    for path in ("OUT", "OUT2"):
        octets = (tmp_path / path).read_bytes()
        assert KEY.encode() not in octets
        assert bytes.fromhex(KEY) not in octets


def test_read_from_raw_bytes(sealwright, tmp_path):
    """Said so by --raw: bytes that look like hex are bytes then."""
    (tmp_path / "raw").write_bytes(b"00112233445566778899")
    done = sealwright("material", "new", "hmac", "--from", "raw", "--raw", "-o", "-", "--plaintext")
    assert done.out == b"00112233445566778899".hex().encode() + b"\n"


def test_a_material_file_is_read_too(sealwright):
    """With its passphrase; it knows what it holds."""
    sealwright("material", "new", "hmac", "-o", "OUT", *UNDER)
    first = sealwright("material", "new", "hmac", "--from", "OUT", "-o", "-", "--plaintext", *UNDER)
    assert re.fullmatch(rb"[0-9a-f]{64}\n", first.out)
    assert first.err == "HMAC key of 32 bytes written in the clear: keep it from others\n"
    done = sealwright("material", "new", "aes256", "--from", "OUT", "-o", "X", *UNDER)
    assert (done.code, "OUT holds hmac material, and aes material is asked for" in done.err) == (2, True)


def test_json(sealwright):
    """For programs, and no digest of what can be guessed."""
    told = json.loads(sealwright("material", "new", "aes256", "-o", "OUT", "--json", *UNDER).out)
    assert set(told) == {"kind", "bytes", "kcv_cmac", "kcv_legacy"}
    told = json.loads(sealwright("material", "new", "hmac", "-o", "OUT2", "--json", *UNDER).out)
    assert told == {"kind": "hmac", "bytes": 32}


def test_a_passphrase_by_a_terminal(sealwright, terminal, tmp_path):
    """It is typed twice."""
    terminal("five words are enough here", "five words are enough here")
    assert sealwright("material", "new", "aes256", "-o", "OUT").code == 0
    assert (tmp_path / "OUT").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["aes512", "-o", "OUT"], "'aes512' is not one of"),
        (["aes128", "-o", "OUT"], "secret: none is given: use --passphrase-file, --passphrase-command or"),
        (["aes128", "-o", "OUT", "--plaintext"], "no key is put on a disk"),
        (["aes128", "-o", "OUT", "--bytes", "32", *UNDER], "--bytes: aes128 has 16 bytes"),
        (["binary", "-o", "OUT", *UNDER], "give --bytes N"),
        (["binary", "--bytes", "501", "-o", "OUT", *UNDER], "1 to 500 bytes"),
        (["hmac", "--bytes", "257", "-o", "OUT", *UNDER], "1 to 256 bytes"),
        (["hmac", "--raw", "-o", "OUT", *UNDER], "give --from FILE too"),
        (["hmac", "-o", "-", "--plaintext", "--json"], "both would be on standard output"),
        (["hmac", "-o", "no/folder/OUT", *UNDER], "there is no folder"),
        (["aes256", "--from", "key.hex", "-o", "OUT", *UNDER], "key.hex has 16 bytes, and 32 are asked for"),
        (["hmac", "--bytes", "20", "--from", "key.hex", "-o", "OUT", *UNDER], "16 bytes, and 20 are asked"),
        (["aes128", "--from", "odd.hex", "-o", "OUT", *UNDER], "31 hex digits"),
        (["aes128", "--from", "key.hex", "-o", "key.hex", *UNDER], "exists already"),
        (["aes128", "--from", "missing", "-o", "OUT", *UNDER], "No such file or directory: missing"),
    ],
)
def test_refused(sealwright, tmp_path, arguments, words):
    """Before anything is written, and without a word of the key."""
    (tmp_path / "key.hex").write_text(KEY)
    (tmp_path / "odd.hex").write_text(KEY[:-1])
    done = sealwright("material", "new", *arguments)
    assert done.code in {1, 2}
    assert words in done.err
    assert KEY[:-1] not in done.err
    assert not (tmp_path / "OUT").exists()


def test_wrong_passphrases_and_other_files(sealwright, tmp_path):
    """Each has its own text."""
    sealwright("material", "new", "aes128", "-o", "OUT", *UNDER)
    again = ("material", "new", "aes128", "--from", "OUT", "-o", "X")
    done = sealwright(*again, "--passphrase-command", "echo another set of words")
    assert "this is not the passphrase" in done.err
    octets = bytearray((tmp_path / "OUT").read_bytes())
    octets[-1] ^= 1
    (tmp_path / "OUT").write_bytes(octets)
    assert "it is damaged" in sealwright(*again, *UNDER).err


def test_nothing_binary_to_a_terminal(sealwright, terminal):
    """A file under a passphrase is no text."""
    terminal()
    done = sealwright("material", "new", "aes128", "-o", "-", *UNDER)
    assert (done.code, "OUT would be binary on a terminal" in done.err) == (2, True)


@pytest.mark.usefixtures("filled")
def test_a_key_file_is_no_material(sealwright, monkeypatch):
    """`keys export` writes files of the same make with other contents."""
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "five words are enough here")
    sealwright("keys", "export", "-o", "keys.sealed")
    done = sealwright("material", "new", "hmac", "--from", "keys.sealed", "-o", "X", *UNDER)
    assert (done.code, "is a key file, and no material" in done.err) == (2, True)


@pytest.mark.parametrize("source", ["long.hex", "-"])
def test_text_that_is_too_long(sealwright, tmp_path, source):
    """It is not cut: what is left of a key would be another key."""
    key = b"00112233445566778899aabbccddeeff"
    whole = key + b" " * (64 * 1024 - 32)
    for text, code in ((whole, 0), (whole + key, 2)):
        (tmp_path / "long.hex").write_bytes(text)
        path = "-" if source == "-" else tmp_path / source
        options = ("--from", path, "-o", tmp_path / "out", *UNDER, "--force")
        done = sealwright("material", "new", "aes128", *options, stdin=text)
        assert (done.code, "has more than 65,536 bytes" in done.err) == (code, code == 2)
