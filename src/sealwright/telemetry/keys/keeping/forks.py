"""What a fork copies and a child must not use: locks that nobody will release, connections of the parent."""

from __future__ import annotations

import os
from typing import Final, Protocol
from weakref import WeakSet


class Renewed(Protocol):
    """Something that begins afresh in a forked child."""

    def renew(self) -> None:
        """Let go of what belongs to the parent. No other thread runs yet."""
        ...


_RENEWED: Final[WeakSet[Renewed]] = WeakSet()


def renew_in_children(each: Renewed) -> None:
    """Let something begin afresh in every child that is forked from here on."""
    _RENEWED.add(each)


def _renew() -> None:
    for each in _RENEWED:
        each.renew()


os.register_at_fork(after_in_child=_renew)
