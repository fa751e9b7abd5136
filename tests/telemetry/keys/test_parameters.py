"""Reading one reply: every fact that refuses it, and every slip that does not."""

import pickle
import random

import msgspec
import pytest

from making import (
    ABSENT,
    DOWNLINK_KIV,
    INTEGRITY_DOWNLINK_KIV,
    INTEGRITY_HEADER,
    IV,
    KEY,
    KEY_256,
    MAC_KEY,
    UID,
    V1_HEADER,
    V2_HEADER,
    b64,
    reply_integrity,
    reply_integrity_downlink,
    reply_v1,
    reply_v2,
    reply_v2_downlink,
    shown,
)
from sealwright.errors import Outcome, ParametersError, Reason, ReplyError
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.strict import read_object

UPLINK = {
    "v1": (reply_v1, {"header": V1_HEADER}),
    "v2": (reply_v2, {"header": V2_HEADER}),
    "integrity": (reply_integrity, {"header": INTEGRITY_HEADER, "purpose": "integrity"}),
}
DOWNLINK = {
    "v2 downlink": (reply_v2_downlink, {"direction": "downlink"}),
    "integrity downlink": (reply_integrity_downlink, {"direction": "downlink", "purpose": "integrity"}),
}
EVERY = UPLINK | DOWNLINK
each_reply = pytest.mark.parametrize(("make", "asked"), EVERY.values(), ids=EVERY)
each_uplink_reply = pytest.mark.parametrize(("make", "asked"), UPLINK.values(), ids=UPLINK)
each_downlink_reply = pytest.mark.parametrize(("make", "asked"), DOWNLINK.values(), ids=DOWNLINK)


def refusal(reply, **asked):
    """Return the reason for which a reply is refused."""
    with pytest.raises(ParametersError) as caught:
        read_reply(reply, **asked)
    assert not shown(str(caught.value), KEY, KEY_256, MAC_KEY)
    return caught.value.reason


def unreadable(reply, **asked):
    """Return the field for which a reply cannot be read."""
    with pytest.raises(ReplyError) as caught:
        read_reply(reply, **asked)
    assert not shown(str(caught.value), KEY, KEY_256, MAC_KEY)
    return caught.value.field


def test_v1():
    """A v1 reply: key, nonce, KIV, UID and the header that was asked for."""
    read = read_reply(reply_v1(), header=V1_HEADER)
    assert (read.direction, read.purpose) == (Direction.UPLINK, Purpose.PROTECTION)
    assert (read.kind, read.suite) == (Kind.V1, Suite.AES_128_CCM)
    assert (read.uid, read.header, read.kiv) == (UID, V1_HEADER, V1_HEADER)
    assert (read.key.reveal(), read.mac_key.reveal()) == (KEY, b"")
    assert read.nonce == V1_HEADER[4:]
    assert read.irregular == frozenset()


def test_v2():
    """A v2 reply has two keys, and AESIV for a nonce."""
    read = read_reply(reply_v2(), header=V2_HEADER)
    assert (read.kind, read.suite) == (Kind.V2, Suite.AES_128_CS1_HMAC_SHA256)
    assert (read.key.reveal(), read.mac_key.reveal(), read.nonce) == (KEY, MAC_KEY, IV)
    assert read.irregular == frozenset()


def test_integrity():
    """An integrity reply has one key; its suite is HMAC, although the service says AES_128_CCM."""
    reply = reply_integrity()
    assert reply["CipherSuite"] == "AES_128_CCM"
    read = read_reply(reply, header=INTEGRITY_HEADER, purpose="integrity")
    assert (read.kind, read.suite) == (Kind.INTEGRITY, Suite.HMAC_SHA256)
    assert (read.key.reveal(), read.mac_key.reveal(), read.nonce) == (b"", MAC_KEY, b"")
    assert read.irregular == frozenset()


@pytest.mark.parametrize("suite", Suite)
def test_integrity_with_any_known_suite(suite):
    """Whatever known suite an integrity reply names, it verifies with HMAC."""
    reply = reply_integrity(CipherSuite=suite.value)
    assert read_reply(reply, header=INTEGRITY_HEADER, purpose="integrity").suite is Suite.HMAC_SHA256


@pytest.mark.parametrize(
    ("make", "asked", "header"),
    [
        (*DOWNLINK["v2 downlink"], DOWNLINK_KIV[:12]),
        (*DOWNLINK["integrity downlink"], INTEGRITY_DOWNLINK_KIV[:11]),
    ],
    ids=DOWNLINK,
)
def test_downlink(make, asked, header):
    """A downlink header is the beginning of KIV, whatever header the caller gives."""
    read = read_reply(make(), **asked)
    assert read.header == header
    assert read.direction is Direction.DOWNLINK
    assert read_reply(make(), **asked, header=V1_HEADER).header == header


@pytest.mark.parametrize(
    ("make", "asked"),
    [
        (lambda: reply_v1(key=KEY_256), {"header": V1_HEADER}),
        (lambda: reply_v2(key=KEY_256), {"header": V2_HEADER}),
        (lambda: reply_v2_downlink(key=KEY_256), {"direction": "downlink"}),
    ],
    ids=["v1", "v2", "v2 downlink"],
)
def test_keys_of_256_bits(make, asked):
    """256-bit keys are read for both suites."""
    assert read_reply(make(), **asked).key.reveal() == KEY_256


def test_mac_keys_of_256_bits():
    """An AuthenticationKey may have 32 bytes."""
    read = read_reply(reply_integrity(mac_key=KEY_256), header=INTEGRITY_HEADER, purpose="integrity")
    assert read.mac_key.reveal() == KEY_256


@each_reply
@pytest.mark.parametrize("length", [0, 8, 64, 127, 129, "128", 128.0, True, None], ids=repr)
def test_mac_length_is_policy(make, asked, length):
    """The tag has 128 bits: any other MACLength, or another form of the number, is refused."""
    assert refusal(make(MACLength=length), **asked) is Reason.MAC_LENGTH


@each_reply
def test_mac_length_missing(make, asked):
    """A reply without MACLength cannot be read: no default stands in for it."""
    assert unreadable(make(MACLength=ABSENT), **asked) == "MACLength"


@each_reply
@pytest.mark.parametrize(
    "suite", ["AES_192_CCM", "aes_128_ccm", "AES_128_CCM ", "", None, 5, ["AES_128_CCM"]], ids=repr
)
def test_unknown_suites(make, asked, suite):
    """A suite that is not in the table is `unsupported_suite`, in any form."""
    reason = refusal(make(CipherSuite=suite), **asked)
    assert reason is Reason.UNKNOWN_SUITE
    assert reason.outcome is Outcome.UNSUPPORTED_SUITE


@pytest.mark.parametrize(
    ("make", "asked", "field"),
    [
        (reply_v1, {"header": V1_HEADER}, name)
        for name in ("Nonce", "MACLength", "CipherSuite", "Key", "ROTPublicUID")
    ]
    + [
        (reply_v2, {"header": V2_HEADER}, name)
        for name in (
            "MACLength",
            "CipherSuite",
            "AuthenticationKey",
            "EncryptionKey",
            "AESIV",
            "ROTPublicUID",
        )
    ]
    + [
        (reply_integrity, {"header": INTEGRITY_HEADER, "purpose": "integrity"}, name)
        for name in ("MACLength", "CipherSuite", "AuthenticationKey", "ROTPublicUID")
    ]
    + [(make, asked, "KIV") for make, asked in DOWNLINK.values()],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", ""),
)
def test_missing_fields(make, asked, field):
    """A reply that lacks a field it needs is a ReplyError that names the field."""
    # Without EncryptionKey a v2 reply looks as if it were for integrity.
    if (make, field) == (reply_v2, "EncryptionKey"):
        assert refusal(make(EncryptionKey=ABSENT), **asked) is Reason.ANOTHER_PURPOSE
    else:
        assert unreadable(make(**{field: ABSENT}), **asked) == field


@each_reply
def test_no_key_at_all(make, asked):
    """A reply without any key cannot be read."""
    reply = make(Key=ABSENT, EncryptionKey=ABSENT, AuthenticationKey=ABSENT)
    assert unreadable(reply, **asked) in {"Key", "EncryptionKey", "AuthenticationKey"}


@each_reply
@pytest.mark.parametrize("wrong", ["AB!@CD==", "A", "QUJ\n", 5, None, True, [1]], ids=repr)
def test_base64_fields_are_strict(make, asked, wrong):
    """Every base64 field with a foreign character or of another form is a ReplyError that names it."""
    for field in {"Key", "EncryptionKey", "AuthenticationKey", "Nonce", "AESIV", "KIV"} & make().keys():
        if (field, wrong, asked.get("direction")) == ("KIV", None, None):
            assert read_reply(make(KIV=None), **asked).kiv == b""
        else:
            assert unreadable(make(**{field: wrong}), **asked) == field


@each_reply
def test_padding_may_be_absent(make, asked):
    """Base64 without padding is read as what it says, and is not counted."""
    bare = {name: value.rstrip("=") for name, value in make().items() if str(value).endswith("=")}
    assert bare
    read, regular = read_reply(make(**bare), **asked), read_reply(make(), **asked)
    assert (read.nonce, read.kiv, read.irregular) == (regular.nonce, regular.kiv, frozenset())
    assert read.key.matches(regular.key)
    assert read.mac_key.matches(regular.mac_key)


@pytest.mark.parametrize("padding", ["==", ""], ids=["padded", "bare"])
def test_stray_low_bits_are_counted(padding):
    """KIV with bits that no byte needs is accepted as it is, and counted as irregular."""
    stray = b64(V1_HEADER).removesuffix("A==") + "P" + padding
    read = read_reply(reply_v1(KIV=stray), header=V1_HEADER)
    assert read.kiv == V1_HEADER
    assert read.irregular == {"base64"}


@pytest.mark.parametrize("field", ["EncryptionKey", "AuthenticationKey", "AESIV", "KIV"])
def test_stray_low_bits_of_any_field(field):
    """One field with stray bits is counted, whatever the fields behind it are like."""
    reply, regular = reply_v2(), read_reply(reply_v2(), header=V2_HEADER)
    last = reply[field].rstrip("=")[-1]
    read = read_reply(
        reply | {field: reply[field].replace(last + "==", chr(ord(last) + 1) + "==")}, header=V2_HEADER
    )
    assert read.irregular == {"base64"}
    assert (read.nonce, read.kiv) == (regular.nonce, regular.kiv)
    assert read.key.matches(regular.key)
    assert read.mac_key.matches(regular.mac_key)


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (reply_v1(Key=b64(KEY_256)), {"header": V1_HEADER}),
        (reply_v1(Key=b64(KEY), CipherSuite="AES_256_CCM"), {"header": V1_HEADER}),
        (reply_v1(Key=b64(KEY[:15])), {"header": V1_HEADER}),
        (reply_v1(Key=""), {"header": V1_HEADER}),
        (reply_v1(KeyLength=256), {"header": V1_HEADER}),
        (reply_v2(EncryptionKey=b64(KEY_256)), {"header": V2_HEADER}),
        (reply_v2(KeyLength=256), {"header": V2_HEADER}),
        (reply_v2(KeyLength="128"), {"header": V2_HEADER}),
        (reply_v2(KeyLength=None), {"header": V2_HEADER}),
        (reply_v2(AuthKeyLength=256), {"header": V2_HEADER}),
        (reply_v2(AuthenticationKey=""), {"header": V2_HEADER}),
        (reply_integrity(mac_key=MAC_KEY + b"more"), {"header": INTEGRITY_HEADER, "purpose": "integrity"}),
        (reply_integrity(AuthKeyLength=128.0), {"header": INTEGRITY_HEADER, "purpose": "integrity"}),
    ],
    ids=[
        "AES_128 with 32 bytes",
        "AES_256 with 16 bytes",
        "15 bytes",
        "no bytes",
        "KeyLength where none is needed",
        "CS1 with 32 bytes",
        "KeyLength 256",
        "KeyLength as text",
        "KeyLength null",
        "AuthKeyLength 256",
        "no MAC key",
        "MAC key of 20 bytes",
        "AuthKeyLength as float",
    ],
)
def test_key_lengths(reply, asked):
    """A key must be as long as its suite, and as its length field if there is one."""
    assert refusal(reply, **asked) is Reason.KEY_LENGTH


@pytest.mark.parametrize("field", ["KeyLength", "AuthKeyLength"])
def test_length_fields_may_be_absent(field):
    """Length fields only confirm what the keys say themselves."""
    assert read_reply(reply_v2(**{field: ABSENT}), header=V2_HEADER).key.reveal() == KEY


@pytest.mark.parametrize("length", [0, 11, 13, 16])
def test_a_ccm_nonce_has_12_bytes(length):
    """A nonce of another length is refused."""
    assert refusal(reply_v1(Nonce=b64(bytes(length))), header=V1_HEADER) is Reason.NONCE_LENGTH


@pytest.mark.parametrize("length", [0, 12, 15, 17])
def test_an_iv_has_16_bytes(length):
    """An AESIV of another length is refused."""
    assert refusal(reply_v2(iv=bytes(length)), header=V2_HEADER) is Reason.NONCE_LENGTH


@each_reply
@pytest.mark.parametrize("length", [12, 15, 17])
def test_kiv_has_16_bytes(make, asked, length):
    """A KIV of another length is refused in either direction."""
    kiv = b64(DOWNLINK_KIV.ljust(17, b"\0")[:length])
    assert refusal(make(KIV=kiv), **asked) is Reason.NONCE_LENGTH


@each_downlink_reply
def test_a_downlink_kiv_is_needed(make, asked):
    """Downlink, KIV is the header: an empty one is refused."""
    assert refusal(make(KIV=""), **asked) is Reason.NONCE_LENGTH


@each_uplink_reply
@pytest.mark.parametrize("kiv", [ABSENT, None, ""], ids=["absent", "null", "empty"])
def test_an_uplink_kiv_is_not_needed(make, asked, kiv):
    """Uplink, KIV came with version 1.1.29 of the service: a reply without it is whole, and regular."""
    read = read_reply(make(KIV=kiv), **asked)
    assert (read.kiv, read.irregular) == (b"", frozenset())


def test_equal_keys():
    """One key for encryption and authentication is refused."""
    assert refusal(reply_v2(mac_key=KEY), header=V2_HEADER) is Reason.EQUAL_KEYS


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (reply_integrity(), {"header": V2_HEADER}),
        (reply_integrity_downlink(), {"direction": "downlink"}),
        (reply_v1(), {"header": INTEGRITY_HEADER, "purpose": "integrity"}),
        (reply_v2(), {"header": INTEGRITY_HEADER, "purpose": "integrity"}),
        (reply_v2_downlink(), {"direction": "downlink", "purpose": "integrity"}),
        (reply_v1(CipherSuite="HMAC_SHA256"), {"header": V1_HEADER}),
    ],
    ids=[
        "integrity to decrypt",
        "integrity to decrypt downlink",
        "v1 to verify",
        "v2 to verify",
        "v2 to verify downlink",
        "a suite that cannot decrypt",
    ],
)
def test_another_purpose(reply, asked):
    """Keys for one purpose never serve the other: the same bytes could verify as both."""
    assert refusal(reply, **asked) is Reason.ANOTHER_PURPOSE


@pytest.mark.parametrize(
    ("reply", "header", "purpose", "reason"),
    [
        (reply_v1(), V2_HEADER, "protection", Reason.ANOTHER_SUITE),
        (reply_v2(), V1_HEADER, "protection", Reason.ANOTHER_SUITE),
        (reply_v1(), V1_HEADER[:14], "protection", Reason.HEADER_LENGTH),
        (reply_v1(), V1_HEADER + bytes(4), "protection", Reason.HEADER_LENGTH),
        (reply_v2(), V2_HEADER[:11], "protection", Reason.HEADER_LENGTH),
        (reply_integrity(), V2_HEADER, "integrity", Reason.HEADER_LENGTH),
    ],
    ids=["v1 for v2", "v2 for v1", "a key id", "too long", "11 bytes for v2", "12 bytes for integrity"],
)
def test_headers_of_another_length(reply, header, purpose, reason):
    """The header that was asked for must be as long as its kind's."""
    assert refusal(reply, header=header, purpose=purpose) is reason


@pytest.mark.parametrize("key", [KEY, KEY_256])
def test_a_suite_over_the_fields_of_another(key):
    """A reply whose suite is not that of its fields disagrees with itself: refused, not unreadable."""
    ccm, cs1 = (reply(key=key)["CipherSuite"] for reply in (reply_v1, reply_v2))
    assert refusal(reply_v1(key=key, CipherSuite=cs1), header=V1_HEADER) is Reason.ANOTHER_SUITE
    assert refusal(reply_v2(key=key, CipherSuite=ccm), header=V2_HEADER) is Reason.ANOTHER_SUITE


@pytest.mark.parametrize("byte", range(6))
def test_another_device(byte):
    """A v1 header names the low six bytes of the UID, and each of them must agree with the reply."""
    other = bytearray(UID)
    other[2 + byte] ^= 1
    reason = refusal(reply_v1(ROTPublicUID=other.hex()), header=V1_HEADER)
    assert reason is Reason.ANOTHER_DEVICE
    assert reason.outcome is Outcome.MISMATCHED_PARAMETERS


def test_the_prefix_of_the_uid_is_learnt():
    """The high two bytes are not in a message: they are what the reply says."""
    reply = reply_v1(ROTPublicUID="beef" + UID[2:].hex())
    assert read_reply(reply, header=V1_HEADER).uid == b"\xbe\xef" + UID[2:]


def test_ten_thousand_swaps():
    """Replies handed out to the wrong devices of a fleet: none of 10,000 is accepted."""
    draw = random.Random(0x5EA1)
    tails = [n.to_bytes(6) for n in draw.sample(range(2**48), 10_000)]
    headers = [b"\x11\x01" + tail + draw.randbytes(6) + bytes(2) for tail in tails]
    given = [headers[at - 1] for at in range(len(headers))]
    accepted = 0
    for header, another in zip(headers, given, strict=True):
        reply = reply_v1(header, ROTPublicUID=reply_v1(another)["ROTPublicUID"])
        try:
            read_reply(reply, header=header)
        except ParametersError:
            continue
        accepted += 1
    assert accepted == 0


@pytest.mark.parametrize("name", ["v2", "integrity"])
def test_an_unproved_place_of_the_uid(name):
    """Where v2 and integrity headers name the UID is not proved: the layout decides, the reply is counted."""
    make, asked = UPLINK[name]
    assert read_reply(make(ROTPublicUID="0002000000000001"), **asked).irregular == {"uid"}


@each_downlink_reply
def test_a_downlink_header_need_not_name_the_uid(make, asked):
    """Whether KIV names the UID is not known, so nothing is counted."""
    assert read_reply(make(ROTPublicUID="0002000000000001"), **asked).irregular == frozenset()


@each_reply
@pytest.mark.parametrize(
    "uid", ["2000089282245", "0002", "", None, -1, 10**16, 1.5, True, ["0002"]], ids=repr
)
def test_odd_uids(make, asked, uid):
    """A UID that is neither 16 hex digits nor their number is refused."""
    assert refusal(make(ROTPublicUID=uid), **asked) is Reason.UID_MALFORMED


@each_reply
@pytest.mark.parametrize("uid", [2000089282245, "0002000089282245"], ids=["number", "text"])
def test_a_uid_may_be_a_number(make, asked, uid):
    """The service sends the UID as text or as a number: both are the same eight bytes."""
    assert read_reply(make(ROTPublicUID=uid), **asked).uid == UID


@pytest.mark.parametrize(
    ("changes", "irregular"),
    [
        ({"Nonce": b64(b"not the rule")}, {"nonce"}),
        ({"KIV": b64(IV)}, {"kiv"}),
        ({"Nonce": b64(b"not the rule"), "KIV": b64(IV)[:-3] + "x"}, {"nonce", "kiv", "base64"}),
    ],
    ids=["nonce", "kiv", "all"],
)
def test_guessed_rules_are_counted_not_enforced(changes, irregular):
    """Nonce and KIV are used as given: one that departs from the guessed rules is counted only."""
    read = read_reply(reply_v1(**changes), header=V1_HEADER)
    assert read.irregular == irregular
    assert b64(read.nonce) == changes.get("Nonce", b64(V1_HEADER[4:]))


@each_reply
def test_unknown_fields_are_ignored(make, asked):
    """The service adds fields from time to time: they break nothing."""
    read = read_reply(make(Novelty={"deep": [1, None]}, Nonces="AB!@"), **asked)
    assert read.irregular == frozenset()


def test_a_reply_without_its_header():
    """A reply may be read before its header is known, and given the header later."""
    read = read_reply(reply_v1(Nonce=b64(b"not the rule")))
    assert (read.header, read.irregular) == (b"", frozenset())
    later = read.for_header(V1_HEADER)
    assert (later.header, later.uid) == (V1_HEADER, UID)
    assert later.key.matches(read.key)
    assert read.header == b""


@pytest.mark.parametrize("option", ["direction", "purpose"])
def test_unknown_words(option):
    """A direction or purpose that does not exist is a ValueError that says so."""
    with pytest.raises(ValueError, match="sideways"):
        read_reply(reply_v1(), header=V1_HEADER, **{option: "sideways"})


@each_reply
def test_parameters_print_quietly(make, asked):
    """The repr of parameters shows the lengths of their keys."""
    text = repr(read_reply(make(), **asked))
    assert "<Secret of 16 bytes>" in text
    assert not shown(text, KEY, MAC_KEY)


@pytest.mark.parametrize("dumps", [pickle.dumps, msgspec.json.encode, msgspec.to_builtins])
def test_parameters_are_not_serialised(dumps):
    """No encoder takes the keys out of parameters."""
    with pytest.raises(TypeError):
        dumps(read_reply(reply_v1(), header=V1_HEADER))


def test_parameters_are_one_of_a_kind():
    """Parameters are equal to themselves only, so that no comparison walks over their keys."""
    one, other = (read_reply(reply_v1(), header=V1_HEADER) for _ in range(2))
    assert one != other
    assert len({one, one, other}) == 2


def test_parameters_do_not_change():
    """What was checked stays as it was."""
    read = read_reply(reply_v1(), header=V1_HEADER)
    assert isinstance(read, Parameters)
    with pytest.raises(AttributeError):
        read.uid = bytes(8)


SAMPLE_V1 = b"""{"Nonce": "BbUgA2S3/b938wAA", "MACLength": 128, "CipherSuite": "AES_128_CCM",
    "Key": "lTZfP2dO5IAXvJT8FlXV5A==", "KIV": "EQEBAIkoIrZnYX4vnjgCCC==", "ROTPublicUID": 2000089282245}"""
SAMPLE_INTEGRITY = b"""{"MACLength": 128, "CipherSuite": "AES_128_CCM",
    "AuthenticationKey": "lTZfP2dO5IAXvJT8FlXV5A==", "AuthKeyLength": 128,
    "KIV": "EQEBAIkoIrZnYX4vnjgCCC==", "ROTPublicUID": 2000089282245}"""
SAMPLE_DOWNLINK = b"""{"MACLength": 128, "KeyLength": 128, "CipherSuite": "AES_128_CS1_HMAC_SHA256",
    "AuthenticationKey": "lTZfP2dO5IAXvJT8FlXV5A==", "AuthKeyLength": 128,
    "EncryptionKey": "EuPzZxheaAoGAQ/+X2mYbg==", "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
    "AESIV": "KgXYZgAAiSgisgADBBBBBB", "ROTPublicUID": 2000089282245}"""
SAMPLE_DOWNLINK_INTEGRITY = SAMPLE_INTEGRITY.replace(b"AES_128_CCM", b"AES_128_CS1_HMAC_SHA256")
SAMPLE_KEY = "95365f3f674ee48017bc94fc1655d5e4"
SAMPLE_KIV = "11010100892822b667617e2f9e380208"


class TestSamples:
    """The REST document's sample replies (1.1.29), masked by hand: they are for reading, not for opening."""

    def test_v1(self):
        """The uplink sample is read; its KIV has stray bits and its UID is a number."""
        read = read_reply(read_object(SAMPLE_V1))
        assert read.key.reveal().hex() == SAMPLE_KEY
        assert read.nonce.hex() == "05b5200364b7fdbf77f30000"
        assert read.uid == UID
        assert read.kiv.hex() == SAMPLE_KIV
        assert read.irregular == {"base64"}

    def test_v1_for_the_sample_header(self):
        """The sample header is another device's, so the pair is refused."""
        header = bytes.fromhex("1101000089282257621f7593c47f0000")
        assert refusal(read_object(SAMPLE_V1), header=header) is Reason.ANOTHER_DEVICE

    def test_integrity(self):
        """The integrity sample is read although its suite, its KIV and its device do not fit its header."""
        header = bytes.fromhex("2900000f0008002f312401")
        read = read_reply(read_object(SAMPLE_INTEGRITY), header=header, purpose="integrity")
        assert read.mac_key.reveal().hex() == SAMPLE_KEY
        assert read.irregular == {"base64", "kiv", "uid"}

    def test_downlink(self):
        """The downlink sample is read: its AESIV lacks padding and has stray bits."""
        read = read_reply(read_object(SAMPLE_DOWNLINK), direction="downlink")
        assert read.nonce.hex() == "2a05d8660000892822b2000304104104"
        assert read.key.reveal().hex() == "12e3f367185e680a06010ffe5f69986e"
        assert read.header == read.kiv[:12]
        assert read.irregular == {"base64"}

    def test_downlink_integrity(self):
        """The downlink integrity sample is read under the beginning of its KIV."""
        reply = read_object(SAMPLE_DOWNLINK_INTEGRITY)
        read = read_reply(reply, direction="downlink", purpose="integrity")
        assert read.header == read.kiv[:11]
        assert read.mac_key.reveal().hex() == SAMPLE_KEY
