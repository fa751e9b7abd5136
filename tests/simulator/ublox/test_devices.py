"""The inventory: records, look-ups and the whitelist."""

import pytest

from sealwright.errors import InputError
from sealwright.simulator.root import Root
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.devices import HEARTBEAT, Devices, Properties, make_record

UIDS = [bytes.fromhex(f"00020000892822{number:02x}") for number in range(50)]


@pytest.fixture
def devices():
    """Return an inventory of fifty devices."""
    devices = Devices()
    for uid in UIDS:
        devices.add(make_record(Root(1, uid), 0.0))
    return devices


def test_records_have_numbers_of_their_own(devices):
    """IMEIs have 15 digits and pass Luhn's check; serial numbers are distinct."""
    for record in devices:
        digits = [int(digit) for digit in record.imei]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
        assert len(digits) == 15
        assert (sum(digits[0::2]) + sum(doubled)) % 10 == 0
    assert len({record.imei for record in devices}) > 45
    assert len({record.device_serial_number for record in devices}) == len(devices) == 50


def test_luhn():
    """The check digit of a known IMEI (3GPP TS 23.003, annex B, by its rule)."""
    from sealwright.simulator.ublox.devices import _with_check_digit

    assert _with_check_digit("49015420323751") == "490154203237518"


def test_look_ups(devices):
    """By UID, by the six bytes that a header has, and many at once."""
    assert devices.get(UIDS[3].hex()).uid == UIDS[3]
    assert devices.named_in(UIDS[4][2:]).uid == UIDS[4]
    assert [record.uid for record in devices.all_of([UIDS[2].hex(), UIDS[1].hex()])] == [UIDS[2], UIDS[1]]


def test_what_is_not_there(devices):
    """404 for one device, 400 with the document's words for a list."""
    unknown = "00020000ffffffff"
    with pytest.raises(RefusalError, match=f"404 .*{unknown}"):
        devices.get(unknown)
    with pytest.raises(RefusalError, match="404"):
        devices.named_in(bytes.fromhex(unknown)[2:])
    with pytest.raises(RefusalError, match=r"400 Bad Request\. Invalid ROTPublicUIDs"):
        devices.all_of([UIDS[0].hex(), unknown])


@pytest.mark.parametrize("uid", [UIDS[0], b"\7\7" + UIDS[0][2:]])
def test_no_two_devices_answer_to_one_header(devices, uid):
    """The first two bytes of a UID are not in a message: they do not tell devices apart."""
    with pytest.raises(InputError, match=uid.hex()):
        devices.add(make_record(Root(1, uid), 0.0))


def test_the_whitelist_knows_uids_and_imeis(devices):
    """Either will do."""
    first, second, third, *_ = devices
    devices.whitelist[first.uid.hex()] = "ROTPublicUID"
    devices.whitelist[second.imei] = "IMEI"
    assert [devices.listed(record) for record in (first, second, third)] == [True, True, False]


def test_properties():
    """A copy is its own; the heartbeat has a default."""
    properties = Properties({"LocalDPR": (True, 0.0)}, 60)
    copy = properties.copy()
    copy.features["ZTPV1"] = (True, 0.0)
    assert properties.enabled("LocalDPR")
    assert not properties.enabled("ZTPV1")
    record = make_record(Root(1, UIDS[0]), 0.0)
    assert record.heartbeat == HEARTBEAT
    record.current = properties
    assert record.heartbeat == 60
