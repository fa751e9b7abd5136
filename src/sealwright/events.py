"""Events: what happened and how often, told to a callback and to the log, and never with a secret.

An event has a name, a count and labels; `COUNTERS` lists them all. Labels are words of fixed lists,
paths of calls and statuses: no header, key, UID or plaintext is ever among them, so they may go to any
system of metrics. The log has them at level DEBUG, with the same as structured extras.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    OnEvent: TypeAlias = "Callable[[Event], object]"

MESSAGES: Final = "sealwright.messages"
REPEATS: Final = "sealwright.repeats"
ANSWERS: Final = "sealwright.answers"
CALLS: Final = "sealwright.calls"
REQUESTS: Final = "sealwright.requests"

COUNTERS: Final[dict[str, tuple[str, ...]]] = {
    MESSAGES: ("operation", "outcome", "reason"),
    REPEATS: ("operation", "flag"),
    ANSWERS: ("source",),
    CALLS: ("operation", "outcome", "reason"),
    REQUESTS: ("operation", "outcome"),
}
"""The labels of each counter; an event has all of them, empty where there is nothing to say."""

_log: Final = logging.getLogger("sealwright.events")
# Whoever sets up no logging sees nothing, warnings neither.
logging.getLogger("sealwright").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened `count` times; `labels` are the words that COUNTERS lists for its name."""

    name: str
    count: int
    labels: Mapping[str, str]


class Teller:
    """Tells events to a callback, where there is one, and to the logger `sealwright.events`.

    An error of the callback is logged and goes no further: whoever counts never stops the work.
    """

    def __init__(self, on_event: OnEvent | None = None) -> None:
        self._on_event = on_event

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens, so that it is worth while to count."""
        return self._on_event is not None or _log.isEnabledFor(logging.DEBUG)

    def __call__(self, name: str, count: int = 1, **labels: str) -> None:
        """Tell one event; none of its labels may be missing."""
        if not count or not self.is_heard:
            return
        event = Event(name, count, {label: labels[label] for label in COUNTERS[name]})
        extras = {"event": name, "count": count, **event.labels}
        _log.debug("%s %d %s", name, count, event.labels, extra=extras)
        if self._on_event is not None:
            try:
                self._on_event(event)
            except Exception:  # noqa: BLE001  # it is logged
                _log.exception("on_event failed over %s", name)
