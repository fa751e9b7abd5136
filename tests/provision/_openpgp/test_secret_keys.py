"""Secret keys in two: what may be published, and what asks for a passphrase."""

import pytest

from openpgp_maker import binding, key, packet, secret_body, user
from recipe_provision import NAME
from sealwright.errors import CertificateError
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision._openpgp.packets import read_packets
from sealwright.provision._openpgp.secret_keys import read_secret_keys
from wrapping import asc

OWN, SUBKEY = key("owner"), key("owner_subkey")
PUBLIC = packet(6, OWN.body) + user(OWN, NAME) + packet(14, SUBKEY.body) + binding(OWN, SUBKEY)
STUB = b"\xff\x00\x65\x00GNU\x01"
"""What gpg writes where the numbers are not (its S2K mode 101)."""


def read(name):
    """Read one of the vectors' secret keys."""
    return read_secret_keys(dearmor(asc(name), "PRIVATE KEY BLOCK"))


def test_the_public_half():
    """Octet for octet what the owner publishes."""
    assert read_packets(read("recipients/recipient_secret").public) == read_packets(PUBLIC)


def test_the_secret_halves():
    """By fingerprint, each with its own lock; shown without an octet."""
    halves = read("recipients/recipient_secret").halves
    assert set(halves) == {each.fingerprint.hex().upper() for each in (OWN, SUBKEY)}
    assert {half.locked for half in halves.values()} == {False}
    assert {half.locked for half in read("signers/signer_4096_locked").halves.values()} == {True}
    assert repr(halves[OWN.fingerprint.hex().upper()]) == "<SecretHalf locked=False>"


def test_stubs_are_no_halves():
    """The primary key's numbers may be elsewhere."""
    octets = packet(5, OWN.body + STUB) + user(OWN, NAME) + packet(7, secret_body(SUBKEY))
    assert set(read_secret_keys(octets).halves) == {SUBKEY.fingerprint.hex().upper()}


@pytest.mark.parametrize("octets", [b"", PUBLIC, packet(7, secret_body(SUBKEY)), packet(13, b"a name")])
def test_what_is_no_secret_key(octets):
    """It begins with one, or is none."""
    with pytest.raises(CertificateError, match="does not begin with a secret key"):
        read_secret_keys(octets)
