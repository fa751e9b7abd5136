"""u-blox Security Services: 47 typed calls, and the client that makes them."""

from sealwright.services.ublox.calls import DOCUMENT, UBLOX

__all__ = ["DOCUMENT", "UBLOX"]
