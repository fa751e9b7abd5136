"""Events of web hooks: the document's examples typed, and nothing read before the authorization fits."""

import json
from datetime import UTC, datetime
from typing import get_args

import pytest

from sealwright.errors import ReplyError
from sealwright.secret import Secret
from sealwright.services.ublox import read_event
from sealwright.services.ublox.events import EVENTS, OtherEvent, is_agreed
from sealwright.services.ublox.notifications import EventType

UID = "135700008928c093"
EXAMPLES = {
    "DEVICE_BOOTSTRAP_EVENT": (
        "2020-05-07T11:23:32",
        {
            "RotVersion": "1",
            "SerialNumber": "235435",
            "Version": "12",
            "DeviceSerialNumber": "123234354",
            "IMEI": "862618583984360",
            "DeviceProfileUID": "QHlN732VgUWCdfNeXHkQR1",
            "TypeNumber": "SARA-R410M-03B-00",
            "IsBlacklisted": False,
        },
    ),
    "DEVICE_PROPERTIES_CHANGE_EVENT": (
        "2020-05-09T00:10:15",
        {
            "DesiredProperties": {"Authorizations": [{"Name": "LocalDPR", "State": "ENABLED"}]},
            "CurrentProperties": {"Authorizations": []},
        },
    ),
    "DEVICE_ERRORS_EVENT": ("2020-05-10T19:39Z", {"Error": "Invalid KeySetId for device"}),
    "DEVICE_CERTIFICATE_RENEWAL_EVENT": (
        "2020-05-10T19:39Z",
        {
            "CertificateAuthorityName": "example.com",
            "CertificateSerialNumber": "73068c914de40ccaee84e03a66b4858",
            "CertificateValidity": 1825,
            "ExpirationDate": "2020-05-10T19:39Z",
        },
    ),
    "DEVICE_CERTIFICATE_EXPIRATION_EVENT": (
        "2020-05-10T19:39Z",
        {
            "CertificateAuthorityName": "example.com",
            "CertificateSerialNumber": "73068c914de40ccaee84e03a66b4858",
            "DaysToExpiration": 60,
            "ExpirationDate": "2020-05-10T19:39Z",
        },
    ),
    "ROOTCA_EXPIRATION_EVENT": (
        "2020-05-10T19:39Z",
        {
            "CertificateAuthorityName": "test-ca",
            "DaysToExpiration": 60,
            "ExpirationDate": "2020-09-20T09:52:58",
            "ProvisionedDevicesCount": 6,
        },
    ),
}
AGREED = "Bearer eiuytreuihkjfghdlyreuiyt"


def _body(kind, **changes):
    stamp, payload = EXAMPLES[kind]
    device = {} if kind == "ROOTCA_EXPIRATION_EVENT" else {"ROTPublicUID": UID}
    return json.dumps(
        {**device, "Timestamp": stamp, "EventType": kind, "Payload": payload} | changes
    ).encode()


def test_all_six():
    """The types that a hook can be made for are those that are read."""
    assert set(EVENTS) == set(get_args(EventType)) == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples(kind):
    """Each example of the document is a typed value with every field of its payload."""
    event = read_event(_body(kind), shown=AGREED, agreed=Secret(AGREED.encode()))
    assert type(event) is EVENTS[kind]
    assert event.payload.extra == event.extra == {}
    assert event.payload.reveal() == EXAMPLES[kind][1]
    assert all(getattr(event.payload, name) is not None for name in event.payload.__struct_fields__)
    if kind != "ROOTCA_EXPIRATION_EVENT":
        assert event.rot_public_uid == UID


def test_moments():
    """The time of an event is UTC where it names no zone, and a text where it is no time."""
    kind = "DEVICE_BOOTSTRAP_EVENT"
    event = read_event(_body(kind), shown=AGREED, agreed=AGREED)
    assert event.moment == datetime(2020, 5, 7, 11, 23, 32, tzinfo=UTC)
    other = read_event(_body(kind, Timestamp="2020-05-10T19:39+02:00"), shown=AGREED, agreed=AGREED)
    assert other.moment == datetime(2020, 5, 10, 17, 39, tzinfo=UTC)
    assert read_event(_body(kind, Timestamp="soon"), shown=AGREED, agreed=AGREED).moment is None


def test_an_event_of_another_type():
    """A type that the document does not know is an event all the same, with its payload as it came."""
    event = read_event(_body("DEVICE_ERRORS_EVENT", EventType="NEW", More=1), shown=AGREED, agreed=AGREED)
    assert type(event) is OtherEvent
    assert event.payload == {"Error": "Invalid KeySetId for device"}
    assert event.extra == {"ROTPublicUID": UID, "More": 1}


@pytest.mark.parametrize("shown", [None, "", AGREED + "x", AGREED[:-1], AGREED.lower(), "Straße"])
def test_another_authorization(shown):
    """Whoever shows something else is not read, and the error does not tell what was agreed upon."""
    with pytest.raises(ReplyError, match=r"^Authorization: is not the value") as caught:
        read_event(b"not even JSON", shown=shown, agreed=AGREED)
    assert "eiuytr" not in str(caught.value)


def test_nothing_agreed_upon():
    """A header that is absent is not an empty one."""
    assert is_agreed("", "") is True
    assert is_agreed(None, "") is False


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"marker", "the body: is not JSON"),
        (b"[]", "the body: must be an object"),
        (b'{"a":1,"a":1}', "a name stands twice"),
        (b'{"EventType":5,"Timestamp":"x"}', "EventType: must be a text"),
        (b'{"EventType":"DEVICE_ERRORS_EVENT"}', "Timestamp: is missing"),
        (b'{"EventType":"DEVICE_ERRORS_EVENT","Timestamp":"x"}', "ROTPublicUID: is missing"),
        (b"[" + b" " * 2**20, "longer than 1,048,576 bytes"),
    ],
)
def test_what_is_no_event(body, words):
    """A body that is no event is refused by name."""
    with pytest.raises(ReplyError, match=words) as caught:
        read_event(body, shown=AGREED, agreed=AGREED)
    assert "marker" not in str(caught.value)
