"""Keys in memory, and uplink on the line: the core reads, looks up and opens by itself.

What one stage brings into the cache is still there for the next, and nothing is copied in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.opening.batch import Batch, Plaintexts, Verdicts
from sealwright.telemetry.opening.native import span_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Reading
    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.format.messages import Messages


_WORTH_THREADS: Final = 50_000
"""Fewer messages stay with one thread: starting others would eat up much of what they bring."""


def open_stream(
    messages: Messages, reading: Reading, keyring: Any, layouts: Layouts, cpu: int, threads: int = 1
) -> tuple[Batch, int]:
    """Open what the keyring alone decides on; return the batch, and how many messages it leaves to others.

    Those are in outcome NOT_ATTEMPTED. The core runs without the GIL; its own `threads` share the
    messages where there are enough.
    """
    count = len(messages)
    outcome, reason, place = np.empty(count, np.uint8), np.empty(count, np.uint8), np.empty(count, np.int32)
    manner = (
        reading.purpose_code,
        reading.limit,
        span_of(layouts.of(Kind.V2)),
        threads if count >= _WORTH_THREADS else 1,
        cpu,
    )

    def find_uid() -> NDArray[np.uint8]:
        uid = np.empty((count, 8), np.uint8)
        keyring.uids(np.where(outcome == Outcome.OPENED.code, place, np.int32(-1)), uid)
        return uid

    verdicts = Verdicts(outcome, reason, find_uid)
    if messages.listed is not None:
        # Straight from bytes objects into bytes objects; None where one of them is something else.
        done = keyring.open_list(messages.listed, outcome, reason, place, *manner)
        if done is not None:
            texts, left = done
            return Batch(messages, reading, verdicts, texts), left
    data, offsets = messages.lent[:2] if messages.lent else (messages.data, messages.offsets)
    # A text is shorter than its message, so this is room enough; what is too much is never touched.
    arena, slot = np.empty(int(offsets[-1]) - int(offsets[0]), np.uint8), np.empty(count + 1, np.int64)
    left = keyring.open(data, offsets, arena, slot, outcome, reason, place, *manner)
    if messages.any_missing:
        reason[messages.missing] = Reason.MISSING.code
    return Batch(messages, reading, verdicts, Plaintexts(arena[: slot[-1]], slot)), left
