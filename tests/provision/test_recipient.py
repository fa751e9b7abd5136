"""Recipients: the good ones are taken, every planted fault is refused, and the pin holds."""

import re
import warnings

import pytest

import gnupg
from openpgp_maker import binding, key, packet, signature, user
from recipe_provision import LATER
from sealwright.errors import CertificateError, InputError
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision.recipient import Pin, read_fingerprint, read_pin, read_recipient
from wrapping import FOLDER, asc, now, public_block, recipient

PRIMARY, SUBKEY = key("owner").fingerprint.hex().upper(), key("owner_subkey").fingerprint.hex().upper()
STRANGER = key("stranger").fingerprint.hex().upper()

REFUSED = {
    "a_secret_key": "it is a PGP PRIVATE KEY BLOCK",
    "base64_damaged": "its base64 is damaged",
    "binding_moved": "a signature of type 0x18 behind a packet that it cannot be about",
    "binding_forged": f"the signature that binds its subkey {STRANGER} does not verify",
    "checksum_wrong": "its checksum is",
    "condition_unknown": "a condition that is not known here (subpacket 101)",
    "cut_short": "it is cut short",
    "end_missing": "the line -----END PGP PUBLIC KEY BLOCK----- is missing",
    "expired": "it has expired",
    "expired_beside_another_signature": "it has expired",
    "made_in_the_future": "it was made in the future",
    "no_subkey": "it has no RSA encryption subkey",
    "not_packets": "it does not consist of OpenPGP packets",
    "primary_small": "its primary key is RSA-3072",
    "revocation_damaged": "a revocation of the key that does not verify",
    "revocation_disguised": "it is revoked by its owner",
    "revocation_moved": "it is revoked by its owner",
    "revoked": "it is revoked by its owner",
    "subkey_algorithm_only_signs": "it has no RSA encryption subkey",
    "subkey_bound_by_a_stranger": f"its subkey {STRANGER} is not bound to it",
    "subkey_expired": "its encryption subkey has expired",
    "subkey_only_signs": "it has no RSA encryption subkey",
    "subkey_revocation_damaged": "a revocation of its subkey that does not verify",
    "subkey_revocation_moved": "its encryption subkey is revoked",
    "subkey_revoked": "its encryption subkey is revoked",
    "subkey_small": "its encryption subkey is RSA-3072",
    "subkey_swapped": f"the signature that binds its subkey {STRANGER} does not verify",
    "subkey_unbound": f"its subkey {SUBKEY} is not bound to it",
    "two_keys": "more than one key in it",
    "user_id_changed": "the signature of its user id does not verify",
    "user_id_revocation_moved": "no user id of it has a valid signature",
    "user_id_revoked": "no user id of it has a valid signature",
    "user_id_unsigned": "no user id of it has a valid signature",
    "version_3": "an OpenPGP key of version 3",
}


def read(name):
    """Read one of the vectors' keys."""
    return read_recipient(asc(name), clock=now)


@pytest.mark.parametrize("name", ["recipient", "bound_with_sha1", "renewed", "certified_by_others"])
def test_taken(name):
    """Keys as their owners publish them, with SHA-1 in self-signatures too."""
    found = read(f"recipients/{name}")
    assert found.pin == Pin(PRIMARY, SUBKEY)
    assert found.user_ids == ("Made For Testing <recipient@example.com>",)


def test_sha1_is_what_it_is_made_of():
    """The vector is bound with SHA-1, and with nothing else."""
    octets = dearmor(asc("recipients/bound_with_sha1"), "PUBLIC KEY BLOCK")
    assert octets.count(b"\x04\x13\x01\x02") == octets.count(b"\x04\x18\x01\x02") == 1
    assert b"\x01\x08\x00" not in octets[: octets.index(b"\x04\x13\x01\x02")]


def test_binary_keys_are_taken():
    """Without armour, as gpg exports them."""
    octets = dearmor(asc("recipients/recipient"), "PUBLIC KEY BLOCK")
    assert read_recipient(octets, clock=now).pin == Pin(PRIMARY, SUBKEY)


def test_every_refused_vector_has_its_text():
    """No file without a test, no test without a file."""
    assert {path.stem for path in (FOLDER / "refused").glob("*.asc")} == set(REFUSED)


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_refused(name, words):
    """Each planted fault has a text that says which it is."""
    with pytest.raises(CertificateError, match=re.escape(words)) as caught:
        read(f"refused/{name}")
    assert str(caught.value).startswith("recipient: ")
    revoked = {"it is revoked by its owner": (PRIMARY,), "its encryption subkey is revoked": (SUBKEY,)}
    assert caught.value.revoked == revoked.get(words, ())
    assert caught.value.primary == PRIMARY or not caught.value.revoked


@pytest.mark.parametrize(
    ("name", "packet", "state"),
    [
        ("revoked", "pub", "r"),
        ("revocation_moved", "pub", "r"),
        ("subkey_revoked", "sub", "r"),
        ("subkey_revocation_moved", "sub", "r"),
        ("user_id_revoked", "uid", "r"),
        ("user_id_revocation_moved", "uid", "r"),
        ("binding_moved", "sub", "e"),
        ("subkey_expired", "sub", "e"),
        ("expired", "pub", "e"),
        ("expired_beside_another_signature", "pub", "e"),
    ],
)
def test_gpg_says_the_same(tmp_path, name, packet, state):
    """It puts signatures back where they belong when it imports a key, and calls it revoked or expired."""
    home = gnupg.gpg_at(tmp_path)
    try:
        home.run("--import", stdin=asc(f"refused/{name}"))
        listed = home.run("--with-colons", "--list-keys").stdout.decode()
    finally:
        home.stop()
    assert re.findall(rf"^{packet}:(.):", listed, re.MULTILINE) == [state]


@pytest.mark.parametrize("name", ["subkey_swapped", "binding_forged", "subkey_unbound", "revoked"])
def test_a_library_that_only_loads_keys_takes_them(name):
    """So these faults are real: PGPy loads each, under the fingerprint of the genuine key."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pgpy

        loaded, _ = pgpy.PGPKey.from_blob(asc(f"refused/{name}"))
    assert loaded.fingerprint == PRIMARY


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        (Pin(STRANGER, SUBKEY), f"its primary key is {PRIMARY}, and {STRANGER} is pinned"),
        (Pin(PRIMARY, STRANGER), f"its subkey key is {SUBKEY}, and {STRANGER} is pinned"),
        (Pin(PRIMARY, SUBKEY, revoked=True), "a revocation of this key has been seen"),
    ],
)
def test_pins_that_do_not_fit(pin, words):
    """Both fingerprints count, and what was revoked stays so."""
    with pytest.raises(CertificateError, match=words):
        read("recipients/recipient").pinned(pin)


def _rotated(primary, *more):
    """Return a key whose subkey is revoked and that has another good one, with something behind its name."""
    own, old = key(primary), key("owner_subkey")
    new = key("signer_4096", LATER)
    octets = packet(6, own.body) + user(own, "Made For Testing") + b"".join(more) + packet(14, old.body)
    octets += binding(own, old) + binding(own, old, kind=0x28, hashed=b"", made=LATER)
    octets += packet(14, new.body) + binding(own, new, made=LATER)
    return public_block(octets), new.fingerprint.hex().upper()


def test_a_pinned_subkey_that_its_owner_has_revoked_for_another():
    """It is told as that, and not as another key: a copy without the revocation is to be refused too."""
    octets, new = _rotated("owner")
    found = read_recipient(octets, clock=now)
    assert (found.pin, found.revoked) == (Pin(PRIMARY, new), (SUBKEY,))
    with pytest.raises(CertificateError, match=f"the subkey {SUBKEY} that is pinned is revoked") as caught:
        found.pinned(Pin(PRIMARY, SUBKEY))
    assert (caught.value.primary, caught.value.revoked) == (PRIMARY, (SUBKEY,))
    assert found.pinned(found.pin).subkey.fingerprint == new


def test_a_stranger_revokes_nothing_of_the_pinned_key():
    """Whoever binds another's subkey to his own key can revoke it there; that is another primary key."""
    octets, _ = _rotated("stranger")
    with pytest.raises(CertificateError, match=f"its primary key is {STRANGER}, and {PRIMARY} is pinned"):
        read_recipient(octets, clock=now).pinned(Pin(PRIMARY, SUBKEY))


def test_a_revocation_is_told_beside_another_fault():
    """A key that cannot be used for some other reason has its subkey revoked all the same."""
    own, foreign = key("owner"), key("signer_2048")
    octets, _ = _rotated("owner", packet(14, foreign.body))
    with pytest.raises(CertificateError, match="is not bound to it") as caught:
        read_recipient(octets, clock=now)
    assert (caught.value.primary, caught.value.revoked) == (PRIMARY, (SUBKEY,))
    revocation = signature(own, 0x20, own.hashed, made=LATER)
    octets, _ = _rotated("owner", revocation)
    with pytest.raises(CertificateError, match="it is revoked by its owner") as caught:
        read_recipient(octets, clock=now)
    assert caught.value.revoked == (PRIMARY, SUBKEY)


def test_a_pin_that_fits():
    """Then it is the recipient."""
    assert recipient().subkey.fingerprint == SUBKEY


@pytest.mark.parametrize(
    "text", [PRIMARY, PRIMARY.lower(), f"0x{PRIMARY}", " ".join([PRIMARY[:20], PRIMARY[20:]])]
)
def test_fingerprints(text):
    """As people write them."""
    assert read_fingerprint(text) == PRIMARY


@pytest.mark.parametrize("text", ["", PRIMARY[:-1], PRIMARY[-16:], PRIMARY + "0", "G" * 40, "é" * 40])
def test_what_is_no_fingerprint(text):
    """A key id of 8 bytes is not enough."""
    with pytest.raises(CertificateError, match="is no fingerprint of 40 hex digits"):
        read_fingerprint(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"primary":"' + PRIMARY.encode() + b'"}',
        b'{"primary":"' + PRIMARY.encode() + b'","subkey":"4892DC9DA65C162B"}',
        b'{"primary":"' + PRIMARY.encode() + b'","subkey":"' + SUBKEY.encode() + b'","more":1}',
    ],
)
def test_files_that_are_no_pin(text):
    """Each is refused with what to do."""
    with pytest.raises(InputError, match="pin the recipient again"):
        read_pin(text)


def test_a_pin_from_its_file():
    """As it was written."""
    text = f'{{"primary":"{PRIMARY}","subkey":"{SUBKEY}","revoked":true}}'
    assert read_pin(text.encode()) == Pin(PRIMARY, SUBKEY, revoked=True)
    assert read_pin(text.encode()).to_json() == text.encode()
