"""Devices: lists, the whitelist, provisioning."""

import json

import pytest

from sealwright.services.ublox import Entry, write_whitelist
from sealwright.simulator.ublox import UbloxSimulator
from simulating import ask, call, furnished, uid

ENABLE = {"Authorizations": [{"Name": "LocalC2C", "State": "ENABLED"}], "SecurityHeartbeatInSec": 60}


def test_devices_are_listed():
    """All, those on the whitelist, those that are blacklisted."""
    simulator = furnished()
    everyone = [uid(simulator, number) for number in range(20)]
    assert call(simulator, "/device/list/get")["ROTPublicUIDs"] == everyone
    assert call(simulator, "/device/list/get", Filter="ALL")["ROTPublicUIDs"] == everyone
    assert call(simulator, "/device/list/get", Filter="BLACKLISTED")["ROTPublicUIDs"] == everyone[-1:]
    call(simulator, "/device/whitelist/add", ROTPublicUIDs=everyone[3:], Action="DELETE")
    assert call(simulator, "/device/list/get", Filter="WHITELISTED")["ROTPublicUIDs"] == everyone[:3]


def test_the_whitelist():
    """UIDs in any case and IMEIs; adding is the default, deleting what is not there does nothing."""
    simulator = furnished()
    simulator.account.devices.whitelist.clear()
    call(simulator, "/device/whitelist/add", ROTPublicUIDs=["00020001003FFFF1"], IMEIs=["862618583984360"])
    assert call(simulator, "/device/whitelist/get")["DeviceWhitelist"] == [
        {"Id": "00020001003ffff1", "Type": "ROTPublicUID"},
        {"Id": "862618583984360", "Type": "IMEI"},
    ]
    for _ in range(2):
        call(simulator, "/device/whitelist/add", ROTPublicUIDs=["00020001003ffff1"], Action="DELETE")
    assert call(simulator, "/device/whitelist/get")["TotalRecords"] == 1


def test_provisioning_waits_for_the_heartbeat():
    """What is set is shown until it is applied, and can be taken back until then."""
    simulator = furnished()
    chosen = {"ROTPublicUIDs": [uid(simulator, 2)]}
    call(simulator, "/device/provisioning/set", **chosen, Provisioning=ENABLE)
    (told,) = call(simulator, "/device/provisioning/get", **chosen)
    assert told["ROTPublicUID"] == uid(simulator, 2)
    assert told["DesiredProperties"]["SecurityHeartbeatInSec"] == 60
    call(simulator, "/device/provisioning/delete", **chosen)
    assert call(simulator, "/device/provisioning/get", **chosen)[0]["DesiredProperties"] == {
        "Authorizations": []
    }
    call(simulator, "/device/provisioning/set", **chosen, Provisioning=ENABLE)
    simulator.clock.advance(days=7)
    assert call(simulator, "/device/provisioning/get", **chosen)[0]["DesiredProperties"] == {
        "Authorizations": []
    }
    record = simulator.account.devices.get(uid(simulator, 2))
    assert record.current.enabled("LocalC2C")
    assert record.heartbeat == 60
    call(simulator, "/device/provisioning/delete", **chosen)
    assert record.current.enabled("LocalC2C")
    assert record.heartbeat == 7 * 86_400


def test_provisioning_by_tag_and_root_ca():
    """A tag means all of its devices; a root CA brings a certificate."""
    simulator = furnished()
    wanted = {"Authorizations": [{"Name": "ZTPV1", "State": "ENABLED"}], "CAName": "ca.example.com"}
    call(simulator, "/device/provisioning/set", TagNames=["downtown"], Provisioning=wanted)
    assert len(call(simulator, "/device/provisioning/get", TagNames=["downtown"])) == 5
    simulator.clock.advance(days=7)
    call(simulator, "/apiversion")
    tagged = simulator.account.chosen(tags=["downtown"])
    assert all(simulator.account.cas.certificate_of(record.uid) for record in tagged)


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", "Application/Octet-Stream; charset=utf-8"]
)
def test_the_whitelist_as_a_file(content_type):
    """Rows add and delete, in order."""
    simulator = UbloxSimulator()
    uids = ["00020001003FFFF1", "00020001003ffff2"]
    entries = [*(Entry(uid, "ADD") for uid in uids), Entry(uids[0].lower(), "DELETE")]
    answered = ask(simulator, "/device/whitelist/add", write_whitelist(entries), content_type=content_type)
    assert json.loads(answered.body) == {"message": "Success"}
    assert call(simulator, "/device/whitelist/get")["DeviceWhitelist"] == [
        {"Id": uids[1], "Type": "ROTPublicUID"}
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "row 1 must be Id,Type,Action"),
        (b"\xff", "the file is not CSV in UTF-8"),
        (b"Id,Type,Action\n00020001003ffff1,ROTPublicUID,ADD\nzz,ROTPublicUID,ADD\n", "row 3, Id,"),
        # The document's own sample row has 15 digits.
        (b"Id,Type,Action\n00020001003ffff,ROTPublicUID,ADD\n", "row 2, Id, must be 16 hex digits"),
    ],
)
def test_files_that_are_refused(text, words):
    """400 that names the row; nothing of the file is done."""
    simulator = UbloxSimulator()
    answered = ask(simulator, "/device/whitelist/add", text, content_type="application/octet-stream")
    assert answered.status == 400
    assert words in json.loads(answered.body)["message"]
    assert simulator.account.devices.whitelist == {}
