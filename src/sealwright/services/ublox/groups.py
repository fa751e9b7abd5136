"""The groups of calls as attributes of the client; `groups.pyi` tells type checkers their methods."""

from sealwright.services._groups import group_class
from sealwright.services.ublox.calls import UBLOX

AuthenticationCalls = group_class(UBLOX.groups["authentication"])
DeviceProfilesCalls = group_class(UBLOX.groups["device_profiles"])
DevicesCalls = group_class(UBLOX.groups["devices"])
E2eCalls = group_class(UBLOX.groups["e2e"])
InformationCalls = group_class(UBLOX.groups["information"])
ZeroTouchCalls = group_class(UBLOX.groups["zero_touch"])
NotificationsCalls = group_class(UBLOX.groups["notifications"])
TagsCalls = group_class(UBLOX.groups["tags"])
