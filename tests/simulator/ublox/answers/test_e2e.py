"""Keys: a fleet's messages open with what the service says, and downlinks with what devices know."""

from base64 import b64decode

import pytest

from sealwright.errors import Outcome
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.ublox import Quirk, UbloxSimulator
from sealwright.telemetry import HeldKeys, Purpose, headers, open_messages, read_reply, seal_message
from simulating import call, furnished, uid

PATH = {
    Purpose.PROTECTION: "/e2e/uplink/protectionparameters/get",
    Purpose.INTEGRITY: "/e2e/uplink/integrityparameters/get",
}


def fetched(simulator, messages):
    """Ask the service for every header of a device that it knows, and hold the answers."""
    held = HeldKeys()
    known = {record.uid[2:] for record in simulator.account.devices}
    for header in headers(messages):
        if header.uid_tail in known:
            reply = call(simulator, PATH[header.purpose], EncryptedHeader=header.raw.hex())
            held.add(read_reply(reply, header=header.raw, purpose=header.purpose))
    return held


@pytest.mark.parametrize("quirks", [(), tuple(Quirk)], ids=["regular", "every quirk"])
@pytest.mark.parametrize("crooked", [False, True], ids=["straight", "crooked"])
def test_a_fleets_messages_open_exactly(quirks, crooked):
    """Every outcome, reason, text and flag is the one that the fleet foretells."""
    fleet = Fleet(seed=3, messages=400, faults=0.2, days=20, served=True, crooked=crooked)
    simulator = UbloxSimulator(seed=3, quirks=quirks)
    simulator.furnish(fleet)
    day, messages = fleet.day(), [row.message for row in fleet.day()]
    batch = open_messages(messages, fetched(simulator, messages))
    assert batch.to_list() == [row.text for row in day]
    assert [Outcome.of(code) for code in batch.outcome.tolist()] == [row.outcome for row in day]
    assert batch.duplicate.tolist() == [row.fault == "duplicate" for row in day]
    assert batch.nonce_reuse.tolist() == [row.fault == "nonce_reuse" for row in day]
    assert simulator.ledger.most_paid_for_one() == 1


def test_downlink_sets_seal_for_the_device():
    """Twenty devices, three sets each: every device opens its own."""
    fleet, simulator = Fleet(), furnished()
    for device in fleet.made_devices():
        for count in range(3):
            path = "protectionparameters" if count else "integrityparameters"
            reply = call(simulator, f"/e2e/downlink/{path}/get", ROTPublicUID=device.uid.hex())
            purpose = "protection" if count else "integrity"
            text = b"a text of sixteen bytes or more, number %d" % count
            message = seal_message(text, read_reply(reply, direction="downlink", purpose=purpose))
            assert device.receive(message) == (text, False, False)


def test_symmetric_keys_are_as_long_as_asked():
    """256 bits unless told otherwise."""
    simulator = furnished()
    key_id = f"1101{uid(simulator)[4:]}443f8c16c7ec"
    lengths = [
        len(b64decode(call(simulator, "/e2e/uplink/symmetrickey/get", KeyID=key_id, **more)["Key"]))
        for more in ({}, {"KeyLength": 128}, {"KeyLength": 256})
    ]
    assert lengths == [32, 16, 32]


def test_rotation_by_tag():
    """Every device of the tag, and no other; the default is seven days."""
    simulator = furnished()
    told = call(simulator, "/e2e/key/rotate", TagNames=["downtown"], Type="AUTOMATIC")
    assert told == {"Message": "The automatic rotation has been set. The key will be rotated every 7 days."}
    rotated = [record for record in simulator.account.devices if record.rotations]
    assert rotated == simulator.account.chosen(tags=["downtown"])
    assert {record.rotation.days for record in rotated} == {7}
