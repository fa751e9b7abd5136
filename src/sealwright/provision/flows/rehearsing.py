"""What would be sent, without sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sealwright.provision.flows.sending import Sender, Sent
from sealwright.services._client import PART

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.services._call import Call, Request
    from sealwright.services._each import ItemAnswer
    from sealwright.services.el2g.client import El2gClient


class Shown(NamedTuple):
    """A request as it would go out. Ids that are not known yet are in braces, by their names."""

    method: str
    url: str
    body: str
    """JSON, empty where there is none."""


class Rehearsal(Sender):
    """Sends nothing that would change something, and shows it instead; `show` hears each request.

    What is to be read is read, so that what is shown is what would be sent now.
    """

    def __init__(self, client: El2gClient, show: Callable[[Shown], object]) -> None:
        super().__init__(client)
        self._show = show

    def send(self, request: Request[Any], *, action: str, name: str, **facts: str | None) -> Sent:  # noqa: ARG002
        """Show a request; the reply is None."""
        wire = request.call.wire(request)
        body = "" if wire.body is None else wire.body.reveal().decode()
        self._show(Shown(wire.method, f"{self.client.service}{_named(wire.path)}", _named(body)))
        return Sent(None, None, "")

    def each(
        self,
        call: Call,
        arguments: dict[str, Any],
        *,
        action: str,
        name: str,
        **facts: str | None,
    ) -> list[ItemAnswer]:
        """Show the request of each part; there are no answers."""
        facts_of_list = call.each
        assert facts_of_list is not None  # noqa: S101  # who asks has looked
        field = facts_of_list.field
        items = arguments[field]
        for start in range(0, len(items), PART):
            part = {**arguments, field: items[start : start + PART]}
            self.send(call.make(**part), action=action, name=name, **facts)
        return []


GROUP_ID: Final = 2**53 - 1
OBJECT_ID: Final = 2**53 - 2
"""They stand in a rehearsal for the ids of what is not created yet."""

_STAND_INS: Final = {str(GROUP_ID): "{deviceGroupId}", str(OBJECT_ID): "{secureObjectId}"}


def _named(text: str) -> str:
    for number, name in _STAND_INS.items():
        text = text.replace(number, name)
    return text
