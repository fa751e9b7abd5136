"""Upstreams for tests: services that count what they are asked for."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

import stores
from sealwright.errors import InputError, Reason
from sealwright.telemetry import KeyTable, State
from sealwright.telemetry.keys.table import ROW, pack_row

if TYPE_CHECKING:
    from sealwright.telemetry import Headers, Parameters
    from sealwright.telemetry.keys.caching.contract import Keep

    Answer = Parameters | tuple[State, Reason]


def key_of(raw: bytes) -> bytes:
    """Return the key that the service has for a header: one for each key id."""
    return raw[2:14].ljust(16, b"k")


class Service:
    """Answers every v1 header with a key for its key id; `calls` counts how often it was asked for each.

    `irregular` replies have a nonce off the rule. `answers` has other answers by header. `keeps`
    tells whether answers are handed over one by one, `seconds` how long a call takes.
    """

    def __init__(self, *, irregular: bool = False, keeps: bool = True, seconds: float = 0.0) -> None:
        self.calls: Counter[bytes] = Counter()
        self.batches: list[int] = []
        self.under_way: set[bytes] = set()
        self.twice_at_once: list[bytes] = []
        self.answers: dict[bytes, Answer] = {}
        self.fails_after: int | None = None
        self.error: Exception = InputError("service: out of order")
        self._irregular, self._keeps, self._seconds = irregular, keeps, seconds
        self._lock = threading.Lock()

    def resolve(self, headers: Headers, *, exact: bool = False, keep: Keep | None = None) -> KeyTable:
        """Answer, or fail after so many answers."""
        assert exact, "a cache asks for the very header"
        assert keep
        raws = [headers[at].raw for at in range(len(headers))]
        self._begin(raws)
        time.sleep(self._seconds)
        rows = []
        for raw in raws:
            if self.fails_after is not None and len(rows) >= self.fails_after:
                self._end(raws)
                raise self.error
            rows.append(self._answer(raw, keep))
        self._end(raws)
        return KeyTable(np.frombuffer(b"".join(rows), ROW))

    def _answer(self, raw: bytes, keep: Keep) -> bytes:
        self.calls[raw] += 1
        make = stores.irregular if self._irregular else stores.parameters
        answer = self.answers.get(raw) or make(raw, key_of(raw))
        if isinstance(answer, tuple):
            state, reason = answer
            return bytes((state, 0, reason.code)).ljust(ROW.itemsize, b"\0")
        if self._keeps:
            keep(answer)
        return pack_row(answer)

    def _begin(self, raws: list[bytes]) -> None:
        with self._lock:
            self.batches.append(len(raws))
            self.twice_at_once += [raw for raw in raws if raw in self.under_way]
            self.under_way.update(raws)

    def _end(self, raws: list[bytes]) -> None:
        with self._lock:
            self.under_way.difference_update(raws)

    @property
    def paid(self) -> int:
        """How many calls there were."""
        return self.calls.total()
