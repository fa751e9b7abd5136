"""HTTP as this project wants it, over httpx2: the only place that knows the library."""

from sealwright.services._http.answer import Answer
from sealwright.services._http.channel import Channel, Connection, Credentials, Limits, Outgoing, Tally, Trail
from sealwright.services._http.origin import Query
from sealwright.services._http.turns import Timing

__all__ = [
    "Answer",
    "Channel",
    "Connection",
    "Credentials",
    "Limits",
    "Outgoing",
    "Query",
    "Tally",
    "Timing",
    "Trail",
]
