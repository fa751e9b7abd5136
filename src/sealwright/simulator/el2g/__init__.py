"""EdgeLock 2GO, simulated (AN12642 rev. 1.0, and what is newer).

    >>> simulator = El2gSimulator(rules=["POST /rtp/*:lose,times=3"], slips=[Slip.NUMERIC_OIDS])
    >>> simulator.register([348555491056936142262187597632590342062080])
    >>> with serve(simulator.app, prefix=PREFIXES["nxp"]) as url: ...

All state is plain Python behind one lock. It needs the extra `simulator` (starlette and uvicorn).
"""

from sealwright.simulator.el2g.imports import Opener
from sealwright.simulator.el2g.simulator import PREFIXES, El2gSimulator
from sealwright.simulator.el2g.slips import Slip
from sealwright.simulator.service.rules import Rule, ServiceFault
from sealwright.simulator.service.server import is_loopback, serve

__all__ = ["PREFIXES", "El2gSimulator", "Opener", "Rule", "ServiceFault", "Slip", "is_loopback", "serve"]
