"""Information APIs: what is known of devices, what happened to them and what it cost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sealwright.services.ublox.information import (
    ApiVersion,
    DeviceActivityGet,
    DeviceCloneGet,
    DeviceInfoGet,
    DeviceRotPublicUidGet,
    DeviceSuspiciousGet,
    DeviceUsageGet,
    NotificationGet,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers.desk import moment, page
from sealwright.simulator.ublox.devices import UNATTRIBUTED
from sealwright.simulator.ublox.provisioning import shown

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account
    from sealwright.simulator.ublox.devices import DeviceRecord
    from sealwright.simulator.ublox.events import Event

DESK = Desk()

VERSION: Final = "1.1.29"
_ALL: Final = ("CORE", "PROVISIONING", "ZTP")


@DESK.to(DeviceInfoGet)
def info(account: Account, asked: DeviceInfoGet) -> dict[str, Any]:
    """Show what is known of devices."""
    records = account.chosen(
        uids=asked.rot_public_uids, tags=asked.tag_names, serials=asked.device_serial_numbers
    )
    return {"DeviceInfo": [_info(account, record, asked.options or _ALL) for record in records]}


def _info(account: Account, record: DeviceRecord, options: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"ROTPublicUID": record.uid.hex()}
    if "CORE" in options:
        told |= record.sealed_info()
        told["State"] = "ACTIVATED" if record.activated else "ALLOCATED"
        told["TagNames"] = [tag.name for tag in account.tags.of_device(record.uid)]
    if "PROVISIONING" in options:
        told["DesiredProperties"] = shown(record.desired, "ModifiedDate")
        told["CurrentProperties"] = shown(record.current, "SyncDate")
    certificate = account.cas.certificate_of(record.uid)
    if "ZTP" in options and certificate is not None:
        told["DeviceCertificate"] = {
            "CAName": certificate.ca_name,
            "SerialNumber": certificate.serial_number,
            "ExpirationDate": iso(certificate.expires),
            "Certificate": certificate.pem,
        }
    return told


@DESK.to(NotificationGet)
def notifications(account: Account, asked: NotificationGet) -> dict[str, Any]:
    """List notifications of devices."""
    wanted = _uids(account, asked)
    first, last = moment(asked.from_date, 0.0), moment(asked.to_date, account.now(), end=True)
    rows = [
        {
            "ROTPublicUID": event.uid.hex(),
            "NotificationType": event.kind,
            "Timestamp": iso(event.at),
            "Payload": event.payload,
        }
        for event in account.notifications.between(first, last, wanted)
        if asked.notification_type in {None, event.kind}
    ]
    return page(rows, asked.page_number, "Notifications")


@DESK.to(DeviceCloneGet)
def clones(account: Account, asked: DeviceCloneGet) -> dict[str, Any]:
    """List events at which a clone was seen."""
    wanted = _uids(account, asked, _profile(account, asked.device_profile_uid))
    first, last = moment(asked.from_date, 0.0), moment(asked.to_date, account.now(), end=True)
    rows = [_event_row(event) for event in account.clones.between(first, last, wanted)]
    return page(rows, asked.page_number, "ClonedEvents")


def _event_row(event: Event) -> dict[str, Any]:
    return {"ROTPublicUID": event.uid.hex(), "Timestamp": iso(event.at), **event.payload}


@DESK.to(DeviceSuspiciousGet)
def suspicious(account: Account, asked: DeviceSuspiciousGet) -> dict[str, Any]:
    """List devices that are suspicious."""
    wanted = _uids(account, asked, _profile(account, asked.device_profile_uid))
    rows = [
        {"ROTPublicUID": uid.hex(), "Reason": reason}
        for uid, reason in account.suspicions.items()
        if uid in wanted
    ]
    return page(rows, asked.page_number, "SuspiciousDevices")


@DESK.to(DeviceActivityGet)
def activity(account: Account, asked: DeviceActivityGet) -> dict[str, Any]:
    """List what was carried out on a device."""
    record = account.devices.get(asked.rot_public_uid)
    first, last = moment(asked.from_date, 0.0), moment(asked.to_date, account.now(), end=True)
    rows = [
        {"Command": event.kind, "Timestamp": iso(event.at), **event.payload}
        for event in account.activities.between(first, last, {record.uid})
    ]
    return {"LastSeen": iso(record.last_seen), **page(rows, asked.page_number, "Activities")}


@DESK.to(DeviceUsageGet)
def usage(account: Account, asked: DeviceUsageGet) -> dict[str, dict[str, int]]:
    """Show what was billed, by device: how often each billed thing happened."""
    given = asked.rot_public_uids is not None or asked.tag_names is not None
    now = account.now()
    today = datetime.fromtimestamp(now, UTC).date()
    last = date.fromisoformat(asked.to_date) if asked.to_date else today
    found = account.usage.between(
        date.fromisoformat(asked.from_date), last, now, _uids(account, asked) if given else None
    )
    return {uid.hex(): dict(counts) for uid, counts in found.items()}


@DESK.to(DeviceRotPublicUidGet)
def rot_public_uids(account: Account, asked: DeviceRotPublicUidGet) -> dict[str, Any]:
    """List the devices of a profile, or with tags."""
    records = account.chosen(tags=asked.tag_names, profile=_profile(account, asked.device_profile_uid))
    return page([record.uid.hex() for record in records], asked.page_number, "ROTPublicUIDs")


@DESK.to(ApiVersion)
def api_version(_account: Account, _asked: ApiVersion) -> dict[str, str]:
    """Tell the version of the document that is simulated."""
    return {"Version": VERSION}


def _uids(account: Account, asked: Any, profile: str | None = None) -> set[bytes]:
    records = account.chosen(uids=asked.rot_public_uids, tags=asked.tag_names, profile=profile)
    return {record.uid for record in records}


def _profile(account: Account, uid: str | None) -> str | None:
    """Return a profile's UID. Raises RefusalError (404) where there is none."""
    return uid if uid is None or uid == UNATTRIBUTED else account.profiles.get(uid).uid
