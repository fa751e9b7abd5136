"""A virtual device: what it sends under which key, and what it takes."""

import pytest

from sealwright.errors import MessageError
from sealwright.simulator.device import Device, Make
from sealwright.simulator.rotation import AUTOMATIC, CONTINUOUS, DAY
from sealwright.simulator.ublox.devices import Devices, make_record
from sealwright.simulator.ublox.keys import KeyDesk
from sealwright.telemetry import Kind, open_message, read_reply, seal_message


def desk_of(*devices):
    """Return a service's key desk that knows these devices."""
    inventory = Devices()
    for device in devices:
        inventory.add(make_record(device.root, 0.0))
    return KeyDesk(inventory)


def set_for(desk, device, kind=Kind.V2):
    """Return one downlink set, read strictly."""
    purpose = "integrity" if kind is Kind.INTEGRITY else "protection"
    reply = desk.downlink(device.uid.hex(), kind, 0.0)
    return read_reply(reply, direction="downlink", purpose=purpose)


@pytest.mark.parametrize("kind", [Kind.V1, Kind.V2, Kind.INTEGRITY])
@pytest.mark.parametrize("rotation", [AUTOMATIC, CONTINUOUS])
def test_a_message_opens_with_the_reply_for_its_header(kind, rotation):
    """Whatever a device sends, the service's answer for its header opens it."""
    device = Device(3, 5, make=Make(kind, rotation))
    for _ in range(3):
        sent = device.send()
        header = sent.message[: {Kind.V1: 16, Kind.V2: 12, Kind.INTEGRITY: 11}[kind]]
        assert open_message(sent.message, device.root.reply(header)) == sent.text


def test_automatic_devices_count_under_one_key_until_the_period_ends():
    """The counter starts again with each key; a key is told once."""
    device = Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
    sent = [device.send(now) for now in (0, 1, 7 * DAY - 1, 7 * DAY, 7 * DAY + 1, 21 * DAY)]
    headers = [each.message[:16] for each in sent]
    assert [int.from_bytes(header[14:]) for header in headers] == [0, 1, 2, 0, 1, 0]
    assert len({header[:14] for header in headers}) == 3
    assert [each.line is not None for each in sent] == [True, False, False, True, False, True]


def test_a_key_serves_as_many_messages_as_its_counter_can_count():
    """After 65,536 messages a v1 device takes another key, whatever the day."""
    device = Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
    device.send()
    device._counter = 2**16 - 1
    last, first = device.send(), device.send()
    assert last.message[14:16] == b"\xff\xff"
    assert first.message[14:16] == b"\0\0"
    assert last.message[:14] != first.message[:14]


def test_a_device_obeys_the_service():
    """A new way to rotate brings a new key; the same one changes nothing."""
    device = Device(1, 0, make=Make(Kind.V1, AUTOMATIC))
    device.send()
    device.obey(AUTOMATIC)
    assert device.send().message[14:16] == b"\0\1"
    device.obey(CONTINUOUS)
    first, second = device.send(), device.send()
    assert first.message[14:16] == second.message[14:16] == b"\0\0"
    assert first.message[:14] != second.message[:14]


@pytest.mark.parametrize("kind", [Kind.V2, Kind.INTEGRITY])
def test_a_device_opens_what_is_sealed_for_it(kind):
    """It knows its keys: the message is enough."""
    device = Device(1, 2)
    message = seal_message(b"sixteen bytes or more", set_for(desk_of(device), device, kind))
    assert device.receive(message) == (b"sixteen bytes or more", False, False)
    assert device.receive(message) == (b"sixteen bytes or more", True, False)


def test_a_device_notices_a_set_that_was_spent_twice():
    """The same header over another text is an alarm."""
    device = Device(1, 2)
    spent = set_for(desk_of(device), device)
    first, second = (seal_message(text, spent) for text in (b"sixteen bytes: one", b"sixteen bytes: two"))
    assert not device.receive(first).nonce_reuse
    assert device.receive(second).nonce_reuse


def test_a_device_refuses_what_is_not_for_it():
    """Another device's message, a damaged one, and bytes that are none."""
    device, other = Device(1, 2), Device(1, 5)
    message = seal_message(b"sixteen bytes or more", set_for(desk_of(device, other), other))
    assert other.receive(message).text == b"sixteen bytes or more"
    for bad in (message, message[:-1] + bytes((message[-1] ^ 1,)), b"", b"\x2a too short"):
        with pytest.raises(MessageError):
            device.receive(bad)
