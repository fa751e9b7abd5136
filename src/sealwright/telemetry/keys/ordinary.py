"""Lines of a key file that are as they should be, read as columns.

A fleet's file has a million of them, all by one writer: only the digits of header, UID and secrets
differ. So one line is parsed, as a pattern; a line with digits wherever the pattern has them, and
the very same bytes everywhere else, says the same in the same places.

Nothing is refused here and nothing is an error. A line that departs from the ordinary in any way
is left over, and the careful reader is the one judge of what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sealwright.telemetry.format.headers import HEADER_BYTES
from sealwright.telemetry.format.suites import BLOCK
from sealwright.telemetry.keys.pattern import DECIMAL, Pattern, Span, read_pattern
from sealwright.telemetry.keys.table import ROW, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LONGEST: Final = 1024
"""Bytes that no ordinary line exceeds; the limit of all lines is far above."""

_WORTH: Final = 16
"""Lines of one length for which the fixed cost of columns pays."""

_PATTERNS: Final = 8
"""Patterns that are tried on lines of one length; one writer needs one."""


class Block(NamedTuple):
    """n lines as columns: whether each is ordinary, and then its row, purpose and header."""

    ordinary: NDArray[np.bool_]
    rows: NDArray[np.void]
    purposes: NDArray[np.uint8]
    headers: NDArray[np.uint8]


def read_ordinary(lines: Sequence[bytes]) -> Block:
    """Read those of n lines that are ordinary: uplink lines of any suite, regular in everything.

    What is read of such a line is what the careful reader would hold, and all that it would do.
    `purposes` are codes, `headers` have 16 bytes.
    """
    n = len(lines)
    block = Block(np.zeros(n, "?"), np.zeros(n, ROW), np.zeros(n, "u1"), np.zeros((n, HEADER_BYTES), "u1"))
    lengths = np.fromiter(map(len, lines), np.intp, n)
    for length in np.unique(lengths[lengths <= _LONGEST]):
        _read_equally_long(block, np.flatnonzero(lengths == length), lines)
    return block


def _read_equally_long(block: Block, places: NDArray[np.intp], lines: Sequence[bytes]) -> None:
    octets = np.frombuffer(b"".join([lines[place] for place in places]), np.uint8)
    texts = octets.reshape(len(places), -1)
    for _ in range(_PATTERNS):
        if len(places) < _WORTH:
            return
        left = np.arange(len(places)) > 0
        if pattern := read_pattern(texts[0].tobytes()):
            alike = _alike(texts, pattern)
            _read_alike(block, places[alike], texts[alike], pattern)
            left &= ~alike
        places, texts = places[left], texts[left]


def _alike(texts: NDArray[np.uint8], pattern: Pattern) -> NDArray[np.bool_]:
    """Tell which of n texts, as long as the pattern, differ from it in digits alone."""
    skeletons = texts.copy()
    for span in pattern.spans.values():
        digits = texts[:, span.at]
        marks = digits.tobytes().translate(span.code.marks)
        skeletons[:, span.at] = np.frombuffer(marks, np.uint8).reshape(digits.shape)
    alike: NDArray[np.bool_] = skeletons.view(f"S{len(pattern.skeleton)}")[:, 0] == pattern.skeleton
    uid = pattern.spans["uid"]
    if uid.code is DECIMAL:  # a JSON number does not begin with a zero
        alike &= texts[:, uid.at.start] != ord("0")
    return alike


def _read_alike(block: Block, places: NDArray[np.intp], texts: NDArray[np.uint8], pattern: Pattern) -> None:
    shape = pattern.shape
    rows = np.zeros(len(places), ROW)
    rows["state"], rows["suite"] = State.EXACT, pattern.suite.code
    rows["mac_key_length"] = BLOCK if pattern.suite.has_mac_key else 0
    columns = {column: _octets(texts, span) for column, span in pattern.spans.items()}
    header = columns.pop("header")
    regular = np.ones(len(places), np.bool_)
    for column, octets in columns.items():
        length = pattern.spans[column].length
        rows[column][:, :length] = octets[:, :length]
        regular &= (octets[:, length:] == 0).all(axis=1)  # else the last digit has stray low bits
    _judge(regular, rows, header, pattern)
    where = places[regular]
    block.ordinary[where] = True
    block.purposes[where] = shape.purpose.code
    block.headers[where, : shape.header_length] = header[regular]
    # As plain bytes: numpy copies structured rows field by field, ten times slower.
    whole = f"V{ROW.itemsize}"
    block.rows.view(whole)[where] = rows.view(whole)[regular]


def _octets(texts: NDArray[np.uint8], span: Span) -> NDArray[np.uint8]:
    """Decode a column of digits in whole units: zeros fill them up at the end, or before a number."""
    code = span.code
    said = texts[:, span.at]
    units = -(-span.length // code.octets)
    width = units * code.digits
    begin = width - said.shape[1] if code is DECIMAL else 0
    digits = np.full((len(texts), width), code.zero, np.uint8)
    digits[:, begin : begin + said.shape[1]] = said
    return np.frombuffer(code.decode(digits.tobytes()), np.uint8).reshape(len(texts), units * code.octets)


def _judge(
    regular: NDArray[np.bool_], rows: NDArray[np.void], header: NDArray[np.uint8], pattern: Pattern
) -> None:
    """Strike out the rows that the careful reader would refuse, or count as irregular."""
    shape = pattern.shape
    regular &= (rows["uid"][:, 2:] == header[:, shape.uid_at : shape.uid_at + 6]).all(axis=1)
    if "kiv" in pattern.spans:
        regular &= (rows["kiv"][:, : shape.header_length] == header).all(axis=1)
    if pattern.suite.has_mac_key:
        regular &= (rows["key"] != rows["mac_key"]).any(axis=1)
    else:
        regular &= (rows["nonce"][:, :12] == header[:, 4:]).all(axis=1)
