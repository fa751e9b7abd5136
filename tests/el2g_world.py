"""A simulated EL2G with devices, and clients of it, in this process."""

from __future__ import annotations

from typing import Any, Final

from asking import QUICK
from sealwright.services.el2g.client import El2gClient
from sealwright.simulator.el2g import PREFIXES, El2gSimulator, some_uids
from sealwright.simulator.el2g.catalog import USUAL

UIDS: Final = tuple(some_uids(20))
NC12: Final = USUAL
OTHER_NC12: Final = "935414457472"
KEY_PAIR: Final = {"name": "pair", "object_id": "83000008", "algorithm": "NIST_P256"}
LIMITS: Final = {"policy": "UNRESTRICTED", "behavior": "ALLOW", "device_limit": 0, "reusable": True}


def world(**options: Any) -> El2gSimulator:
    """Return a service that knows twenty devices."""
    simulator = El2gSimulator(**options)
    simulator.register(UIDS)
    return simulator


def client_of(
    simulator: El2gSimulator, *, token: str = "", profile: str = "nxp", **options: Any
) -> El2gClient:
    """Return a client of a service, in one of its profiles."""
    given = {
        "service": f"http://localhost{PREFIXES[profile]}",
        "profile": profile,
        "transport": simulator.transport(),
        "limits": QUICK,
        **({"factory": "f"} if profile == "foundries" else {}),
        **options,
    }
    return El2gClient(token or simulator.token, **given)
