"""Usage policies of secure objects (AN12642, section 9).

    {"935389312472": policy(["POLICY_OBJ_ALLOW_SIGN"], {"83000006": ["POLICY_OBJ_FORBID_ALL"]})}

A custom policy belongs to a product. It says what is allowed without authentication and with up to five
authentication objects, and always lets EL2G delete the object. Which rules a product knows for a type
of object is told by `settings.policy_template`, so only the form of their names is checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from sealwright.errors import Fault
from sealwright.services.el2g._fields import Nc12
from sealwright.services.el2g.oid import MANDATORY, UNAUTHENTICATED, AnyOid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sealwright.services._rules import Namer

MOST_PRODUCTS: Final = 5
MOST_CUSTOM: Final = 5
MANDATORY_RULES: Final = ("POLICY_OBJ_ALLOW_DELETE",)

RuleName = Annotated[
    str,
    Meta(pattern="^POLICY_[A-Z0-9_]+$", extra={"must": "must be a rule such as POLICY_OBJ_ALLOW_SIGN"}),
]


class AccessRules(Struct, kw_only=True, frozen=True, rename="camel"):
    """What may be done by whoever has authenticated with an object."""

    object_id: AnyOid
    type: Literal["UNAUTHENTICATED", "CUSTOM", "MANDATORY"]
    access_rules: list[RuleName]


class Policy(Struct, kw_only=True, frozen=True, rename="camel"):
    """The policy of a secure object on one product."""

    policy_type: Literal["ACCESS_RULE"]
    policy_source_type: Literal["CUSTOM"]
    access_rule_configuration: list[AccessRules]


Policies = Annotated[
    dict[Nc12, Policy],
    Meta(
        min_length=1,
        max_length=MOST_PRODUCTS,
        description="Policies by the 12NC of the product, at most five.",
        extra={"takes": "Mapping[str, Any]"},
    ),
]


def policy(
    unauthenticated: Sequence[str], authenticated: Mapping[str, Sequence[str]] | None = None
) -> Policy:
    """Return a custom policy with the entries that every one must have.

    `unauthenticated` are the rules without authentication, `authenticated` those by the object id of the
    authentication object.
    """
    custom = [_entry(oid, "CUSTOM", rules) for oid, rules in (authenticated or {}).items()]
    return Policy(
        policy_type="ACCESS_RULE",
        policy_source_type="CUSTOM",
        access_rule_configuration=[
            _entry(UNAUTHENTICATED, "UNAUTHENTICATED", unauthenticated),
            *custom,
            _entry(MANDATORY, "MANDATORY", MANDATORY_RULES),
        ],
    )


def _entry(
    oid: str, kind: Literal["UNAUTHENTICATED", "CUSTOM", "MANDATORY"], rules: Sequence[str]
) -> AccessRules:
    return AccessRules(object_id=oid, type=kind, access_rules=list(rules))


class UsagePolicies:
    """What must hold between the source of policies, where a call has one, and the policies."""

    def __init__(self, source: str = "") -> None:
        self.source = source

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield each rule of section 9 that is not kept."""
        policies: dict[str, Policy] = values.get("policies", {})
        if self.source and policies and values.get(self.source) != "CUSTOM":
            yield Fault(name("policies"), f"may be given only when {name(self.source)} is CUSTOM")
        if self.source and not policies and values.get(self.source) == "CUSTOM":
            yield Fault(name("policies"), f"is missing: {name(self.source)} is CUSTOM")
        if len(policies) > MOST_PRODUCTS:
            yield Fault(name("policies"), f"must be for at most {MOST_PRODUCTS} products")
        for nc12, each in policies.items():
            for problem in _problems(each.access_rule_configuration):
                yield Fault(f"{name('policies')}.{nc12}.accessRuleConfiguration", problem)

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return: policies are there when the source is CUSTOM, and only then; each has what it must."""
        each = {
            "properties": {
                "accessRuleConfiguration": {
                    "allOf": [
                        _only_for(UNAUTHENTICATED),
                        _only_for(MANDATORY),
                        {"contains": _of_type("CUSTOM"), "minContains": 0, "maxContains": MOST_CUSTOM},
                    ]
                }
            }
        }
        policies = {"properties": {name("policies"): {"additionalProperties": each}}}
        if not self.source:
            return policies
        custom = {"properties": {name(self.source): {"const": "CUSTOM"}}, "required": [name(self.source)]}
        given = {"required": [name("policies")]}
        return {**policies, "if": custom, "then": given, "else": {"not": given}}


_KINDS: Final = {UNAUTHENTICATED: "UNAUTHENTICATED", MANDATORY: "MANDATORY"}


def _of_type(kind: str) -> dict[str, Any]:
    return {"properties": {"type": {"const": kind}}}


def _only_for(oid: str) -> dict[str, Any]:
    """Return the schema of a list in which one entry is of the type that an object id stands for."""
    right: dict[str, Any] = {
        "properties": {"type": {"const": _KINDS[oid]}, "objectId": {"pattern": f"^0*{oid.lstrip('0')}$"}}
    }
    if oid == MANDATORY:
        right["properties"]["accessRules"] = {"const": list(MANDATORY_RULES)}
    return {"contains": right, "minContains": 1, "maxContains": 1}


def _problems(entries: Sequence[AccessRules]) -> Iterator[str]:
    for oid, kind in _KINDS.items():
        found = [entry for entry in entries if entry.type == kind]
        if len(found) != 1 or int(found[0].object_id, 16) != int(oid, 16):
            yield f"must have one {kind} entry, and its objectId must be {oid}"
    if any(entry.type == "MANDATORY" and entry.access_rules != [*MANDATORY_RULES] for entry in entries):
        yield f"must allow {MANDATORY_RULES[0]} and nothing else in its MANDATORY entry"
    custom = [int(entry.object_id, 16) for entry in entries if entry.type == "CUSTOM"]
    if len(custom) > MOST_CUSTOM:
        yield f"must have at most {MOST_CUSTOM} CUSTOM entries"
    if len(set(custom)) != len(custom) or {int(oid, 16) for oid in _KINDS} & set(custom):
        yield "must name another authentication object in each CUSTOM entry"
