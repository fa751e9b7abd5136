"""Information: what is known of devices, what happened, what it cost."""

import pytest

from simulating import call, furnished, uid

SINCE = {"FromDate": "2026-01-01"}


@pytest.fixture
def simulator():
    """Return a furnished service."""
    return furnished()


def test_device_info(simulator):
    """Three parts, all of them unless some are asked for."""
    (told,) = call(simulator, "/device/info/get", ROTPublicUIDs=[uid(simulator, 1)])["DeviceInfo"]
    record = simulator.account.devices.get(uid(simulator, 1))
    assert told["IMEI"] == record.imei
    assert told["State"] == "ACTIVATED"
    assert told["TagNames"] == ["harbour"]
    assert told["CurrentProperties"]["Authorizations"][0]["Name"] == "ZTPV1"
    assert told["DeviceCertificate"]["CAName"] == "ca.example.com"
    parts = {
        "CORE": {"IMEI", "State"},
        "PROVISIONING": {"DesiredProperties", "CurrentProperties"},
        "ZTP": {"DeviceCertificate"},
    }
    for option, fields in parts.items():
        (some,) = call(
            simulator, "/device/info/get", DeviceSerialNumbers=[record.device_serial_number], Options=[option]
        )["DeviceInfo"]
        others = set().union(*(each for name, each in parts.items() if name != option))
        assert fields <= some.keys()
        assert not others & some.keys()


def test_notifications(simulator):
    """By device or tag, time and type."""
    first, last = uid(simulator), uid(simulator, 19)
    rows = call(simulator, "/notification/get", **SINCE, ROTPublicUIDs=[first, last])["Notifications"]
    kinds = ["DEVICE_INFO_CHANGE", "DEVICE_PROPERTIES_CHANGE"]
    assert [row["NotificationType"] for row in rows] == [*kinds, *kinds, "DEVICE_ERROR"]
    errors = call(
        simulator, "/notification/get", **SINCE, ROTPublicUIDs=[last], NotificationType="DEVICE_ERROR"
    )
    assert errors["TotalRecords"] == 1
    assert errors["Notifications"][0]["Payload"] == {"Error": "Invalid KeySetId for device"}
    until = {"FromDate": "2026-01-01", "ToDate": "2026-01-14"}
    assert call(simulator, "/notification/get", **until, ROTPublicUIDs=[last])["TotalRecords"] == 0
    assert call(simulator, "/notification/get", **SINCE, TagNames=["spare"])["TotalRecords"] == 0


def test_clones_and_suspicions(simulator):
    """By device, tag or profile; a device that is fine is in neither list."""
    last, profile = uid(simulator, 19), simulator.account.devices.get(uid(simulator, 19)).profile
    for chosen, count in (
        ({"ROTPublicUIDs": [last]}, 1),
        ({"DeviceProfileUID": profile}, 1),
        ({"TagNames": ["downtown"]}, 0),
    ):
        clones = call(simulator, "/device/clone/get", **SINCE, **chosen)
        suspicious = call(simulator, "/device/suspicious/get", **chosen)
        assert (clones["TotalRecords"], suspicious["TotalRecords"]) == (count, count)
    assert suspicious["SuspiciousDevices"] == []
    (row,) = call(simulator, "/device/suspicious/get", ROTPublicUIDs=[last])["SuspiciousDevices"]
    assert row == {"ROTPublicUID": last, "Reason": "DUPLICATED_DEV_SERIAL_NUM_SEALING"}
    none = call(simulator, "/device/suspicious/get", DeviceProfileUID="UNATTRIBUTED DEVICE PROFILE")
    assert none["TotalRecords"] == 0


def test_activity(simulator):
    """What a device has done, and when it was seen."""
    told = call(simulator, "/device/activity/get", **SINCE, ROTPublicUID=uid(simulator))
    assert told["LastSeen"] == "2026-01-15T00:00:00Z"
    assert [row["Command"] for row in told["Activities"]] == ["SECURITY_HEARTBEAT", "APPLY_PROPERTIES"]
    simulator.clock.advance(days=7)
    told = call(simulator, "/device/activity/get", **SINCE, ROTPublicUID=uid(simulator))
    assert told["LastSeen"] == "2026-01-22T00:00:00Z"


def test_usage(simulator):
    """Nothing for five minutes; then by device, by tag, by day."""
    header = f"1101{uid(simulator)[4:]}621f7593c47f0000"
    call(simulator, "/e2e/uplink/protectionparameters/get", EncryptedHeader=header)
    today = {"FromDate": "2026-01-15"}
    assert call(simulator, "/device/usage/get", **today) == {}
    simulator.clock.advance(300)
    first = {"/e2e/uplink/protectionparameters/get": 1, "LocalDPR": 1}
    assert len(call(simulator, "/device/usage/get", **today)) == 14
    assert call(simulator, "/device/usage/get", **today, ROTPublicUIDs=[uid(simulator)]) == {
        uid(simulator): first
    }
    assert call(simulator, "/device/usage/get", **today, TagNames=["spare"]) == {}
    assert call(simulator, "/device/usage/get", FromDate="2026-01-01", ToDate="2026-01-14") == {}
    assert call(simulator, "/device/usage/get", FromDate="2026-01-16", ToDate="2026-01-16") == {}


def test_devices_of_a_profile_or_a_tag(simulator):
    """One or the other, or both together."""
    profile = simulator.account.devices.get(uid(simulator)).profile
    by_profile = call(simulator, "/device/rotpublicuid/get", DeviceProfileUID=profile)["ROTPublicUIDs"]
    assert by_profile == [uid(simulator, number) for number in range(0, 20, 3)]
    by_tag = call(simulator, "/device/rotpublicuid/get", TagNames=["downtown"])["ROTPublicUIDs"]
    assert by_tag == [uid(simulator, number) for number in range(0, 20, 4)]
    both = call(simulator, "/device/rotpublicuid/get", DeviceProfileUID=profile, TagNames=["downtown"])
    assert set(both["ROTPublicUIDs"]) == {*by_profile, *by_tag}


def test_the_version(simulator):
    """The one of the document."""
    assert call(simulator, "/apiversion") == {"Version": "1.1.29"}
