"""The account: which devices a request means."""

import pytest

from sealwright.simulator.clock import ManualClock
from sealwright.simulator.device import Device
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.account import Account
from sealwright.simulator.ublox.heartbeat import bootstrap


@pytest.fixture
def account():
    """Return an account with four devices, two of them in a profile and one with a tag."""
    account = Account(ManualClock(), 1)
    profile = account.profiles.add("meters", 0.0)
    for number in range(4):
        record = bootstrap(account, Device(1, number).root, *[profile.uid] * (number // 2))
    account.tags.create("last", 0.0).uids[record.uid] = None
    return account


def test_devices_are_chosen(account):
    """By UID, tag, profile or serial number; what several mean is there once, in the account's order."""
    a, b, c, d = account.devices
    assert account.chosen() == []
    assert account.chosen(uids=[b.uid.hex(), a.uid.hex()]) == [a, b]
    assert account.chosen(tags=["LAST"], uids=[a.uid.hex(), d.uid.hex()]) == [a, d]
    assert account.chosen(profile=c.profile) == [c, d]
    assert account.chosen(serials=[b.device_serial_number, "0"]) == [b]


def test_unknown_ones_are_refused(account):
    """A UID or a tag that is not there."""
    with pytest.raises(RefusalError, match="Invalid ROTPublicUIDs"):
        account.chosen(uids=["0" * 16])
    with pytest.raises(RefusalError, match="Invalid TagNames"):
        account.chosen(tags=["first"])


def test_what_happens_to_devices(account):
    """Errors are told to hooks and in notifications; clones have a log of their own."""
    account.hooks.create("https://example.com", "a", "DEVICE_ERRORS_EVENT", 0.0)
    first, *_ = account.devices
    account.fail(first, "Invalid KeySetId for device")
    account.clone(first)
    assert account.hooks.sent[0].body["Payload"] == {"Error": "Invalid KeySetId for device"}
    assert account.notifications.between(0, 10**12, {first.uid})[-1].kind == "DEVICE_ERROR"
    assert [event.uid for event in account.clones.between(0, 10**12)] == [first.uid]
