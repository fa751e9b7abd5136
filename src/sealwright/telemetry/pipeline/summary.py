"""What became of a file's rows, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sealwright.errors import Outcome, Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Repeats = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(slots=True)
class Summary:
    """What became of a file's rows. `outcomes` sums up to `rows`."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    nonce_reuse: int = 0
    encoding: str = ""
    engine: str = ""
    cross_checked: int = 0
    """Messages that the portable engine has opened once more."""
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Rows that did not open."""
        return self.rows - self.outcomes[Outcome.OPENED]

    def add(self, outcome: NDArray[np.uint8], reason: NDArray[np.uint8], repeats: Repeats) -> None:
        """Count some rows by the codes of their outcomes and reasons."""
        self.rows += len(outcome)
        self.outcomes.update({Outcome.of(code): count for code, count in _counts(outcome)})
        self.reasons.update({Reason.of(code): count for code, count in _counts(reason) if code})
        self.duplicates += int(repeats[0].sum())
        self.nonce_reuse += int(repeats[1].sum())


def _counts(codes: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Return each code and how many times it is there, in the order in which they first appear."""
    counts = np.bincount(codes)
    there: list[int] = np.flatnonzero(counts).tolist()
    there.sort(key=lambda code: int((codes == code).argmax()))
    return [(code, int(counts[code])) for code in there]
