"""Batch: what became of every message, and the plaintexts of those that opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sealwright.errors import BatchError, MessageError, Outcome, Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.headers import windows
from sealwright.telemetry.format.suites import TAG_LENGTH
from sealwright.telemetry.opening.duplicates import DuplicateWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.format.messages import Messages

_FIRST_SHOWN = 5


@dataclass(eq=False)
class Batch:
    """n messages after opening, in the order in which they came.

    `outcome` and `reason` (uint8, n) hold codes of Outcome and Reason. The plaintext of message i
    is `arena[offsets[i]:offsets[i + 1]]` where it opened; where it did not, those bytes are zero.
    `uid` (n × 8 bytes) is the device's full ROTPublicUID where the message opened, else zero.
    `headers` are what the messages claimed; they are proved only where the message opened.
    """

    messages: Messages
    headers: Headers
    outcome: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    uid: NDArray[np.uint8]
    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, messages: Messages, headers: Headers) -> Batch:
        """Return a batch in which nothing has been tried: malformed messages are told already."""
        count = len(messages)
        offsets = np.zeros(count + 1, np.int64)
        np.cumsum(headers.text_length, out=offsets[1:])
        outcome = np.where(headers.reason, Outcome.MALFORMED.code, Outcome.NOT_ATTEMPTED.code).astype(
            np.uint8
        )
        return cls(
            messages,
            headers,
            outcome,
            headers.reason.copy(),
            np.zeros((count, 8), np.uint8),
            np.zeros(int(offsets[-1]), np.uint8),
            offsets,
        )

    def __len__(self) -> int:
        return len(self.outcome)

    def __repr__(self) -> str:
        return f"<Batch of {len(self)}: " + ", ".join(f"{n} {o}" for o, n in self.counts().items() if n) + ">"

    def __getitem__(self, index: int) -> bytes:
        """Return one plaintext. Raises MessageError where the message did not open."""
        outcome = Outcome.of(int(self.outcome[index]))
        if outcome is not Outcome.OPENED:
            raise MessageError(outcome, Reason.of(int(self.reason[index])))
        index %= len(self)
        return self.arena[self.offsets[index] : self.offsets[index + 1]].tobytes()

    def opened(self) -> Iterator[tuple[int, bytes]]:
        """Yield (index, plaintext) of each message that opened, and of no other."""
        return ((index, text) for index, text in enumerate(self.to_list()) if text is not None)

    def to_list(self) -> list[bytes | None]:
        """Return every plaintext in order, None where a message did not open."""
        opened = self.outcome == Outcome.OPENED.code
        module = core().module
        if module is not None:
            texts: list[bytes | None] = module.texts(self.arena, self.offsets, opened)
            return texts
        octets, ends = self.arena.tobytes(), self.offsets.tolist()
        return [
            octets[start:end] if good else None
            for start, end, good in zip(ends, ends[1:], opened.tolist(), strict=False)
        ]

    def counts(self) -> dict[Outcome, int]:
        """Return how many messages have each outcome; every outcome is there."""
        counts = np.bincount(self.outcome, minlength=len(Outcome)).tolist()
        return dict(zip(Outcome, counts, strict=True))

    def require_all(self) -> Batch:
        """Return the batch itself when every message opened, else raise BatchError."""
        failed = np.flatnonzero(self.outcome != Outcome.OPENED.code)
        if len(failed):
            raise BatchError(self.counts(), tuple(failed[:_FIRST_SHOWN].tolist()))
        return self

    @property
    def tag(self) -> NDArray[np.uint8]:
        """The last 16 bytes of each message (n × 16), zeros where it is malformed."""
        tags = np.zeros((len(self), TAG_LENGTH), np.uint8)
        whole = np.flatnonzero(self.headers.kind)
        if len(whole):
            at = self.messages.offsets[whole + 1] - TAG_LENGTH
            tags[whole] = windows(self.messages.data, TAG_LENGTH)[at].view(np.uint8).reshape(-1, TAG_LENGTH)
        return tags

    def repeats(self, window: DuplicateWindow) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (duplicate, nonce_reuse), n of each, with regard to all that the window has seen."""
        opened = np.flatnonzero(self.outcome == Outcome.OPENED.code)
        duplicate, nonce_reuse = (np.zeros(len(self), np.bool_) for _ in range(2))
        duplicate[opened], nonce_reuse[opened] = window.see(self.headers.raw[opened], self.tag[opened])
        return duplicate, nonce_reuse

    @cached_property
    def _own_repeats(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return self.repeats(DuplicateWindow(len(self)))

    @property
    def duplicate(self) -> NDArray[np.bool_]:
        """True for an opened message with the header and tag of an earlier opened one of this batch."""
        return self._own_repeats[0]

    @property
    def nonce_reuse(self) -> NDArray[np.bool_]:
        """True for an opened message with an earlier one's header and another tag: an alarm."""
        return self._own_repeats[1]
