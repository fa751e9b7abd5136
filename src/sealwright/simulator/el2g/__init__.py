"""EdgeLock 2GO, simulated (AN12642 rev. 1.0, and what is newer).

    >>> simulator = El2gSimulator(rules=["POST /rtp/*:lose,times=3"], slips=[Slip.NUMERIC_OIDS])
    >>> simulator.register(some_uids(20))
    >>> with serve(simulator.app, prefix=PREFIXES["nxp"]) as url: ...

All state is plain Python behind one lock. `Receiver(pgp_secret_key())` opens imports that are
encrypted to `pgp_key()`. It needs the extra `simulator` (starlette and uvicorn).
"""

from sealwright.simulator.el2g.catalog import some_uids
from sealwright.simulator.el2g.imports import Opener
from sealwright.simulator.el2g.own_key import pgp_key, pgp_secret_key
from sealwright.simulator.el2g.simulator import PREFIXES, El2gSimulator
from sealwright.simulator.el2g.slips import Slip
from sealwright.simulator.service.rules import Rule, ServiceFault
from sealwright.simulator.service.server import is_loopback, serve

__all__ = [
    "PREFIXES",
    "El2gSimulator",
    "Opener",
    "Rule",
    "ServiceFault",
    "Slip",
    "is_loopback",
    "pgp_key",
    "pgp_secret_key",
    "serve",
    "some_uids",
]
