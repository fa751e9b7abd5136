"""Key packets: fingerprints that gpg has too, and what is refused."""

import re

import pytest

import openpgp_maker
from sealwright.errors import CertificateError
from sealwright.provision._openpgp.keys import public_part, read_public_key
from sealwright.provision._openpgp.packets import mpi

OWNER = openpgp_maker.key("owner")
POINT = b"\x04" + bytes(64)
OID = b"\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"


def body(algorithm, rest, version=4):
    """Return the body of a key packet."""
    return bytes([version]) + (1).to_bytes(4) + bytes([algorithm]) + rest


def test_fingerprints_are_those_of_gpg(gpg):
    """All of the recipient's and the signers' keys."""
    listed = gpg.run("--with-colons", "--list-keys").stdout.decode()
    theirs = set(re.findall(r"^fpr:+([0-9A-F]{40}):", listed, re.MULTILINE))
    names = ("owner", "signer_4096", "signer_2048")
    assert {read_public_key(openpgp_maker.key(name).body).fingerprint for name in names} <= theirs


def test_what_a_key_tells():
    """Its numbers, its age, its name, and the id that packets have for it."""
    key = read_public_key(OWNER.body)
    assert (key.bits, key.modulus_octets, key.algorithm) == (4096, 512, "RSA-4096")
    assert key.created == openpgp_maker.MADE
    assert key.key_id == OWNER.fingerprint[-8:]
    assert key.hashed() == OWNER.hashed


def test_other_algorithms():
    """They are named, and have no RSA numbers."""
    key = read_public_key(body(22, OID + mpi(int.from_bytes(POINT))))
    assert (key.rsa, key.bits, key.algorithm) == (None, 0, "EdDSA")
    assert read_public_key(body(99, b"")).algorithm == "algorithm 99"


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (body(1, mpi(3 << 4000) + mpi(65537), version=6), "a key of version 6|OpenPGP key of version 6"),
        (OWNER.body + b"\x00", "octets too many in a key packet"),
        (OWNER.body[:-1], "cut short"),
        (b"", "cut short"),
        (body(1, mpi(1 << 600) + mpi(65537)), "an RSA key of 601 bits"),
        (body(1, mpi(1 << 16384) + mpi(65537)), "an RSA key of 16385 bits"),
        (body(1, mpi((1 << 2047) + 1) + mpi(2)), "are no RSA key"),
    ],
)
def test_what_is_refused(octets, words):
    """Other versions, damage, and numbers that are no key."""
    with pytest.raises(CertificateError, match=words):
        read_public_key(octets)


@pytest.mark.parametrize(
    ("algorithm", "public"),
    [
        (1, mpi(77) + mpi(3)),
        (17, mpi(1) + mpi(2) + mpi(3) + mpi(4)),
        (16, mpi(1) + mpi(2) + mpi(3)),
        (18, OID + mpi(int.from_bytes(POINT)) + b"\x03\x01\x08\x07"),
        (19, OID + mpi(int.from_bytes(POINT))),
        (22, OID + mpi(int.from_bytes(POINT))),
    ],
)
def test_the_public_part_of_a_secret_key(algorithm, public):
    """It ends where the secret numbers, or their passphrase's salt, begin."""
    octets = body(algorithm, public)
    assert public_part(octets + b"\xfe\x07\x03secret") == octets


def test_the_public_part_of_an_unknown_algorithm():
    """Where the secret begins is not known, so nothing of it is given out."""
    with pytest.raises(CertificateError, match="algorithm 99, which is not known"):
        public_part(body(99, b"secret"))
