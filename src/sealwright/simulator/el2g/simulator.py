"""The whole service: an account, who may call, what it does with calls, and what can go wrong."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from sealwright.errors import InputError
from sealwright.simulator.clock import ManualClock
from sealwright.simulator.el2g.access import FACTORY, NXP
from sealwright.simulator.el2g.account import Account
from sealwright.simulator.el2g.exchange import El2gExchange, Ledger
from sealwright.simulator.service.app import make_app
from sealwright.simulator.service.rules import Rule, ServiceFault, Weather
from sealwright.simulator.service.transport import InProcessTransport

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from starlette.applications import Starlette

    from sealwright.simulator.clock import Clock
    from sealwright.simulator.el2g.catalog import Product
    from sealwright.simulator.el2g.imports import Opener
    from sealwright.simulator.el2g.slips import Slip

PREFIXES: Final = {"nxp": f"{NXP}/v1", "foundries": f"/ota/factories/{FACTORY}/el2g-proxy"}
"""What the URL of the service ends with, by profile."""
_OF_ANOTHER_SERVICE: Final = {ServiceFault.EXPIRED_TOKEN, ServiceFault.WRONG_DEVICE}


class El2gSimulator:
    """EL2G in this process; the same seed, clock and calls give the same answers, but for RSA keys.

    It starts empty: `register` makes devices known that can be added to groups, `connect` lets one
    talk to the service, `claim` lets one show a claim code. `account` is its state, `ledger` what
    reached it, `weather` its faults: they may be looked at and changed between calls, or while
    `lock` is held. `opener` decrypts and verifies imports, such as a `sealwright.provision.Receiver`
    with the secret key of the service; without one they are refused.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        rules: Iterable[Rule | str] = (),
        slips: Collection[Slip] = (),
        opener: Opener | None = None,
    ) -> None:
        self.seed = seed
        self.clock = clock or ManualClock()
        self.account = Account(self.clock, seed, opener)
        self.ledger = Ledger()
        self.weather = Weather(seed=seed)
        self.exchange = El2gExchange(self.account, self.ledger, self.weather, slips)
        self.lock = self.exchange.lock
        self.disturb(*rules)

    @property
    def token(self) -> str:
        """A token that may do everything."""
        return self.account.access.token

    def disturb(self, *rules: Rule | str) -> None:
        """Let fault rules hold from now on: their paths are `METHOD /path`, where `*` stands for anything.

        Raises InputError for faults that this service does not know.
        """
        for each in rules:
            rule = Rule.parse(each) if isinstance(each, str) else each
            if rule.fault in _OF_ANOTHER_SERVICE:
                raise InputError(f"fault rule: {rule.fault} is a fault of another service")
            self.weather.add(rule)

    def register(self, uids: Iterable[int], product: Product | None = None) -> None:
        """Let NXP have made devices."""
        with self.lock:
            self.account.register(uids, product)

    def connect(self, uid: int) -> list[str]:
        """Let a device talk to the service; returns the names of the objects that it has now."""
        with self.lock:
            self.account.catch_up()
            return self.account.connect(uid)

    def claim(self, uid: int, secret: str) -> bool:
        """Let a device show a claim code; tells whether it joined the code's group."""
        with self.lock:
            self.account.catch_up()
            return self.account.claim(uid, secret)

    @cached_property
    def app(self) -> Starlette:
        """The service as an ASGI application, with both profiles."""
        return make_app(self.exchange)

    def transport(self) -> InProcessTransport:
        """Return a transport for a client in this process; no socket is opened."""
        return InProcessTransport(self.app)
