"""Keys in memory and v1 on the line: the core looks up, judges and opens by itself.

What one stage brings into the cache is still there for the next, and nothing is copied in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


def open_stream(batch: Batch, held: HeldRows, layouts: Layouts) -> Streamed:
    """Open what streams; write plaintexts, UIDs and reasons to the batch."""
    count = len(batch)
    done = Streamed(np.empty(count, np.intp), np.empty(count, np.uint8))
    held.headers.open_stream(
        held.header_rows,
        held.key_id_rows,
        batch.messages.data,
        batch.messages.start,
        batch.headers.kind,
        batch.headers.raw,
        batch.headers.text_length,
        held.rows,
        held.regular,
        TOLD,
        batch.offsets[:-1],
        batch.arena,
        done.row,
        batch.reason,
        done.status,
        batch.uid,
        held.key_ids,
        sum(1 << kind for kind in checked_kinds(batch.headers, layouts)),
        core().cpu,
    )
    return done
