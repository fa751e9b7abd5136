"""Information: what is known of devices (REST document 1.1.29, "Information APIs")."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sealwright.services._fields import Row
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne, AtMostOne, InOrder, NotOlder
from sealwright.services.ublox._fields import (
    Day,
    Moment,
    Page,
    PageNumber,
    ProfileUid,
    SerialNumbers,
    TagNames,
    UbloxReply,
    UbloxRequest,
    Uid,
    UidName,
    Uids,
    group,
)

GROUP = group("information", "Information APIs", "What the service knows of devices.")

_OLDEST_NOTIFICATION = 180
_OLDEST_USAGE = 60

From = Annotated[Moment, Meta(description="From this date or moment on, in ISO 8601.")]
Until = Annotated[Moment, Meta(description="Up to this date or moment, in ISO 8601.")]


class DeviceInfo(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What is known of devices: sealed information, provisioning and certificates, as asked for."""

    device_info: list[Row] | None = None


class Notifications(Page, kw_only=True, frozen=True, eq=False):
    """A page of notifications."""

    notifications: list[Row] | None = None


class ClonedEvents(Page, kw_only=True, frozen=True, eq=False):
    """A page of events at which a clone was noticed."""

    cloned_events: list[Row] | None = None


class SuspiciousDevices(Page, kw_only=True, frozen=True, eq=False):
    """A page of suspicious devices and the reasons.

    The document's reasons are DUPLICATED_SCL_SERIAL_NUM_SEALED_INFO, DUPLICATED_DEV_SERIAL_NUM_SEALING,
    DUPLICATED_SCL_SERIAL_NUM_PROD_LOG and DUPLICATED_DEV_SERIAL_NUM_PROD_LOG: a serial number of the SCL
    context or of the device that several roots of trust share, as sealed or in the production logs.
    """

    suspicious_devices: list[Row] | None = None


class Activities(Page, kw_only=True, frozen=True, eq=False):
    """A page of what was carried out on a device, and when it was last seen."""

    last_seen: str | None = None
    activities: list[Row] | None = None


class RotPublicUids(Page, kw_only=True, frozen=True, eq=False):
    """A page of devices."""

    rot_public_uids: list[Uid] | None = None


class Version(UbloxReply, kw_only=True, frozen=True, eq=False):
    """The version of the API."""

    version: str | None = None


@GROUP.call(
    "/device/info/get", "device_info_get", Retry.READ, splits=("rot_public_uids", "device_serial_numbers")
)
class DeviceInfoGet(UbloxRequest[DeviceInfo], kw_only=True, frozen=True, eq=False):
    """Show what is known of devices."""

    rules = (AtLeastOne("rot_public_uids", "tag_names", "device_serial_numbers"),)

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    device_serial_numbers: SerialNumbers | None = None
    options: Annotated[
        Annotated[list[Literal["CORE", "PROVISIONING", "ZTP"]], Meta(min_length=1)] | None,
        Meta(
            description="What to show: CORE (the root of trust), PROVISIONING (desired and current "
            "properties), ZTP (the device's certificate); all if not given."
        ),
    ] = None


@GROUP.call("/notification/get", "notification_get", Retry.READ, pages="notifications")
class NotificationGet(UbloxRequest[Notifications], kw_only=True, frozen=True, eq=False):
    """List notifications: bootstraps, and properties that were applied on devices."""

    rules = (
        AtLeastOne("rot_public_uids", "tag_names"),
        NotOlder("from_date", _OLDEST_NOTIFICATION),
        InOrder("from_date", "to_date"),
    )

    from_date: Annotated[From, Meta(description="From this date on, in ISO 8601, at most 180 days back.")]
    to_date: Until | None = None
    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    notification_type: Annotated[
        Literal["DEVICE_STATE_CHANGE", "DEVICE_INFO_CHANGE", "DEVICE_PROPERTIES_CHANGE", "DEVICE_ERROR"]
        | None,
        Meta(description="Only notifications of this type."),
    ] = None
    page_number: PageNumber | None = None


@GROUP.call("/device/clone/get", "device_clone_get", Retry.READ, pages="cloned_events")
class DeviceCloneGet(UbloxRequest[ClonedEvents], kw_only=True, frozen=True, eq=False):
    """List events at which devices were noticed to be cloned."""

    rules = (
        AtLeastOne("rot_public_uids", "tag_names", "device_profile_uid"),
        InOrder("from_date", "to_date"),
    )

    from_date: From
    to_date: Until | None = None
    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    device_profile_uid: ProfileUid | None = None
    page_number: PageNumber | None = None


@GROUP.call("/device/suspicious/get", "device_suspicious_get", Retry.READ, pages="suspicious_devices")
class DeviceSuspiciousGet(UbloxRequest[SuspiciousDevices], kw_only=True, frozen=True, eq=False):
    """List devices that are suspicious, and why: their serial numbers are not unique."""

    rules = (AtLeastOne("rot_public_uids", "tag_names", "device_profile_uid"),)

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    device_profile_uid: ProfileUid | None = None
    page_number: PageNumber | None = None


@GROUP.call("/device/activity/get", "device_activity_get", Retry.READ, pages="activities")
class DeviceActivityGet(UbloxRequest[Activities], kw_only=True, frozen=True, eq=False):
    """List the commands that were carried out on a device when it talked to the service."""

    rules = (InOrder("from_date", "to_date"),)

    from_date: From
    to_date: Until | None = None
    rot_public_uid: Uid
    page_number: PageNumber | None = None


@GROUP.call("/device/usage/get", "device_usage_get", Retry.READ)
class DeviceUsageGet(UbloxRequest[dict[UidName, Row]], kw_only=True, frozen=True, eq=False):
    """Show what was billed, by device. The log is five minutes behind.

    Logged are calls for symmetric keys and uplink protection parameters, features that were enabled and
    applied on a device, and certificates that were renewed or updated.
    """

    rules = (
        AtMostOne("rot_public_uids", "tag_names"),
        NotOlder("from_date", _OLDEST_USAGE),
        InOrder("from_date", "to_date"),
    )

    from_date: Annotated[Day, Meta(description="From this date on, yyyy-mm-dd, at most 60 days back.")]
    to_date: Annotated[Day | None, Meta(description="Up to this date, yyyy-mm-dd; today if not given.")] = (
        None
    )
    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None


@GROUP.call("/device/rotpublicuid/get", "device_rot_public_uid_get", Retry.READ, pages="rot_public_uids")
class DeviceRotPublicUidGet(UbloxRequest[RotPublicUids], kw_only=True, frozen=True, eq=False):
    """List the devices of a device profile, or with certain tags."""

    rules = (AtLeastOne("device_profile_uid", "tag_names"),)

    device_profile_uid: ProfileUid | None = None
    tag_names: TagNames | None = None
    page_number: PageNumber | None = None


@GROUP.call("/apiversion", "api_version", Retry.READ)
class ApiVersion(UbloxRequest[Version], kw_only=True, frozen=True, eq=False):
    """Show the version of the API."""
