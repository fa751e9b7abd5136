"""`sealwright keys init`: a store, and a secret that opens it."""

import stat

import pytest

import stores
from sealwright import KeyStore, StoreError
from sealwright.secret import Secret


def test_a_new_secret(sealwright, tmp_path, monkeypatch):
    """--new-secret makes one that opens the store; both files belong to the user alone."""
    store, secret = tmp_path / "state" / "keys.sqlite", tmp_path / "secret"
    done = sealwright("keys", "init", "--store", store, "--new-secret", secret)
    assert (done.code, done.out, done.err) == (0, b"", f"made: store {store}, secret from {secret}\n")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (store, secret)] == [0o600, 0o600]
    text = secret.read_bytes().strip()
    assert len(text) == 64
    KeyStore(store, Secret(text)).close()
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", text.decode())
    assert sealwright("keys", "list", "--store", store).code == 0


def test_the_default_place(sealwright, monkeypatch, tmp_path):
    """Without --store and SEALWRIGHT_STORE it is in the user's state folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    done = sealwright("keys", "init", "--new-secret", tmp_path / "secret")
    assert done.code == 0
    assert (tmp_path / "state" / "sealwright" / "keys.sqlite").is_file()
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", "five words are enough here")
    assert sealwright("keys", "init").code == 0
    assert (tmp_path / "home" / ".local" / "state" / "sealwright" / "keys.sqlite").is_file()


@pytest.mark.parametrize("way", ["file", "command", "variable"])
def test_ways_to_give_the_secret(sealwright, tmp_path, monkeypatch, way):
    """By a file, by a command or by the environment; the source is named, the secret is not."""
    passphrase = "five words are enough here"
    file = tmp_path / "secret"
    file.write_text(passphrase + "\n")
    file.chmod(0o600)
    options = {
        "file": ["--store-secret-file", file],
        "command": ["--store-secret-command", f"cat '{file}'"],
        "variable": [],
    }[way]
    if way == "variable":
        monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", passphrase)
    store = tmp_path / "keys.sqlite"
    done = sealwright("keys", "init", "--store", store, *options)
    assert done.code == 0
    source = {"file": f"--store-secret-file {file}", "command": "--store-secret-command"}
    assert f"secret from {source.get(way, 'SEALWRIGHT_STORE_SECRET')}\n" in done.err
    assert passphrase not in done.err
    KeyStore(store, Secret(passphrase.encode())).close()


def test_a_passphrase_is_asked_for_on_a_terminal(sealwright, tmp_path, terminal):
    """Twice, and it is not shown."""
    terminal("five words are enough", "another five words here", "the same five words", "the same five words")
    store = tmp_path / "keys.sqlite"
    done = sealwright("keys", "init", "--store", store)
    assert done.code == 0, done.err
    assert "secret from the terminal" in done.err
    assert "the same five words" not in done.err
    KeyStore(store, Secret(b"the same five words")).close()


def test_without_a_terminal_a_secret_must_be_given(sealwright, tmp_path):
    """The text names the ways."""
    done = sealwright("keys", "init", "--store", tmp_path / "keys.sqlite")
    assert done.code == 2
    assert (
        "none is given: use --store-secret-file, --store-secret-command or SEALWRIGHT_STORE_SECRET"
        in done.err
    )
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_replaced(sealwright, store, tmp_path, monkeypatch):
    """Neither the store nor a secret's file."""
    assert "exists already" in sealwright("keys", "init").err
    done = sealwright("keys", "init", "--store", tmp_path / "new", "--new-secret", tmp_path / "secret")
    assert (
        done.code,
        "--new-secret: there is a secret already, from SEALWRIGHT_STORE_SECRET" in done.err,
    ) == (2, True)
    monkeypatch.delenv("SEALWRIGHT_STORE_SECRET")
    (tmp_path / "secret").write_text("precious")
    done = sealwright("keys", "init", "--store", tmp_path / "new", "--new-secret", tmp_path / "secret")
    assert (done.code, "secret exists already: name a new file" in done.err) == (2, True)
    assert (tmp_path / "secret").read_text() == "precious"
    assert not (tmp_path / "new").exists()
    assert store.is_file()


def test_on_a_server(sealwright, redis_url, server_place, monkeypatch):
    """A store on a server is made once; a password does not stand on the command line."""
    monkeypatch.setenv("SEALWRIGHT_STORE_SECRET", "0123456789abcdef" * 4)
    done = sealwright("keys", "init", "--store", redis_url)
    assert (done.code, "has one already: use it" in done.err) == (1, True)
    done = sealwright("keys", "init", "--store", redis_url.replace("//", "//user:hush@"))
    assert done.code == 2
    assert "put the URL into SEALWRIGHT_STORE" in done.err
    assert "hush" not in done.err
    assert server_place.open().where == redis_url


def test_a_store_that_is_none(sealwright, store):
    """An error of the store ends with 1 and one line."""
    store.write_bytes(b"text" * 1000)
    done = sealwright("keys", "list")
    assert done.code == 1
    assert done.err.startswith("sealwright: store: ")
    assert done.err.count("\n") == 1
    with pytest.raises(StoreError):
        KeyStore(store, stores.SECRET)
