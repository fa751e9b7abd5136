"""Secure objects once they are created: who gets them and what they may (AN12642, 4.1.4, 4.5.1 to 4.5.15)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from sealwright.services._fields import IN_QUERY, WHOLE
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne
from sealwright.services.el2g._fields import (
    AnsweredDigits,
    AnsweredId,
    DeviceGroupId,
    DeviceGroupName,
    El2gReply,
    El2gRequest,
    FamilyType,
    Filter,
    Id,
    Moment,
    Name,
    Nc12,
    Page,
    PagedRequest,
    ResourceMetadata,
    SecureObjectId,
    SortedRequest,
)
from sealwright.services.el2g._secure_object import GROUP, ObjectType, SecureObject
from sealwright.services.el2g.oid import AnsweredOid
from sealwright.services.el2g.policies import Policies, UsagePolicies

OfFamily = Annotated[FamilyType | None, IN_QUERY]


class AssignedObject(El2gReply, kw_only=True, frozen=True, eq=False):
    """A secure object that a device group has."""

    other_names: ClassVar[dict[str, str]] = {"id": "secureObjectId", "name": "secureObjectName"}

    secure_object_id: AnsweredId | None = None
    secure_object_type: str | None = None
    secure_object_name: str | None = None
    object_id: AnsweredOid | None = None
    device_group_id: AnsweredId | None = None
    unassignable: bool | None = None
    secure_object_created_ts: Moment | None = None
    resource_metadata: ResourceMetadata | None = None


class AssignedObjectPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of the secure objects of a device group."""

    content: list[AssignedObject] | None = None


class DeviceGroupNamePage(Page, kw_only=True, frozen=True, eq=False):
    """A page of the device groups of a secure object."""

    content: list[DeviceGroupName] | None = None


class AnsweredRules(El2gReply, kw_only=True, frozen=True, eq=False):
    """What may be done by whoever has authenticated with an object."""

    object_id: AnsweredOid | None = None
    type: str | None = None
    access_rules: list[str] | None = None


class PolicyConfiguration(El2gReply, kw_only=True, frozen=True, eq=False):
    """A policy, default or custom."""

    policy_type: str | None = None
    policy_source_type: str | None = None
    access_rule_configuration: list[AnsweredRules] | None = None


class PolicyOfObject(El2gReply, kw_only=True, frozen=True, eq=False):
    """The policy of a secure object on one product."""

    commercial_name: str | None = None
    nc12: AnsweredDigits | None = None
    assigned_device_groups: list[Any] | None = None
    secure_object_policy_configuration: PolicyConfiguration | None = None


class PolicyPage(Page, kw_only=True, frozen=True, eq=False):
    """A page of policies of a secure object."""

    content: list[PolicyOfObject] | None = None


@GROUP.at(
    "4.1.4", "POST /rtp/secure-objects/{secureObjectId}/assign-device-group", "assign", Retry.IDEMPOTENT
)
class AssignDeviceGroup(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Give a secure object to the devices of a device group.

    Its policies must be for the group's product, and no other object of the group may have its object id.
    """

    secure_object_id: SecureObjectId
    # The document's example writes the text "123"; NXP's own client sends a number.
    device_group_id: Annotated[Id, Meta(description="The id of a device group.")]
    product_hardware_family_type: FamilyType | None = None


@GROUP.at(
    "4.5.1",
    "GET /rtp/secure-objects/{secureObjectId}/available-device-groups",
    "available_groups",
    Retry.READ,
)
class AvailableDeviceGroups(El2gRequest[list[DeviceGroupName]], kw_only=True, frozen=True, eq=False):
    """List the device groups that can be given a secure object."""

    secure_object_id: SecureObjectId
    name: Annotated[Filter, Meta(description="Only groups with this in their names.")] = None


@GROUP.at(
    "4.5.2",
    "POST /rtp/secure-objects/{secureObjectId}/unassign-device-groups",
    "unassign_groups",
    Retry.IDEMPOTENT,
)
class UnassignDeviceGroups(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Take a secure object from device groups."""

    secure_object_id: SecureObjectId
    device_group_ids: Annotated[list[Id], Meta(min_length=1, description="Ids of device groups."), WHOLE]
    hardware_family_type: OfFamily = field(name="hardware-family-type", default=None)


@GROUP.at(
    "4.5.3",
    "POST /rtp/device-groups/{deviceGroupId}/unassign-secure-objects",
    "unassign_objects",
    Retry.IDEMPOTENT,
)
class UnassignSecureObjects(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Take secure objects from a device group."""

    device_group_id: DeviceGroupId
    secure_object_ids: Annotated[list[Id], Meta(min_length=1, description="Ids of secure objects."), WHOLE]
    hardware_family_type: OfFamily = field(name="hardware-family-type", default=None)


@GROUP.at("4.5.4", "GET /rtp/secure-objects/{secureObjectId}", "get", Retry.READ)
class GetSecureObject(El2gRequest[SecureObject], kw_only=True, frozen=True, eq=False):
    """Show a secure object."""

    secure_object_id: SecureObjectId


@GROUP.at(
    "4.5.6",
    "GET /rtp/device-groups/{deviceGroupId}/assigned-secure-objects",
    "assigned",
    Retry.READ,
    pages="content",
)
class AssignedSecureObjects(SortedRequest[AssignedObjectPage], kw_only=True, frozen=True, eq=False):
    """List the secure objects of a device group."""

    device_group_id: DeviceGroupId
    secure_object_name: Annotated[Filter, Meta(description="Only objects with this in their names.")] = None
    secure_object_type: Annotated[ObjectType | None, IN_QUERY] = None


@GROUP.at("4.5.7", "GET /rtp/device-groups/{deviceGroupId}/available-secure-objects", "available", Retry.READ)
class AvailableSecureObjects(El2gRequest[list[SecureObject]], kw_only=True, frozen=True, eq=False):
    """List the secure objects that a device group can be given."""

    device_group_id: DeviceGroupId


@GROUP.at(
    "4.5.8",
    "GET /rtp/secure-objects/{secureObjectId}/assigned-device-groups",
    "assigned_groups",
    Retry.READ,
    pages="content",
)
class AssignedDeviceGroups(SortedRequest[DeviceGroupNamePage], kw_only=True, frozen=True, eq=False):
    """List the device groups that have a secure object."""

    secure_object_id: SecureObjectId


@GROUP.at(
    "4.5.13", "DELETE /rtp/secure-objects/{secureObjectId}", "delete", Retry.IDEMPOTENT, irreversible=True
)
class DeleteSecureObject(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Delete a secure object that no device group has."""

    secure_object_id: SecureObjectId


@GROUP.at("4.5.14", "PUT /rtp/secure-objects/{secureObjectId}", "update", Retry.IDEMPOTENT)
class UpdateSecureObject(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Rename a secure object, or set its policies where it was created with CUSTOM ones."""

    rules = (AtLeastOne("name", "policies"), UsagePolicies())

    secure_object_id: SecureObjectId
    name: Annotated[Name | None, Meta(description="The new name.")] = None
    policies: Policies | None = None


@GROUP.at(
    "4.5.15", "GET /rtp/secure-objects/{secureObjectId}/policies", "policies", Retry.READ, pages="content"
)
class PoliciesOfSecureObject(PagedRequest[PolicyPage], kw_only=True, frozen=True, eq=False):
    """List the policies of a secure object. Default ones are there once a device group has it."""

    secure_object_id: SecureObjectId
    nc12: Annotated[Nc12 | None, Meta(description="Only that of this product, by its 12NC."), IN_QUERY] = None
