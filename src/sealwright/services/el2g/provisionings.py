"""Provisionings: what each device gets of each secure object, and how far that is (AN12642, 4.5.9 to 4.5.12).

The calls below `/rtp/product-based-provisionings` and the download as blobs are newer than the document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from sealwright.services._fields import IN_PATH, IN_QUERY, Pem, Row
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import (
    AnsweredId,
    AnsweredUid,
    DeviceGroupId,
    DeviceUid,
    DeviceUids,
    DomainTypes,
    El2gGroup,
    El2gReply,
    El2gRequest,
    FamilyType,
    Id,
    Nc12,
    Page,
    ProvisioningId,
    ResourceMetadata,
    SecureObjectId,
    SortedRequest,
)
from sealwright.services.el2g.device_groups import JobStarted

GROUP = El2gGroup("provisionings", "What devices get of secure objects, and how far that is.")

GroupInQuery = Annotated[Id, Meta(description="The id of a device group."), IN_QUERY]


class Provisioning(El2gReply, kw_only=True, frozen=True, eq=False):
    """What one device gets of one secure object.

    States of the document: GENERATION_TRIGGERED, GENERATION_COMPLETED, GENERATION_FAILED,
    GENERATION_ON_CONNECTION, PROVISIONING_COMPLETED, PROVISIONING_FAILED.
    """

    provisioning_id: AnsweredId | None = None
    secure_object_id: AnsweredId | None = None
    secure_object_name: str | None = None
    secure_object_type: str | None = None
    device_id: AnsweredUid | None = None
    device_group_id: AnsweredId | None = None
    device_group_name: str | None = None
    provisioning_state: str | None = None
    resource_metadata: ResourceMetadata | None = None


class ProvisioningPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of provisionings."""

    content: list[Provisioning] | None = None


class DeviceBlobs(El2gReply, kw_only=True, frozen=True, eq=False):
    """The provisionings of a device, with what is to be written to it."""

    device_id: AnsweredUid | None = None
    rtp_provisionings: list[Row] | None = None


class ProductBlobs(El2gReply, kw_only=True, frozen=True, eq=False):
    """The provisionings of a product: the same for all devices, and by device."""

    static_provisionings: list[Row] | None = None
    dynamic_provisionings: dict[str, Any] | None = None


@GROUP.at(
    "4.5.9",
    "GET /rtp/secure-objects/{secureObjectId}/provisionings",
    "of_object",
    Retry.READ,
    pages="content",
)
class ProvisioningsOfObject(SortedRequest[ProvisioningPage], kw_only=True, frozen=True, eq=False):
    """List the provisionings of a secure object."""

    secure_object_id: SecureObjectId
    device_id: Annotated[DeviceUid | None, Meta(description="Only of this device, by its UID."), IN_QUERY] = (
        None
    )
    provisioning_state: Annotated[
        Literal[
            "GENERATION_TRIGGERED",
            "GENERATION_COMPLETED",
            "GENERATION_FAILED",
            "PROVISIONING_COMPLETED",
            "PROVISIONING_FAILED",
            "GENERATION_ON_CONNECTION",
        ]
        | None,
        Meta(description="Only those in this state."),
        IN_QUERY,
    ] = None


@GROUP.at(
    "4.5.10",
    "GET /rtp/devices/{deviceId}/secure-object-provisionings",
    "of_device",
    Retry.READ,
    pages="content",
)
class ProvisioningsOfDevice(SortedRequest[ProvisioningPage], kw_only=True, frozen=True, eq=False):
    """List the provisionings of a device."""

    device_id: Annotated[DeviceUid, IN_PATH]
    hardware_family_type: Annotated[FamilyType | None, IN_QUERY] = field(
        name="hardware-family-type", default=None
    )
    owner_domain_types: DomainTypes = field(name="owner-domain-types", default=None)


@GROUP.at(
    "4.5.11",
    "GET /rtp/provisionings/{provisioningId}/download-certificate",
    "certificate",
    Retry.READ,
)
class DownloadCertificate(El2gRequest[Pem], kw_only=True, frozen=True, eq=False):
    """Show the certificate of a device, in PEM."""

    provisioning_id: ProvisioningId


@GROUP.at(
    "4.5.12",
    "GET /rtp/provisionings/{provisioningId}/download-intermediate-ca",
    "intermediate_ca",
    Retry.READ,
)
class DownloadIntermediateCa(El2gRequest[Pem], kw_only=True, frozen=True, eq=False):
    """Show the certificate of the intermediate CA that has signed a device's, in PEM."""

    provisioning_id: ProvisioningId


@GROUP.at(
    "",
    "POST /rtp/device-groups/{deviceGroupId}/devices/download-provisionings",
    "download",
    Retry.READ,
    splits=("device_ids",),
)
class DownloadProvisionings(El2gRequest[list[DeviceBlobs]], kw_only=True, frozen=True, eq=False):
    """Download what is to be written to devices, as blobs."""

    device_group_id: DeviceGroupId
    product_hardware_family_type: FamilyType
    device_ids: DeviceUids
    owner_domain_types: DomainTypes = field(name="owner-domain-types", default=None)


@GROUP.at(
    "",
    "POST /rtp/product-based-provisionings/request-batch-job",
    "request_batch_job",
    Retry.CREATE,
    edition="v2",
)
class RequestBatchJob(El2gRequest[JobStarted], kw_only=True, frozen=True, eq=False):
    """Start a job that makes the provisionings of a number of devices of a product."""

    nc12: Nc12
    device_group_id: Annotated[Id, Meta(description="The id of a device group.")]
    batch_size: Annotated[int, Meta(ge=1, description="For how many devices.")]


@GROUP.at(
    "",
    "GET /rtp/product-based-provisionings/download-static-provisionings",
    "download_static",
    Retry.READ,
    edition="v2",
)
class DownloadStatic(El2gRequest[ProductBlobs], kw_only=True, frozen=True, eq=False):
    """Download the provisionings that are the same for all devices of a product."""

    nc12: Annotated[Nc12, IN_QUERY]
    device_group_id: GroupInQuery
