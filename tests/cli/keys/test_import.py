"""`sealwright keys import`: key files and exported files go into the store."""

import pytest

import making
import stores
from filing import key_file
from sealwright import KeyStore

pytestmark = pytest.mark.usefixtures("quick_scrypt")


def entries(path):
    """Return the entries of a store."""
    with KeyStore(path, stores.SECRET) as store:
        return list(store.entries())


@pytest.mark.usefixtures("folder")
def test_a_key_file(sealwright, store):
    """What is taken and what was there is told; the store and the source of its secret are named."""
    done = sealwright("keys", "import", "keys.jsonl")
    assert (done.code, done.out) == (0, b"")
    assert done.err.splitlines() == [
        f"store {store}, secret from SEALWRIGHT_STORE_SECRET",
        "keys.jsonl: 4 keys taken, 0 were there",
    ]
    assert "keys.jsonl: 0 keys taken, 4 were there" in sealwright("keys", "import", "keys.jsonl").err
    assert len(entries(store)) == 4


def test_several_files_and_refused_lines(sealwright, store, folder):
    """Each file has its line; what disagrees with itself is left out and counted."""
    refused = making.key_line(making.reply_v1(stores.header(9), MACLength=64), stores.header(9))
    good = making.key_line(making.reply_v1(stores.header(8)), stores.header(8))
    making.write_key_file(folder / "more.jsonl", refused, good)
    done = sealwright("keys", "import", "keys.jsonl", "more.jsonl")
    assert "more.jsonl: 1 key taken, 0 were there; 1 line left out, because their fields disagree" in done.err
    assert len(entries(store)) == 5


def test_a_file_that_says_something_else(sealwright, store, folder):
    """Nothing is taken of it, and --replace takes it."""
    sealwright("keys", "import", "keys.jsonl")
    other = making.key_line(making.reply_v1(key=b"another test key"), making.V1_HEADER)
    making.write_key_file(folder / "other.jsonl", other)
    done = sealwright("keys", "import", "other.jsonl")
    assert (done.code, "--replace takes what the file says" in done.err) == (2, True)
    assert sealwright("keys", "import", "other.jsonl", "--replace").code == 0
    [entry] = [each for each in entries(store) if each.header == making.V1_HEADER]
    assert bytes(entry.parameters().key.reveal()) == b"another test key"


def test_a_broken_file_changes_nothing(sealwright, store, folder):
    """All files are read before anything is written."""
    (folder / "broken.jsonl").write_text("{nonsense\n")
    (folder / "broken.jsonl").chmod(0o600)
    done = sealwright("keys", "import", "keys.jsonl", "broken.jsonl")
    assert (done.code, "broken.jsonl, line 1: not JSON" in done.err) == (1, True)
    assert entries(store) == []


@pytest.mark.usefixtures("folder")
def test_an_exported_file(sealwright, filled, monkeypatch, tmp_path_factory, terminal):
    """It is told by its beginning; its passphrase comes from an option, the environment or the terminal."""
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "five words are enough here")
    assert sealwright("keys", "export", "-o", "sealed").code == 0
    other = tmp_path_factory.mktemp("other") / "keys.sqlite"
    KeyStore.create(other, stores.SECRET)
    monkeypatch.setenv("SEALWRIGHT_STORE", str(other))
    assert "4 keys taken" in sealwright("keys", "import", "sealed").err
    monkeypatch.setenv("SEALWRIGHT_PASSPHRASE", "five words are other ones")
    done = sealwright("keys", "import", "sealed")
    assert (done.code, "this is not the passphrase" in done.err) == (1, True)
    monkeypatch.delenv("SEALWRIGHT_PASSPHRASE")
    done = sealwright("keys", "import", "sealed")
    assert (done.code, "use --passphrase-file, --passphrase-command" in done.err) == (2, True)
    terminal("five words are enough here")
    assert "0 keys taken, 4 were there" in sealwright("keys", "import", "sealed").err
    assert [each.name for each in entries(other)] == [each.name for each in entries(filled)]


@pytest.mark.usefixtures("folder")
def test_accounts(sealwright, store):
    """Keys belong to the account that is named."""
    sealwright("keys", "import", "keys.jsonl", "--account", "one")
    assert "4 keys of 1 device" in sealwright("keys", "list", "--account", "one").err
    assert "0 keys of 0 devices" in sealwright("keys", "list").err
    assert {entry.owner.account for entry in entries(store)} == {"one"}


def test_a_file_that_others_can_read(sealwright, store, folder):
    """A warning of one line."""
    key_file(folder).chmod(0o644)
    done = sealwright("keys", "import", "keys.jsonl")
    assert done.err.startswith("warning: key file keys.jsonl can be read by others")
    assert len(entries(store)) == 4
