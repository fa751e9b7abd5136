"""The answer for another device: what a client must notice and refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from sealwright.services._call import Request
    from sealwright.simulator.ublox.account import Account

_UID_FIELDS: Final = {"encrypted_header": {32: slice(4, 16)}, "key_id": {28: slice(4, 16)}}
_SHORT_HEADER: Final = slice(8, 20)


def for_another_device(account: Account, request: Request[Any]) -> Request[Any]:
    """Return the request as if another device of the account had been meant, where it means one."""
    for field, places in _UID_FIELDS.items():
        digits = getattr(request, field, None)
        if digits is not None:
            at = places.get(len(digits), _SHORT_HEADER)
            tail = _other(account, digits[at])
            return msgspec.structs.replace(request, **{field: digits[: at.start] + tail + digits[at.stop :]})
    uid = getattr(request, "rot_public_uid", None)
    if uid is None:
        return request
    return msgspec.structs.replace(request, rot_public_uid=uid[:4] + _other(account, uid[4:]))


def _other(account: Account, tail: str) -> str:
    """Return the low six bytes of the device behind this one in the account, in hex."""
    tails = [record.uid[2:].hex() for record in account.devices]
    if tail.lower() not in tails:
        return tail
    return tails[(tails.index(tail.lower()) + 1) % len(tails)]
