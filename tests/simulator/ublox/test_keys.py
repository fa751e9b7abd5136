"""The key desk: what is derived, what rotates, and which set is given when."""

from base64 import b64decode

import pytest

from sealwright.simulator.device import Device, Make
from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS, DAY, RotationType
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.devices import Devices, make_record
from sealwright.simulator.ublox.keys import KeyDesk
from sealwright.telemetry import Kind, read_reply

DEVICE = Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
V1 = b"\x11\x01" + DEVICE.uid[2:] + bytes.fromhex("621f7593c47f0000")
V2 = b"\x28\0\0\7" + DEVICE.uid[2:] + b"\1\0"
SIGNED = b"\x29\0\0\7" + DEVICE.uid[2:] + b"\1"
ONE_DAY = (
    "The automatic rotation has been set. The key will be rotated every 1 day."
    " The Security heartbeat has been adjusted to 1 day."
)
PROTECTION = {Kind.V1, Kind.V2}


@pytest.fixture
def record():
    """Return what the service knows of the device."""
    return make_record(DEVICE.root, 0.0)


@pytest.fixture
def desk(record):
    """Return a desk that knows this device alone."""
    devices = Devices()
    devices.add(record)
    return KeyDesk(devices)


@pytest.mark.parametrize(
    ("header", "kinds"), [(V1, PROTECTION), (V2, PROTECTION), (SIGNED, {Kind.INTEGRITY})]
)
def test_a_header_always_gets_the_same_answer(desk, record, header, kinds):
    """Whatever has been rotated since: old messages stay readable."""
    before = desk.uplink(header, kinds)
    desk.rotate([record], RotationType.CONTINUOUS, 7, 0.0)
    assert desk.uplink(header, kinds) == before == DEVICE.root.reply(header)


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        (SIGNED, PROTECTION),
        (V1, {Kind.INTEGRITY}),
        (b"\x31" + V1[1:], PROTECTION),
        (b"\x21" + V1[1:], PROTECTION),
        (b"\x11" + V2[1:], PROTECTION),
    ],
)
def test_headers_that_no_message_has(desk, header, kinds):
    """Of another kind than the call is for, or of a version that is not there."""
    with pytest.raises(RefusalError, match=r"400 Bad Request\. Invalid EncryptedHeader"):
        desk.uplink(header, kinds)


def test_unknown_devices(desk):
    """404 for a header, a KeyID and a UID that the account does not have."""
    stranger = b"\xff" * 6
    for ask in (
        lambda: desk.uplink(V1[:2] + stranger + V1[8:], PROTECTION),
        lambda: desk.symmetric_key(V1[:2] + stranger + V1[8:14], 256),
        lambda: desk.downlink("00ff" + stranger.hex(), Kind.V2, 0.0),
    ):
        with pytest.raises(RefusalError, match="404"):
            ask()


@pytest.mark.parametrize("bits", [128, 256])
def test_symmetric_keys(desk, bits):
    """As long as was asked for, and the same for the same KeyID."""
    reply = desk.symmetric_key(V1[:14], bits)
    assert len(b64decode(reply["Key"])) == bits // 8
    assert reply == desk.symmetric_key(V1[:14], bits)
    assert reply["ROTPublicUID"] == DEVICE.uid.hex()
    with pytest.raises(RefusalError, match=r"400 Bad Request\. Invalid KeyID"):
        desk.symmetric_key(b"\x21" + V1[1:14], bits)


@pytest.mark.parametrize("kind", [Kind.V2, Kind.INTEGRITY])
@pytest.mark.parametrize("rotation", RotationType)
def test_no_downlink_set_is_given_twice(desk, record, kind, rotation):
    """KIV differs each time, and so does AESIV; under CONTINUOUS the keys differ as well."""
    desk.rotate([record], rotation, 7, 0.0)
    replies = [desk.downlink(DEVICE.uid.hex(), kind, 0.0) for _ in range(100)]
    assert len({reply["KIV"] for reply in replies}) == 100
    keys = {reply["AuthenticationKey"] for reply in replies}
    assert len(keys) == (100 if rotation is RotationType.CONTINUOUS else 1)
    purpose = "integrity" if kind is Kind.INTEGRITY else "protection"
    for reply in replies[:3]:
        assert read_reply(reply, direction="downlink", purpose=purpose).irregular == frozenset()
    if kind is Kind.V2:
        assert len({reply["AESIV"] for reply in replies}) == 100


def test_automatic_keys_change_with_the_period(desk, record):
    """The same key for so many days, then another."""
    desk.rotate([record], RotationType.AUTOMATIC, 2, 1000.0)
    times = (1000.0, 1000.0 + 2 * DAY - 1, 1000.0 + 2 * DAY, 1000.0 + 4 * DAY)
    keys = [desk.downlink(DEVICE.uid.hex(), Kind.V2, now)["EncryptionKey"] for now in times]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_rotating_gives_another_key_at_once(desk, record):
    """Also where the rotation stays the same."""
    before = desk.downlink(DEVICE.uid.hex(), Kind.V2, 0.0)["EncryptionKey"]
    desk.rotate([record], RotationType.AUTOMATIC, 7, 0.0)
    assert desk.downlink(DEVICE.uid.hex(), Kind.V2, 0.0)["EncryptionKey"] != before


def test_continuous_rotation_counts_every_call(desk, record):
    """Five calls of five kinds, five rotations; under AUTOMATIC none."""

    def call_all():
        desk.uplink(V1, PROTECTION)
        desk.uplink(SIGNED, {Kind.INTEGRITY})
        desk.symmetric_key(V1[:14], 128)
        desk.downlink(DEVICE.uid.hex(), Kind.V2, 0.0)
        desk.downlink(DEVICE.uid.hex(), Kind.INTEGRITY, 0.0)

    call_all()
    assert record.rotations == 0
    record.rotation = CONTINUOUS
    call_all()
    assert record.rotations == 5


@pytest.mark.parametrize(
    ("kind", "days", "words"),
    [
        (
            RotationType.AUTOMATIC,
            1,
            ONE_DAY,
        ),
        (
            RotationType.AUTOMATIC,
            7,
            "The automatic rotation has been set. The key will be rotated every 7 days.",
        ),
        (RotationType.CONTINUOUS, 7, "The continuous rotation has been set."),
    ],
)
def test_what_the_service_says_of_it(desk, record, kind, days, words):
    """The first sentence is the document's own sample."""
    assert desk.rotate([record], kind, days, 0.0) == words
    assert record.heartbeat == min(days, 7) * DAY
