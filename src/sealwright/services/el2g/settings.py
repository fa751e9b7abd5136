"""Settings: which object ids and policies EL2G takes (AN12642, sections 4.5.16 and 4.5.17)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from sealwright.services._fields import IN_PATH, IN_QUERY
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import El2gGroup, El2gReply, El2gRequest, Filter, InPathNc12
from sealwright.services.el2g._secure_object import ObjectType
from sealwright.services.el2g.oid import AnsweredOid
from sealwright.services.el2g.secure_objects import AnsweredRules

GROUP = El2gGroup("settings", "Which object ids and policies EL2G takes.")


class OidRange(El2gReply, kw_only=True, frozen=True, eq=False):
    """Object ids from the one to the other."""

    min_value: AnsweredOid | None = None
    max_value: AnsweredOid | None = None


class PolicyTemplate(El2gReply, kw_only=True, frozen=True, eq=False):
    """The default policy of a product for a type of object, and the rules that a custom one may have."""

    secure_object: dict[str, Any] | None = None
    enabled: bool | None = None
    policy_type: str | None = None
    access_rule_configuration_template: list[AnsweredRules] | None = None
    allowed_access_rule_options: list[str] | None = None


class OidConfiguration(El2gReply, kw_only=True, frozen=True, eq=False):
    """The object ids that have a meaning in policies, and the ranges that are SUGGESTED and FORBIDDEN."""

    mandatory_user_id: AnsweredOid | None = None
    unauthenticated_user_id: AnsweredOid | None = None
    object_id_ranges: dict[str, list[OidRange]] | None = None


class PolicySettings(El2gReply, kw_only=True, frozen=True, eq=False):
    """What a policy may be made of."""

    secure_object_policy_template: PolicyTemplate | None = None
    access_rule_oid_configuration: OidConfiguration | None = None


class ReservedOids(El2gReply, kw_only=True, frozen=True, eq=False):
    """Object ids that are suggested and forbidden; section 4.5.16 tells other ranges, and both count."""

    suggested_object_id_ranges: list[OidRange] | None = None
    forbidden_object_id_ranges: list[OidRange] | None = None


@GROUP.at(
    "4.5.16",
    "GET /rtp/settings/secure-object/policy-template/{nc12}/{secureObjectType}",
    "policy_template",
    Retry.READ,
)
class GetPolicyTemplate(El2gRequest[PolicySettings], kw_only=True, frozen=True, eq=False):
    """Show the default policy of a product for a type of secure object, and the rules it knows.

    Key pairs, public keys and certificates need the algorithm as well.
    """

    nc12: InPathNc12
    secure_object_type: Annotated[ObjectType, IN_PATH]
    policy_type: Annotated[Literal["ACCESS_RULE"], IN_QUERY]
    algorithm: Annotated[
        Filter, Meta(description="The algorithm, such as NIST_P256, RSA_2048_CRT or AES128.")
    ] = None


@GROUP.at("4.5.17", "GET /rtp/settings/secure-object/SE05/reserved-oids", "reserved_oids", Retry.READ)
class GetReservedOids(El2gRequest[ReservedOids], kw_only=True, frozen=True, eq=False):
    """Show which object ids are suggested and which are forbidden."""
