"""The whole service: an account, who may call, what it does with calls, and what can go wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sealwright.simulator.clock import ManualClock
from sealwright.simulator.service.app import make_app
from sealwright.simulator.service.rules import Rule, Weather
from sealwright.simulator.service.transport import InProcessTransport
from sealwright.simulator.ublox.account import Account
from sealwright.simulator.ublox.devices import UNATTRIBUTED
from sealwright.simulator.ublox.exchange import UbloxExchange
from sealwright.simulator.ublox.furnish import furnish
from sealwright.simulator.ublox.heartbeat import bootstrap, heartbeat
from sealwright.simulator.ublox.tokens import Credentials, Tokens
from sealwright.simulator.ublox.usage import Ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from starlette.applications import Starlette

    from sealwright.simulator.clock import Clock
    from sealwright.simulator.device import Device
    from sealwright.simulator.fleet import Fleet
    from sealwright.simulator.ublox.devices import DeviceRecord
    from sealwright.simulator.ublox.quirks import Quirk
    from sealwright.simulator.ublox.tokens import Scheme


PREFIX: Final = "/v1"
"""What stands before the paths of the document."""


class UbloxSimulator:
    """The u-blox service in this process; the same seed, clock and calls give the same answers.

    It starts empty: `register` takes devices in, `furnish` gives it a fleet and what an account has
    besides. `account` is its state, `ledger` what reached it, `weather` its faults: they may be
    looked at and changed between calls, or while `lock` is held.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        rules: Iterable[Rule | str] = (),
        quirks: Collection[Quirk] = (),
        scheme: Scheme = "either",
    ) -> None:
        self.seed = seed
        self.clock = clock or ManualClock()
        self.credentials = Credentials.of(seed)
        self.account = Account(self.clock, seed, Tokens(self.credentials, self.clock, seed, scheme))
        self.ledger = Ledger()
        self.weather = Weather(seed=seed)
        self.exchange = UbloxExchange(self.account, self.ledger, self.weather, quirks)
        self.lock = self.exchange.lock
        self.disturb(*rules)

    def disturb(self, *rules: Rule | str) -> None:
        """Let fault rules hold from now on, written as `sealwright.simulator.service.rules` says."""
        for rule in rules:
            self.weather.add(Rule.parse(rule) if isinstance(rule, str) else rule)

    def register(self, devices: Iterable[Device], profile: str = "") -> list[DeviceRecord]:
        """Let devices bootstrap, and take over when they change their keys."""
        with self.lock:
            return [self._register(device, profile) for device in devices]

    def heartbeat(self, device: Device) -> None:
        """Let a device talk to the service: what waits for it is applied, and it learns how keys rotate."""
        with self.lock:
            device.obey(heartbeat(self.account, self.account.devices.get(device.uid.hex())))

    @cached_property
    def app(self) -> Starlette:
        """The service as an ASGI application."""
        return make_app(self.exchange, PREFIX)

    def transport(self) -> InProcessTransport:
        """Return a transport for a client in this process; no socket is opened."""
        return InProcessTransport(self.app)

    def furnish(self, fleet: Fleet) -> None:
        """Take in a fleet, with profiles, tags, a root CA and a history, as an account in use has them."""
        with self.lock:
            furnish(self.account, fleet.made_devices())

    def _register(self, device: Device, profile: str) -> DeviceRecord:
        record = bootstrap(self.account, device.root, profile or UNATTRIBUTED)
        record.rotation = device.rotation = replace(device.rotation, since=self.account.now())
        return record
