"""A security heartbeat: a device talks to the service, and what waits for it is applied, and billed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sealwright.simulator.clock import iso
from sealwright.simulator.ublox.certificates import RENEWED, Change, Step
from sealwright.simulator.ublox.devices import UNATTRIBUTED, Properties, make_record
from sealwright.simulator.ublox.events import Event
from sealwright.simulator.ublox.provisioning import shown

if TYPE_CHECKING:
    from sealwright.simulator.root import Root
    from sealwright.simulator.rotation import Rotation
    from sealwright.simulator.ublox.account import Account
    from sealwright.simulator.ublox.devices import DeviceRecord


def bootstrap(account: Account, root: Root, profile: str = UNATTRIBUTED) -> DeviceRecord:
    """Let a device register; `profile` is the UID of its device profile.

    It gets what the profile has for new devices, unless there is a whitelist and it is not on it.
    Raises InputError for a UID that is there already.
    """
    now = account.now()
    record = make_record(root, now, profile)
    desired = None if profile == UNATTRIBUTED else account.profiles.get(profile).desired
    record.activated = not account.devices.whitelist or account.devices.listed(record)
    account.devices.add(record)
    if record.activated and desired is not None:
        record.desired = desired.copy()
    told = record.sealed_info()
    account.notifications.add(Event(now, record.uid, "DEVICE_INFO_CHANGE", told))
    account.hooks.tell("DEVICE_BOOTSTRAP_EVENT", now, told, record.uid)
    heartbeat(account, record)
    return record


def heartbeat(account: Account, record: DeviceRecord) -> Rotation:
    """Let a device talk to the service now, and return how it is to rotate its keys."""
    _beat(account, record, account.now())
    account.expect(record)
    return record.rotation


def catch_up(account: Account) -> None:
    """Let every heartbeat of devices that are online happen whose time has come since the last look."""
    now = account.now()
    if now < account.next_heartbeat:
        return
    account.next_heartbeat = float("inf")
    for record in account.devices:
        if record.online:
            for at in _due(record, now):
                _beat(account, record, at)
            account.expect(record)


def _beat(account: Account, record: DeviceRecord, now: float) -> None:
    record.last_seen = now
    _act(account, record, now, "SECURITY_HEARTBEAT")
    if record.desired != Properties():
        _apply(account, record, now)
    elif record.change is not None:
        _step(account, record, record.change, now)
    else:
        _renew_in_time(account, record, now)


def _due(record: DeviceRecord, now: float) -> list[float]:
    """Return when heartbeats were due since the last one.

    After a long silence only the first three and the last are told: what waits takes no more.
    """
    count = int((now - record.last_seen) // record.heartbeat)
    return [
        record.last_seen + number * record.heartbeat for number in sorted({1, 2, 3, count}) if number <= count
    ]


def _apply(account: Account, record: DeviceRecord, now: float) -> None:
    """Let the desired properties become the current ones."""
    desired, record.desired = record.desired, Properties()
    for name, (enabled, _) in desired.features.items():
        if enabled and not record.current.enabled(name):
            account.usage.add(now, record.uid, name)
        record.current.features[name] = (enabled, now)
    record.current.heartbeat = desired.heartbeat or record.current.heartbeat
    if desired.root_ca:
        record.current.root_ca = desired.root_ca
    if (
        record.current.root_ca
        and record.current.enabled("ZTPV1")
        and not account.cas.certificate_of(record.uid)
    ):
        _step(account, record, Change(Step.REPLACE, record.current.root_ca), now)
    told = {"CurrentProperties": shown(record.current, "SyncDate")}
    _act(account, record, now, "APPLY_PROPERTIES")
    account.notifications.add(Event(now, record.uid, "DEVICE_PROPERTIES_CHANGE", told))
    account.hooks.tell("DEVICE_PROPERTIES_CHANGE_EVENT", now, told, record.uid)


def _step(account: Account, record: DeviceRecord, change: Change, now: float) -> None:
    """Do what waits for the device's certificate."""
    before = account.cas.certificate_of(record.uid)
    record.change = replace(change, step=Step.REPLACE) if change.step is Step.REMOVE else None
    _act(account, record, now, f"CERTIFICATE_{change.step.upper()}")
    account.cas.remove(record.uid)
    if change.step in {Step.REMOVE, Step.DELETE}:
        return
    key_number = before.key_number if before and change.step is Step.RENEW else change.key_number
    ca = account.cas.get(change.ca_name)
    made = ca.issue(record.uid, now, validity=change.validity, key_number=key_number)
    record.current.root_ca = ca.name
    if change.billed:
        account.usage.add(now, record.uid, change.billed)
    if change.step is Step.RENEW:
        told = {
            "CertificateAuthorityName": made.ca_name,
            "CertificateSerialNumber": made.serial_number,
            "CertificateValidity": made.validity,
            "ExpirationDate": iso(made.expires),
        }
        account.hooks.tell("DEVICE_CERTIFICATE_RENEWAL_EVENT", now, told, record.uid)


def _renew_in_time(account: Account, record: DeviceRecord, now: float) -> None:
    """Renew a certificate that its CA wants renewed before it ends."""
    certificate = account.cas.certificate_of(record.uid)
    if certificate is None:
        return
    before = account.cas.get(certificate.ca_name).renew_before
    if before is not None and certificate.expires - before * 86_400 <= now:
        _step(account, record, Change(Step.RENEW, certificate.ca_name, billed=RENEWED), now)


def _act(account: Account, record: DeviceRecord, now: float, command: str) -> None:
    account.activities.add(Event(now, record.uid, command, {"Status": "SUCCESS"}))
