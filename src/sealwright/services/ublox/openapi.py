"""The OpenAPI 3.1 document of the u-blox service, made from its 47 calls and six events."""

from __future__ import annotations

from typing import Any, Final

from sealwright.services._openapi import About, openapi
from sealwright.services.ublox.calls import DOCUMENT, UBLOX
from sealwright.services.ublox.client import SERVICE
from sealwright.services.ublox.events import EVENTS

ABOUT: Final = About(
    title="u-blox Security Services",
    version=DOCUMENT.rpartition(" ")[2],
    server=SERVICE,
    security={
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "bare": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The AuthToken without a scheme in front of it.",
        },
    },
    events={str(name): kind for name, kind in EVENTS.items()},
)


def document() -> dict[str, Any]:
    """Return the document as JSON values."""
    return openapi(UBLOX, ABOUT)
