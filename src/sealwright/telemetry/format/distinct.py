"""The distinct headers of messages that come in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.headers import HEADER_BYTES, Headers, Reading, parse_headers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.telemetry.format.messages import Messages

_FEW: Final = 65_536
"""Headers that may wait before they are compared with all others."""


class DistinctHeaders:
    """The well-formed headers of any number of messages, each once, in the order of first sight.

    They take 16 bytes a header and some columns beside it; the messages are not held. `text_length`
    is that of the first message with the header.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.messages = 0
        """Messages that were looked at."""
        self.formed = 0
        """Those of them whose header can be read."""
        self._known = _none(reading)
        self._waiting: list[Headers] = []

    def add(self, parts: Iterable[Messages]) -> None:
        """Take the headers of some messages."""
        for part in parts:
            headers = parse_headers(part, self.reading)
            formed = headers.take(np.flatnonzero(headers.kind))
            self.messages += len(headers)
            self.formed += len(formed)
            self._waiting.append(_each_once(formed))
            if sum(map(len, self._waiting)) > max(_FEW, len(self._known)):
                self._merge()

    def headers(self) -> Headers:
        """Return them."""
        self._merge()
        return self._known

    def _merge(self) -> None:
        """Compare what waits with what is known: as much as that, so that each is compared a few times."""
        self._known = _each_once(_joined([self._known, *self._waiting]))
        self._waiting.clear()


def _none(reading: Reading) -> Headers:
    octets, raw = np.empty(0, np.uint8), np.empty((0, HEADER_BYTES), np.uint8)
    return Headers(reading.direction, octets, octets, raw, np.empty(0, np.int64))


def _joined(parts: list[Headers]) -> Headers:
    return Headers(
        parts[0].direction,
        np.concatenate([each.kind for each in parts]),
        np.concatenate([each.reason for each in parts]),
        np.concatenate([each.raw for each in parts]),
        np.concatenate([each.text_length for each in parts]),
    )


def _each_once(headers: Headers) -> Headers:
    first, _ = distinct_rows(headers.raw)
    return headers.take(np.sort(first))
