"""Every path of the document answers, its sample requests are accepted, and bad ones are refused."""

import json

import pytest

from document import CA, CERTIFIED, OTHER_UID, SAMPLES, TAGS, TOKENLESS, UIDS, filled, world
from sealwright.services.ublox import UBLOX
from sealwright.simulator.device import Device
from sealwright.simulator.ublox import UbloxSimulator
from sealwright.simulator.ublox.answers import ANSWERS
from simulating import ask, call, refused, uid


def test_every_call_has_an_answer():
    """The document's 47 calls, and no other, by the type of their request."""
    assert ANSWERS.requests() == {call.request for call in UBLOX}
    assert len(UBLOX) == 47


def test_every_path_has_a_sample():
    """Nothing below is left out."""
    assert {path for path, _ in SAMPLES} | TOKENLESS == {call.path for call in UBLOX}


@pytest.mark.parametrize(("path", "body"), SAMPLES)
def test_samples_are_accepted(path, body):
    """Each is answered with 200 and a reply of the form that the client reads."""
    simulator = world()
    answered = ask(simulator, path, filled(simulator, body))
    value = json.loads(answered.body)
    assert answered.status == 200, value
    UBLOX.at("POST", path)[0].read_reply(value)


def test_tokens():
    """Authenticating gives both tokens, refreshing the AuthToken alone, without one that is valid."""
    simulator = world()
    key, secret = simulator.credentials.api_key, simulator.credentials.api_secret
    answered = ask(simulator, "/authenticate", {"APIKey": key, "APISecret": secret}, authorization="")
    told = json.loads(answered.body)
    assert told.keys() == {"AuthToken", "RefreshToken"}
    simulator.clock.advance(3_600)
    body = {"APIKey": key, "RefreshToken": told["RefreshToken"]}
    again = json.loads(ask(simulator, "/refreshauthtoken", body, authorization=told["AuthToken"]).body)
    assert again.keys() == {"AuthToken"}
    assert ask(simulator, "/apiversion", authorization=again["AuthToken"]).status == 200
    wrong = ask(simulator, "/authenticate", {"APIKey": key, "APISecret": "no"}, authorization="")
    assert (wrong.status, json.loads(wrong.body)) == (401, {"message": "Not Authorized."})


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/deviceprofile/get", {**TAGS, "ProfileName": "meters"}, 400, "exclude each other"),
        ("/deviceprofile/bootstrapprovisioning/get", {}, 400, "DeviceProfileUID is missing"),
        ("/deviceprofile/bootstrapprovisioning/get", {"DeviceProfileUID": "x"}, 404, "DeviceProfileUID"),
        ("/device/list/get", {"Filter": "GREY"}, 400, "Filter"),
        ("/device/list/get", {"PageNumber": 9}, 400, "Invalid PageNumber"),
        ("/device/whitelist/add", {"Action": "ADD"}, 400, "is missing"),
        ("/device/provisioning/set", {**UIDS, "Provisioning": {}}, 400, "Provisioning"),
        (
            "/device/provisioning/set",
            {**UIDS, "Provisioning": {"SecurityHeartbeatInSec": -1}},
            400,
            "Heartbeat",
        ),
        ("/device/provisioning/set", {**UIDS, "Provisioning": {"CAName": "none"}}, 404, "Root CA none"),
        (
            "/deviceprofile/bootstrapprovisioning/set",
            {"DeviceProfileUID": "{profile}", "Provisioning": {"CAName": "none"}},
            404,
            "Root CA none",
        ),
        ("/device/provisioning/get", {"ROTPublicUIDs": [OTHER_UID]}, 400, "Invalid ROTPublicUIDs"),
        ("/e2e/key/rotate", {**UIDS, "Type": "CONTINUOUS", "Days": 1}, 400, "Days"),
        ("/e2e/key/rotate", {**UIDS, "Type": "AUTOMATIC", "Days": 31}, 400, "Days"),
        ("/e2e/uplink/symmetrickey/get", {"KeyID": "1101"}, 400, "KeyID"),
        ("/e2e/uplink/symmetrickey/get", {"KeyID": "11" * 14, "KeyLength": 192}, 400, "KeyLength"),
        ("/e2e/uplink/protectionparameters/get", {"EncryptedHeader": "0x11"}, 400, "EncryptedHeader"),
        ("/e2e/uplink/protectionparameters/get", {"EncryptedHeader": "11" * 16}, 404, "Not Found"),
        ("/e2e/downlink/protectionparameters/get", {"ROTPublicUID": OTHER_UID}, 404, OTHER_UID),
        ("/device/info/get", {}, 400, "is missing"),
        ("/notification/get", {"FromDate": "2019-01-01", **UIDS}, 400, "180 days"),
        ("/device/usage/get", {"FromDate": "2020-01-01"}, 400, "60 days"),
        ("/device/usage/get", {"FromDate": "2020-02-01", **UIDS, **TAGS}, 400, "exclude each other"),
        ("/device/activity/get", {"FromDate": "2020-02-01", "ROTPublicUID": OTHER_UID}, 404, OTHER_UID),
        ("/device/rotpublicuid/get", {"DeviceProfileUID": "x"}, 404, "DeviceProfileUID"),
        ("/ztp/rootca/create", {**CA, "CAName": "x" * 46}, 400, "CAName"),
        ("/ztp/rootca/create", {**CA, "CACertificateValidity": 1824}, 400, "CACertificateValidity"),
        ("/ztp/rootca/get", {"CAName": "none"}, 404, "Root CA none"),
        ("/ztp/rootca/delete", {"CAName": "ca.example.com"}, 400, "Request aborted"),
        (
            "/ztp/devicecertificate/renew",
            {**CERTIFIED, **UIDS, "DeviceCertificateValidity": 30},
            400,
            "no certificate",
        ),
        (
            "/ztp/devicecertificate/update",
            {"CAName": "unused.example.com", "ROTPublicUIDs": ["{certified}"]},
            400,
            "Root CA",
        ),
        (
            "/ztp/devicecertificate/update",
            {**CERTIFIED, "SerialNumbers": ["00"]},
            400,
            "Invalid SerialNumbers",
        ),
        ("/notification/webhook/create", {"NotificationURL": "http://example.com"}, 400, "NotificationURL"),
        ("/notification/webhook/delete", {"NotificationURL": "https://example.com"}, 404, "NotificationURL"),
        ("/notification/webhook/delete", {}, 400, "NotificationURL is missing"),
        ("/tag/create", {"TagName": "a,b"}, 400, "TagName"),
        ("/tag/create", {"TagName": "DOWNTOWN"}, 400, "already exists"),
        (
            "/tag/delete",
            {"TagName": "downtown"},
            400,
            "Request aborted. This tag is currently assigned to ROTPublicUID(s)",
        ),
        ("/tag/assign", {**TAGS, "ROTPublicUIDs": [OTHER_UID]}, 400, "Bad Request. Invalid ROTPublicUIDs"),
        ("/tag/assign", {**UIDS, "TagNames": ["none"]}, 400, "Invalid TagNames"),
    ],
)
def test_bad_requests_are_refused(path, body, status, words):
    """With the document's status, and a sentence that names what is wrong."""
    simulator = world()
    told, message = refused(simulator, path, **filled(simulator, body))
    assert told == status
    assert words in message


def test_pages():
    """A hundred a page, counted from 1, with the total on each."""
    simulator = UbloxSimulator()
    simulator.register(Device(1, number) for number in range(250))
    pages = [call(simulator, "/device/list/get", PageNumber=number) for number in (1, 2, 3)]
    assert [len(page["ROTPublicUIDs"]) for page in pages] == [100, 100, 50]
    assert {(page["PageSize"], page["TotalRecords"]) for page in pages} == {(100, 250)}
    assert len({each for page in pages for each in page["ROTPublicUIDs"]}) == 250
    assert refused(simulator, "/device/list/get", PageNumber=4)[0] == 400
    assert uid(simulator) == pages[0]["ROTPublicUIDs"][0]
