"""Two profiles of one API: where it is, and which header shows the credential."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sealwright.errors import InputError


class Profile(NamedTuple):
    """A way to the API: all that differs between its providers."""

    service: str
    """The base URL; `{factory}` stands for the name of a Foundries.io factory."""
    header: str
    """The header that shows the token."""


PROFILES: Final = {
    "nxp": Profile("https://api.edgelock2go.com/api/v1", "EL2G-API-Key"),
    "foundries": Profile("https://api.foundries.io/ota/factories/{factory}/el2g-proxy", "OSF-TOKEN"),
}
BEARER: Final = "Authorization"
"""The header of OAuth2 tokens, which `foundries` takes as well (AN12642, section 2)."""


def profile_of(name: str) -> Profile:
    """Return the profile of this name. Raises InputError where there is none."""
    if name not in PROFILES:
        raise InputError(f"profile: there is no {name!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[name]


def service_of(profile: str, factory: str | None = None) -> str:
    """Return the base URL of a profile. Raises InputError where it needs a factory, or has none."""
    service = profile_of(profile).service
    if "{factory}" not in service:
        if factory is not None:
            raise InputError(f"factory: the profile {profile} has none")
        return service
    if factory is None or not re.fullmatch(r"[A-Za-z0-9_-]+", factory):
        raise InputError(f"factory: the profile {profile} needs the name of one: letters, digits and dashes")
    return service.replace("{factory}", factory)
