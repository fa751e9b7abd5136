"""Public keys are of the algorithm that they are said to be of, or are refused; all are made for testing."""

from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.errors import RefusedError
from sealwright.services.el2g.creations import KeyAlgorithm

MADE = {
    "NIST_P192": lambda: ec.generate_private_key(ec.SECP192R1()),
    "NIST_P224": lambda: ec.generate_private_key(ec.SECP224R1()),
    "NIST_P256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "NIST_P384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "NIST_P521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "BRAINPOOLP256R1": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
    "BRAINPOOLP384R1": lambda: ec.generate_private_key(ec.BrainpoolP384R1()),
    "BRAINPOOLP512R1": lambda: ec.generate_private_key(ec.BrainpoolP512R1()),
    "SECP256K1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "RSA_1024": lambda: rsa.generate_private_key(65537, 1024),
    "RSA_2048": lambda: rsa.generate_private_key(65537, 2048),
    "ECC_ED_25519": ed25519.Ed25519PrivateKey.generate,
    "ECC_MONT_DH_25519": x25519.X25519PrivateKey.generate,
    "ECC_MONT_DH_448": x448.X448PrivateKey.generate,
}
UNREAD = """\
-----BEGIN PUBLIC KEY-----
MEIwFAYHKoZIzj0CAQYJKyQDAwIIAQEBAyoABLL7RUp1hDvvSE47fNJyGhU1u3pw
RcMotPajWEejwjzSFQ1fkS/gZ4M=
-----END PUBLIC KEY-----
"""
"""On brainpoolP160r1, made with OpenSSL: a curve that `cryptography` does not know."""
BROKEN = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"


def pem(key):
    """Return the public half of a key in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def create(client, algorithm, key):
    """Import a public key."""
    named = {"name": "key", "object_id": "8300000D"}
    return client.secure_objects.create_static_public_key(**named, algorithm=algorithm, public_key=key)


@pytest.mark.parametrize("algorithm", MADE)
def test_keys_of_each_algorithm(simulator, client, algorithm):
    """A key is taken as what it is, and refused as anything else."""
    key = pem(MADE[algorithm]())
    made = create(client, algorithm, key)
    assert (made.algorithm, made.public_key) == (algorithm, key)
    for other in set(get_args(get_args(KeyAlgorithm)[0])) - {algorithm}:
        with pytest.raises(RefusedError, match=f"422 .*Public key is of {algorithm}, not of {other}"):
            create(client, other, key)
    assert len(simulator.account.objects) == 1


def test_a_curve_that_is_not_known_here(client):
    """Its keys are taken for such a curve, and for no other."""
    assert create(client, "BRAINPOOLP160R1", UNREAD).algorithm == "BRAINPOOLP160R1"
    for other in ("NIST_P192", "RSA_1024", "BRAINPOOLP256R1"):
        with pytest.raises(RefusedError, match=f"422 .*is of another algorithm, not of {other}"):
            create(client, other, UNREAD)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (pem(ed448.Ed448PrivateKey.generate()), "is of another algorithm, not of RSA_2048"),
        (pem(dsa.generate_private_key(1024)), "is of another algorithm, not of RSA_2048"),
        (pem(rsa.generate_private_key(65537, 1536)), "is of RSA_1536, not of RSA_2048"),
        (BROKEN, "cannot be read"),
    ],
)
def test_keys_that_el2g_has_no_name_for(client, key, words):
    """They are of no algorithm that could be asked for."""
    with pytest.raises(RefusedError, match=f"422 .*Public key {words}"):
        create(client, "RSA_2048", key)
