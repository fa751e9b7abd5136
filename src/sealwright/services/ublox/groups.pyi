# Written by tests/stubs.py from the calls, and compared with them by a test.

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from sealwright.secret import Secret
from sealwright.services._groups import CallGroup
from sealwright.services.ublox._fields import Message
from sealwright.services.ublox.authentication import Tokens
from sealwright.services.ublox.device_profiles import BootstrapProvisioning, DeviceProfiles
from sealwright.services.ublox.devices import DesiredProvisioning, DeviceList, DeviceWhitelist
from sealwright.services.ublox.e2e import (
    DownlinkParameters,
    IntegrityParameters,
    SymmetricKey,
    UplinkParameters,
)
from sealwright.services.ublox.information import (
    Activities,
    ClonedEvents,
    DeviceInfo,
    Notifications,
    RotPublicUids,
    SuspiciousDevices,
    Version,
)
from sealwright.services.ublox.notifications import Webhook
from sealwright.services.ublox.tags import Tags
from sealwright.services.ublox.zero_touch import CertifiedDevices, Crls, PopCertificate, RootCa, RootCas

class AuthenticationCalls(CallGroup):
    """Tokens for an API key and its secret."""

    def authenticate(
        self,
        *,
        api_key: str | Secret,
        api_secret: str | Secret,
    ) -> Tokens:
        """Get an AuthToken and a RefreshToken for an API key and its secret.

        The client does this by itself; the call is here for those who want the tokens.
        """

    def refresh(
        self,
        *,
        api_key: str | Secret,
        refresh_token: str | Secret,
    ) -> Tokens:
        """Get a new AuthToken for a RefreshToken that is not older than three days."""

class DeviceProfilesCalls(CallGroup):
    """Device profiles and what their new devices are provisioned with."""

    def get(
        self,
        *,
        tag_names: Sequence[str] | None = ...,
        profile_name: str | None = ...,
        page_number: int | None = ...,
    ) -> DeviceProfiles:
        """List the device profiles: all, those with certain tags, or the one of a name."""

    def get_all(
        self,
        *,
        tag_names: Sequence[str] | None = ...,
        profile_name: str | None = ...,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, fetched when they are needed.

        List the device profiles: all, those with certain tags, or the one of a name.
        """

    def bootstrap_provisioning_set(
        self,
        *,
        device_profile_uid: str,
        provisioning: Mapping[str, Any],
    ) -> Message:
        """Set the features and network parameters that new devices of a profile get when they bootstrap.

        Devices that have bootstrapped already are not affected: `devices provisioning-set` is for those.
        """

    def bootstrap_provisioning_get(
        self,
        *,
        device_profile_uid: str,
    ) -> BootstrapProvisioning:
        """Show the features and network parameters that are set for new devices of a profile."""

    def bootstrap_provisioning_delete(
        self,
        *,
        device_profile_uid: str,
    ) -> Message:
        """Delete what is set for new devices of a profile, as if it had never been set.

        Devices that have bootstrapped already are not affected.
        """

class DevicesCalls(CallGroup):
    """Devices of the account, their whitelist and their provisioning."""

    def list_get(
        self,
        *,
        filter: Literal["ALL", "WHITELISTED", "BLACKLISTED"] | None = ...,
        page_number: int | None = ...,
    ) -> DeviceList:
        """List the devices of the account, or those on or off the whitelist."""

    def list_get_all(
        self,
        *,
        filter: Literal["ALL", "WHITELISTED", "BLACKLISTED"] | None = ...,
    ) -> Iterator[str]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices of the account, or those on or off the whitelist.
        """

    def whitelist_add(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        imeis: Sequence[str | int] | None = ...,
        action: Literal["ADD", "DELETE"] | None = ...,
    ) -> Message:
        """Put devices on the whitelist, or take them off.

        A device that bootstraps gets its profile's features only if it is on the whitelist. The document
        marks ROTPublicUIDs as required and says in prose that IMEIs do as well: either is taken.
        """

    def whitelist_add_in_parts(
        self,
        *,
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        imeis: Iterable[str | int] | None = ...,
        action: Literal["ADD", "DELETE"] | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Put devices on the whitelist, or take them off.

        A device that bootstraps gets its profile's features only if it is on the whitelist. The document
        marks ROTPublicUIDs as required and says in prose that IMEIs do as well: either is taken.
        """

    def whitelist_add_upload(
        self,
        *,
        body: bytes,
    ) -> Message:
        """Send a file instead of the fields.

        Put devices on the whitelist, or take them off.

        A device that bootstraps gets its profile's features only if it is on the whitelist. The document
        marks ROTPublicUIDs as required and says in prose that IMEIs do as well: either is taken.
        """

    def whitelist_get(
        self,
        *,
        page_number: int | None = ...,
    ) -> DeviceWhitelist:
        """List the devices on the whitelist."""

    def whitelist_get_all(self) -> Iterator[dict[str, Any] | str]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices on the whitelist.
        """

    def provisioning_set(
        self,
        *,
        provisioning: Mapping[str, Any],
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Message:
        """Set features and network parameters of devices that have bootstrapped.

        They are applied at a device's next security heartbeat.
        """

    def provisioning_set_in_parts(
        self,
        *,
        provisioning: Mapping[str, Any],
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Set features and network parameters of devices that have bootstrapped.

        They are applied at a device's next security heartbeat.
        """

    def provisioning_get(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> list[DesiredProvisioning]:
        """Show what is set for devices and not yet applied."""

    def provisioning_get_in_parts(
        self,
        *,
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Iterator[list[DesiredProvisioning]]:
        """Send lists of any length in parts, and yield the reply to each.

        Show what is set for devices and not yet applied.
        """

    def provisioning_delete(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Message:
        """Delete what is set for devices, so that nothing is applied when they next connect.

        What was applied before stays. Network parameters go back to their defaults.
        """

    def provisioning_delete_in_parts(
        self,
        *,
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Delete what is set for devices, so that nothing is applied when they next connect.

        What was applied before stays. Network parameters go back to their defaults.
        """

class E2eCalls(CallGroup):
    """Keys and parameters of end-to-end protection."""

    def key_rotate(
        self,
        *,
        type: Literal["CONTINUOUS", "AUTOMATIC"],
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        days: int | None = ...,
    ) -> Message:
        """Say how the keys of devices rotate.

        CONTINUOUS: with every end-to-end call. AUTOMATIC: after a number of days, and until then every
        call returns the same key. The security heartbeat is shortened where it is longer than that.
        """

    def key_rotate_in_parts(
        self,
        *,
        type: Literal["CONTINUOUS", "AUTOMATIC"],
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        days: int | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Say how the keys of devices rotate.

        CONTINUOUS: with every end-to-end call. AUTOMATIC: after a number of days, and until then every
        call returns the same key. The security heartbeat is shortened where it is longer than that.
        """

    def uplink_symmetric_key_get(
        self,
        *,
        key_id: str | bytes,
        key_length: Literal[128, 256] | None = ...,
    ) -> SymmetricKey:
        """Get the symmetric key for a key id: the pre-shared key of a DTLS connection."""

    def uplink_protection_parameters_get(
        self,
        *,
        encrypted_header: str | bytes,
    ) -> UplinkParameters:
        """Get what decrypts and verifies the uplink messages with a header."""

    def uplink_integrity_parameters_get(
        self,
        *,
        encrypted_header: str | bytes,
    ) -> IntegrityParameters:
        """Get what verifies the signed uplink messages with a header."""

    def downlink_protection_parameters_get(
        self,
        *,
        rot_public_uid: str | int | bytes,
    ) -> DownlinkParameters:
        """Get what encrypts one downlink message for a device. The set is for one message only."""

    def downlink_integrity_parameters_get(
        self,
        *,
        rot_public_uid: str | int | bytes,
    ) -> IntegrityParameters:
        """Get what signs one downlink message for a device."""

class InformationCalls(CallGroup):
    """What the service knows of devices."""

    def device_info_get(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_serial_numbers: Sequence[str] | None = ...,
        options: Sequence[Literal["CORE", "PROVISIONING", "ZTP"]] | None = ...,
    ) -> DeviceInfo:
        """Show what is known of devices."""

    def device_info_get_in_parts(
        self,
        *,
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_serial_numbers: Iterable[str] | None = ...,
        options: Sequence[Literal["CORE", "PROVISIONING", "ZTP"]] | None = ...,
    ) -> Iterator[DeviceInfo]:
        """Send lists of any length in parts, and yield the reply to each.

        Show what is known of devices.
        """

    def notification_get(
        self,
        *,
        from_date: str | dt.date,
        to_date: str | dt.date | None = ...,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        notification_type: Literal[
            "DEVICE_STATE_CHANGE", "DEVICE_INFO_CHANGE", "DEVICE_PROPERTIES_CHANGE", "DEVICE_ERROR"
        ]
        | None = ...,
        page_number: int | None = ...,
    ) -> Notifications:
        """List notifications: bootstraps, and properties that were applied on devices."""

    def notification_get_all(
        self,
        *,
        from_date: str | dt.date,
        to_date: str | dt.date | None = ...,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        notification_type: Literal[
            "DEVICE_STATE_CHANGE", "DEVICE_INFO_CHANGE", "DEVICE_PROPERTIES_CHANGE", "DEVICE_ERROR"
        ]
        | None = ...,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, fetched when they are needed.

        List notifications: bootstraps, and properties that were applied on devices.
        """

    def device_clone_get(
        self,
        *,
        from_date: str | dt.date,
        to_date: str | dt.date | None = ...,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_profile_uid: str | None = ...,
        page_number: int | None = ...,
    ) -> ClonedEvents:
        """List events at which devices were noticed to be cloned."""

    def device_clone_get_all(
        self,
        *,
        from_date: str | dt.date,
        to_date: str | dt.date | None = ...,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_profile_uid: str | None = ...,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, fetched when they are needed.

        List events at which devices were noticed to be cloned.
        """

    def device_suspicious_get(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_profile_uid: str | None = ...,
        page_number: int | None = ...,
    ) -> SuspiciousDevices:
        """List devices that are suspicious, and why: their serial numbers are not unique."""

    def device_suspicious_get_all(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
        device_profile_uid: str | None = ...,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, fetched when they are needed.

        List devices that are suspicious, and why: their serial numbers are not unique.
        """

    def device_activity_get(
        self,
        *,
        from_date: str | dt.date,
        rot_public_uid: str | int | bytes,
        to_date: str | dt.date | None = ...,
        page_number: int | None = ...,
    ) -> Activities:
        """List the commands that were carried out on a device when it talked to the service."""

    def device_activity_get_all(
        self,
        *,
        from_date: str | dt.date,
        rot_public_uid: str | int | bytes,
        to_date: str | dt.date | None = ...,
    ) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, fetched when they are needed.

        List the commands that were carried out on a device when it talked to the service.
        """

    def device_usage_get(
        self,
        *,
        from_date: str | dt.date,
        to_date: str | dt.date | None = ...,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> dict[str, dict[str, Any]]:
        """Show what was billed, by device. The log is five minutes behind.

        Logged are calls for symmetric keys and uplink protection parameters, features that were enabled and
        applied on a device, and certificates that were renewed or updated.
        """

    def device_rot_public_uid_get(
        self,
        *,
        device_profile_uid: str | None = ...,
        tag_names: Sequence[str] | None = ...,
        page_number: int | None = ...,
    ) -> RotPublicUids:
        """List the devices of a device profile, or with certain tags."""

    def device_rot_public_uid_get_all(
        self,
        *,
        device_profile_uid: str | None = ...,
        tag_names: Sequence[str] | None = ...,
    ) -> Iterator[str]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices of a device profile, or with certain tags.
        """

    def api_version(self) -> Version:
        """Show the version of the API."""

class ZeroTouchCalls(CallGroup):
    """Root CAs and device certificates of zero-touch provisioning."""

    def root_ca_create(
        self,
        *,
        ca_name: str,
        ca_certificate_validity: int,
        device_certificate_validity: int,
        renew_before_expiration: int | None = ...,
    ) -> RootCa:
        """Create a root CA, whose certificate you upload to your own platform."""

    def root_ca_update(
        self,
        *,
        ca_name: str,
        renew_before_expiration: int,
    ) -> Message:
        """Set how many days before their expiry the device certificates of a root CA are renewed.

        A renewed certificate keeps its key pair and has a new serial number and expiry.
        """

    def root_ca_get(
        self,
        *,
        page_number: int | None = ...,
        ca_name: str | None = ...,
    ) -> RootCas:
        """List the root CAs, or show the one of a name."""

    def root_ca_get_all(
        self,
        *,
        ca_name: str | None = ...,
    ) -> Iterator[RootCa]:
        """Yield the items of all pages, fetched when they are needed.

        List the root CAs, or show the one of a name.
        """

    def root_ca_crl_get(
        self,
        *,
        ca_names: Sequence[str] | None = ...,
    ) -> Crls:
        """Show the certificate revocation lists of root CAs."""

    def root_ca_device_get(
        self,
        *,
        ca_name: str,
        page_number: int | None = ...,
    ) -> CertifiedDevices:
        """List the devices that have a certificate signed by a root CA."""

    def root_ca_device_get_all(
        self,
        *,
        ca_name: str,
    ) -> Iterator[dict[str, Any] | str]:
        """Yield the items of all pages, fetched when they are needed.

        List the devices that have a certificate signed by a root CA.
        """

    def root_ca_pop_certificate_generate(
        self,
        *,
        ca_name: str,
        registration_code: str,
    ) -> PopCertificate:
        """Make a certificate that proves to your platform that you possess a root CA."""

    def root_ca_delete(
        self,
        *,
        ca_name: str,
    ) -> Message:
        """Delete a root CA that no device has or is to get, and no device profile is linked to."""

    def device_certificate_renew(
        self,
        *,
        ca_name: str,
        device_certificate_validity: int,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        serial_numbers: Sequence[str] | None = ...,
    ) -> Message:
        """Renew device certificates now: the same key pair, a new serial number and expiry.

        Refused while an update of the certificate is going on.
        """

    def device_certificate_update(
        self,
        *,
        ca_name: str,
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        serial_numbers: Sequence[str] | None = ...,
    ) -> Message:
        """Replace device certificates and their key pairs.

        It takes two security heartbeats: the first removes the certificate, the second brings the new one.
        """

    def device_certificate_delete(
        self,
        *,
        rot_public_uids: Sequence[str | int | bytes],
    ) -> Message:
        """Remove certificate and key pair from devices at their next security heartbeat."""

    def device_certificate_revoke(
        self,
        *,
        ca_name: str,
        rot_public_uid: str | int | bytes | None = ...,
        serial_number: str | None = ...,
    ) -> Message:
        """Revoke a device certificate at once: it enters the revocation list, and stays on the device.

        A platform that does not read revocation lists must be told by itself.
        """

    def device_certificate_root_ca_transfer(
        self,
        *,
        from_ca: str,
        to_ca: str,
        rot_public_uids: Sequence[str | int | bytes],
    ) -> Message:
        """Move devices from one root CA to another: their certificates are replaced at the next heartbeat."""

class NotificationsCalls(CallGroup):
    """Web hooks for events of devices and root CAs."""

    def webhook_create(
        self,
        *,
        notification_url: str,
        authorization_token: str | Secret,
        notification_type: Literal[
            "DEVICE_BOOTSTRAP_EVENT",
            "DEVICE_PROPERTIES_CHANGE_EVENT",
            "DEVICE_ERRORS_EVENT",
            "DEVICE_CERTIFICATE_RENEWAL_EVENT",
            "DEVICE_CERTIFICATE_EXPIRATION_EVENT",
            "ROOTCA_EXPIRATION_EVENT",
        ],
    ) -> Message:
        """Let the service call a URL at every event of a type. A type may have several URLs."""

    def webhook_update(
        self,
        *,
        notification_url: str,
        authorization_token: str | Secret,
    ) -> Message:
        """Change the authorization that the service shows to a URL."""

    def webhook_delete(
        self,
        *,
        notification_url: str,
    ) -> Message:
        """Delete a notification hook."""

    def webhook_get(self) -> list[Webhook]:
        """List the notification hooks."""

class TagsCalls(CallGroup):
    """Tags and the devices that have them."""

    def create(
        self,
        *,
        tag_name: str,
    ) -> Message:
        """Create a tag."""

    def delete(
        self,
        *,
        tag_name: str,
    ) -> Message:
        """Delete a tag that no device has any more."""

    def get(
        self,
        *,
        page_number: int | None = ...,
    ) -> Tags:
        """List the tags of the account."""

    def get_all(self) -> Iterator[dict[str, Any] | str]:
        """Yield the items of all pages, fetched when they are needed.

        List the tags of the account.
        """

    def assign(
        self,
        *,
        tag_names: Sequence[str],
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        device_profile_uids: Sequence[str] | None = ...,
        sync_required: bool | None = ...,
    ) -> Message:
        """Give every one of some tags to every one of some devices or device profiles."""

    def assign_in_parts(
        self,
        *,
        tag_names: Sequence[str],
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        device_profile_uids: Sequence[str] | None = ...,
        sync_required: bool | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Give every one of some tags to every one of some devices or device profiles.
        """

    def remove(
        self,
        *,
        tag_names: Sequence[str],
        rot_public_uids: Sequence[str | int | bytes] | None = ...,
        device_profile_uids: Sequence[str] | None = ...,
        sync_required: bool | None = ...,
    ) -> Message:
        """Take every one of some tags from every one of some devices or device profiles.

        `{*}` stands for all tags, or for all devices or profiles. A device without such a tag is passed over.
        """

    def remove_in_parts(
        self,
        *,
        tag_names: Sequence[str],
        rot_public_uids: Iterable[str | int | bytes] | None = ...,
        device_profile_uids: Sequence[str] | None = ...,
        sync_required: bool | None = ...,
    ) -> Iterator[Message]:
        """Send lists of any length in parts, and yield the reply to each.

        Take every one of some tags from every one of some devices or device profiles.

        `{*}` stands for all tags, or for all devices or profiles. A device without such a tag is passed over.
        """
