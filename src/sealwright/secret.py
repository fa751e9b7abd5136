"""Quiet bytes: a secret that no log, traceback, pickle or comparison gives away by accident."""

from __future__ import annotations

import hmac
import re
from functools import wraps
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def quiet(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function's own errors come from a frame that holds none of its arguments.

    Callers pass replies of the service as plain dicts. A traceback that shows local variables
    would show the keys in them from every frame between the caller and the error.
    """

    @wraps(function)
    def outer(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except SealwrightError as problem:
            fault = problem.with_traceback(None)
        fault.__cause__ = fault.__context__ = None
        del args, kwargs
        raise fault

    return outer


def without_password(where: str) -> str:
    """Return a path as it is, and a URL without user, password and parameters."""
    if "://" not in where:
        return where
    return re.sub(r"(?<=://)[^/@]*@", "", where.partition("?")[0])


class Secret:
    """Bytes that show their length and nothing else; `reveal()` takes them out.

    It does not print, format, pickle, copy, hash or compare with ==. Tracebacks with local
    variables show its repr. Python cannot wipe `bytes`: a secret leaves memory when the
    interpreter reuses the memory, not before.
    """

    __slots__ = ("__bytes",)

    def __init__(self, value: bytes) -> None:
        # By way of a view, or Secret(16) would be a key of 16 zeros.
        self.__bytes = value if type(value) is bytes else bytes(memoryview(value))

    def reveal(self) -> bytes:
        """Return the bytes themselves. Every call of this name is a place to look at."""
        return self.__bytes

    def matches(self, other: Secret) -> bool:
        """Tell whether both hold the same bytes, in a time that does not depend on where they differ."""
        return hmac.compare_digest(self.__bytes, other.reveal())

    def __len__(self) -> int:
        return len(self.__bytes)

    def __repr__(self) -> str:
        return f"<Secret of {len(self)} bytes>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(
            "a Secret does not compare with ==, whose time tells where bytes differ: use matches()"
        )

    def __hash__(self) -> NoReturn:
        raise TypeError("a Secret has no hash: a dictionary would compare it with ==")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied: pass a path or a command that yields it")
