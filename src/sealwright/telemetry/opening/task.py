"""What an engine does, and what it is given to do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sealwright.telemetry.format.layouts import Layout
    from sealwright.telemetry.format.messages import Messages


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Messages of one kind, each with the parameter set it is tried with: m of each.

    The engine writes each plaintext that verifies to `arena`, from its `slot` on, and leaves the
    slot of every other message zero. Slots do not overlap and are as long as the text.
    """

    layout: Layout
    messages: Messages
    start: NDArray[np.int64]
    """Where each message begins in `messages.data`."""
    text_length: NDArray[np.int64]
    """Bytes of each text."""
    rows: NDArray[np.void]
    """Parameter sets (dtype ROW of `keys.table`)."""
    row: NDArray[np.intp]
    """Which of them each message is tried with."""
    nonce_in_header: bool
    """CCM: the nonce is header[4:16], the shortcut's rule, and not the row's."""
    arena: NDArray[np.uint8]
    slot: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Sealing:
    """Texts of one kind, each with its header and the parameter set that seals it: m of each.

    The engine writes header, sealed text and tag of each to `arena`, from its `slot` on. Slots stand
    one behind the other and are as long as their messages.
    """

    layout: Layout
    texts: Messages
    start: NDArray[np.int64]
    """Where each text begins in `texts.data`."""
    text_length: NDArray[np.int64]
    header: NDArray[np.uint8]
    """Each header in 16 bytes (m × 16); what stands behind a shorter one is no matter."""
    rows: NDArray[np.void]
    row: NDArray[np.intp]
    nonce_in_header: bool
    arena: NDArray[np.uint8]
    slot: NDArray[np.int64]


class Engine(Protocol):
    """Opens and seals. Engines give the same answers to the bit."""

    name: str

    def open(self, task: Task) -> NDArray[np.bool_]:
        """Try each message once; True where it verified and its plaintext stands in the arena."""
        ...

    def seal(self, task: Sealing) -> None:
        """Write every sealed message to its slot."""
        ...
