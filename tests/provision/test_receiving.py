"""The other end of an envelope: what is opened, and what is not."""

import pytest

from openpgp_maker import armored, binding, key, locked_body, message, mpi, packet, secret_body, user
from recipe_provision import NAME, PAYLOAD
from sealwright.errors import CertificateError, EnvelopeError, SignerError
from sealwright.provision import EnvelopeMaker, Receiver
from sealwright.secret import Secret
from wrapping import asc, now, receiver, recipient, signer

PASSPHRASE = Secret(b"made for testing")


def secret_key(subkey):
    """Return a recipient's secret key file with another packet of the subkey."""
    owner, own = key("owner"), key("owner_subkey")
    whole = packet(5, secret_body(owner)) + user(owner, NAME) + subkey + binding(owner, own)
    return armored("PRIVATE KEY BLOCK", whole).encode()


def public(size=2048):
    """Return a signer's public key."""
    return asc(f"signers/signer_{size}").decode()


@pytest.mark.parametrize("cipher", ["AES256", "AES192", "AES128"])
@pytest.mark.parametrize("compress", [False, True])
def test_what_was_sealed_is_opened(cipher, compress):
    """Every envelope that can be made, by signers of both sizes."""
    for size in (2048, 4096):
        maker = EnvelopeMaker(recipient(), signer(size), cipher=cipher, compress=compress, clock=now)
        assert receiver().open(maker.seal(Secret(PAYLOAD)).text, public(size)).reveal() == PAYLOAD


def test_a_locked_key():
    """The secret half is unlocked with its passphrase, and with no other."""
    locked = secret_key(packet(7, locked_body(key("owner_subkey"), PASSPHRASE.reveal(), "receiver")))
    sealed = EnvelopeMaker(recipient(), signer(2048), clock=now).seal(Secret(PAYLOAD)).text
    assert Receiver(locked, PASSPHRASE, clock=now).open(sealed, public()).reveal() == PAYLOAD
    for passphrase, words in ((None, "is locked"), (Secret(b"other"), "passphrase is not that of the key")):
        with pytest.raises(SignerError, match=words):
            Receiver(locked, passphrase, clock=now)


def test_keys_that_do_not_open():
    """A public key, and a secret one whose encryption subkey has no secret half, are refused."""
    with pytest.raises(CertificateError):
        Receiver(asc("recipients/recipient"), clock=now)
    stub = key("owner_subkey").body + b"\xff\x00\x65\x00GNU\x01"
    with pytest.raises(CertificateError, match="secret half of its encryption subkey is not there"):
        Receiver(secret_key(packet(7, stub)), clock=now)


def test_it_shows_no_secret():
    """Its repr names the key."""
    assert repr(receiver()) == f"<Receiver {recipient().subkey.fingerprint}>"


OWN = key("owner_subkey")
BROKEN = {
    "begin with a session key": packet(11, b"b"),
    "cut short": packet(1, b"\x03" + OWN.fingerprint[-8:]),
    "longer than the recipient's key": packet(1, b"\x03" + OWN.fingerprint[-8:] + b"\x01" + mpi(1 << 4096)),
    "session key cannot be had": packet(1, b"\x03" + OWN.fingerprint[-8:] + b"\x01" + mpi(12345)),
}


@pytest.mark.parametrize(("words", "octets"), BROKEN.items(), ids=BROKEN)
def test_what_is_no_message(words, octets):
    """Each piece that is not what it must be is told; a key that does not fit tells nothing of why."""
    with pytest.raises(EnvelopeError, match=words):
        receiver().open(armored("MESSAGE", octets), public())


def test_another_signer():
    """A message of another signer than the one whose key is given is refused."""
    sealed = armored("MESSAGE", message(PAYLOAD, OWN, key("signer_4096"), "other signer"))
    assert receiver().open(sealed, public(4096)).reveal() == PAYLOAD
    with pytest.raises(EnvelopeError, match="signer"):
        receiver().open(sealed, public(2048))
    with pytest.raises(SignerError, match="2048 or 4096 bits only"):
        receiver().open(sealed, public(3072))
    with pytest.raises(EnvelopeError):
        receiver().open("no message", public(2048))
