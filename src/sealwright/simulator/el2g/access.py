"""Who may do what: tokens, the permissions that each has, and the two profiles that show them."""

from __future__ import annotations

import re
from hashlib import shake_256
from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.services._retry import Retry
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sealwright.services._call import Call

NXP: Final = "/api"
"""What stands before the edition of a path of the profile `nxp`."""
FACTORY: Final = "sealwright"
FOUNDRIES: Final = re.compile(r"/ota/factories/[A-Za-z0-9_-]+/el2g-proxy")


class Place(NamedTuple):
    """Where a call arrived."""

    profile: str
    edition: str
    """Empty with the profile that has none."""
    base: str
    """What stands before the document's path."""
    path: str


def place_of(path: str) -> Place | None:
    """Return which profile a path belongs to; None where it is below neither."""
    if found := re.match(rf"{NXP}/(v[12])(?=/)", path):
        return Place("nxp", found[1], found[0], path[found.end() :])
    if found := FOUNDRIES.match(path):
        return Place("foundries", "", found[0], path[found.end() :])
    return None


def permission_of(call: Call) -> str:
    """Return the permission that a call needs: `claim-codes:read` or `claim-codes:write`."""
    kind = "read" if call.method == "GET" or call.retry is Retry.READ else "write"
    return f"{call.group.replace('_', '-')}:{kind}"


class Access:
    """The tokens that are taken, each with its permissions."""

    def __init__(self, seed: int) -> None:
        self.token = f"el2g-{shake_256(f'sealwright el2g token {seed}'.encode()).hexdigest(16)}"
        """A token that may do everything."""
        self._permissions: dict[str, frozenset[str] | None] = {self.token: None}

    def grant(self, token: str, permissions: Iterable[str]) -> None:
        """Take one more token, for calls of these permissions only."""
        self._permissions[token] = frozenset(permissions)

    def revoke(self, token: str) -> None:
        """Take a token no more."""
        del self._permissions[token]

    def check(self, place: Place, headers: Mapping[str, str], call: Call | None) -> None:
        """Raise RefusalError: 401 for a token that is not taken, 403 where it lacks the permission."""
        shown = _shown(place, headers)
        if shown not in self._permissions:
            raise RefusalError(401, "Full authentication is required to access this resource")
        permissions = self._permissions[shown]
        if call is not None and permissions is not None and permission_of(call) not in permissions:
            raise RefusalError(403, f"Access is denied: {permission_of(call)} is missing")


def _shown(place: Place, headers: Mapping[str, str]) -> str:
    if place.profile == "nxp":
        return headers.get("el2g-api-key", "")
    return headers.get("osf-token", "") or headers.get("authorization", "").removeprefix("Bearer ")
