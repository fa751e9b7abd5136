"""Claim codes: devices that show one join its device group (AN12642, sections 4.4 and 10)."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from msgspec import Meta

from sealwright.secret import Secret
from sealwright.services._call import Itemized
from sealwright.services._fields import IN_PATH, IN_QUERY, QuietText
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOneSet
from sealwright.services._shape import secret
from sealwright.services.el2g._fields import (
    AnsweredId,
    DeviceGroupId,
    El2gGroup,
    El2gReply,
    El2gRequest,
    Filter,
    Id,
    InPathNc12,
    Name,
    Page,
    ResourceMetadata,
    SortedRequest,
)
from sealwright.services.el2g.times import Instant

if TYPE_CHECKING:
    from sealwright.services._call import Request

GROUP = El2gGroup("claim_codes", "Claim codes of device groups.")

SHORTEST_SECRET, LONGEST_SECRET = 16, 255


def _claim_secret(value: object) -> Secret:
    """Read the secret of a claim code: base64, or the bytes that it is of."""
    if isinstance(value, (bytes, bytearray)):
        value = Secret(b2a_base64(value, newline=False))
    text = secret(value)
    if not SHORTEST_SECRET <= len(text) <= LONGEST_SECRET:
        raise ValueError("not as long as it must be")
    a2b_base64(text.reveal(), strict_mode=True)
    return text


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# Section 4.4.1 asks for "at least 16 characters … encoded in base64", section 10 for a base64 text of
# 16 to 255 characters: what satisfies the second satisfies both readings of the first but one.
ClaimSecret = Annotated[
    Secret,
    Meta(
        description="The secret in base64: a text of 16 to 255 characters.",
        extra={
            "read": _claim_secret,
            "must": "must be base64 of 16 to 255 characters",
            "takes": "str | bytes | Secret",
        },
    ),
]
ClaimCodeId = Annotated[Id, Meta(description="The id of a claim code."), IN_PATH]
ClaimName = Annotated[Name, Meta(description="The name of the claim code.")]
LimitPolicy = Annotated[
    Literal["UNRESTRICTED", "RESTRICTED"], Meta(description="Whether the number of devices is limited.")
]
Behavior = Annotated[
    Literal["ALLOW", "DENY"],
    Meta(description="What happens at the limit: ALLOW raises an alert, DENY admits no more devices."),
]
DeviceLimit = Annotated[
    int, Meta(ge=0, description="How many devices may use the code; 0 where there is no limit.")
]
Reusable = Annotated[bool, Meta(description="Whether a device may use the code more than once.")]


class ClaimCode(El2gReply, kw_only=True, frozen=True, eq=False):
    """A claim code. Its secret is shown by `decrypt` only."""

    other_names: ClassVar[dict[str, str]] = {"metadata": "resourceMetadata"}

    id: AnsweredId
    name: str | None = None
    policy: str | None = None
    behavior: str | None = None
    device_limit: int | None = None
    reusable: bool | None = None
    secret: QuietText | None = None
    device_count: int | None = None
    status: str | None = None
    resource_metadata: ResourceMetadata | None = None


class ClaimCodePage(Page, kw_only=True, frozen=True, eq=False):
    """A page of claim codes. Its links and its type are left out in the document."""

    content: list[ClaimCode] | None = None


class Batch(El2gReply, kw_only=True, frozen=True, eq=False):
    """A batch of claim codes, and how much of it is made."""

    batch_id: AnsweredId
    progress_in_percentage: int | None = None


class BatchDeleted(El2gReply, kw_only=True, frozen=True, eq=False):
    """Which claim codes were deleted and which were not: this answer says 200 either way."""

    other_names: ClassVar[dict[str, str]] = {"failedClaimCodeId": "failedClaimCodeIds"}

    processed_claim_code_ids: list[AnsweredId] | None = None
    failed_claim_code_ids: list[AnsweredId] | None = None


class Deleted(El2gReply, kw_only=True, frozen=True, eq=False):
    """How many claim codes were deleted."""

    deleted_count: int | None = None


class UsageStatistics(El2gReply, kw_only=True, frozen=True, eq=False):
    """How many claim codes are used LOW (under 50 % of the limit), MEDIUM or HIGH (over 90 %)."""

    status: str | None = None
    amount: int | None = None


class Statistics(El2gReply, kw_only=True, frozen=True, eq=False):
    """How much the claim codes of a device group are used."""

    grouped_statistics: list[UsageStatistics] | None = None
    total_amount: int | None = None


@GROUP.at("4.4.1", "POST /products/{nc12}/device-groups/{deviceGroupId}/claim-codes", "create", Retry.CREATE)
class CreateClaimCode(El2gRequest[ClaimCode], kw_only=True, frozen=True, eq=False):
    """Create a claim code with a secret of your own."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    name: ClaimName
    policy: LimitPolicy
    behavior: Behavior
    device_limit: DeviceLimit
    reusable: Reusable
    secret: ClaimSecret
    # The document sends ALL, which is no status that a claim code can have, and is answered ACTIVE.
    status: Literal["ALL"]

    def look_up(self) -> Request[Any]:
        """Return what lists the claim codes of this name."""
        return ListClaimCodes(nc12=self.nc12, device_group_id=self.device_group_id, name=self.name)

    def has_made(self, found: ClaimCode) -> bool:
        """Compare what is shown of a claim code."""
        return (found.name, found.policy, found.behavior) == (self.name, self.policy, self.behavior)


@GROUP.at(
    "4.4.2",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/create-batch",
    "create_batch",
    Retry.CREATE,
)
class CreateBatch(El2gRequest[Batch], kw_only=True, frozen=True, eq=False):
    """Start to create 100 to 1000 claim codes, whose secrets EL2G makes."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    name_prefix: Annotated[Name, Meta(description="What the names begin with.")]
    number_of_claim_codes: Annotated[int, Meta(ge=100, le=1000, description="How many, 100 to 1000.")]
    policy: LimitPolicy
    behavior: Behavior
    device_limit: DeviceLimit
    reusable: Reusable


@GROUP.at(
    "4.4.3",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/batches/{batchId}",
    "batch",
    Retry.READ,
)
class GetBatch(El2gRequest[Batch], kw_only=True, frozen=True, eq=False):
    """Show how much of a batch of claim codes is made."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    batch_id: Annotated[Id, Meta(description="The id of the batch."), IN_PATH]


@GROUP.at(
    "4.4.4",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/claim-codes",
    "list",
    Retry.READ,
    pages="content",
)
class ListClaimCodes(SortedRequest[ClaimCodePage], kw_only=True, frozen=True, eq=False):
    """List the claim codes of a device group, without their secrets."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    name: Annotated[Filter, Meta(description="Only codes with this in their names.")] = None
    # The text of section 4.4.4 writes these values in lower case, its URL in upper case.
    status: Annotated[
        Literal["ACTIVE", "REVOKED", "ALL"] | None,
        Meta(description="Only codes of this status.", extra={"read": _upper}),
        IN_QUERY,
    ] = None
    usage_status: Annotated[
        Literal["REACHED", "UNREACHED", "ALL"] | None,
        Meta(description="Only codes whose limit is reached, or is not.", extra={"read": _upper}),
        IN_QUERY,
    ] = None


@GROUP.at(
    "4.4.5",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/{claimCodeId}",
    "get",
    Retry.READ,
)
class GetClaimCode(El2gRequest[ClaimCode], kw_only=True, frozen=True, eq=False):
    """Show a claim code, without its secret."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    claim_code_id: ClaimCodeId


@GROUP.at(
    "4.4.6",
    "PUT /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/{claimCodeId}",
    "update",
    Retry.IDEMPOTENT,
)
class UpdateClaimCode(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Change a claim code; its secret stays."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    claim_code_id: ClaimCodeId
    name: ClaimName
    policy: LimitPolicy
    behavior: Behavior
    device_limit: DeviceLimit
    reusable: Reusable


@GROUP.at(
    "4.4.7",
    "POST /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/{claimCodeId}/revoke",
    "revoke",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class RevokeClaimCode(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Revoke a claim code for good. It still counts in the account's quota."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    claim_code_id: ClaimCodeId


@GROUP.at(
    "4.4.8",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/{claimCodeId}/decrypt",
    "decrypt",
    Retry.READ,
)
class DecryptClaimCode(El2gRequest[QuietText], kw_only=True, frozen=True, eq=False):
    """Show the secret of a claim code, in base64."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    claim_code_id: ClaimCodeId


@GROUP.at(
    "4.4.9",
    "DELETE /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/{claimCodeId}",
    "delete",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class DeleteClaimCode(El2gRequest[None], kw_only=True, frozen=True, eq=False):
    """Delete a claim code, which frees its place in the account's quota."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
    claim_code_id: ClaimCodeId


@GROUP.at(
    "4.4.10",
    "POST /claim-codes/batch-delete",
    "batch_delete",
    # Sent twice, the second answer would tell of failures that are none.
    Retry.CREATE,
    irreversible=True,
    splits=("claim_code_ids",),
    each=Itemized("claim_code_ids", "processed_claim_code_ids", "failed_claim_code_ids"),
)
class BatchDelete(El2gRequest[BatchDeleted], kw_only=True, frozen=True, eq=False):
    """Delete claim codes by their ids, of whatever device group."""

    claim_code_ids: Annotated[list[Id], Meta(min_length=1, description="Ids of claim codes.")]


@GROUP.at(
    "4.4.11", "POST /claim-codes/delete-by-criteria", "delete_by_criteria", Retry.CREATE, irreversible=True
)
class DeleteByCriteria(El2gRequest[Deleted], kw_only=True, frozen=True, eq=False):
    """Delete the claim codes of the account that meet all the criteria given; one is needed."""

    rules = (AtLeastOneSet("revoked", "max_usage_achieved", "created_before"),)

    revoked: Annotated[bool | None, Meta(description="Those that are revoked.")] = None
    max_usage_achieved: Annotated[bool | None, Meta(description="Those whose limit is reached.")] = None
    created_before: Annotated[
        Instant | None, Meta(description="Those created before this moment: ISO 8601 with its time zone.")
    ] = None


@GROUP.at(
    "4.4.12",
    "GET /products/{nc12}/device-groups/{deviceGroupId}/claim-codes/statistics",
    "statistics",
    Retry.READ,
)
class ClaimCodeStatistics(El2gRequest[Statistics], kw_only=True, frozen=True, eq=False):
    """Show how much the claim codes of a device group are used."""

    nc12: InPathNc12
    device_group_id: DeviceGroupId
