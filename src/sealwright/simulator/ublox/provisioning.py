"""What provisioning says, read and shown: features, the heartbeat and the root CA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.simulator.clock import iso
from sealwright.simulator.service.refusal import bad_request
from sealwright.simulator.ublox.devices import Properties

if TYPE_CHECKING:
    from collections.abc import Mapping

HEARTBEAT = "SecurityHeartbeatInSec"
ROOT_CA = "CAName"
"""The member that links a root CA: the document says that there is such a link, not how it is written."""


def read_properties(told: Mapping[str, Any], now: float) -> Properties:
    """Read the object `Provisioning`. Raises RefusalError (400) for what cannot be set."""
    features = {each["Name"]: (each["State"] == "ENABLED", now) for each in told.get("Authorizations", [])}
    heartbeat, root_ca = told.get(HEARTBEAT), told.get(ROOT_CA, "")
    if heartbeat is not None and not (type(heartbeat) is int and heartbeat > 0):
        raise bad_request(f"Invalid {HEARTBEAT}")
    if not isinstance(root_ca, str):
        raise bad_request(f"Invalid {ROOT_CA}")
    return Properties(features, heartbeat, root_ca)


def merge(before: Properties, more: Properties) -> Properties:
    """Return properties with others set over them."""
    return Properties(
        {**before.features, **more.features},
        more.heartbeat or before.heartbeat,
        more.root_ca or before.root_ca,
    )


def shown(properties: Properties, since: str) -> dict[str, Any]:
    """Return properties as the service shows them; `since` names the date: ModifiedDate or SyncDate."""
    features = [
        {"Name": name, "State": "ENABLED" if enabled else "DISABLED", since: iso(at)}
        for name, (enabled, at) in properties.features.items()
    ]
    told: dict[str, Any] = {"Authorizations": features}
    if properties.heartbeat is not None:
        told[HEARTBEAT] = properties.heartbeat
    if properties.root_ca:
        told[ROOT_CA] = properties.root_ca
    return told
