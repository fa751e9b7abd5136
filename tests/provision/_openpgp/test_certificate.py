"""Public keys: what is verified before any of it counts."""

import pytest

from openpgp_maker import (
    MADE,
    YEAR,
    armored,
    binding,
    flags,
    key,
    lifetime,
    packet,
    signature,
    subpacket,
    user,
)
from recipe_provision import LATER, NAME, NOW
from sealwright.errors import CertificateError
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision._openpgp.certificate import (
    MAY_ENCRYPT,
    MAY_SIGN,
    read_certificate,
    usable,
)
from wrapping import asc

OWN, SUBKEY, STRANGER = key("owner"), key("owner_subkey"), key("stranger")
HEAD, NAMES = packet(6, OWN.body), user(OWN, NAME)
BOUND = packet(14, SUBKEY.body) + binding(OWN, SUBKEY)


def read(octets, now=NOW):
    """Read a key at the time of the tests."""
    return read_certificate(octets, now=now)


def fingerprints(bounds):
    """Return the fingerprints of some keys."""
    return [bytes.fromhex(each.key.fingerprint) for each in bounds]


def test_a_good_key():
    """Its parts, and what they may do."""
    found = read(HEAD + NAMES + BOUND)
    assert found.user_ids == (NAME,)
    assert fingerprints([found.primary, *found.subkeys]) == [OWN.fingerprint, SUBKEY.fingerprint]
    assert (found.primary.may(MAY_SIGN), found.primary.may(MAY_ENCRYPT)) == (True, False)
    assert (found.subkeys[0].may(MAY_SIGN), found.subkeys[0].may(MAY_ENCRYPT)) == (False, True)


def test_what_is_sent_along_is_the_whole_key():
    """All packets but those that belong to one keyring; read again it is the same key."""
    found = read(HEAD + packet(12, b"\x05") + NAMES + BOUND)
    assert b"\xcc\x01\x05" not in found.octets
    assert read(found.octets) == found


def test_the_newest_signatures_count():
    """An owner prolongs a key by signing again."""
    short = user(OWN, NAME, hashed=flags(0x03) + lifetime(YEAR))
    again = user(OWN, NAME, made=LATER, hashed=flags(0x03) + lifetime(5 * YEAR))
    for order in (short + again, again + short):
        assert read(HEAD + order + BOUND).primary.expires == MADE + 5 * YEAR
    with pytest.raises(CertificateError, match="it has expired"):
        read(HEAD + short + BOUND)


def test_a_signature_over_the_primary_key_itself():
    """It says what a user id's signature says (0x1F)."""
    direct = signature(OWN, 0x1F, OWN.hashed, hashed=flags(0x03) + lifetime(YEAR))
    with pytest.raises(CertificateError, match="it has expired"):
        read(HEAD + direct + NAMES + BOUND)
    assert read(HEAD + direct + NAMES + BOUND, now=MADE + 5).primary.expires == MADE + YEAR
    spoilt = direct[:-1] + bytes([direct[-1] ^ 1])
    with pytest.raises(CertificateError, match="a signature over its primary key does not verify"):
        read(HEAD + spoilt + NAMES + BOUND)


@pytest.mark.parametrize("years", [(2, 5), (5, 2), (2, None), (None, 2)])
@pytest.mark.parametrize("order", [(MADE, LATER), (LATER, MADE)])
def test_the_earlier_end_counts(years, order):
    """An owner says in either signature when a key ends; the other one hides nothing of that."""
    ends = [b"" if each is None else lifetime(each * YEAR) for each in years]
    direct = signature(OWN, 0x1F, OWN.hashed, hashed=flags(0x03) + ends[0], made=order[0])
    octets = HEAD + direct + user(OWN, NAME, hashed=flags(0x03) + ends[1], made=order[1]) + BOUND
    assert read(octets, now=NOW - 1).primary.expires == MADE + 2 * YEAR
    with pytest.raises(CertificateError, match="it has expired"):
        read(octets)


@pytest.mark.parametrize(
    ("direct", "named", "may"),
    [
        (flags(0x01), flags(0x03), False),
        (flags(0x03), flags(0x01), True),
        (b"", flags(0x01), False),
        (subpacket(27, b""), flags(0x03), False),
        (b"", b"", True),
    ],
)
def test_what_the_primary_key_may_do(direct, named, may):
    """The signature over it says so; where that says nothing of it, the newest one of a user id."""
    over = signature(OWN, 0x1F, OWN.hashed, hashed=direct)
    assert read(HEAD + over + user(OWN, NAME, hashed=named) + BOUND).primary.may(MAY_SIGN) is may


def test_signatures_that_have_ended():
    """A certification or a binding may say until when it holds (subpacket 3)."""
    until = subpacket(3, YEAR.to_bytes(4))
    ended = user(OWN, NAME, hashed=flags(0x03) + until)
    with pytest.raises(CertificateError, match="no user id of it has a valid signature"):
        read(HEAD + ended + BOUND)
    bound = packet(14, SUBKEY.body) + binding(OWN, SUBKEY, hashed=flags(0x0C) + until)
    with pytest.raises(CertificateError, match="is not bound to it"):
        read(HEAD + NAMES + bound)
    assert read(HEAD + ended + bound, now=MADE + 5)


def test_a_user_id_that_was_taken_back_and_given_again():
    """The later of the two counts."""
    signed = OWN.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
    back = signature(OWN, 0x30, signed, made=MADE + 5)
    other = user(OWN, "Another <other@example.com>")
    assert read(HEAD + NAMES + back + other + BOUND).user_ids == ("Another <other@example.com>",)
    again = signature(OWN, 0x13, signed, made=MADE + 9, hashed=flags(0x03))
    assert read(HEAD + NAMES + back + again + BOUND).user_ids == (NAME,)


def test_strangers_change_nothing():
    """Their certifications, good or spoilt, and user attributes."""
    signed = OWN.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
    theirs = signature(STRANGER, 0x10, signed, hashed=lifetime(5))
    spoilt = theirs[:-1] + bytes([theirs[-1] ^ 1])
    old = packet(2, b"\x03" + bytes(30))
    found = read(HEAD + NAMES + theirs + spoilt + old + packet(17, b"\x02\x01\x00") + BOUND)
    assert (found.primary.expires, found.user_ids) == (None, (NAME,))


def test_names_that_terminals_would_obey():
    """Control characters of a user id are shown, not obeyed, and what is no UTF-8 is marked."""
    name = "Red \x1b[31m"
    assert read(HEAD + user(OWN, name) + BOUND).user_ids == ("Red \\x1b[31m",)


def test_subkeys_of_other_algorithms():
    """They are bound too, and never chosen."""
    body = b"\x04" + MADE.to_bytes(4) + b"\x12\x03\x2b\x65\x6e\x00\x01\x01\x03\x01\x08\x07"
    hashed = b"\x99" + len(body).to_bytes(2) + body
    curve = packet(14, body) + signature(OWN, 0x18, OWN.hashed + hashed, hashed=flags(0x0C))
    found = read(HEAD + NAMES + curve + BOUND)
    assert [each.key.algorithm for each in found.subkeys] == ["ECDH", "RSA-4096"]
    assert fingerprints(usable(found.subkeys, MAY_ENCRYPT, NOW, "subkey")) == [SUBKEY.fingerprint]
    with pytest.raises(CertificateError, match="it has no RSA subkey"):
        usable(found.subkeys[:1], MAY_ENCRYPT, NOW, "subkey")


def test_the_newest_subkey_is_chosen():
    """Owners change subkeys; the old ones stay in the key, revoked, expired or neither."""
    later = key("stranger", made=LATER)
    newer = packet(14, later.body) + binding(OWN, later, made=LATER)
    found = read(HEAD + NAMES + newer + BOUND)
    assert fingerprints(usable(found.subkeys, MAY_ENCRYPT, NOW, "subkey")) == [
        later.fingerprint,
        SUBKEY.fingerprint,
    ]
    gone = newer + binding(OWN, later, kind=0x28, hashed=b"", made=NOW)
    found = read(HEAD + NAMES + BOUND + gone)
    assert fingerprints(usable(found.subkeys, MAY_ENCRYPT, NOW, "subkey")) == [SUBKEY.fingerprint]


def test_a_binding_that_says_nothing_of_use():
    """Then the algorithm decides, as in keys of old."""
    bound = packet(14, SUBKEY.body) + binding(OWN, SUBKEY, hashed=b"")
    assert read(HEAD + NAMES + bound).subkeys[0].may(MAY_ENCRYPT)


def of_algorithm(made, number):
    """Return the same key with another of RSA's numbers."""
    return made._replace(body=made.body[:5] + bytes([number]) + made.body[6:])


@pytest.mark.parametrize(
    ("number", "signs", "encrypts"), [(1, True, True), (2, False, True), (3, True, False)]
)
def test_what_an_algorithm_can_do(number, signs, encrypts):
    """RSA has numbers for keys that encrypt alone and for keys that sign alone (RFC 4880 section 13.5)."""
    subkey = of_algorithm(SUBKEY, number)
    inner = subpacket(32, signature(subkey, 0x19, OWN.hashed + subkey.hashed)[3:])
    for hashed in (b"", flags(0x0E) + inner):
        found = read(HEAD + NAMES + packet(14, subkey.body) + binding(OWN, subkey, hashed=hashed)).subkeys[0]
        assert (found.may(MAY_SIGN), found.may(MAY_ENCRYPT)) == (signs, encrypts)
    own = of_algorithm(OWN, number)
    found = read(packet(6, own.body) + user(own, NAME, hashed=b"")).primary
    assert (found.may(MAY_SIGN), found.may(MAY_ENCRYPT)) == (signs, encrypts)


def test_signing_subkeys_confirm():
    """Without the signature within, or with another's, a signing subkey is refused."""
    good = signature(SUBKEY, 0x19, OWN.hashed + SUBKEY.hashed)[3:]
    other = signature(STRANGER, 0x19, OWN.hashed + SUBKEY.hashed)[3:]
    wrong = signature(SUBKEY, 0x18, OWN.hashed + SUBKEY.hashed)[3:]
    for within, words in (
        (good, ""),
        (other, "has not confirmed"),
        (wrong, "has not confirmed"),
        (b"", "has"),
    ):
        hashed = flags(0x02) + (subpacket(32, within) if within else b"")
        octets = HEAD + NAMES + packet(14, SUBKEY.body) + binding(OWN, SUBKEY, hashed=hashed)
        if words:
            with pytest.raises(CertificateError, match=words):
                read(octets)
        else:
            assert read(octets).subkeys[0].may(MAY_SIGN)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "there is nothing in it"),
        (packet(5, OWN.body), "it is a secret key"),
        (packet(13, b"name"), "does not begin with a public key"),
        (HEAD + packet(11, b"b"), r"a packet that no public key has \(tag 11\)"),
        (packet(6, b"\x04" + MADE.to_bytes(4) + b"\x16\x00\x00\x00"), "its primary key is EdDSA"),
    ],
)
def test_what_is_no_public_key(octets, words):
    """Each with its own text."""
    with pytest.raises(CertificateError, match=words):
        read(octets)


def test_clocks():
    """What is signed in the future shows that a clock is wrong: of the key, a name or a binding."""
    for octets in (HEAD + NAMES + BOUND, HEAD + user(OWN, NAME, made=NOW + 5) + BOUND):
        with pytest.raises(CertificateError, match="is this machine's clock right"):
            read(octets, now=MADE - 1 if octets[-600:] == (HEAD + NAMES + BOUND)[-600:] else NOW)
    late = packet(14, SUBKEY.body) + binding(OWN, SUBKEY, made=NOW + 5)
    with pytest.raises(CertificateError, match="was made in the future"):
        read(HEAD + NAMES + late)
    young = key("owner_subkey", made=NOW + 5)
    with pytest.raises(CertificateError, match="was made in the future"):
        read(HEAD + NAMES + packet(14, young.body) + binding(OWN, young))


def test_revocations_tell_themselves():
    """Whoever pins a key remembers that it was revoked."""
    for name in ("revoked", "revocation_disguised"):
        with pytest.raises(CertificateError) as caught:
            read(dearmor(asc(f"refused/{name}"), "PUBLIC KEY BLOCK"))
        assert caught.value.primary == OWN.fingerprint.hex().upper()
        assert caught.value.revoked == (OWN.fingerprint.hex().upper(),)
    with pytest.raises(CertificateError) as caught:
        read(dearmor(asc("refused/expired"), "PUBLIC KEY BLOCK"))
    assert not caught.value.revoked


ATTRIBUTE = packet(17, b"\x02\x01\x00")
PARTS = [HEAD, NAMES, ATTRIBUTE, BOUND]
SIGNED_NAME = OWN.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
REVOCATIONS = {
    0x20: (OWN.hashed, "it is revoked by its owner", "a revocation of the key that does not verify"),
    0x28: (OWN.hashed + SUBKEY.hashed, "", "a revocation of its subkey that does not verify"),
    0x30: (SIGNED_NAME, "no user id of it has", "a revocation of its user id that does not verify"),
}


def _with(signature_, place):
    """Return a good key that has a signature behind one of its parts."""
    return b"".join([*PARTS[: place + 1], signature_, *PARTS[place + 1 :]])


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("kind", REVOCATIONS)
@pytest.mark.parametrize("issuer", [OWN, STRANGER], ids=["own", "disguised"])
def test_revocations_count_wherever_they_stand(kind, place, issuer):
    """A genuine one is what its octets are over, and not what it stands behind or says of itself."""
    signed, words, _ = REVOCATIONS[kind]
    octets = _with(signature(OWN, kind, signed, made=LATER, issuer=issuer.fingerprint), place)
    if words:
        with pytest.raises(CertificateError, match=words):
            read(octets)
    else:
        assert [each.revoked for each in read(octets).subkeys] == [True]


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("kind", REVOCATIONS)
def test_damaged_revocations_are_refused_wherever_they_stand(kind, place):
    """What cannot be verified is not overlooked because it was moved."""
    signed, _, words = REVOCATIONS[kind]
    good = signature(OWN, kind, signed, made=LATER)
    with pytest.raises(CertificateError, match=words):
        read(_with(good[:-1] + bytes([good[-1] ^ 1]), place))


def test_a_revocation_is_of_one_subkey():
    """Among several it is told by what it verifies for."""
    later = key("stranger", made=LATER)
    newer = packet(14, later.body) + binding(OWN, later, made=LATER)
    gone = binding(OWN, SUBKEY, kind=0x28, hashed=b"", made=LATER)
    for octets in (HEAD + NAMES + BOUND + newer + gone, HEAD + gone + NAMES + BOUND + newer):
        assert [each.revoked for each in read(octets).subkeys] == [True, False]


@pytest.mark.parametrize(
    ("kind", "signed", "places"),
    [
        (0x13, SIGNED_NAME, (0, 3)),
        (0x18, OWN.hashed + SUBKEY.hashed, (0, 1, 2)),
        (0x1F, OWN.hashed, (1, 2, 3)),
    ],
)
def test_signatures_of_the_key_that_were_moved(kind, signed, places):
    """What they say would be overlooked, such as when the key ends; those of strangers count nowhere."""
    for place in places:
        with pytest.raises(CertificateError, match=f"a signature of type 0x{kind:02X} behind a packet"):
            read(_with(signature(OWN, kind, signed, made=LATER, hashed=lifetime(YEAR)), place))
        assert read(_with(signature(STRANGER, kind, signed, made=LATER, hashed=lifetime(YEAR)), place))


def test_a_user_id_that_a_stranger_takes_back():
    """That is about the stranger's certification, and about nothing of ours."""
    assert read(_with(signature(STRANGER, 0x30, SIGNED_NAME, made=LATER), 1)).user_ids == (NAME,)


def test_key_packets_without_end():
    """A length that no fingerprint can be made over."""
    long = packet_of_length(14, b"\x04" + MADE.to_bytes(4) + b"\x12" + bytes(70_000))
    with pytest.raises(CertificateError, match="a key packet of 70,006 octets, and a key has at most 65,535"):
        read(HEAD + NAMES + long + binding(OWN, SUBKEY))


def packet_of_length(tag, body):
    """Write a packet of the new format with a length of four octets."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4) + body


def test_no_change_of_an_octet_gives_another_key():
    """Whatever octet is changed: refused, or the same keys with the same names."""
    octets = HEAD + NAMES + BOUND
    wanted = read(octets)
    for place in range(0, len(octets), 7):
        changed = bytearray(octets)
        changed[place] ^= 0x01
        try:
            found = read(bytes(changed))
        except CertificateError:
            continue
        assert (found.primary, found.user_ids, found.subkeys) == (
            wanted.primary,
            wanted.user_ids,
            wanted.subkeys,
        )


def test_the_makers_armour_is_read():
    """The vectors are what this file makes."""
    assert armored("PUBLIC KEY BLOCK", HEAD + NAMES + BOUND).encode() == asc("recipients/recipient")
