"""One call of a service, from the bytes of its request to the bytes of its answer, and what can befall it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from sealwright.simulator.service.rules import Rule, ServiceFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.simulator.service.rules import Weather

LARGEST_BODY: Final = 10 * 2**20
"""Bytes that a request may have."""

_PROXY_PAGE: Final = b"<!DOCTYPE html><html><body><h1>Sign in to the guest network</h1></body></html>"


class Asked(NamedTuple):
    """A request as it arrives; `path` is what the document writes, without the prefix of the version."""

    method: str
    path: str
    authorization: str
    content_type: str
    body: bytes
    query: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    """By their names in lower case."""


class Ending(Enum):
    """How an answer ends."""

    WHOLE = "whole"
    CUT = "cut in the middle of its body"
    DROPPED = "never begun: the connection is dropped"


class Answered(NamedTuple):
    """An answer, and what befalls it on its way."""

    status: int
    headers: dict[str, str]
    body: bytes
    delay: float = 0.0
    ending: Ending = Ending.WHOLE


@dataclass(slots=True)
class Tallies:
    """What reached a service, whatever became of the answer."""

    requests: Counter[str] = field(default_factory=Counter)
    """Requests by name, refused and failed ones too."""
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Answers by name and status, made by a fault or not; a connection that was dropped has none."""


class Exchange(ABC):
    """Answers calls one at a time, and writes down what reached the service."""

    def __init__(self, ledger: Tallies, weather: Weather) -> None:
        self._tallies = ledger
        self.weather = weather
        self.lock = RLock()
        """Held while a call is answered; whoever looks at the account meanwhile takes it too."""

    @abstractmethod
    def begin(self) -> None:
        """Do what has become due before a call is looked at."""

    @abstractmethod
    def name(self, asked: Asked) -> str:
        """Return what a call is called in rules and ledgers."""

    @abstractmethod
    def work(self, asked: Asked, fault: ServiceFault | None) -> Answered:
        """Do what is asked, and return the whole answer."""

    @abstractmethod
    def refuse(self, status: int, words: str) -> Answered:
        """Return the answer of an error."""

    def answer(self, asked: Asked) -> Answered:
        """Answer one call."""
        with self.lock:
            self.begin()
            name = self.name(asked)
            self._tallies.requests[name] += 1
            struck = self.weather.strike(name)
            fault = next((rule for rule in struck if rule.fault is not ServiceFault.DELAY), None)
            delay = sum(rule.value for rule in struck if rule.fault is ServiceFault.DELAY)
            answered = self._answer(asked, fault)._replace(delay=delay)
            if answered.ending is not Ending.DROPPED:
                self._tallies.answers[name, answered.status] += 1
            return answered

    def _answer(self, asked: Asked, rule: Rule | None) -> Answered:
        fault = rule.fault if rule else None
        if rule is not None and fault is ServiceFault.STATUS:
            return self._failed(rule)
        if fault is ServiceFault.DISCONNECT:
            return Answered(0, {}, b"", ending=Ending.DROPPED)
        done = self.work(asked, fault)
        if fault is ServiceFault.LOSE:
            return Answered(0, {}, b"", ending=Ending.DROPPED)
        if fault is ServiceFault.HTML:
            return Answered(200, {**done.headers, "Content-Type": "text/html; charset=utf-8"}, _PROXY_PAGE)
        return done._replace(ending=Ending.CUT if fault is ServiceFault.CUT else Ending.WHOLE)

    def _failed(self, rule: Rule) -> Answered:
        status = int(rule.value)
        told = self.refuse(status, phrase(status))
        if rule.retry_after:
            told.headers["Retry-After"] = rule.retry_after
        return told


def phrase(status: int) -> str:
    """Return HTTP's own words for a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
