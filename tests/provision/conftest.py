"""GnuPG with the keys of the vectors, once for all tests of this wing."""

import pytest

import gnupg
from openpgp_maker import armored, binding, key, packet, secret_body, user
from wrapping import asc, small_subkey


def _small_recipients():
    """Return a secret key with encryption subkeys of 2048 and 3072 bits."""
    own = key("stranger")
    octets = packet(5, secret_body(own)) + user(own, "Made For Testing <small@example.com>")
    for size in (2048, 3072):
        subkey = small_subkey(size)
        octets += packet(7, secret_body(subkey)) + binding(own, subkey)
    return armored("PRIVATE KEY BLOCK", octets).encode()


@pytest.fixture(scope="session")
def gpg(tmp_path_factory):
    """Return GnuPG that holds the recipients' secret keys and the signers' public ones."""
    judge = gnupg.gpg_at(tmp_path_factory.mktemp("gpg"))
    judge.take(asc("recipients/recipient_secret"), _small_recipients())
    judge.take(asc("signers/signer_2048"), asc("signers/signer_4096"))
    yield judge
    judge.stop()
