"""Secure objects as EL2G shows them, under all its names for their fields (AN12642, section 4.5)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from sealwright.services._fields import IN_QUERY, Pem
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import (
    Algorithm,
    AnsweredId,
    El2gGroup,
    El2gReply,
    Filter,
    Page,
    ResourceMetadata,
    SortedRequest,
)
from sealwright.services.el2g.oid import AnsweredOid

GROUP = El2gGroup("secure_objects", "Keys, certificates and files, and the device groups that get them.")

ObjectType = Annotated[
    str,
    Meta(
        pattern="^[A-Z0-9_]+$",
        description="The type: MASTER_KEY, HMAC_KEY, STATIC_PUBLIC_KEY, KEYPAIR, CERTIFICATE, BINARY_FILE, "
        "or one that is newer.",
        extra={"must": "must be a type such as KEYPAIR: upper case letters and digits"},
    ),
]


class CertificateValidity(El2gReply, kw_only=True, frozen=True, eq=False):
    """How long the certificates of an object are valid."""

    validity_type: str | None = None
    span_in_months: int | None = None
    date: str | None = None


class SecureObject(El2gReply, kw_only=True, frozen=True, eq=False):
    """A secure object. Which of its fields there are depends on its type."""

    other_names: ClassVar[dict[str, str]] = {"secureObjectId": "id", "secureObjectName": "name"}

    id: AnsweredId
    secure_object_type: str | None = None
    name: str | None = None
    object_id: AnsweredOid | None = None
    policy_source_type: str | None = None
    generate_on_device_connection: bool | None = None
    device_group_count: int | None = None
    provisioning_count: int | None = None
    downloaded_count: int | None = None
    resource_metadata: ResourceMetadata | None = None
    algorithm: Algorithm | None = None
    length: int | None = None
    """In bits of an AES key, in bytes of an HMAC key."""
    imported: bool | None = None
    public_key: Pem | None = None
    binary_file_type: str | None = None
    key_pair_name: str | None = None
    intermediate_ca_name: str | None = None
    common_name_prefix: str | None = None
    certificate_validity: CertificateValidity | None = None
    country: str | None = None
    state: str | None = None
    locality: str | None = None
    organization: str | None = None
    organization_unit: str | None = None
    email: str | None = None
    allow_signing: bool | None = None
    key_usage_ext: Any = None
    extended_key_usage_ext: Any = None


class SecureObjectPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of secure objects."""

    content: list[SecureObject] | None = None


@GROUP.at("4.5.5", "GET /rtp/secure-objects", "list", Retry.READ, pages="content")
class ListSecureObjects(SortedRequest[SecureObjectPage], kw_only=True, frozen=True, eq=False):
    """List the secure objects of the account."""

    name: Annotated[Filter, Meta(description="Only objects with this in their names.")] = None
    secure_object_type: Annotated[ObjectType | None, IN_QUERY] = None
