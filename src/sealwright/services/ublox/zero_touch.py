"""Zero touch: root CAs and device certificates (REST document 1.1.29, "Zero Touch Provisioning APIs").

Most of these calls need the subscription to Device Certificate Management. A device certificate is made at
the device's security heartbeat and never outlives its root CA.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sealwright.services._fields import Pem, Row
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne
from sealwright.services.ublox._fields import (
    CaDays,
    CaName,
    DeviceDays,
    Message,
    Page,
    PageNumber,
    RenewDays,
    SerialNumber,
    SerialNumbers,
    UbloxReply,
    UbloxRequest,
    Uid,
    Uids,
    group,
)

GROUP = group(
    "zero_touch",
    "Zero Touch Provisioning APIs",
    "Root CAs and device certificates of zero-touch provisioning.",
)

_DEVICES_OR_SERIALS = (AtLeastOne("rot_public_uids", "serial_numbers"),)
_PAID = "each device certificate is billed"

ExistingCa = Annotated[str, Meta(min_length=1, description="The name of an existing root CA.")]


class RootCa(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A root CA. Its certificate is in PEM, with the line ends that the service escapes twice restored."""

    ca_name: str | None = None
    ca_certificate_validity: int | None = None
    device_certificate_validity: int | None = None
    renew_before_expiration: int | None = None
    certificate: Pem | None = None
    created_date: str | None = None


class RootCas(Page, kw_only=True, frozen=True, eq=False):
    """A page of root CAs."""

    cas: list[RootCa] | None = None


class Crls(UbloxReply, kw_only=True, frozen=True, eq=False):
    """Certificate revocation lists, each as the service shows it."""

    crls: list[Row] | None = None


class CertifiedDevices(Page, kw_only=True, frozen=True, eq=False):
    """A page of devices that have a certificate of a root CA."""

    devices: list[Row | str] | None = None


class PopCertificate(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A certificate that proves possession of a root CA."""

    ca_name: str | None = None
    pop_certificate: Annotated[Pem | None, Meta(description="In PEM.")] = None


@GROUP.call("/ztp/rootca/create", "root_ca_create", Retry.CREATE)
class RootCaCreate(UbloxRequest[RootCa], kw_only=True, frozen=True, eq=False):
    """Create a root CA, whose certificate you upload to your own platform."""

    ca_name: CaName
    ca_certificate_validity: CaDays
    device_certificate_validity: DeviceDays
    renew_before_expiration: RenewDays | None = None


@GROUP.call("/ztp/rootca/update", "root_ca_update", Retry.IDEMPOTENT)
class RootCaUpdate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Set how many days before their expiry the device certificates of a root CA are renewed.

    A renewed certificate keeps its key pair and has a new serial number and expiry.
    """

    ca_name: CaName
    renew_before_expiration: RenewDays


@GROUP.call("/ztp/rootca/get", "root_ca_get", Retry.READ, pages="cas")
class RootCaGet(UbloxRequest[RootCas], kw_only=True, frozen=True, eq=False):
    """List the root CAs, or show the one of a name."""

    page_number: PageNumber | None = None
    ca_name: ExistingCa | None = None


@GROUP.call("/ztp/rootca/crl/get", "root_ca_crl_get", Retry.READ)
class RootCaCrlGet(UbloxRequest[Crls], kw_only=True, frozen=True, eq=False):
    """Show the certificate revocation lists of root CAs."""

    ca_names: Annotated[
        Annotated[list[ExistingCa], Meta(min_length=1)] | None, Meta(description="Names of root CAs.")
    ] = None


@GROUP.call("/ztp/rootca/device/get", "root_ca_device_get", Retry.READ, pages="devices")
class RootCaDeviceGet(UbloxRequest[CertifiedDevices], kw_only=True, frozen=True, eq=False):
    """List the devices that have a certificate signed by a root CA."""

    page_number: PageNumber | None = None
    ca_name: ExistingCa


@GROUP.call("/ztp/rootca/popcertificate/generate", "root_ca_pop_certificate_generate", Retry.READ)
class RootCaPopCertificateGenerate(UbloxRequest[PopCertificate], kw_only=True, frozen=True, eq=False):
    """Make a certificate that proves to your platform that you possess a root CA."""

    ca_name: ExistingCa
    registration_code: Annotated[
        str, Meta(min_length=1, description="The code that your platform gave when the root CA was uploaded.")
    ]


@GROUP.call("/ztp/rootca/delete", "root_ca_delete", Retry.IDEMPOTENT, irreversible=True)
class RootCaDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Delete a root CA that no device has or is to get, and no device profile is linked to."""

    ca_name: ExistingCa


@GROUP.call(
    "/ztp/devicecertificate/renew", "device_certificate_renew", Retry.CREATE, paid=_PAID, irreversible=True
)
class DeviceCertificateRenew(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Renew device certificates now: the same key pair, a new serial number and expiry.

    Refused while an update of the certificate is going on.
    """

    rules = _DEVICES_OR_SERIALS

    ca_name: CaName
    device_certificate_validity: DeviceDays
    rot_public_uids: Uids | None = None
    serial_numbers: SerialNumbers | None = None


@GROUP.call(
    "/ztp/devicecertificate/update", "device_certificate_update", Retry.CREATE, paid=_PAID, irreversible=True
)
class DeviceCertificateUpdate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Replace device certificates and their key pairs.

    It takes two security heartbeats: the first removes the certificate, the second brings the new one.
    """

    rules = _DEVICES_OR_SERIALS

    ca_name: CaName
    rot_public_uids: Uids | None = None
    serial_numbers: SerialNumbers | None = None


@GROUP.call("/ztp/devicecertificate/delete", "device_certificate_delete", Retry.IDEMPOTENT, irreversible=True)
class DeviceCertificateDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Remove certificate and key pair from devices at their next security heartbeat."""

    rot_public_uids: Uids


@GROUP.call("/ztp/devicecertificate/revoke", "device_certificate_revoke", Retry.IDEMPOTENT, irreversible=True)
class DeviceCertificateRevoke(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Revoke a device certificate at once: it enters the revocation list, and stays on the device.

    A platform that does not read revocation lists must be told by itself.
    """

    rules = (AtLeastOne("rot_public_uid", "serial_number"),)

    ca_name: CaName
    rot_public_uid: Uid | None = None
    serial_number: SerialNumber | None = None


@GROUP.call(
    "/ztp/devicecertificate/rootca/transfer",
    "device_certificate_root_ca_transfer",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class DeviceCertificateRootCaTransfer(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Move devices from one root CA to another: their certificates are replaced at the next heartbeat."""

    from_ca: Annotated[CaName, Meta(description="The root CA that the devices have now.")]
    to_ca: Annotated[CaName, Meta(description="The root CA that they are to get.")]
    rot_public_uids: Uids
