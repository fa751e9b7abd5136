"""What the account is told of its devices: notifications, activities, clones, suspicions, and hooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sealwright.simulator.clock import iso
from sealwright.simulator.service.refusal import RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

SUSPICIONS: Final = (
    "DUPLICATED_SCL_SERIAL_NUM_SEALED_INFO",
    "DUPLICATED_DEV_SERIAL_NUM_SEALING",
    "DUPLICATED_SCL_SERIAL_NUM_PROD_LOG",
    "DUPLICATED_DEV_SERIAL_NUM_PROD_LOG",
)
"""Why a device is suspicious (REST document 1.1.29, "/device/suspicious/get")."""

NOTIFICATIONS: Final = (
    "DEVICE_STATE_CHANGE",
    "DEVICE_INFO_CHANGE",
    "DEVICE_PROPERTIES_CHANGE",
    "DEVICE_ERROR",
)
"""What "/notification/get" can be asked for."""

EVENTS: Final = (
    "DEVICE_BOOTSTRAP_EVENT",
    "DEVICE_PROPERTIES_CHANGE_EVENT",
    "DEVICE_ERRORS_EVENT",
    "DEVICE_CERTIFICATE_RENEWAL_EVENT",
    "DEVICE_CERTIFICATE_EXPIRATION_EVENT",
    "ROOTCA_EXPIRATION_EVENT",
)
"""What a hook can be for."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a device at a time."""

    at: float
    uid: bytes
    kind: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call of a hook: where to, with which Authorization header, and its JSON body."""

    url: str
    authorization: str
    body: dict[str, Any]


class Log:
    """Events in order of time."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def add(self, event: Event) -> None:
        """Take one event down."""
        self._events.append(event)

    def between(self, first: float, last: float, uids: set[bytes] | None = None) -> list[Event]:
        """Return the events from one time to another, of some devices or of all."""
        return [
            event
            for event in self._events
            if first <= event.at <= last and (uids is None or event.uid in uids)
        ]


@dataclass(slots=True)
class Hook:
    """Where an event is to be told."""

    url: str
    authorization: str
    kind: str
    created: float


@dataclass(slots=True)
class Hooks:
    """The notification hooks of an account, and what has been sent to them.

    Nothing leaves the simulator: `sent` is its outbox, and `deliver`, where it is given, is called
    with each delivery.
    """

    hooks: list[Hook] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    deliver: Callable[[Delivery], None] | None = None

    def create(self, url: str, authorization: str, kind: str, now: float) -> None:
        """Register a hook; one URL may serve several kinds. Raises RefusalError (400) for a second one."""
        if any(hook.url == url and hook.kind == kind for hook in self.hooks):
            raise bad_request("NotificationURL already exists for this NotificationType")
        self.hooks.append(Hook(url, authorization, kind, now))

    def update(self, url: str, authorization: str) -> None:
        """Give the hooks of a URL another Authorization value. Raises RefusalError (404) without one."""
        for hook in self._at(url):
            hook.authorization = authorization

    def delete(self, url: str) -> None:
        """Remove the hooks of a URL. Raises RefusalError (404) where there is none."""
        gone = self._at(url)
        self.hooks = [hook for hook in self.hooks if hook not in gone]

    def tell(self, kind: str, now: float, payload: dict[str, Any], uid: bytes | None = None) -> None:
        """Send an event to every hook of its kind."""
        who = {} if uid is None else {"ROTPublicUID": uid.hex()}
        body = {**who, "Timestamp": iso(now), "EventType": kind, "Payload": payload}
        for hook in self.hooks:
            if hook.kind == kind:
                delivery = Delivery(hook.url, hook.authorization, body)
                self.sent.append(delivery)
                if self.deliver:
                    self.deliver(delivery)

    def _at(self, url: str) -> list[Hook]:
        found = [hook for hook in self.hooks if hook.url == url]
        if not found:
            raise RefusalError(404, "Not Found. There is no hook with this NotificationURL")
        return found
