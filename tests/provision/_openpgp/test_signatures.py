"""Signatures: hashed as RFC 4880 says, and verified."""

import pytest

from openpgp_maker import MADE, key, lifetime, signature, subpacket
from sealwright.errors import CertificateError
from sealwright.provision._openpgp.packets import Octets, read_packets
from sealwright.provision._openpgp.signatures import read_signature
from wrapping import public

OWNER, STRANGER = key("owner"), key("stranger")
SIGNED = b"what is signed"


def read(octets):
    """Read a signature packet."""
    return read_signature(read_packets(octets)[0].body)


@pytest.mark.parametrize("digest", [2, 8, 10])
def test_verified(digest):
    """By the key that made it, over what it was made over, and by nothing else."""
    made = read(signature(OWNER, 0x00, SIGNED, digest=digest))
    assert made.verifies(public(OWNER), SIGNED)
    assert not made.verifies(public(STRANGER), SIGNED)
    assert not made.verifies(public(OWNER), SIGNED + b".")
    assert not made.verifies(public(key("signer_2048")), SIGNED)


def test_every_flipped_bit_is_noticed():
    """Of what is hashed and of the number; what is not hashed does not prove anything."""
    body = read_packets(signature(OWNER, 0x00, SIGNED, hashed=lifetime(5)))[0].body
    unhashed = 6 + int.from_bytes(body[4:6])
    covered = [*range(1, 4), *range(6, unhashed), *range(unhashed + 12, len(body))]
    for place in covered:
        changed = bytearray(body)
        changed[place] ^= 0x01
        try:
            found = read_signature(bytes(changed))
        except CertificateError:
            continue
        assert found is None or not found.verifies(public(OWNER), SIGNED), place


def test_what_it_says():
    """Times, and who it says has made it."""
    made = read(signature(OWNER, 0x18, SIGNED, hashed=lifetime(50) + subpacket(3, (70).to_bytes(4))))
    assert (made.created, made.expires, made.key_lifetime) == (MADE, MADE + 70, 50)
    assert made.claims(public(OWNER))
    assert not made.claims(public(STRANGER))
    assert (made.flags, made.embedded) == (None, None)


def test_the_fingerprint_goes_before_the_id():
    """It stands where it is signed; the id anybody can change."""
    fingerprint = subpacket(33, b"\x04" + OWNER.fingerprint)
    made = read(signature(OWNER, 0x00, SIGNED, hashed=fingerprint, issuer=STRANGER.fingerprint))
    assert made.claims(public(OWNER))
    assert not made.claims(public(STRANGER))


def test_nobody_says_to_have_made_it():
    """Without an issuer it is nobody's."""
    body = read_packets(signature(OWNER, 0x00, SIGNED))[0].body
    start = 6 + int.from_bytes(body[4:6])
    made = read_signature(body[:start] + b"\x00\x00" + body[start + 12 :])
    assert not made.claims(public(OWNER))
    assert made.verifies(public(OWNER), SIGNED)


@pytest.mark.parametrize(
    "body", [b"\x03\x05", b"\x04\x00\x16\x08", b"\x06"], ids=["version 3", "EdDSA", "version 6"]
)
def test_what_proves_nothing(body):
    """Other versions and algorithms are left alone."""
    assert read_signature(body) is None


def test_a_hash_that_is_not_taken():
    """MD5 verifies nothing, and to hash with it is an error."""
    body = bytearray(read_packets(signature(OWNER, 0x00, SIGNED))[0].body)
    body[3] = 1
    made = read_signature(bytes(body))
    assert not made.verifies(public(OWNER), SIGNED)
    with pytest.raises(CertificateError, match="hash algorithm 1, which is not taken"):
        made.digest(SIGNED)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body + b"\x00", "octets too many in a signature"),
        (lambda body: body[:-1], "cut short"),
        (lambda body: body[:4] + b"\xff\xff" + body[6:], "cut short"),
        (lambda body: body[:4] + (1).to_bytes(2) + b"\x00" + body[6:], "an empty subpacket"),
    ],
)
def test_damage(change, words):
    """No length is believed."""
    body = read_packets(signature(OWNER, 0x00, SIGNED))[0].body
    with pytest.raises(CertificateError, match=words):
        read_signature(change(body))


def test_what_must_not_be_overlooked():
    """A critical subpacket that is known is none; one that is not known is told."""
    critical = read(signature(OWNER, 0x00, SIGNED, hashed=bytes([5, 0x80 | 9, 0, 0, 0, 1])))
    assert critical.unknown == set()
    assert read(signature(OWNER, 0x00, SIGNED, hashed=bytes([2, 0x80 | 101, 1]))).unknown == {101}


def test_long_subpackets():
    """Lengths of five octets, as an embedded signature has."""
    made = read(signature(OWNER, 0x18, SIGNED, hashed=subpacket(32, bytes(300))))
    assert made.embedded == bytes(300)
    assert Octets(made.embedded)
