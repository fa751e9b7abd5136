"""u-blox Security Services: 47 typed calls, and the client that makes them."""

from sealwright.services.ublox.calls import DOCUMENT, UBLOX
from sealwright.services.ublox.events import Event, read_event
from sealwright.services.ublox.whitelist import Entry, read_whitelist, write_whitelist

__all__ = ["DOCUMENT", "UBLOX", "Entry", "Event", "read_event", "read_whitelist", "write_whitelist"]
