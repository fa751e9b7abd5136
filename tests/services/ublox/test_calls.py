"""The 47 calls of the document: each is there once, takes the document's samples, and keeps its rules."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from sealwright.errors import ReplyError, RequestError
from sealwright.services._retry import Retry
from sealwright.services.ublox import DOCUMENT, UBLOX
from services.ublox.document import CALLS, EACH, HEADER, NOW, RECENT, REPLIES, UID


def _at(path):
    (call,) = UBLOX.at("POST", path)
    return call


def test_the_whole_list():
    """The registry has the document's calls, in its groups and its order, and no other."""
    assert [(call.group, call.path) for call in UBLOX] == [(group, path) for group, path, _ in EACH]
    assert len(UBLOX) == 47
    assert list(UBLOX.groups) == list(CALLS)


def test_each_is_described():
    """Every call has a summary in words, every field too, and all say where they come from."""
    for call in UBLOX:
        assert call.words.splitlines()[0].endswith(".")
        assert DOCUMENT in call.source
        assert call.path in call.source
    names = Counter((call.group, call.name) for call in UBLOX)
    assert set(names.values()) == {1}


def test_what_is_paid_cannot_be_undone_or_repeated():
    """Money, finality and retry classes are as the document's words have them."""
    assert {call.path for call in UBLOX if call.paid} == {
        "/deviceprofile/bootstrapprovisioning/set",
        "/device/provisioning/set",
        "/e2e/uplink/symmetrickey/get",
        "/e2e/uplink/protectionparameters/get",
        "/ztp/devicecertificate/renew",
        "/ztp/devicecertificate/update",
    }
    assert {call.path for call in UBLOX if call.irreversible} == {
        "/deviceprofile/bootstrapprovisioning/delete",
        "/device/provisioning/delete",
        "/e2e/key/rotate",
        "/ztp/rootca/delete",
        "/ztp/devicecertificate/renew",
        "/ztp/devicecertificate/update",
        "/ztp/devicecertificate/delete",
        "/ztp/devicecertificate/revoke",
        "/ztp/devicecertificate/rootca/transfer",
        "/notification/webhook/delete",
        "/tag/delete",
        "/tag/remove",
    }
    assert {call.path for call in UBLOX if call.retry is Retry.E2E_GET} == {
        path for path in CALLS["e2e"] if path.endswith("/get")
    }
    assert {call.path for call in UBLOX if call.retry is Retry.CREATE} == {
        "/ztp/rootca/create",
        "/ztp/devicecertificate/renew",
        "/ztp/devicecertificate/update",
        "/notification/webhook/create",
        "/tag/create",
    }
    assert {call.path for call in UBLOX if not call.authorized} == {"/authenticate"}


@pytest.mark.parametrize(("group", "path", "arguments"), EACH, ids=[path for _, path, _ in EACH])
def test_samples(group, path, arguments):
    """The document's samples are right requests, and read the same on the service's side."""
    call = _at(path)
    assert call.group == group
    wire = call.wire(call.make(**arguments))
    assert (wire.method, wire.path, wire.query) == ("POST", path, {})
    body = json.loads(wire.body.reveal())
    assert len(body) == len(arguments)
    again = UBLOX.read("POST", path, body)
    assert json.loads(call.wire(again).body.reveal()) == body


@pytest.mark.parametrize(("group", "path", "arguments"), EACH, ids=[path for _, path, _ in EACH])
def test_sample_replies(group, path, arguments):  # noqa: ARG001
    """The document's sample replies are read, those that it cuts short too, and answer their requests."""
    call = _at(path)
    reply = call.read_reply(REPLIES.get(path, {}))
    call.make(**arguments).accept(reply)
    assert "marker" not in repr(reply)
    if isinstance(reply, list):
        (reply,) = reply
    if path != "/device/usage/get":
        assert reply.extra == {}


BAD = [
    ("/deviceprofile/get", {"tag_names": ["a"], "profile_name": "b"}, "TagNames and ProfileName exclude"),
    ("/deviceprofile/get", {"page_number": 0}, "PageNumber must be a whole number of at least 1"),
    ("/device/list/get", {"filter": "SOME"}, "Filter must be one of ALL, BLACKLISTED, WHITELISTED"),
    ("/device/whitelist/add", {"action": "ADD"}, "ROTPublicUIDs or IMEIs is missing"),
    ("/device/whitelist/add", {"rot_public_uids": []}, "ROTPublicUIDs must not be an empty list"),
    ("/device/whitelist/add", {"imeis": ["12345"]}, r"IMEIs\[0\] must be 15 digits"),
    ("/device/provisioning/get", {}, "ROTPublicUIDs or TagNames is missing"),
    (
        "/device/provisioning/set",
        {"rot_public_uids": [UID], "provisioning": {}},
        "Provisioning must not be an empty",
    ),
    (
        "/device/provisioning/set",
        {"rot_public_uids": [UID], "provisioning": []},
        "Provisioning must be an object",
    ),
    (
        "/device/provisioning/set",
        {
            "rot_public_uids": [UID],
            "provisioning": {"Authorizations": [{"Name": "Other", "State": "ENABLED"}]},
        },
        "Provisioning must be .*LocalDPR",
    ),
    (
        "/device/provisioning/set",
        {"rot_public_uids": [UID], "provisioning": {"Authorizations": ["LocalDPR"]}},
        "Provisioning must be .*ENABLED or DISABLED",
    ),
    (
        "/e2e/key/rotate",
        {"rot_public_uids": [UID], "type": "CONTINUOUS", "days": 1},
        "Days may be given only when",
    ),
    (
        "/e2e/key/rotate",
        {"rot_public_uids": [UID], "type": "AUTOMATIC", "days": 31},
        "Days must be .* from 1 to 30",
    ),
    ("/e2e/key/rotate", {"type": "AUTOMATIC"}, "ROTPublicUIDs or TagNames is missing"),
    ("/e2e/uplink/symmetrickey/get", {"key_id": "11"}, "KeyID must be 14 bytes"),
    ("/e2e/uplink/symmetrickey/get", {"key_id": bytes(13)}, "KeyID must be 14 bytes"),
    ("/e2e/uplink/symmetrickey/get", {"key_id": "0x" + "00" * 13}, "KeyID must be 14 bytes"),
    (
        "/e2e/uplink/symmetrickey/get",
        {"key_id": "11" * 14, "key_length": 192},
        "KeyLength must be one of 128, 256",
    ),
    (
        "/e2e/uplink/protectionparameters/get",
        {"encrypted_header": "11" * 11},
        "EncryptedHeader must be 16 bytes",
    ),
    (
        "/e2e/uplink/protectionparameters/get",
        {"encrypted_header": "zz" * 16},
        "EncryptedHeader must be 16 bytes",
    ),
    ("/e2e/uplink/integrityparameters/get", {"encrypted_header": "29"}, "EncryptedHeader must be 11 bytes"),
    (
        "/e2e/downlink/protectionparameters/get",
        {"rot_public_uid": "22"},
        "ROTPublicUID must be 16 hex digits",
    ),
    (
        "/e2e/downlink/protectionparameters/get",
        {"rot_public_uid": 10**16},
        "ROTPublicUID must be 16 hex digits",
    ),
    ("/e2e/downlink/protectionparameters/get", {"rot_public_uid": -1}, "ROTPublicUID must be 16 hex digits"),
    (
        "/e2e/downlink/protectionparameters/get",
        {"rot_public_uid": True},
        "ROTPublicUID must be 16 hex digits",
    ),
    ("/device/info/get", {}, "ROTPublicUIDs or TagNames or DeviceSerialNumbers is missing"),
    ("/device/info/get", {"tag_names": ["a"], "options": ["ALL"]}, r"Options\[0\] must be one of CORE"),
    ("/notification/get", {"rot_public_uids": [UID], "from_date": "2020-01-01"}, "more than 180 days back"),
    ("/notification/get", {"rot_public_uids": [UID], "from_date": "soon"}, "FromDate must be a date"),
    ("/notification/get", {"rot_public_uids": [UID], "from_date": 5}, "FromDate must be a date"),
    ("/notification/get", {"from_date": RECENT}, "ROTPublicUIDs or TagNames is missing"),
    (
        "/notification/get",
        {"from_date": RECENT, "to_date": "2020-01-01", "tag_names": ["a"]},
        "ToDate must not be before FromDate",
    ),
    ("/device/suspicious/get", {}, "ROTPublicUIDs or TagNames or DeviceProfileUID is missing"),
    ("/device/activity/get", {"from_date": RECENT}, "ROTPublicUID is missing"),
    ("/device/usage/get", {"from_date": "2020-01-01"}, "more than 60 days back"),
    ("/device/usage/get", {"from_date": f"{RECENT}T00:00:00"}, "FromDate must be a date, yyyy-mm-dd"),
    ("/device/usage/get", {"from_date": "2026-02-31"}, "FromDate must be a date, yyyy-mm-dd"),
    (
        "/device/usage/get",
        {"from_date": RECENT, "rot_public_uids": [UID], "tag_names": ["a"]},
        "ROTPublicUIDs and TagNames exclude each other",
    ),
    ("/device/rotpublicuid/get", {}, "DeviceProfileUID or TagNames is missing"),
    (
        "/ztp/rootca/create",
        {
            "ca_name": "a b",
            "ca_certificate_validity": 1824,
            "device_certificate_validity": 29,
            "renew_before_expiration": 366,
        },
        "CAName .*; CACertificateValidity .* 1825 to 3650; DeviceCertificateValidity .* 30 to .* 1 to 365",
    ),
    ("/ztp/rootca/update", {"ca_name": "x" * 46, "renew_before_expiration": 1}, "CAName must be 1 to 45"),
    (
        "/ztp/devicecertificate/renew",
        {"ca_name": "a", "device_certificate_validity": 30},
        "or SerialNumbers is missing",
    ),
    ("/ztp/devicecertificate/update", {"ca_name": "a"}, "ROTPublicUIDs or SerialNumbers is missing"),
    ("/ztp/devicecertificate/revoke", {"ca_name": "a"}, "ROTPublicUID or SerialNumber is missing"),
    ("/notification/webhook/delete", {"notification_url": "http://example.com"}, "must be an https URL"),
    (
        "/notification/webhook/delete",
        {"notification_url": "https://user:pw@example.com"},
        "must be an https URL",
    ),
    ("/notification/webhook/delete", {"notification_url": "https://"}, "must be an https URL"),
    ("/tag/create", {"tag_name": "a,b"}, "TagName must be 1 to 255 characters without"),
    ("/tag/create", {"tag_name": "x" * 256}, "TagName must be 1 to 255 characters"),
    ("/tag/create", {"tag_name": ""}, "TagName must be 1 to 255 characters"),
    ("/tag/assign", {"tag_names": ["{*}"], "rot_public_uids": [UID]}, r"TagNames\[0\] must be 1 to 255"),
    (
        "/tag/remove",
        {"tag_names": ["{a}"], "rot_public_uids": [UID]},
        r"TagNames\[0\] must be .* or \{\*\} for all",
    ),
    (
        "/tag/remove",
        {"tag_names": ["a"], "rot_public_uids": ["*"]},
        r"ROTPublicUIDs\[0\] must be .* or \{\*\}",
    ),
    ("/tag/remove", {"tag_names": ["a"]}, "ROTPublicUIDs or DeviceProfileUIDs is missing"),
]


@pytest.mark.parametrize(("path", "arguments", "words"), BAD)
def test_rules(path, arguments, words):
    """What breaks a rule of the document is not sent, and the error names the field."""
    with pytest.raises(RequestError, match=words) as caught:
        _at(path).make(**arguments)
    assert "nothing was sent" in str(caught.value)


@pytest.mark.parametrize("symbol", '^`~<>"{}|,')
def test_symbols_of_tag_names(symbol):
    """Each symbol that the document forbids is refused."""
    with pytest.raises(RequestError):
        _at("/tag/create").make(tag_name=f"a{symbol}b")
    assert _at("/tag/create").make(tag_name="Straße 7/b @ #1!")


@pytest.mark.parametrize(
    "uid", [UID, UID.upper(), 2000089282245, bytes.fromhex(UID), bytearray.fromhex(UID)], ids=repr
)
def test_uids_in_every_form(uid):
    """A UID may be given as its digits, as the number that they make, or as 8 bytes; it is sent as text."""
    call = _at("/e2e/downlink/protectionparameters/get")
    assert json.loads(call.wire(call.make(rot_public_uid=uid)).body.reveal()) == {"ROTPublicUID": UID}


def test_bytes_dates_and_numbers():
    """Headers may be bytes, dates dates, IMEIs numbers."""

    def sent(path, **arguments):
        return json.loads(_at(path).wire(_at(path).make(**arguments)).body.reveal())

    assert sent("/e2e/uplink/protectionparameters/get", encrypted_header=bytes.fromhex(HEADER)) == {
        "EncryptedHeader": HEADER
    }
    assert sent("/device/usage/get", from_date=date.fromisoformat(RECENT)) == {"FromDate": RECENT}
    assert sent("/device/usage/get", from_date=NOW) == {"FromDate": NOW.date().isoformat()}
    assert sent("/device/clone/get", from_date=NOW, tag_names=["a"])["FromDate"] == NOW.isoformat()
    assert sent("/device/whitelist/add", imeis=[862618583984360]) == {"IMEIs": ["862618583984360"]}
    assert sent("/tag/remove", tag_names=["a"], rot_public_uids=[2000089282245, "{*}"])["ROTPublicUIDs"] == [
        UID,
        "{*}",
    ]


def test_today_is_an_argument():
    """How far back a date lies is counted from a day that may be given."""
    call = _at("/device/usage/get")
    day = NOW + timedelta(days=100)
    with pytest.raises(RequestError, match="60 days"):
        call.make(from_date=RECENT, now=day)


def test_certificates_have_line_ends():
    """PEM whose line ends the service escapes twice is PEM again."""
    reply = _at("/ztp/rootca/create").read_reply({"Certificate": "-----BEGIN CERTIFICATE-----\\nMIIB\\n"})
    assert reply.certificate == "-----BEGIN CERTIFICATE-----\nMIIB\n"
    assert _at("/ztp/rootca/popcertificate/generate").read_reply({}).pop_certificate is None
    with pytest.raises(ReplyError, match="Certificate"):
        _at("/ztp/rootca/create").read_reply({"Certificate": 5})


KEY_ID = {"key_id": "1101000005B52001443F8C16C7EC"}
DEVICE = {"ROTPublicUID": "0002000005B52001"}
KEY_16, KEY_32 = "oCa2JO0sqs4F4L//fMScNA==", "oCa2JO0sqs4F4L//fMScNKAmtiTtLKrOBeC//3zEnDQ"


@pytest.mark.parametrize(
    ("asked", "reply", "words"),
    [
        ({**KEY_ID, "key_length": 128}, {"Key": KEY_16, **DEVICE}, ""),
        ({**KEY_ID, "key_length": 256}, {"Key": KEY_32, **DEVICE}, ""),
        (KEY_ID, {"Key": KEY_32, **DEVICE}, ""),
        (KEY_ID, {"Key": KEY_16, **DEVICE}, "Key: has 128 bits where 256 were asked for"),
        ({**KEY_ID, "key_length": 128}, {"Key": KEY_32, **DEVICE}, "Key: has 256 bits where 128"),
        (KEY_ID, {"Key": "marker!", **DEVICE}, "Key: is not base64"),
        (KEY_ID, {"Key": "marke", **DEVICE}, "Key: is not base64"),
        (
            KEY_ID,
            {"Key": KEY_32, "ROTPublicUID": UID},
            "ROTPublicUID: is not the device that the key id names",
        ),
    ],
)
def test_a_key_is_what_was_asked_for(asked, reply, words):
    """A key of another length or device is refused."""
    call = _at("/e2e/uplink/symmetrickey/get")
    read = call.read_reply(reply)
    if not words:
        call.make(**asked).accept(read)
        return
    with pytest.raises(ReplyError, match=words) as caught:
        call.make(**asked).accept(read)
    assert "marke" not in str(caught.value)


@pytest.mark.parametrize(
    "path", ["/e2e/downlink/protectionparameters/get", "/e2e/downlink/integrityparameters/get"]
)
def test_downlink_parameters_of_another_device(path):
    """Parameters of another device than the one that was asked for are refused."""
    call = _at(path)
    with pytest.raises(ReplyError, match="ROTPublicUID: is not the device"):
        call.make(rot_public_uid="0002000089282246").accept(call.read_reply(REPLIES[path]))


@pytest.mark.parametrize("uid", ["zz", "", 10**16, None, [], "0x02000089282245"])
def test_uids_of_replies(uid):
    """A reply whose UID is none is refused by name."""
    path = "/e2e/downlink/integrityparameters/get"
    with pytest.raises(ReplyError, match=r"^ROTPublicUID: (must be 16 hex digits|is missing)"):
        _at(path).read_reply(REPLIES[path] | {"ROTPublicUID": uid})
