"""Batch: what became of every message, and the plaintexts of those that opened."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sealwright.errors import BatchError, MessageError, Outcome, Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.headers import parse_headers, windows
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.format.suites import TAG_LENGTH
from sealwright.telemetry.opening.columns import record_batch
from sealwright.telemetry.opening.duplicates import DuplicateWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers, Reading
    from sealwright.telemetry.format.messages import Messages

_FIRST_SHOWN = 5


class Verdicts(NamedTuple):
    """What became of n messages; `find_uid` makes the column `uid` when it is first asked for."""

    outcome: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    find_uid: Callable[[], NDArray[np.uint8]]


class Plaintexts(NamedTuple):
    """Texts end to end, and where each begins."""

    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def none_yet(cls, headers: Headers) -> Plaintexts:
        """Return slots for the texts of all well-formed messages, zeros in them."""
        offsets = np.zeros(len(headers) + 1, np.int64)
        np.cumsum(headers.text_length, out=offsets[1:])
        return cls(np.zeros(int(offsets[-1]), np.uint8), offsets)


class Batch:
    """n messages after opening, in the order in which they came.

    `outcome` and `reason` (uint8, n) hold codes of Outcome and Reason. The plaintext of message i
    is `arena[offsets[i]:offsets[i + 1]]` where it opened; where it did not, those bytes are zero.
    `uid` and `headers` are columns too; a header is proved only where the message opened. Both, and
    `tag`, look into the messages again: whoever lends a buffer may not reuse it before.
    """

    def __init__(
        self,
        messages: Messages,
        reading: Reading,
        verdicts: Verdicts,
        plaintexts: Plaintexts | list[bytes | None],
    ) -> None:
        self.messages = messages
        self.reading = reading
        self.outcome, self.reason, self._find_uid = verdicts
        self._texts: list[bytes | None] | None = None
        if isinstance(plaintexts, Plaintexts):
            self._plaintexts = plaintexts
        else:
            self._texts = plaintexts

    @classmethod
    def of(cls, messages: Messages, reading: Reading) -> Batch:
        """Return a batch in which nothing has been tried: malformed messages are told already."""
        headers = parse_headers(messages, reading)
        outcome = np.where(headers.reason, Outcome.MALFORMED.code, Outcome.NOT_ATTEMPTED.code)
        verdicts = Verdicts(
            outcome.astype(np.uint8), headers.reason.copy(), lambda: np.zeros((len(headers), 8), np.uint8)
        )
        batch = cls(messages, reading, verdicts, Plaintexts.none_yet(headers))
        batch.headers = headers
        return batch

    @cached_property
    def headers(self) -> Headers:
        """What the messages claim of themselves, read when it is first asked for."""
        return parse_headers(self.messages, self.reading)

    @cached_property
    def uid(self) -> NDArray[np.uint8]:
        """The device's full ROTPublicUID (n × 8 bytes) where the message opened, zeros elsewhere."""
        return self._find_uid()

    @cached_property
    def _plaintexts(self) -> Plaintexts:
        """The texts of a list brought together, for those who want arrays."""
        plaintexts = Plaintexts.none_yet(self.headers)
        for at, text in self.opened():
            start = int(plaintexts.offsets[at])
            plaintexts.arena[start : start + len(text)] = np.frombuffer(text, np.uint8)
        return plaintexts

    @property
    def arena(self) -> NDArray[np.uint8]:
        """The plaintexts end to end, zeros where a message did not open."""
        return self._plaintexts.arena

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each plaintext begins in the arena, and at last where the last one ends (n + 1)."""
        return self._plaintexts.offsets

    def reopen(self) -> None:
        """Take further plaintexts into the arena: from now on the list of texts is made from it."""
        _ = self._plaintexts
        self._texts = None

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
        if self._texts is not None:
            return self._texts[index] or b""
        return self.arena[self.offsets[index] : self.offsets[index + 1]].tobytes()

    def opened(self) -> Iterator[tuple[int, bytes]]:
        """Yield (index, plaintext) of each message that opened, and of no other."""
        return ((index, text) for index, text in enumerate(self.to_list()) if text is not None)

    def to_list(self) -> list[bytes | None]:
        """Return every plaintext in order, None where a message did not open."""
        if self._texts is not None:
            return self._texts.copy()
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

    def to_arrow(self, *columns: str) -> pa.RecordBatch:
        """Return the columns named, or all of COLUMNS, as a record batch; plaintexts are not copied.

        Raises InputError for an unknown name, and where pyarrow is not installed.
        """
        return record_batch(self, columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Lend all columns by Arrow's PyCapsule interface, as a stream of one record batch."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

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
        whole = _where(self.headers.kind != Kind.NONE)
        if len(tags[whole]):
            at = self.messages.offsets[1:][whole] - TAG_LENGTH
            tags[whole] = windows(self.messages.data, TAG_LENGTH)[at].view(np.uint8).reshape(-1, TAG_LENGTH)
        return tags

    def repeats(self, window: DuplicateWindow) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (duplicate, nonce_reuse), n of each, with regard to all that the window has seen."""
        opened = _where(self.outcome == Outcome.OPENED.code)
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


def _where(true: NDArray[np.bool_]) -> NDArray[np.intp] | slice:
    """Return where a column is true; all places are a slice, through which numpy copies nothing."""
    return slice(None) if true.all() else np.flatnonzero(true)
