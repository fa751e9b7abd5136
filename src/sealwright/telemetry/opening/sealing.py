"""Sealing texts: each with a parameter set of its own, or under headers that a device would count.

Every text is looked at before the first is sealed: all of them are, or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import InputError, Reason, SealError
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import KIND_OF_FIRST_BYTE, MAX_CCM_TEXT
from sealwright.telemetry.format.headers import HEADER_BYTES, Headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, SHAPES, Kind, Layout, Layouts
from sealwright.telemetry.format.messages import Lent, Messages
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.table import ROW, pack_row
from sealwright.telemetry.opening.engine import engine
from sealwright.telemetry.opening.judge import judge
from sealwright.telemetry.opening.task import Sealing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.table import ParameterSource

_LONGEST: Final = {Kind.V1: MAX_CCM_TEXT}
"""The longest text of a kind in bytes, where there is a limit."""


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """n texts, and what each of them is to be sealed with."""

    texts: Messages
    kind: NDArray[np.uint8]
    header: NDArray[np.uint8]
    """n × 16 bytes."""
    rows: NDArray[np.void]
    row: NDArray[np.intp]
    nonce_in_header: NDArray[np.bool_]


def seal_message(text: Buffer, parameters: Parameters, *, layouts: Layouts = DEFAULT_LAYOUTS) -> bytes:
    """Encrypt and sign one text, or sign it alone, as the parameters' suite says.

    The header is the parameters' own. One parameter set seals one text: sealing another with it
    repeats a nonce or an IV, which gives texts away, and this function does not remember what it
    has sealed. Raises SealError where the text or the parameters do not allow it. v2 and integrity
    are experimental: no public vector proves their layout.
    """
    return seal_batch(Messages.of([text]), [parameters], layouts).to_list()[0]


def seal_batch(texts: Messages, parameters: Sequence[Parameters], layouts: Layouts) -> Messages:
    """Seal text i with `parameters[i]`, under the header that they bring."""
    if len(parameters) != len(texts):
        raise InputError(
            f"seal: {len(parameters)} parameter sets for {len(texts)} texts: each text needs one of its own"
        )
    for at, each in enumerate(parameters):
        if len(each.header) != layouts.of(each.kind).shape.header_length:
            needed = f"a header of {layouts.of(each.kind).shape.header_length} bytes"
            raise SealError(f"seal{_number(at, texts)}: {each.kind.title} needs parameters with {needed}")
    header = b"".join(each.header.ljust(HEADER_BYTES, b"\0") for each in parameters)
    order = _Order(
        texts,
        np.fromiter((each.kind for each in parameters), np.uint8, len(parameters)),
        np.frombuffer(header, np.uint8).reshape(-1, HEADER_BYTES),
        np.frombuffer(b"".join(map(pack_row, parameters)), ROW),
        np.arange(len(parameters)),
        np.zeros(len(parameters), np.bool_),
    )
    return _seal(order, layouts)


def seal_under(
    texts: Messages, header: NDArray[np.uint8], source: ParameterSource, layouts: Layouts
) -> Messages:
    """Seal text i under `header[i]` (n × 16 bytes) with what a source has for it, as devices do."""
    if header.dtype != np.uint8 or header.shape != (len(texts), HEADER_BYTES):
        raise InputError(
            f"seal: headers must be uint8 of shape ({len(texts)}, {HEADER_BYTES}), one a text,"
            f" not {header.dtype} of shape {header.shape}"
        )
    asked = _uplink(header, texts)
    _refuse(asked.reason, texts)
    table = source.resolve(asked)
    _refuse(judge(asked, table, layouts), texts)
    return _seal(_Order(texts, asked.kind, asked.raw, table.rows, table.row, table.shortcut), layouts)


def _uplink(header: NDArray[np.uint8], texts: Messages) -> Headers:
    kind = np.frombuffer(KIND_OF_FIRST_BYTE[None], np.uint8)[header[:, 0]]
    raw = header.copy()
    for each, shape in SHAPES.items():
        raw[kind == each, shape.header_length :] = 0
    reason = np.where(kind == Kind.NONE, Reason.UNKNOWN_VERSION.code, 0).astype(np.uint8)
    return Headers(Direction.UPLINK, kind, reason, raw, texts.length)


def _refuse(reason: NDArray[np.uint8], texts: Messages) -> None:
    places = np.flatnonzero(reason)
    if len(places):
        _refuse_first(texts, places, Reason.of(int(reason[places[0]])).explanation)


def _seal(order: _Order, layouts: Layouts) -> Messages:
    length, kinds = order.texts.length, [Kind(kind) for kind in np.unique(order.kind).tolist()]
    for kind in kinds:
        _check(order, np.flatnonzero(order.kind == kind), layouts.of(kind))
    _refuse_repeats(order)
    overhead = np.array([SHAPES[kind].shortest_message if kind else 0 for kind in Kind])
    offsets = np.zeros(len(length) + 1, np.int64)
    np.cumsum(length + overhead[order.kind], out=offsets[1:])
    arena = np.empty(int(offsets[-1]), np.uint8)
    for kind in kinds:
        for nonce_in_header in (False, True):
            these = np.flatnonzero((order.kind == kind) & (order.nonce_in_header == nonce_in_header))
            if len(these):
                engine().seal(
                    Sealing(
                        layout=layouts.of(kind),
                        texts=order.texts,
                        start=order.texts.start[these],
                        text_length=length[these],
                        header=order.header[these],
                        rows=order.rows,
                        row=order.row[these],
                        nonce_in_header=nonce_in_header,
                        arena=arena,
                        slot=offsets[these],
                    )
                )
    return Messages(Lent(arena, offsets))


def _check(order: _Order, these: NDArray[np.intp], layout: Layout) -> None:
    """Raise SealError for the first text of a kind that cannot be sealed."""
    texts, length = order.texts, order.texts.length[these]
    shape, most = layout.shape, _LONGEST.get(layout.kind, np.inf)
    _refuse_first(texts, these[texts.missing[these]], "there is no text")
    _refuse_first(
        texts,
        these[length < shape.shortest_text],
        "AES-CBC-CS1 is not defined below one block: {length} bytes of text,"
        f" {shape.shortest_text} are needed; pad the text in a way that the device knows",
    )
    _refuse_first(
        texts,
        these[length > most],
        f"{{length}} bytes of text; CCM with a 12-byte nonce takes {MAX_CCM_TEXT}",
    )
    if "kiv" in layout.mac_span:
        none = ~order.rows["kiv"][order.row[these]].any(axis=1)
        _refuse_first(
            texts, these[none], f"the layout {layout.name} covers KIV, and these parameters have none"
        )


def _refuse_first(texts: Messages, places: NDArray[np.intp], problem: str) -> None:
    for at in places[:1].tolist():
        raise SealError(f"seal{_number(at, texts)}: {problem.format(length=texts.length[at])}")


def _refuse_repeats(order: _Order) -> None:
    """Raise SealError where two texts would share a key and a nonce, an IV or a signed header."""
    if len(order.texts) < 2:
        return
    nonce = order.rows["nonce"][order.row]
    nonce[order.nonce_in_header, :12] = order.header[order.nonce_in_header, 4:]
    signed = order.kind == Kind.INTEGRITY
    nonce[signed] = order.header[signed]
    key = np.where(signed[:, None], order.rows["mac_key"][order.row], order.rows["key"][order.row])
    first, group = distinct_rows(np.hstack((key, nonce)))
    if len(first) < len(group):
        again = np.setdiff1d(np.arange(len(group)), first)[0]
        before = first[group[again]]
        raise SealError(
            f"seal: texts {min(before, again)} and {max(before, again)} have the same parameters:"
            " a set seals one text, or a nonce is repeated"
        )


def _number(at: int, texts: Messages) -> str:
    """Say which text is meant, where there are several."""
    return f": text {at}" if len(texts) > 1 else ""
