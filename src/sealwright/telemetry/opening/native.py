"""The native engine: one call of the C core a batch, with the GIL released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.telemetry.format.layouts import Kind

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from sealwright.telemetry.format.layouts import Layout
    from sealwright.telemetry.opening.task import Sealing, Task

_PARTS: Final = {"header": 1, "body": 2, "iv": 3, "kiv": 4}
"""The core's numbers for what a MAC covers (sealwright_core.h, sw_part)."""


def span_of(layout: Layout) -> bytes:
    """Return the core's numbers for what a layout's MAC covers."""
    return bytes(_PARTS[part] for part in layout.mac_span)


class NativeEngine:
    """Opens and seals with the C core on one CPU path."""

    name = "native"

    def __init__(self, module: ModuleType, cpu: int) -> None:
        self._module, self._cpu = module, cpu

    def takes(self, kind: Kind) -> bool:
        """Tell whether the core opens and seals this kind here: MACs need a CPU with SHA instructions."""
        return kind is Kind.V1 or bool(self._module.has_sha())

    def open(self, task: Task) -> NDArray[np.bool_]:
        """Try each message once; True where it verified."""
        status = np.zeros(len(task), np.bool_)
        self._module.open(
            task.messages.data,
            task.start,
            task.text_length,
            task.rows,
            task.row,
            task.arena,
            task.slot,
            status,
            int(task.layout.kind),
            self._cpu,
            task.layout.shape.header_length,
            task.nonce_in_header,
            span_of(task.layout),
        )
        return status

    def seal(self, task: Sealing) -> None:
        """Write every sealed message to its slot."""
        self._module.seal(
            task.texts.data,
            task.start,
            task.text_length,
            task.rows,
            task.row,
            task.arena,
            task.slot,
            task.header,
            int(task.layout.kind),
            self._cpu,
            task.layout.shape.header_length,
            task.nonce_in_header,
            span_of(task.layout),
        )
