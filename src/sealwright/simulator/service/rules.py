"""Faults of the service, by rule: which call, what happens to it, how often.

A rule is written `PATH:FAULT[=VALUE][,NAME=VALUE…]`, where PATH may hold `*`:

    /e2e/*:status=503,times=3              the first three key calls fail
    *:status=429,retry-after=2,share=0.1   a tenth of all calls is told to wait two seconds
    /e2e/*:lose,after=100,times=1          the answer to the 101st is lost: it has been billed
    *:delay=0.02                           every call takes 20 ms
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import shake_256
from typing import TYPE_CHECKING, Final

from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable


class ServiceFault(StrEnum):
    """What can happen to a call."""

    STATUS = "status"
    """The call does nothing and is answered with this status."""
    DELAY = "delay"
    """The answer takes this many seconds more."""
    EXPIRED_TOKEN = "expired-token"  # noqa: S105  # the name of a fault
    """The AuthToken is taken for expired (401), and from then on it is."""
    DISCONNECT = "disconnect"
    """The connection is dropped, and nothing was done."""
    LOSE = "lose"
    """The call does its work, then the connection is dropped: the answer is lost."""
    CUT = "cut"
    """The call does its work, and its answer ends in the middle of the body."""
    HTML = "html"
    """The call does its work, and a page of a proxy comes back with status 200."""
    WRONG_DEVICE = "wrong-device"
    """The answer is the one for another device."""


_NEEDS_VALUE: Final = {ServiceFault.STATUS: 503.0, ServiceFault.DELAY: 0.02}
"""Faults with a value, and an example of one."""

_LONGEST_DELAY: Final = 86_400.0
"""Seconds: an answer that takes longer is none."""

_LIMITS: Final = ("times", "after", "share", "retry-after")


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault and the calls that it strikes."""

    path: str
    """A path, or a pattern with `*`."""
    fault: ServiceFault
    value: float = 0.0
    """The status, or the seconds of a delay."""
    times: int | None = None
    """How many calls it strikes at most; None is no limit."""
    after: int = 0
    """How many calls of its pattern it lets pass first."""
    share: float = 1.0
    """The part of the calls that it strikes, drawn from the seed."""
    retry_after: str = ""
    """The Retry-After header that goes with a status."""

    @classmethod
    def parse(cls, text: str) -> Rule:
        """Read a rule as it is written on the command line. Raises InputError that says what is wrong."""
        path, colon, rest = text.partition(":")
        if not (path and colon and rest):
            raise _unreadable(text, "it is PATH:FAULT[=VALUE][,NAME=VALUE…]")
        first, *more = rest.split(",")
        name, _, value = first.partition("=")
        if name not in set(ServiceFault):
            raise _unreadable(text, f"there is no fault {name!r}; choose one of {', '.join(ServiceFault)}")
        limits = dict(each.partition("=")[::2] for each in more)
        if unknown := sorted(limits.keys() - set(_LIMITS)):
            raise _unreadable(text, f"there is no {unknown[0]!r}; there is {', '.join(_LIMITS)}")
        try:
            rule = cls._of(path, ServiceFault(name), value, limits)
        except ValueError:
            raise _unreadable(text, "a number in it cannot be read") from None
        rule.check(text)
        return rule

    @classmethod
    def _of(cls, path: str, fault: ServiceFault, value: str, limits: dict[str, str]) -> Rule:
        return cls(
            path=path,
            fault=fault,
            value=float(value) if value else 0.0,
            times=int(limits["times"]) if "times" in limits else None,
            after=int(limits.get("after", "0")),
            share=float(limits.get("share", "1")),
            retry_after=limits.get("retry-after", ""),
        )

    def check(self, text: str) -> None:
        """Raise InputError where a value is missing, superfluous or out of its range."""
        if (self.fault in _NEEDS_VALUE) is not bool(self.value):
            example = f"={_NEEDS_VALUE[self.fault]:g}" if self.fault in _NEEDS_VALUE else ""
            raise _unreadable(text, f"write {self.fault}{example}")
        if self.fault is ServiceFault.STATUS and self.value not in range(200, 600):
            raise _unreadable(text, "a status is a number from 200 to 599")
        if (
            not 0 <= self.value < _LONGEST_DELAY
            or self.after < 0
            or (self.times is not None and self.times < 1)
        ):
            raise _unreadable(text, "no number in it is below 0 or too large, and times is 1 or more")
        if not 0 < self.share <= 1:
            raise _unreadable(text, "share is above 0 and at most 1")

    def fits(self, path: str) -> bool:
        """Tell whether the rule is about this call."""
        return fnmatchcase(path, self.path)


def _unreadable(text: str, problem: str) -> InputError:
    return InputError(f"fault rule: {text!r}: {problem}")


class Weather:
    """Rules at work: counts calls and draws what strikes each; the same seed draws the same."""

    def __init__(self, rules: Iterable[Rule] = (), seed: int = 1) -> None:
        self._seed = seed
        self._rules: list[tuple[Rule, _Count]] = []
        for rule in rules:
            self.add(rule)

    def add(self, rule: Rule) -> None:
        """Let one more rule hold from now on."""
        self._rules.append((rule, _Count()))

    def clear(self) -> None:
        """Let no rule hold any more."""
        self._rules.clear()

    def strike(self, path: str) -> list[Rule]:
        """Return the rules that strike this call, at most one of them no delay."""
        struck: list[Rule] = []
        for number, (rule, count) in enumerate(self._rules):
            taken = rule.fault is not ServiceFault.DELAY and any(
                other.fault is not ServiceFault.DELAY for other in struck
            )
            if rule.fits(path) and not taken and self._strikes(number, rule, count):
                struck.append(rule)
        return struck

    def _strikes(self, number: int, rule: Rule, count: _Count) -> bool:
        count.met += 1
        if count.met <= rule.after or count.struck == rule.times:
            return False
        drawn = shake_256(f"sealwright rule {self._seed}/{number}/{count.met}".encode()).digest(4)
        if int.from_bytes(drawn) >= rule.share * 2**32:
            return False
        count.struck += 1
        return True


@dataclass(slots=True)
class _Count:
    met: int = 0
    struck: int = 0
