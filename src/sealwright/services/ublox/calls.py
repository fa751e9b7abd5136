"""The 47 calls of the u-blox service, in the order of its document."""

from __future__ import annotations

from typing import Final

from sealwright.services._registry import Registry
from sealwright.services.ublox import (
    authentication,
    device_profiles,
    devices,
    e2e,
    information,
    notifications,
    tags,
    zero_touch,
)
from sealwright.services.ublox._fields import DOCUMENT

__all__ = ["DOCUMENT", "UBLOX"]

UBLOX: Final = Registry(
    "ublox",
    authentication.GROUP,
    device_profiles.GROUP,
    devices.GROUP,
    e2e.GROUP,
    information.GROUP,
    zero_touch.GROUP,
    notifications.GROUP,
    tags.GROUP,
)
