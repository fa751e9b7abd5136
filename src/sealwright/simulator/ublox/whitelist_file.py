"""The CSV file that "/device/whitelist/add" takes instead of a JSON body."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from sealwright.simulator.ublox.answers.desk import DONE
from sealwright.simulator.ublox.answers.devices import change_whitelist
from sealwright.simulator.ublox.refusal import bad_request

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account

_HEADER: Final = ["Id", "Type", "Action"]


def upload_whitelist(account: Account, body: bytes) -> dict[str, str]:
    """Do what the rows say, all of them or, where one cannot be read, none. Raises RefusalError (400)."""
    try:
        header, *rows = [
            row for row in csv.reader(io.StringIO(body.decode(), newline=""), strict=True) if row
        ]
    except (ValueError, csv.Error):
        raise bad_request("The file is not CSV with a header row") from None
    if header != _HEADER:
        raise bad_request(f"The header row must be {','.join(_HEADER)}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(_HEADER) or row[1] != "ROTPublicUID" or row[2] not in {"ADD", "DELETE"}:
            raise bad_request(f"Row {number} must be a ROTPublicUID, its type and ADD or DELETE")
        # The document's own sample row has 15 digits.
        if not re.fullmatch(r"[0-9A-Fa-f]{15,16}", row[0]):
            raise bad_request(f"Row {number}: Invalid ROTPublicUID")
    for uid, kind, action in rows:
        change_whitelist(account, [uid.zfill(16)], kind, action)
    return DONE
