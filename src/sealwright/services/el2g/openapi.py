"""The OpenAPI 3.1 document of EL2G, made from its calls."""

from __future__ import annotations

from typing import Any, Final

from sealwright.services._openapi import About, openapi
from sealwright.services.el2g.calls import EL2G
from sealwright.services.el2g.profiles import PROFILES

_NXP: Final = PROFILES["nxp"].service
ABOUT: Final = About(
    title="EdgeLock 2GO",
    version="1.0",
    server=_NXP,
    security={
        name: {"type": "apiKey", "in": "header", "name": profile.header} for name, profile in PROFILES.items()
    }
    | {"oauth2": {"type": "http", "scheme": "bearer"}},
    editions={"v2": _NXP.removesuffix("v1") + "v2"},
)


def document() -> dict[str, Any]:
    """Return the document as JSON values."""
    return openapi(EL2G, ABOUT)
