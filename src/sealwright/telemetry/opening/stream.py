"""Keys in memory and v1 on the line: the core looks up, judges and opens by itself.

What one stage brings into the cache is still there for the next, and nothing is copied in between.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.opening.judge import TOLD, checked_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.layouts import Layouts
    from sealwright.telemetry.keys.table import HeldRows
    from sealwright.telemetry.opening.batch import Batch


_WORTH_THREADS: Final = 50_000
"""Fewer messages stay with one thread: starting others would eat up much of what they bring."""


class Streamed(NamedTuple):
    """What the core did with a batch: the row of each message, and whether it was tried.

    `status` is 1 where a message opened, 2 where it did not, 0 where it was not tried: because of
    what now stands in the batch's `reason`, or because it is not of the sort that streams.
    """

    row: NDArray[np.intp]
    status: NDArray[np.uint8]


def streams(batch: Batch) -> bool:
    """Tell whether a batch may be given to the core whole: uplink, and no signed messages."""
    if core().module is None or batch.headers.direction is not Direction.UPLINK:
        return False
    return not (batch.headers.kind == Kind.INTEGRITY).any()


def open_stream(batch: Batch, held: HeldRows, layouts: Layouts, threads: int = 1) -> Streamed:
    """Open what streams; write plaintexts, UIDs and reasons to the batch.

    The core runs without the GIL, so `threads` of them share the messages where there are enough.
    """
    count = len(batch)
    done = Streamed(np.empty(count, np.intp), np.empty(count, np.uint8))
    checked = sum(1 << kind for kind in checked_kinds(batch.headers, layouts))

    def run(part: slice) -> None:
        held.headers.open_stream(
            held.header_rows,
            held.key_id_rows,
            batch.messages.data,
            batch.messages.start[part],
            batch.headers.kind[part],
            batch.headers.raw[part],
            batch.headers.text_length[part],
            held.rows,
            held.regular,
            TOLD,
            batch.offsets[:-1][part],
            batch.arena,
            done.row[part],
            batch.reason[part],
            done.status[part],
            batch.uid[part],
            held.key_ids,
            checked,
            core().cpu,
        )

    if threads == 1 or count < _WORTH_THREADS:
        run(slice(None))
        return done
    bounds = [count * part // threads for part in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, (slice(*ends) for ends in pairwise(bounds))))
    return done
