"""Signers' key files: read, unlocked, and refused where EdgeLock 2GO could not verify."""

import hashlib
import re
import sys
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

import gnupg
import openpgp_maker
from openpgp_maker import armored, binding, flags, key, packet, secret_body, user
from sealwright.errors import SignerError
from sealwright.provision import signer as signer_
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision.signer import is_locked, new_signer_file, read_signer, read_signer_key
from sealwright.secret import Secret
from wrapping import PASSPHRASE, asc, now, signer

TEXT = b"what is signed"
DIGEST = hashlib.sha256(TEXT).digest()
LOCKED = "signers/signer_4096_locked"


def read(name, passphrase=None):
    """Read one of the vectors' secret keys."""
    return read_signer(asc(name), passphrase, clock=now)


def assert_signs(found, made):
    """Verify a signature with the key of the vectors' maker."""
    assert found.public_key.key.fingerprint == made.fingerprint.hex().upper()
    made.private.public_key().verify(found.sign(DIGEST), TEXT, PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("size", [2048, 4096])
def test_open_key_files(size):
    """A file without a passphrase signs, and a passphrase given in vain does no harm."""
    assert_signs(signer(size), key(f"signer_{size}"))
    assert_signs(read(f"signers/signer_{size}_secret", PASSPHRASE), key(f"signer_{size}"))
    assert not is_locked(asc(f"signers/signer_{size}_secret"))


def test_a_locked_key_file():
    """With its passphrase it signs."""
    assert is_locked(asc(LOCKED))
    assert_signs(read(LOCKED, PASSPHRASE), key("signer_4096"))


def test_binary_key_files():
    """Without armour."""
    octets = dearmor(asc(LOCKED), "PRIVATE KEY BLOCK")
    assert_signs(read_signer(octets, PASSPHRASE, clock=now), key("signer_4096"))
    assert is_locked(octets)


def test_a_subkey_that_signs():
    """Where the primary key only certifies, the subkey that has confirmed it signs."""
    found = read("signers/signer_by_subkey_secret")
    assert_signs(found, key("signer_2048"))
    assert found.public_key.primary.fingerprint == key("owner").fingerprint.hex().upper()


def test_a_file_that_gpg_has_written(tmp_path):
    """Gpg locks keys in its own way, and exports what PGPy must read."""
    home = gnupg.gpg_at(tmp_path)
    options = ("--pinentry-mode", "loopback", "--passphrase", "made for testing")
    try:
        home.run(*options, "--import", stdin=asc(LOCKED))
        exported = home.run(*options, "--armor", "--export-secret-keys").stdout
    finally:
        home.stop()
    assert exported != asc(LOCKED)
    assert is_locked(exported)
    assert_signs(read_signer(exported, PASSPHRASE), key("signer_4096"))


def test_a_file_without_its_primary_key(tmp_path):
    """Who keeps the primary key apart exports the subkeys alone; a stub stands in its place."""
    home = gnupg.gpg_at(tmp_path)
    try:
        home.take(asc("signers/signer_by_subkey_secret"))
        exported = home.run("--pinentry-mode", "loopback", "--export-secret-subkeys").stdout
    finally:
        home.stop()
    assert not is_locked(exported)
    assert_signs(read_signer(exported, None), key("signer_2048"))
    assert read_signer_key(exported).key.bits == 2048


def test_a_file_without_any_secret():
    """Stubs alone sign nothing."""
    made = key("signer_2048")
    octets = packet(5, made.body + b"\xff\x00\x65\x00GNU\x01") + user(made, "Made For Testing")
    for ask in (is_locked, lambda text: read_signer(text, PASSPHRASE)):
        with pytest.raises(
            SignerError, match=f"the secret half of {made.fingerprint.hex().upper()} is not there"
        ):
            ask(armored("PRIVATE KEY BLOCK", octets).encode())


def test_the_public_key_that_is_sent_along(gpg):
    """It is the whole key, as gpg takes it, and has nothing of the secret half."""
    armor = signer().public_key.armored
    assert armor.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n")
    listed = gpg.run("--show-keys", "--with-colons", stdin=armor.encode()).stdout.decode()
    assert key("signer_4096").fingerprint.hex().upper() in listed
    assert "sec:" not in listed
    numbers = key("signer_4096").private.private_numbers()
    assert numbers.d.to_bytes(512) not in dearmor(armor.encode(), "PUBLIC KEY BLOCK")


def test_sizes_that_are_refused():
    """3072, which is what gpg makes by itself."""
    with pytest.raises(SignerError, match=r"RSA-3072: .* 2048 or 4096 bits only .* signer new"):
        read("signers/signer_3072_secret")


def test_other_algorithms_are_refused(gpg):
    """Elliptic curves, with the same words."""
    options = ("--pinentry-mode", "loopback", "--passphrase", "")
    gpg.run(*options, "--quick-generate-key", "Curve <curve@example.com>", "ed25519", "sign", "never")
    exported = gpg.run(*options, "--armor", "--export-secret-keys", "curve@example.com").stdout
    with pytest.raises(SignerError, match="its primary key is EdDSA: EdgeLock 2GO works with RSA keys"):
        read_signer(exported, None)


@pytest.mark.parametrize(
    ("name", "passphrase", "words"),
    [
        ("signers/signer_4096", None, "this is a public key, and signing needs the secret one"),
        (LOCKED, None, "the key is locked: give its passphrase"),
        (LOCKED, Secret(b"another"), "the passphrase is not that of the key"),
        (LOCKED, Secret(b"\xff\xfe"), "the passphrase is not that of the key"),
        ("signers/signer_never_secret", None, "it has no RSA key that may sign"),
        ("signers/signer_unconfirmed_secret", None, "has not confirmed that it belongs to the key"),
        ("signers/signer_halves_of_two_keys_secret", None, "does not belong to the public half"),
        ("envelopes/aes256", None, "it is a PGP MESSAGE, and a PGP PRIVATE KEY BLOCK is asked for"),
    ],
)
def test_refused(name, passphrase, words):
    """Each with its own text, from a frame that holds no passphrase."""
    with pytest.raises(SignerError, match=words) as caught:
        read(name, passphrase)
    assert caught.value.__context__ is None


def test_public_keys_without_armour_are_told_apart():
    """The commonest mistake has its own words in either form."""
    octets = dearmor(asc("signers/signer_4096"), "PUBLIC KEY BLOCK")
    with pytest.raises(SignerError, match="this is a public key"):
        read_signer(octets, None, clock=now)
    with pytest.raises(SignerError, match="does not begin with a secret key"):
        read_signer(packet(13, b"a name"), None, clock=now)


def test_a_damaged_secret_half():
    """Numbers that are no key never sign."""
    made = key("signer_2048")
    body = bytearray(secret_body(made))
    body[len(made.body) + 40] ^= 0x01
    body[-2:] = (sum(body[len(made.body) + 1 : -2]) & 0xFFFF).to_bytes(2)
    octets = packet(5, bytes(body)) + user(made, "Made For Testing")
    with pytest.raises(SignerError, match="are no RSA key: the file is damaged"):
        read_signer(armored("PRIVATE KEY BLOCK", octets).encode(), None, clock=now)


def test_what_pgpy_cannot_read():
    """Its errors become one of ours."""
    made = key("signer_2048")
    octets = packet(5, made.body + b"\xfe\x63") + user(made, "Made For Testing")
    with pytest.raises(SignerError, match=r"the key cannot be read: PGPy says \w+"):
        read_signer(armored("PRIVATE KEY BLOCK", octets).encode(), PASSPHRASE, clock=now)


OWN, SUBKEY = key("owner"), key("signer_2048")
FIRST, SECOND = OWN.fingerprint.hex().upper(), SUBKEY.fingerprint.hex().upper()


def with_subkey(more=b"", behind=b"", may=0x03):
    """Return a key with a subkey that signs, and what its binding says more of it."""
    inner = openpgp_maker.signature(SUBKEY, 0x19, OWN.hashed + SUBKEY.hashed)[3:]
    area = flags(0x02) + more + openpgp_maker.subpacket(32, inner)
    head = packet(6, OWN.body) + user(OWN, "Made For Testing", hashed=flags(may))
    return head + packet(14, SUBKEY.body) + binding(OWN, SUBKEY, hashed=area) + behind


def chosen(octets, *held, **options):
    """Return the fingerprint of the key that signs, where the secret halves of these are at hand."""
    if held:
        options["held"] = lambda each: each.fingerprint in held
    return read_signer_key(octets, clock=now, **options).key.fingerprint


def test_which_key_signs():
    """The subkey that is asked for, else the first key whose secret half is there."""
    octets = with_subkey()
    assert chosen(octets) == chosen(octets, wanted=FIRST) == FIRST
    assert chosen(octets, wanted=SECOND) == chosen(octets, SECOND, wanted=SECOND) == SECOND
    assert chosen(octets, SECOND) == SECOND
    with pytest.raises(SignerError, match=f"the secret half of {FIRST} is not there"):
        chosen(octets, "none")


def test_whose_primary_key_is_offline():
    """Its fingerprint names the whole key, whose subkey is on the card."""
    assert chosen(with_subkey(), SECOND, wanted=FIRST) == SECOND
    assert chosen(with_subkey(), FIRST, SECOND, wanted=FIRST) == FIRST
    assert chosen(with_subkey(may=0x01), wanted=FIRST) == SECOND


ENCRYPTS = packet(14, key("owner_subkey").body) + binding(OWN, key("owner_subkey"))
SILENT = packet(14, key("owner_subkey").body) + binding(OWN, key("owner_subkey"), hashed=b"")
OTHER = key("owner_subkey").fingerprint.hex().upper()


@pytest.mark.parametrize(
    ("octets", "held", "wanted", "words"),
    [
        (with_subkey(), FIRST, SECOND, f"the secret half of {SECOND} is not there"),
        (with_subkey(openpgp_maker.lifetime(5)), FIRST, SECOND, f"signing subkey {SECOND} has expired"),
        (
            with_subkey(behind=binding(OWN, SUBKEY, kind=0x28, hashed=b"")),
            FIRST,
            SECOND,
            f"signing subkey {SECOND} is revoked",
        ),
        (with_subkey(behind=ENCRYPTS), FIRST, OTHER, f"it has no subkey {OTHER} that may sign"),
        (with_subkey(behind=SILENT), FIRST, OTHER, f"it has no subkey {OTHER} that may sign"),
        (with_subkey(), FIRST, OTHER, f"it has no subkey {OTHER} that may sign"),
    ],
    ids=["not at hand", "expired", "revoked", "encrypts", "says nothing", "another's"],
)
def test_a_subkey_that_is_asked_for_and_cannot_sign(octets, held, wanted, words):
    """No other key signs in its place."""
    with pytest.raises(SignerError, match=words):
        chosen(octets, held, wanted=wanted)


def test_an_expired_signing_subkey():
    """Beside a primary key that signs it does not matter; alone it does."""
    own, subkey = key("owner"), key("signer_2048")
    inner = openpgp_maker.signature(subkey, 0x19, own.hashed + subkey.hashed)[3:]
    area = flags(0x02) + openpgp_maker.lifetime(5) + openpgp_maker.subpacket(32, inner)
    rest = packet(14, subkey.body) + binding(own, subkey, hashed=area)
    head = packet(6, own.body)
    assert read_signer_key(head + user(own, "Both") + rest, clock=now).key.bits == 4096
    with pytest.raises(SignerError, match="its key that may sign has expired"):
        read_signer_key(head + user(own, "One", hashed=flags(0x01)) + rest, clock=now)


@pytest.mark.parametrize(
    ("user_id", "passphrase", "bits", "words"),
    [
        ("", b"five words are a passphrase", 4096, "the user id must be a text"),
        ("a\nb", b"five words are a passphrase", 4096, "the user id must be a text"),
        ("Somebody", b"", 4096, "a key without a passphrase"),
        ("Somebody", b"five words are a passphrase", 3072, "EdgeLock 2GO takes 2048 and 4096"),
    ],
)
def test_new_signers_that_are_refused(user_id, passphrase, bits, words):
    """Before anything is made."""
    with pytest.raises(SignerError, match=words):
        new_signer_file(user_id, Secret(passphrase), bits=bits)


def test_a_new_signer(gpg):
    """It is locked, signs with its passphrase, and gpg takes it."""
    text = new_signer_file("Provisioning <keys@example.com>", PASSPHRASE, bits=2048).encode()
    assert is_locked(text)
    found = read_signer(text, PASSPHRASE)
    assert found.public_key.user_ids == ("Provisioning <keys@example.com>",)
    assert len(found.sign(DIGEST)) == 256
    listed = gpg.run("--show-keys", "--with-colons", stdin=text).stdout.decode()
    assert re.search(r"^sec:.?:2048:1:.*:scSC:", listed, re.MULTILINE)


def test_the_primes_of_a_new_signer_are_in_order():
    """The smaller one first (RFC 4880 section 5.5.3), whichever PGPy has first."""
    first = key("signer_2048").private.private_numbers()
    for primes in ((first.p, first.q), (first.q, first.p)):
        numbers = SimpleNamespace(p=primes[0], q=primes[1], u=pow(primes[0], -1, primes[1]))
        signer_._order_primes(numbers)
        assert numbers.p < numbers.q
        assert numbers.p * numbers.u % numbers.q == 1


def test_quiet():
    """Its repr is its fingerprint."""
    assert repr(signer()) == f"<KeyFileSigner {key('signer_4096').fingerprint.hex().upper()}>"


def test_without_pgpy(monkeypatch):
    """Key files fail with what to install; public keys are read all the same."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "pgpy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pgpy", None)
    with pytest.raises(SignerError, match="pip install 'pgpy"):
        read(LOCKED, PASSPHRASE)
    assert is_locked(asc(LOCKED))
    with pytest.raises(SignerError, match="pip install 'pgpy"):
        new_signer_file("Somebody", PASSPHRASE)
    assert read_signer_key(asc("signers/signer_4096"), clock=now).key.bits == 4096
