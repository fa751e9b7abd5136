"""The simulator as a whole: it starts empty, takes devices in, and rotates their keys."""

from sealwright.simulator.device import Device, Make
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.rotation import AUTOMATIC, DAY
from sealwright.simulator.ublox import UbloxSimulator
from sealwright.telemetry import Kind
from simulating import call, furnished, uid


def test_it_starts_empty():
    """No device, no tag, nothing paid; the calls answer with empty pages."""
    simulator = UbloxSimulator()
    assert len(simulator.account.devices) == 0
    assert call(simulator, "/device/list/get")["TotalRecords"] == 0
    assert call(simulator, "/tag/get")["Tags"] == []
    assert call(simulator, "/notification/webhook/get") == []


def test_devices_are_registered():
    """With the rotation that they have, and under a profile where one is named."""
    simulator = UbloxSimulator()
    profile = simulator.account.profiles.add("meters", 0.0).uid
    devices = Fleet(devices=4).made_devices()
    first, *_ = simulator.register(devices[:2], profile)
    simulator.register(devices[2:])
    assert [record.profile for record in simulator.account.devices] == [profile] * 2 + [
        "UNATTRIBUTED DEVICE PROFILE"
    ] * 2
    assert first.rotation == devices[0].rotation
    assert first.rotation.days == 7
    assert first.rotation.since == simulator.clock()


def test_a_device_learns_of_a_rotation_by_its_heartbeat():
    """Set by a call, it holds from the next heartbeat on: then every message has another key."""
    simulator, device = UbloxSimulator(), Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
    simulator.register([device])
    device.send(simulator.clock())
    call(simulator, "/e2e/key/rotate", ROTPublicUIDs=[device.uid.hex()], Type="CONTINUOUS")
    assert device.send(simulator.clock()).message[14:16] == b"\0\1"
    simulator.heartbeat(device)
    sent = [device.send(simulator.clock()).message for _ in range(3)]
    assert {message[14:16] for message in sent} == {b"\0\0"}
    assert len({message[:14] for message in sent}) == 3


def test_automatic_rotation_by_a_call():
    """Days count from the call on, for devices as for downlink sets."""
    simulator, device = UbloxSimulator(), Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
    simulator.register([device])
    told = call(simulator, "/e2e/key/rotate", ROTPublicUIDs=[device.uid.hex()], Type="AUTOMATIC", Days=1)
    assert told["Message"].endswith("The Security heartbeat has been adjusted to 1 day.")
    simulator.heartbeat(device)
    keys = []
    for _ in range(3):
        reply = call(simulator, "/e2e/downlink/protectionparameters/get", ROTPublicUID=device.uid.hex())
        keys.append((device.send(simulator.clock()).message[:14], reply["EncryptionKey"]))
        simulator.clock.advance(DAY)
    assert len({key for key, _ in keys}) == len({key for _, key in keys}) == 3


def test_time_passes_for_whoever_looks():
    """A call after the heartbeat's time finds what the heartbeat has done."""
    simulator = furnished()
    wanted = {"Authorizations": [{"Name": "LocalC2C", "State": "ENABLED"}]}
    call(simulator, "/device/provisioning/set", ROTPublicUIDs=[uid(simulator)], Provisioning=wanted)

    def current():
        told = call(simulator, "/device/info/get", ROTPublicUIDs=[uid(simulator)], Options=["PROVISIONING"])
        return {each["Name"] for each in told["DeviceInfo"][0]["CurrentProperties"]["Authorizations"]}

    assert "LocalC2C" not in current()
    simulator.clock.advance(days=7)
    assert "LocalC2C" in current()
