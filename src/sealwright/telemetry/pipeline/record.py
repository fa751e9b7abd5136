"""Record: the columns that opening adds to a row."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from sealwright.errors import Outcome, Reason
from sealwright.telemetry import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from sealwright.telemetry import Batch

_encode: Final = msgspec.json.Encoder().encode

_OUTCOMES: Final = tuple(Outcome)
_REASONS: Final = tuple(Reason)


def _base64(text: bytes) -> str:
    return b64encode(text).decode()


def _utf8(text: bytes) -> str:
    return text.decode()


def _json(text: bytes) -> msgspec.Raw:
    # Formatting checks the grammar and keeps every digit; it does not look at the encoding.
    text.decode()
    return msgspec.Raw(msgspec.json.format(text, indent=-1))


PLAINTEXT_FORMS: Final[dict[str, Callable[[bytes], Any]]] = {
    "hex": bytes.hex,
    "base64": _base64,
    "utf8": _utf8,
    "json": _json,
}
"""How a plaintext is shown; utf8 and json raise ValueError for one that is not."""


def records(
    batch: Batch,
    faults: Sequence[Reason],
    repeats: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    form: str,
    prefix: str = "",
) -> Iterator[dict[str, Any]]:
    """Yield each message's record, in order.

    `faults` are what the rows say of themselves: they come before what the batch says of a row
    that had no message. A plaintext that is not in the `form` asked for stands in hex, and the
    record's reason says so.
    """
    names = [prefix + column for column in COLUMNS]
    duplicate, nonce_reuse = (flags.tolist() for flags in repeats)
    codes = zip(batch.outcome.tolist(), batch.reason.tolist(), strict=True)
    uids, tags = batch.uid.tobytes().hex(), batch.tag.tobytes().hex()
    texts = batch.to_list()
    for row, (outcome, code) in enumerate(codes):
        reason = faults[row] or _REASONS[code]
        header = batch.headers[row]
        shown, told = show(texts[row], form)
        key_id = header.key_id if header else None
        opened = texts[row] is not None
        values = (
            _OUTCOMES[outcome],
            reason or told or None,
            shown,
            header.kind.protection if header else None,
            uids[16 * row : 16 * row + 16] if opened else None,
            key_id.hex() if key_id else None,
            header.counter if header else None,
            tags[32 * row : 32 * row + 32] if header else None,
            duplicate[row],
            nonce_reuse[row],
        )
        yield dict(zip(names, values, strict=True))


def fragments(batch: Batch, form: str) -> tuple[list[bytes], NDArray[np.intp]]:
    """Return each plaintext as JSON in a form that is not hex, and which have to be shown in hex.

    Those have no bytes, and neither has what did not open.
    """
    shown = [show(text, form) for text in batch.to_list()]
    given = [b"" if value is None or told else _encode(value) for value, told in shown]
    return given, np.flatnonzero([bool(told) for _, told in shown])


def show(text: bytes | None, form: str) -> tuple[Any, Reason]:
    """Return a plaintext in a form, or in hex where it has none and the reason that says so."""
    if text is None:
        return None, Reason.NONE
    try:
        return PLAINTEXT_FORMS[form](text), Reason.NONE
    except (ValueError, RecursionError):
        return text.hex(), Reason.PLAINTEXT_IN_HEX
