"""PGPy: the one place that imports it, and what is done about its habits.

It warns of every cipher that it has and does not use, and its errors come from frames that hold
passphrases. It reads and unlocks keys of signers, and gives a second opinion on finished messages.
"""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK: Final = threading.Lock()
"""Warnings are switched off for the whole process, so one thread at a time."""


@contextmanager
def pgpy_at_work(doing: str, error: type[SealwrightError]) -> Iterator[Any]:
    """Yield the module `pgpy`; whatever it raises becomes `error`, which says what was being done."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgpy = _imported(error)
        try:
            yield pgpy
        except SealwrightError:
            raise
        except Exception as problem:  # noqa: BLE001  # it raises whatever its parsing meets
            name = type(problem).__name__
        else:
            return
    raise error(f"{doing}: PGPy says {name}")


def _imported(error: type[SealwrightError]) -> Any:
    try:
        import pgpy  # noqa: PLC0415  # nothing but envelopes and key files fails without it
        import pgpy.constants  # noqa: PLC0415
        import pgpy.errors  # noqa: PLC0415
    except (ImportError, AttributeError) as problem:
        raise error(
            f"PGPy cannot be used ({type(problem).__name__}), and envelopes and signers' key files need it:"
            " pip install 'pgpy==0.6.*', with standard-imghdr on Python 3.13 and newer"
        ) from None
    return pgpy
