"""One header asked for: the typed request, and a reply read strictly and bound to its header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sealwright.errors import ParametersError, Reason, RefusedError, ReplyError
from sealwright.services.ublox.e2e import UplinkIntegrityParametersGet, UplinkProtectionParametersGet
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.table import State

if TYPE_CHECKING:
    from sealwright.telemetry.format.header import UnverifiedHeader

REQUEST: Final[dict[Kind, type[UplinkProtectionParametersGet | UplinkIntegrityParametersGet]]] = {
    Kind.V1: UplinkProtectionParametersGet,
    Kind.V2: UplinkProtectionParametersGet,
    Kind.INTEGRITY: UplinkIntegrityParametersGet,
}

NOT_KNOWN: Final = frozenset({400, 404})
"""Statuses with which the service says that it does not know a header or a device."""


class Sends(Protocol):
    """A client, as far as it is needed here: UbloxClient."""

    def send(self, request: Any, *, tally: Any = None) -> Any:
        """Send a typed request and return its reply."""
        ...


class Answer(NamedTuple):
    """What asking for a header has brought."""

    state: State
    reason: Reason = Reason.NONE
    parameters: Parameters | None = None
    complaint: str = ""
    """What cannot be read in a reply: a field and the problem, never a value."""


def ask(client: Sends, header: UnverifiedHeader, tally: Any) -> Answer:
    """Ask for an uplink header and return what can be made of the reply.

    What the service does not know is UNKNOWN, a reply that cannot be used is REFUSED. Raises
    ServiceError where there was no answer.
    """
    try:
        reply = client.send(REQUEST[header.kind](encrypted_header=header.raw.hex()), tally=tally)
    except RefusedError as problem:
        if problem.status not in NOT_KNOWN:
            raise
        return Answer(State.UNKNOWN)
    except ReplyError as problem:
        return _unreadable(problem)
    try:
        parameters = read_reply(reply.reveal(), header=header.raw, purpose=header.purpose)
    except ParametersError as problem:
        return Answer(State.REFUSED, problem.reason, complaint=str(problem))
    except ReplyError as problem:
        return _unreadable(problem)
    return Answer(State.EXACT, parameters=parameters)


def _unreadable(problem: ReplyError) -> Answer:
    return Answer(State.REFUSED, Reason.REPLY_UNREADABLE, complaint=str(problem))
