"""`sealwright keys rekey`: another secret."""

import stores
from sealwright import KeyStore
from sealwright.secret import Secret


def test_another_secret(sealwright, filled, folder):
    """The new secret opens the store, and the old one does not any more."""
    new = folder / "new"
    new.write_text("0123456789abcdef" * 4)
    new.chmod(0o600)
    done = sealwright("keys", "rekey", "--new-store-secret-file", new)
    assert done.code == 0
    assert done.err.splitlines() == [
        f"store {filled}, secret from SEALWRIGHT_STORE_SECRET",
        f"the secret is now that from --new-store-secret-file {new}",
    ]
    done = sealwright("keys", "list")
    assert (done.code, "this is not the secret with which it was made" in done.err) == (1, True)
    assert sealwright("keys", "list", "--store-secret-file", new).out.count(b"\n") == 4


def test_the_new_secret_must_be_given(sealwright, filled):
    """And the old one stays until then."""
    done = sealwright("keys", "rekey")
    assert (done.code, "use --new-store-secret-file" in done.err) == (2, True)
    KeyStore(filled, stores.SECRET).close()


def test_on_a_terminal(sealwright, filled, terminal):
    """The new passphrase is typed twice."""
    terminal("the same five words", "the same five words")
    done = sealwright("keys", "rekey")
    assert "the secret is now that from the terminal" in done.err
    KeyStore(filled, Secret(b"the same five words")).close()
