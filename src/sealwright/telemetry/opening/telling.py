"""What became of messages, as events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.events import MESSAGES, REPEATS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.events import Teller

_OPEN: Final = "open"


def tell_outcomes(tell: Teller, outcome: NDArray[np.uint8], reason: NDArray[np.uint8]) -> None:
    """Tell how many messages have each outcome and reason, by their codes."""
    counts = np.bincount(outcome.astype(np.intp) << 8 | reason)
    for code in np.flatnonzero(counts).tolist():
        words = {"outcome": Outcome.of(code >> 8), "reason": Reason.of(code & 0xFF)}
        tell(MESSAGES, int(counts[code]), operation=_OPEN, **words)


def tell_repeats(tell: Teller, repeats: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> None:
    """Tell how many messages are flagged."""
    for flag, flags in zip(("duplicate", "nonce_reuse"), repeats, strict=True):
        tell(REPEATS, int(np.count_nonzero(flags)), operation=_OPEN, flag=flag)
