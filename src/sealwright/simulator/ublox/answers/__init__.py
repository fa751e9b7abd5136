"""What the service answers: one module a group of calls, in the document's order."""

from sealwright.simulator.service.desk import Desk
from sealwright.simulator.ublox.answers import (
    authentication,
    device_profiles,
    devices,
    e2e,
    information,
    notifications,
    tags,
    zero_touch,
)

ANSWERS = Desk.of(
    authentication.DESK,
    device_profiles.DESK,
    devices.DESK,
    e2e.DESK,
    information.DESK,
    zero_touch.DESK,
    notifications.DESK,
    tags.DESK,
)

__all__ = ["ANSWERS"]
