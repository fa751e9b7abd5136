"""All that the service knows of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.simulator.ublox.certificates import RootCas
from sealwright.simulator.ublox.devices import DeviceRecord, Devices
from sealwright.simulator.ublox.events import Event, Hooks, Log
from sealwright.simulator.ublox.keys import KeyDesk
from sealwright.simulator.ublox.profiles import Profiles
from sealwright.simulator.ublox.tags import Tags
from sealwright.simulator.ublox.tokens import Credentials, Tokens
from sealwright.simulator.ublox.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.simulator.clock import Clock


class Account:
    """Devices and everything about them. It starts empty; devices register by `heartbeat.bootstrap`."""

    def __init__(self, clock: Clock, seed: int, tokens: Tokens | None = None) -> None:
        self.clock = clock
        self.tokens = tokens or Tokens(Credentials.of(seed), clock, seed)
        self.devices = Devices()
        self.tags = Tags()
        self.profiles = Profiles(seed)
        self.cas = RootCas(seed)
        self.hooks = Hooks()
        self.usage = Usage()
        self.keys = KeyDesk(self.devices)
        self.notifications, self.activities, self.clones = Log(), Log(), Log()
        self.suspicions: dict[bytes, str] = {}
        """Devices that are suspicious, and why."""
        self.next_heartbeat = float("inf")
        """When the first device will talk to the service by itself, or before."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self.clock()

    def expect(self, record: DeviceRecord) -> None:
        """Take note of when a device is to talk to the service next."""
        if record.online:
            self.next_heartbeat = min(self.next_heartbeat, record.last_seen + record.heartbeat)

    def fail(self, record: DeviceRecord, error: str) -> None:
        """Let a device report an error."""
        self.notifications.add(Event(self.now(), record.uid, "DEVICE_ERROR", {"Error": error}))
        self.hooks.tell("DEVICE_ERRORS_EVENT", self.now(), {"Error": error}, record.uid)

    def clone(self, record: DeviceRecord) -> None:
        """Let a device be seen in two places."""
        self.clones.add(Event(self.now(), record.uid, "CLONE", {"IMEI": record.imei}))

    def chosen(
        self,
        *,
        uids: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
        profile: str | None = None,
        serials: Iterable[str] | None = None,
    ) -> list[DeviceRecord]:
        """Return the devices that any of these mean, in the account's order.

        Raises RefusalError (400) for a UID or tag that is not there.
        """
        meant = {record.uid for record in self.devices.all_of(uids or ())}
        meant.update(uid for tag in self.tags.all_of(tags or ()) for uid in tag.uids)
        wanted = set(serials or ())
        return [
            record
            for record in self.devices
            if record.uid in meant or record.profile == profile or record.device_serial_number in wanted
        ]
