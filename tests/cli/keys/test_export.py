"""`sealwright keys export`: from the store to a file that only its passphrase opens, or in the clear."""

import stat

import pytest

import making
import stores
from sealwright import KeyFile, KeyStore

pytestmark = pytest.mark.usefixtures("quick_scrypt")


@pytest.fixture
def passphrase(sealwright, monkeypatch):  # noqa: ARG001  # which clears the environment first
    """Give a passphrase by the environment."""
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "five words are enough here")


@pytest.mark.usefixtures("filled", "passphrase")
def test_under_a_passphrase(sealwright, folder):
    """Nothing of it is in the clear, and only its owner can read it."""
    done = sealwright("keys", "export", "-o", "sealed")
    assert (done.code, done.out) == (0, b"")
    assert done.err == "4 keys written to sealed, under the passphrase\n"
    octets = (folder / "sealed").read_bytes()
    assert octets.startswith(b"sealwright keys 1 ")
    assert not making.shown(octets.decode("latin-1"), making.KEY, making.MAC_KEY)
    assert stat.S_IMODE((folder / "sealed").stat().st_mode) == 0o600
    assert sealwright("keys", "export", "-o", "-").out.startswith(b"sealwright keys 1 ")


@pytest.mark.usefixtures("filled")
def test_in_the_clear(sealwright, folder):
    """A key file that opens what the store opens, and says what it is."""
    done = sealwright("keys", "export", "--plaintext", "-o", "clear.jsonl")
    assert done.err == "4 keys written to clear.jsonl, in the clear: anybody who can read it has the keys\n"
    assert stat.S_IMODE((folder / "clear.jsonl").stat().st_mode) == 0o600
    assert len(KeyFile(folder / "clear.jsonl")) == 4
    out = sealwright("keys", "export", "--plaintext", "-o", "-").out
    assert out == (folder / "clear.jsonl").read_bytes()
    assert sealwright("open", "good.jsonl", "--keys", "clear.jsonl").code == 0


@pytest.mark.usefixtures("folder")
def test_some_devices(sealwright, filled):
    """--device chooses."""
    other = b"\x11\x01\0\0\0\0\0\1" + bytes(8)
    with KeyStore(filled, stores.SECRET) as store:
        store.keep([stores.parameters(other)])
    uid = making.uid_of(other[2:8])
    out = sealwright("keys", "export", "--plaintext", "-o", "-", "--device", uid).out
    assert out.count(b"\n") == 1
    assert uid.encode() in out
    out = sealwright("keys", "export", "--plaintext", "-o", "-", "--account", "other").out
    assert out == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing option '-o'"),
        (["-o", "keys.jsonl"], "output: keys.jsonl exists already"),
        (["-o", "store/keys.sqlite", "--force"], "is an input too"),
        (["-o", "new", "--plaintext"], "--plaintext has no passphrase"),
        (["-o", "new", "--device", "zz"], "--device: 'zz' is no ROTPublicUID of 16 hex digits"),
        (["-o", "new", "--passphrase-file", "a", "--passphrase-command", "b"], "give one of them"),
    ],
)
@pytest.mark.usefixtures("filled", "passphrase")
def test_usage_errors(sealwright, folder, arguments, words):
    """Each ends with 2, and nothing is written."""
    before = {path.name for path in folder.iterdir()}
    done = sealwright("keys", "export", *arguments)
    assert done.code == 2
    assert words in " ".join(done.err.split())
    assert {path.name for path in folder.iterdir()} == before


@pytest.mark.usefixtures("filled")
def test_nothing_binary_goes_to_a_terminal(sealwright, terminal):
    """A person is asked to name a file."""
    terminal()
    done = sealwright("keys", "export", "-o", "-")
    assert (done.code, "OUT would be binary on a terminal" in done.err) == (2, True)


@pytest.mark.usefixtures("filled")
def test_without_a_passphrase(sealwright, folder, terminal):
    """It must be given, or typed twice on a terminal."""
    done = sealwright("keys", "export", "-o", "sealed")
    assert (done.code, "use --passphrase-file" in done.err) == (2, True)
    assert not (folder / "sealed").exists()
    terminal("five words are enough here", "five words are enough here")
    assert sealwright("keys", "export", "-o", "sealed").code == 0
