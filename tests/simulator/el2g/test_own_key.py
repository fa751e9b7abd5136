"""The key of the simulated service is the one of the vectors, and both halves belong together."""

from sealwright.provision import Receiver, read_recipient
from sealwright.simulator.el2g import pgp_key, pgp_secret_key
from wrapping import asc


def test_the_halves():
    """Whoever encrypts to the public key reaches the secret one."""
    assert Receiver(pgp_secret_key()).recipient.subkey == read_recipient(pgp_key()).subkey


def test_it_says_what_it_is():
    """Both are the vectors' files, which say that they protect nothing."""
    assert pgp_key() == asc("recipients/recipient")
    assert pgp_secret_key() == asc("recipients/recipient_secret")
    assert all(b"made for testing" in key for key in (pgp_key(), pgp_secret_key()))
