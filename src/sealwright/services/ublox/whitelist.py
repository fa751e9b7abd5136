"""The CSV file that `/device/whitelist/add` takes instead of JSON (REST document 1.1.29, "Device APIs")."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from sealwright.errors import Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Action = Literal["ADD", "DELETE"]

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
HEADER: Final = ["Id", "Type", "Action"]
_TYPE: Final = "ROTPublicUID"
_CALL: Final = "ublox devices whitelist-add"


class Entry(NamedTuple):
    """One row: a device that comes onto the whitelist or leaves it."""

    rot_public_uid: str
    action: Action


def write_whitelist(entries: Iterable[Entry]) -> bytes:
    """Return the file for some entries. Raises RequestError that names the row of a wrong one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((entry.rot_public_uid, _TYPE, entry.action) for entry in entries)
    body = out.getvalue().encode()
    for _ in read_whitelist(body):
        """Each entry is looked at as the service would."""
    return body


def read_whitelist(body: bytes) -> Iterator[Entry]:
    """Yield the entries of a file. Raises RequestError that names the row that is wrong."""
    try:
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        if next(rows, None) != HEADER:
            raise _wrong("row 1", f"must be {','.join(HEADER)}")
        for number, row in enumerate(filter(None, rows), 2):
            yield _entry(row, f"row {number}")
    except (UnicodeDecodeError, csv.Error):
        raise _wrong("the file", "is not CSV in UTF-8") from None


def _entry(row: list[str], place: str) -> Entry:
    if len(row) != len(HEADER):
        raise _wrong(place, f"must have {len(HEADER)} columns")
    uid, kind, action = row
    if not re.fullmatch(r"[0-9A-Fa-f]{16}", uid, re.ASCII):
        raise _wrong(f"{place}, Id,", "must be 16 hex digits")
    if kind != _TYPE:
        raise _wrong(f"{place}, Type,", f"must be {_TYPE}")
    for known in ACTIONS:
        if action == known:
            return Entry(uid, known)
    raise _wrong(f"{place}, Action,", f"must be {' or '.join(ACTIONS)}")


def _wrong(place: str, problem: str) -> RequestError:
    return RequestError(_CALL, [Fault(place, problem)])
