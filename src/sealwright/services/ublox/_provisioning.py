"""What devices can be provisioned with.

The document cuts its samples of the object to `{}`. Its members are named in the prose and in the
sample of a webhook event, so the names of features and their states are checked where they stand in
that form, and everything else is passed on.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta

FEATURES: Final = ("LocalDPR", "LocalC2C", "LocalC2CKeyPairing", "ZTPV1")
STATES: Final = ("ENABLED", "DISABLED")
PAID_WHEN_ENABLED: Final = "a feature is billed when it is enabled and applied on a device"


def _provisioning(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    authorizations = value.get("Authorizations")
    if isinstance(authorizations, list):
        for each in authorizations:
            _check_feature(each)
    return value


def _check_feature(value: object) -> None:
    if not isinstance(value, dict) or value.get("Name") not in FEATURES or value.get("State") not in STATES:
        raise ValueError("not a feature")


Provisioning = Annotated[
    dict[str, Any],
    Meta(
        min_length=1,
        description='Features and network parameters, such as {"Authorizations": [{"Name": "LocalDPR", '
        '"State": "ENABLED"}], "SecurityHeartbeatInSec": 86400}. Features: LocalDPR (local data '
        "protection), LocalC2C (local chip-to-chip security), LocalC2CKeyPairing (its key pairing), ZTPV1 "
        "(zero-touch provisioning). Members that the document does not show are passed on.",
        extra_json_schema={
            "properties": {
                "Authorizations": {
                    "items": {
                        "type": "object",
                        "properties": {"Name": {"enum": list(FEATURES)}, "State": {"enum": list(STATES)}},
                        "required": ["Name", "State"],
                    }
                }
            }
        },
        extra={
            "read": _provisioning,
            "must": "must be an object that is not empty, whose Authorizations are objects with Name "
            f"({', '.join(FEATURES)}) and State ({' or '.join(STATES)})",
        },
    ),
]
