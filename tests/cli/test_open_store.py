"""`sealwright open` with a key store: what it answers, and what is told of it."""

import json
import stat

import pytest

import making
import stores
from filing import ADDED, json_lines, v1
from sealwright import KeyStore

HERE = ("open", "messages.jsonl")


def rows_of(octets):
    """Return the rows of JSON Lines."""
    return [json.loads(line) for line in octets.splitlines()]


def test_the_store_answers_as_the_key_file_does(sealwright, filled):
    """The same rows come out, by the environment's store, by --store, and by the file beside it."""
    expected = sealwright(*HERE, "--keys", "keys.jsonl")
    for options in ([], ["--store", filled], ["--store", filled, "--keys", "keys.jsonl"]):
        done = sealwright(*HERE, *options)
        assert (done.code, done.out) == (expected.code, expected.out)


def test_the_default_place(sealwright, folder, monkeypatch, tmp_path):
    """Without --keys, --store and the variable the user's own store is used, where there is one."""
    assert "or in a store, and there is none at" in " ".join(sealwright(*HERE).err.split())
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", "five words are enough here")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert sealwright("keys", "init").code == 0
    assert sealwright("keys", "import", folder / "keys.jsonl").code == 0
    assert sealwright(*HERE).code == 3


def test_what_the_file_does_not_know_the_store_answers(sealwright, store, folder):
    """Each row has its key from where it is."""
    other = stores.header(5)
    with KeyStore(store, stores.SECRET) as opened:
        opened.keep([stores.parameters(other)])
    message = stores.seal(b"from the store", other)
    (folder / "both.jsonl").write_bytes(json_lines({"payload": v1().hex()}, {"payload": message.hex()}))
    done = sealwright("open", "both.jsonl", "--keys", "keys.jsonl", "--store", store, "--plaintext", "utf8")
    assert [row["plaintext"] for row in rows_of(done.out)] == ["text 0", "from the store"]
    done = sealwright("open", "both.jsonl", "--store", store)
    assert [row["outcome"] for row in rows_of(done.out)] == ["no_parameters", "opened"]


@pytest.mark.usefixtures("filled")
def test_a_key_file_alone_needs_no_store(sealwright, monkeypatch):
    """What the environment says of a store does not matter then: no configuration, no secret."""
    monkeypatch.setenv("SEALWRIGHT_STORE", "/no/such/place")
    monkeypatch.delenv("SEALWRIGHT_STORE_SECRET")
    assert sealwright("open", "good.jsonl", "--keys", "keys.jsonl").code == 0


def test_accounts(sealwright, filled):
    """Another account's keys are not seen."""
    done = sealwright(*HERE, "--account", "other")
    assert {row["outcome"] for row in rows_of(done.out)} == {"no_parameters", "malformed"}
    assert sealwright("open", "good.jsonl", "--store", filled).code == 0


def test_the_summary(sealwright, filled):
    """The same as with a key file, without what only a file has."""
    told = json.loads(sealwright(*HERE, "--store", filled, "--json").err)
    assert (told["refused_lines"], told["irregular_replies"]) == ([], {})
    assert told["outcomes"]["opened"] == 3
    row = rows_of(sealwright(*HERE).out)[0]
    assert list(row)[2:] == list(ADDED)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--store", "missing.sqlite"], 1, "make one with `sealwright keys init`"),
        (["--store", "keys.jsonl"], 1, "keys.jsonl is damaged"),
        (["--store", "store/keys.sqlite", "-o", "store/keys.sqlite", "--force"], 2, "is an input too"),
        (["--keys", "keys.jsonl", "--retain", "1d"], 2, "--retain speaks of a store"),
        (["--retain", "always"], 2, "'always' is no length of time"),
        (["--store", "redis://u:hush@h"], 2, "put the URL into SEALWRIGHT_STORE"),
        (["--store-secret-file", "keys.jsonl"], 1, "this is not the secret with which it was made"),
    ],
)
def test_errors(sealwright, filled, arguments, code, words):
    """Each ends before any work."""
    before = filled.read_bytes()
    done = sealwright(*HERE, *arguments)
    assert (done.code, done.out) == (code, b"")
    assert words in " ".join(done.err.split())
    assert filled.read_bytes() == before


def test_without_a_secret(sealwright, filled, monkeypatch):
    """The store cannot be read, and the text says how to give its secret."""
    monkeypatch.delenv("SEALWRIGHT_STORE_SECRET")
    done = sealwright(*HERE)
    assert done.code == 2
    assert f"store: {filled} is encrypted: give its secret by --store-secret-file" in done.err


def test_retain(sealwright, filled):
    """What is older than one wants to keep is purged first, and that is said."""
    old = b"\x11\x01\0\0\0\0\0\1" + bytes(8)
    with KeyStore(filled, stores.SECRET, clock=stores.Clock(0.0)) as store:
        store.keep([stores.parameters(old)])
    done = sealwright(*HERE, "--retain", "30d")
    assert done.err.splitlines()[:2] == [
        f"store {filled}, secret from SEALWRIGHT_STORE_SECRET",
        "1 key removed from the store by --retain",
    ]
    with KeyStore(filled, stores.SECRET) as store:
        assert len(list(store.entries())) == 4
        assert old not in {entry.header for entry in store.entries()}


def test_nothing_is_written_to_the_store(sealwright, filled):
    """Opening without a service learns nothing."""
    with KeyStore(filled, stores.SECRET) as store:
        before = [(entry.name, entry.learned) for entry in store.entries()]
    sealwright(*HERE)
    with KeyStore(filled, stores.SECRET) as store:
        assert [(entry.name, entry.learned) for entry in store.entries()] == before
    assert stat.S_IMODE(filled.stat().st_mode) == 0o600


def test_on_a_server(sealwright, server_place, folder, monkeypatch):
    """A redis:// store does the same."""
    monkeypatch.setenv("SEALWRIGHT_STORE", server_place.where)
    secret = folder / "secret"
    secret.write_bytes(stores.SECRET.reveal())
    secret.chmod(0o600)
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", "")
    assert sealwright("keys", "import", "keys.jsonl", "--store-secret-file", secret).code == 0
    done = sealwright("open", "good.jsonl", "--store-secret-file", secret, "--plaintext", "utf8")
    assert [row["plaintext"] for row in rows_of(done.out)] == ["text 0", "text 1"]
    assert making.V1_HEADER.hex() in sealwright("keys", "list", "--store-secret-file", secret).out.decode()
