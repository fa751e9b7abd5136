"""Device profiles: listed by tag or name, and what their new devices get."""

from sealwright.simulator.device import Device
from simulating import call, furnished

WANTED = {"Authorizations": [{"Name": "LocalC2C", "State": "ENABLED"}], "SecurityHeartbeatInSec": 60}


def names(told):
    """Return the names of the profiles on a page."""
    return [row["ProfileName"] for row in told["DeviceProfiles"]]


def test_profiles_are_listed():
    """All, those with a tag, or the one of a name, whose case counts."""
    simulator = furnished()
    assert names(call(simulator, "/deviceprofile/get")) == ["meters", "trackers", "bench"]
    assert names(call(simulator, "/deviceprofile/get", TagNames=["DOWNTOWN"])) == ["meters"]
    assert names(call(simulator, "/deviceprofile/get", ProfileName="bench")) == ["bench"]
    assert names(call(simulator, "/deviceprofile/get", ProfileName="Bench")) == []
    row = call(simulator, "/deviceprofile/get")["DeviceProfiles"][0]
    assert row["TagNames"] == ["downtown"]


def test_new_devices_get_what_is_set():
    """Set over what was set before, shown, applied at a bootstrap, and forgotten."""
    simulator = furnished()
    profile = next(iter(simulator.account.profiles)).uid
    simulator.account.devices.whitelist.clear()
    call(simulator, "/deviceprofile/bootstrapprovisioning/set", DeviceProfileUID=profile, Provisioning=WANTED)
    told = call(simulator, "/deviceprofile/bootstrapprovisioning/get", DeviceProfileUID=profile)
    assert told["DeviceProfileUID"] == profile
    assert {each["Name"] for each in told["DesiredProperties"]["Authorizations"]} == {"LocalDPR", "LocalC2C"}
    (new,) = simulator.register([Device(1, 100)], profile)
    assert new.current.enabled("LocalC2C")
    assert new.heartbeat == 60
    call(simulator, "/deviceprofile/bootstrapprovisioning/delete", DeviceProfileUID=profile)
    told = call(simulator, "/deviceprofile/bootstrapprovisioning/get", DeviceProfileUID=profile)
    assert told["DesiredProperties"] == {}
    (newer,) = simulator.register([Device(1, 101)], profile)
    assert not newer.current.enabled("LocalDPR")
    assert new.current.enabled("LocalC2C")


def test_a_root_ca_can_be_set():
    """Then it is linked, and cannot be deleted."""
    simulator = furnished()
    profile = list(simulator.account.profiles)[2].uid
    call(
        simulator,
        "/ztp/rootca/create",
        CAName="new",
        CACertificateValidity=1825,
        DeviceCertificateValidity=30,
    )
    call(
        simulator,
        "/deviceprofile/bootstrapprovisioning/set",
        DeviceProfileUID=profile,
        Provisioning={"CAName": "new"},
    )
    told = call(simulator, "/deviceprofile/bootstrapprovisioning/get", DeviceProfileUID=profile)
    assert told["DesiredProperties"]["CAName"] == "new"
