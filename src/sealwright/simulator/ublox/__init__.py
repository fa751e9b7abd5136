"""The u-blox security service, simulated (Security Services REST APIs 1.1.29).

    >>> simulator = UbloxSimulator(rules=["/e2e/*:status=503,times=3"])
    >>> simulator.furnish(Fleet())
    >>> with serve(simulator.app) as url: ...

All state is plain Python behind one lock; the same seed, clock and calls give the same answers. It
needs the extra `simulator` (starlette and uvicorn).
"""

from sealwright.simulator.service.rules import Rule, ServiceFault
from sealwright.simulator.service.server import is_loopback, serve
from sealwright.simulator.ublox.quirks import Quirk
from sealwright.simulator.ublox.simulator import UbloxSimulator
from sealwright.simulator.ublox.tokens import Credentials

__all__ = ["Credentials", "Quirk", "Rule", "ServiceFault", "UbloxSimulator", "is_loopback", "serve"]
