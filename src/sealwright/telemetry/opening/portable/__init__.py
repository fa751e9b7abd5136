"""The portable engine, over pyca/cryptography and numpy: runs everywhere, and is the tests' oracle.

AES and its modes are OpenSSL's; no table of AES stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.backends.openssl.backend import backend

from sealwright.telemetry.format.layouts import Kind
from sealwright.telemetry.opening.portable.ccm import open_ccm
from sealwright.telemetry.opening.portable.seal import seal_ccm, seal_cs1, sign
from sealwright.telemetry.opening.portable.signed import open_cs1, verify

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sealwright.telemetry.opening.task import Sealing, Task

_OPEN = {Kind.V1: open_ccm, Kind.V2: open_cs1, Kind.INTEGRITY: verify}
_SEAL = {Kind.V1: seal_ccm, Kind.V2: seal_cs1, Kind.INTEGRITY: sign}


def openssl_version() -> str:
    """Return the version of the OpenSSL that pyca/cryptography brings or links to."""
    return backend.openssl_version_text()


class PortableEngine:
    """Opens and seals with OpenSSL through pyca/cryptography."""

    name = "portable"

    def open(self, task: Task) -> NDArray[np.bool_]:
        """Try each message once; True where it verified."""
        return _OPEN[task.layout.kind](task)

    def seal(self, task: Sealing) -> None:
        """Write every sealed message to its slot."""
        _SEAL[task.layout.kind](task)
