"""Counts by device: by the proved UID where messages opened, by the claimed one where they did not."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.telemetry.pipeline.report.document import Device, Devices, Others
from sealwright.telemetry.pipeline.report.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sealwright.telemetry import Batch

MOST_LISTED: Final = 10_000
"""Devices of a report, at most; those to look at come first."""

_TAIL: Final = (1 << 48) - 1
_CLAIMS: Final = 2**8
"""A failure's number: the claimed low six bytes, times this, and the code of what befell the message."""


class DeviceCounts:
    """What is told of each batch, kept as numbers."""

    def __init__(self) -> None:
        self._opened, self._duplicates, self._reuse, self._failed = (Tally() for _ in range(4))

    def add(self, batch: Batch, reason: NDArray[np.uint8], repeats: tuple[NDArray[np.bool_], ...]) -> None:
        """Count a batch; a malformed message claims no device."""
        opened = batch.outcome == Outcome.OPENED.code
        uids = np.ascontiguousarray(batch.uid).view(">u8").reshape(-1).astype(np.uint64)
        self._opened.add(uids if opened.all() else uids[opened])
        for tally, flags in zip((self._duplicates, self._reuse), repeats, strict=True):
            tally.add(uids[flags])
        failed = np.flatnonzero(~opened & (batch.headers.kind != 0))
        if len(failed):
            tails = np.zeros((len(failed), 8), np.uint8)
            tails[:, 1:7] = batch.headers.take(failed).uid_tail
            # One byte for both: a reason tells its outcome, and where there is none 128 is set.
            code = np.where(reason[failed], reason[failed], 0x80 | batch.outcome[failed])
            self._failed.add(tails.view(">u8").reshape(-1).astype(np.uint64) | code.astype(np.uint64))

    def devices(self, most: int = MOST_LISTED) -> Devices:
        """Return every device, those to look at first, and the sum of what is beyond `most`."""
        rows = self._opened_rows()
        by_tail: defaultdict[int, list[int]] = defaultdict(list)
        for uid in rows:
            by_tail[uid & _TAIL].append(uid)
        claims: dict[int, dict[str, int]] = defaultdict(dict)
        for number, count in _items(self._failed):
            claims[number // _CLAIMS][_word(number % _CLAIMS)] = count
        told = list(rows.values())
        for tail, failed in claims.items():
            known = by_tail.get(tail, [])
            # Which of two devices with the same six bytes it claims to be nobody knows.
            row = rows[known[0]] if len(known) == 1 else Device()
            row.claimed_uid = f"????{tail:012x}"
            row.failed = dict(sorted(failed.items(), key=lambda item: (-item[1], item[0])))
            if len(known) != 1:
                told.append(row)
        told.sort(
            key=lambda row: (-row.nonce_reuse, -row.failures, -row.opened, row.uid or row.claimed_uid or "")
        )
        dropped = [tally.dropped for tally in (self._opened, self._failed)]
        return Devices(len(told), told[:most], _sum(told[most:], *dropped), exact=not any(dropped))

    def _opened_rows(self) -> dict[int, Device]:
        rows = {uid: Device(uid=f"{uid:016x}", opened=count) for uid, count in _items(self._opened)}
        for uid, count in _items(self._duplicates):
            if uid in rows:
                rows[uid].duplicates = count
        for uid, count in _items(self._reuse):
            if uid in rows:
                rows[uid].nonce_reuse = count
        return rows


def _items(tally: Tally) -> Iterable[tuple[int, int]]:
    numbers, counts = tally.counts()
    return zip(numbers.tolist(), counts.tolist(), strict=True)


def _word(code: int) -> str:
    word: Any = Outcome.of(code & 0x7F) if code & 0x80 else Reason.of(code)
    return str(word)


def _sum(rows: list[Device], opened: int, failed: int) -> Others | None:
    """Return what is left out, None where it is nothing."""
    if not rows and not opened and not failed:
        return None
    words: Counter[str] = Counter()
    for row in rows:
        words.update(row.failed)
    return Others(
        len(rows),
        opened + sum(row.opened for row in rows),
        failed + sum(row.failures for row in rows),
        dict(sorted(words.items())),
    )
