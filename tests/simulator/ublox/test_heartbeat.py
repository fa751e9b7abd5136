"""Heartbeats: what waits for a device is applied when it talks to the service, and billed then."""

import pytest

from sealwright.simulator.clock import ManualClock
from sealwright.simulator.device import Device
from sealwright.simulator.rotation import DAY
from sealwright.simulator.ublox.account import Account
from sealwright.simulator.ublox.certificates import RENEWED, UPDATED, Change, Step
from sealwright.simulator.ublox.devices import FEATURES, Properties
from sealwright.simulator.ublox.heartbeat import bootstrap, catch_up, heartbeat

FOREVER = 10**12


@pytest.fixture
def account():
    """Return an account with a root CA and no device."""
    account = Account(ManualClock(), 1)
    account.cas.create("ca", 1_825, 365, 30, account.now())
    return account


def billed(account):
    """Return what the usage log has of all devices."""
    from datetime import date

    found = account.usage.between(date(2026, 1, 1), date(2100, 1, 1), FOREVER)
    return {what: count for counts in found.values() for what, count in counts.items()}


def features(*names):
    """Return properties in which these are enabled."""
    return Properties(dict.fromkeys(names, (True, 0.0)))


def test_desired_properties_become_current_ones(account):
    """At the heartbeat, once, and each feature is billed once."""
    record = bootstrap(account, Device(1, 0).root)
    record.desired = features(*FEATURES)
    assert billed(account) == {}
    heartbeat(account, record)
    assert all(record.current.enabled(name) for name in FEATURES)
    assert record.desired == Properties()
    assert billed(account) == dict.fromkeys(FEATURES, 1)
    record.desired = features("LocalDPR")
    heartbeat(account, record)
    assert billed(account) == dict.fromkeys(FEATURES, 1)
    record.desired = Properties({"LocalDPR": (False, 0.0)})
    heartbeat(account, record)
    record.desired = features("LocalDPR")
    heartbeat(account, record)
    assert billed(account)["LocalDPR"] == 2


def test_a_new_device_gets_what_its_profile_has(account):
    """Only where the whitelist lets it: else it is ALLOCATED and gets nothing."""
    profile = account.profiles.add("meters", account.now())
    profile.desired = features("LocalDPR")
    first, second, third = (Device(1, number) for number in range(3))
    assert bootstrap(account, first.root, profile.uid).current.enabled("LocalDPR")
    account.devices.whitelist[second.uid.hex()] = "ROTPublicUID"
    listed, other = (bootstrap(account, each.root, profile.uid) for each in (second, third))
    assert listed.activated
    assert listed.current.enabled("LocalDPR")
    assert not other.activated
    assert not other.current.enabled("LocalDPR")
    assert profile.desired == features("LocalDPR")


def test_a_bootstrap_is_told(account):
    """By a notification, an activity and an event for hooks."""
    account.hooks.create("https://example.com", "a", "DEVICE_BOOTSTRAP_EVENT", account.now())
    record = bootstrap(account, Device(1, 0).root)
    (delivery,) = account.hooks.sent
    assert delivery.body["Payload"] == record.sealed_info()
    assert delivery.body["Payload"].keys() >= {"IMEI", "DeviceProfileUID", "TypeNumber", "IsBlacklisted"}
    assert [event.kind for event in account.notifications.between(0, FOREVER)] == ["DEVICE_INFO_CHANGE"]
    assert [event.kind for event in account.activities.between(0, FOREVER)] == ["SECURITY_HEARTBEAT"]


def test_heartbeats_come_when_their_time_has_come(account):
    """After seven days unless set otherwise, for devices that are online."""
    online, offline = (bootstrap(account, Device(1, number).root) for number in range(2))
    offline.online = False
    started = account.now()
    for record in (online, offline):
        record.desired = Properties({"LocalDPR": (True, 0.0)}, DAY)
    account.clock.advance(days=7, seconds=-1)
    catch_up(account)
    assert online.last_seen == started
    account.clock.advance(1)
    catch_up(account)
    assert online.last_seen == account.now()
    assert online.current.enabled("LocalDPR")
    assert offline.last_seen == started
    account.clock.advance(days=1)
    catch_up(account)
    assert online.last_seen == account.now()


def test_many_missed_heartbeats_are_caught_up_with(account):
    """The first three one by one, which is all that anything waits for, then the last."""
    record = bootstrap(account, Device(1, 0).root)
    record.current.heartbeat = 60
    account.expect(record)
    started = account.now()
    account.clock.advance(600)
    catch_up(account)
    beats = [event.at - started for event in account.activities.between(started + 1, FOREVER)]
    assert beats == [60, 120, 180, 600]


def test_a_device_that_is_offline_is_not_expected(account):
    """However short its heartbeat is."""
    record = bootstrap(account, Device(1, 0).root)
    record.online, record.current.heartbeat = False, 60
    expected = account.next_heartbeat
    account.expect(record)
    assert account.next_heartbeat == expected


def certified(account):
    """Return a device that has a certificate."""
    record = bootstrap(account, Device(1, 0).root)
    record.desired = Properties({"ZTPV1": (True, 0.0)}, root_ca="ca")
    heartbeat(account, record)
    return record


def test_zero_touch_brings_a_certificate(account):
    """With the feature and a root CA, at the heartbeat."""
    record = certified(account)
    assert account.cas.certificate_of(record.uid).ca_name == "ca"
    assert billed(account) == {"ZTPV1": 1}


def test_renewing_takes_one_heartbeat_and_is_billed(account):
    """The same key pair, another serial number, and an event."""
    record = certified(account)
    account.hooks.create("https://example.com", "a", "DEVICE_CERTIFICATE_RENEWAL_EVENT", account.now())
    before = account.cas.certificate_of(record.uid)
    record.change = Change(Step.RENEW, "ca", 100, billed=RENEWED)
    heartbeat(account, record)
    after = account.cas.certificate_of(record.uid)
    assert (after.key_number, after.validity) == (before.key_number, 100)
    assert after.serial != before.serial
    assert billed(account) == {"ZTPV1": 1, RENEWED: 1}
    assert account.hooks.sent[0].body["Payload"]["CertificateSerialNumber"] == after.serial_number


def test_updating_takes_two_heartbeats(account):
    """The first removes the certificate, the second brings another key pair."""
    record = certified(account)
    record.change = Change(Step.REMOVE, "ca", None, 1, UPDATED)
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid) is None
    assert UPDATED not in billed(account)
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid).key_number == 1
    assert billed(account)[UPDATED] == 1
    assert record.change is None


def test_deleting_and_transferring(account):
    """A certificate goes, or another CA's comes."""
    record = certified(account)
    account.cas.create("other", 1_825, 30, None, account.now())
    record.change = Change(Step.REPLACE, "other")
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid).ca_name == record.current.root_ca == "other"
    record.change = Change(Step.DELETE)
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid) is None


def test_certificates_are_renewed_in_time(account):
    """At the first heartbeat that is no more than so many days before the end."""
    record = certified(account)
    before = account.cas.certificate_of(record.uid)
    account.clock.advance(days=365 - 31)
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid) is before
    account.clock.advance(days=1)
    heartbeat(account, record)
    assert account.cas.certificate_of(record.uid).serial != before.serial
    assert billed(account)[RENEWED] == 1


def test_a_ca_that_does_not_renew_lets_certificates_end(account):
    """RenewBeforeExpiration is optional."""
    account.cas.get("ca").renew_before = None
    record = certified(account)
    account.clock.advance(days=400)
    heartbeat(account, record)
    assert RENEWED not in billed(account)
