"""Quiet bytes: a secret that no log, traceback, pickle or comparison gives away by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Bytes that show their length and nothing else; `reveal()` takes them out.

    It does not print, format, pickle, copy, hash or compare with ==. Tracebacks with local
    variables show its repr. Python cannot wipe `bytes`: a secret leaves memory when the
    interpreter reuses the memory, not before.
    """

    __slots__ = ("__bytes",)

    def __init__(self, value: bytes) -> None:
        self.__bytes = bytes(value)

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
