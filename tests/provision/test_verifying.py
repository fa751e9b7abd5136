"""Who may have signed: a key's time ends, and what it signed in its time does not."""

import hashlib

import pytest

from openpgp_maker import MADE, YEAR, binding, flags, key, lifetime, packet, signature, subpacket, user
from recipe_provision import LATER, NOW
from sealwright.errors import SignerError
from sealwright.provision._openpgp.keys import read_public_key
from sealwright.provision.signer import read_signer_key
from sealwright.provision.verifying import read_verifying_keys, verifies
from wrapping import asc, now, public, public_block, signer

OWN, FIRST, SECOND, SMALL = key("owner"), key("signer_2048"), key("signer_4096"), key("signer_3072")
NAME = "Made For Testing"
HEAD = packet(6, OWN.body)


def signing(subkey, more=b"", made=MADE):
    """Return a subkey that signs, and has confirmed it."""
    inner = signature(subkey, 0x19, OWN.hashed + subkey.hashed)[3:]
    area = flags(0x02) + more + subpacket(32, inner)
    return packet(14, subkey.body) + binding(OWN, subkey, hashed=area, made=made)


def gone(subkey):
    """Take a subkey back."""
    return binding(OWN, subkey, kind=0x28, hashed=b"", made=LATER)


def hexed(made):
    """Return a fingerprint as it is told."""
    return made.fingerprint.hex().upper()


def found(octets, clock=now):
    """Return the fingerprints of those that may have signed, and what has become of them."""
    return {each.key.fingerprint: each.ended for each in read_verifying_keys(octets, clock=clock)}


REVOKED = signature(OWN, 0x20, OWN.hashed, made=LATER)
CERTIFIES = user(OWN, NAME, hashed=flags(0x01))


@pytest.mark.parametrize(
    ("octets", "wanted"),
    [
        (HEAD + user(OWN, NAME), {hexed(OWN): ""}),
        (HEAD + user(OWN, NAME, hashed=flags(0x03) + lifetime(YEAR)), {hexed(OWN): "has expired"}),
        (HEAD + REVOKED + user(OWN, NAME), {hexed(OWN): "is revoked"}),
        (HEAD + CERTIFIES + signing(FIRST), {hexed(FIRST): ""}),
        (HEAD + REVOKED + CERTIFIES + signing(FIRST), {hexed(FIRST): "is revoked"}),
        (
            HEAD
            + user(OWN, NAME)
            + signing(FIRST, lifetime(YEAR))
            + signing(SECOND)
            + gone(SECOND)
            + packet(14, key("owner_subkey").body)
            + binding(OWN, key("owner_subkey")),
            {hexed(OWN): "", hexed(FIRST): "has expired", hexed(SECOND): "is revoked"},
        ),
    ],
    ids=["primary", "expired", "revoked", "subkey", "subkey of a revoked one", "each subkey"],
)
def test_every_key_that_may_have_signed(octets, wanted):
    """By what its owner has bound, and not by what it may do today."""
    assert found(octets) == found(public_block(octets)) == wanted


def test_a_name_that_was_taken_back_or_has_ended():
    """Names say who is meant, and the key itself says who has signed."""
    signed = OWN.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
    back = signature(OWN, 0x30, signed, made=LATER)
    ended = user(OWN, NAME, hashed=flags(0x03) + subpacket(3, YEAR.to_bytes(4)))
    for octets in (HEAD + user(OWN, NAME) + back, HEAD + ended):
        with pytest.raises(SignerError, match="no user id of it has a valid signature"):
            read_signer_key(octets, clock=now)
        assert found(octets) == {hexed(OWN): ""}


def test_what_was_signed_after_now():
    """A clock that is wrong today changes nothing about what was signed."""
    late = signing(FIRST, made=NOW + YEAR)
    assert found(HEAD + user(OWN, NAME) + late) == {hexed(OWN): "", hexed(FIRST): ""}
    assert found(HEAD + user(OWN, NAME), clock=lambda: MADE - 5.5) == {hexed(OWN): ""}


def test_secret_key_files():
    """Their public half is enough."""
    assert found(asc("signers/signer_by_subkey_secret")) == {hexed(FIRST): ""}


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (HEAD + CERTIFIES, "no RSA key of 2048 or 4096 bits that may have signed"),
        (HEAD + CERTIFIES + signing(SMALL), "no RSA key of 2048 or 4096 bits that may have signed"),
        (HEAD + CERTIFIES + packet(14, FIRST.body), "is not bound to it"),
        (
            HEAD
            + CERTIFIES
            + packet(14, FIRST.body)
            + binding(key("stranger"), FIRST, hashed=flags(0x02), issuer=OWN.fingerprint),
            "that binds its subkey .* does not verify",
        ),
        (asc("signers/signer_unconfirmed_secret"), "has not confirmed that it belongs to the key"),
        (asc("envelopes/aes256"), "it is a PGP MESSAGE, and a PGP PRIVATE KEY BLOCK is asked for"),
        (HEAD[:-5], "cut short"),
    ],
)
def test_refused(octets, words):
    """What the owner has not bound has signed nothing of his."""
    with pytest.raises(SignerError, match=words):
        read_verifying_keys(octets, clock=now)


def test_what_a_signer_has_made():
    """It verifies with its key, over its digest, and with nothing else."""
    own, other = signer(2048), public(SECOND)
    curve = read_public_key(b"\x04" + MADE.to_bytes(4) + b"\x16\x00\x00\x00")
    digest = hashlib.sha256(b"made for testing").digest()
    made = own.sign(digest)
    assert verifies(own.public_key.key, made, digest)
    assert not verifies(own.public_key.key, made, digest[::-1])
    assert not verifies(own.public_key.key, made + b"\0", digest)
    assert not verifies(other, made, digest)
    assert not verifies(curve, made, digest)
