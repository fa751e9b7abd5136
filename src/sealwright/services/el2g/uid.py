"""UIDs of devices: 18 bytes, read as one big number (AN12642, sections 4.1.2 and 8).

    >>> uid_hex(device_uid("348555492004256518532939906410866457667712"))
    '0x04005001eee3ba1ee96e60047e57da0f6880'

EL2G takes `0x` and 36 hex digits or the decimal number, and always answers the number. A UID is never
a float: that would be another device.
"""

from __future__ import annotations

import re
from typing import Final

from sealwright.errors import InputError

_HEX_DIGITS: Final = 36
_LIMIT: Final = 1 << (4 * _HEX_DIGITS)
_PREFIXED: Final = re.compile(rf"0[xX]([0-9A-Fa-f]{{1,{_HEX_DIGITS}}})")
_WHOLE: Final = re.compile(
    rf"(?:0[xX])?((?:[0-9A-Fa-f]{{2}}[ :]?){{{_HEX_DIGITS // 2 - 1}}}[0-9A-Fa-f]{{2}})"
)
_DECIMAL: Final = re.compile(r"[0-9]{1,44}")
_SSCLI: Final = re.compile(r"(?:Unique ID:|sss\.se05x:)\s*([0-9A-Fa-f]+)\s*$", re.MULTILINE)

UID_MUST: Final = "must be a device UID: 36 hex digits (0x before them, or not), or their decimal number"


def device_uid(value: int | str | bytes) -> int:
    """Read a UID in any form: a number, its decimal or hex digits, or its bytes.

    36 digits are hex, with 0x or without, and a space or a colon may stand between two pairs of them.
    Fewer hex digits need 0x, or they would be read as another device: other digits are decimal. Raises
    InputError for anything else.
    """
    number = _number(value)
    if number is None or not 0 <= number < _LIMIT:
        raise InputError(f"device UID: {UID_MUST.removeprefix('must be a device UID: ')}")
    return number


def _number(value: object) -> int | None:
    if isinstance(value, (bytes, bytearray)):
        return int.from_bytes(value) if 0 < len(value) <= _HEX_DIGITS // 2 else None
    if type(value) is int:
        return value
    if not isinstance(value, str):
        return None
    digits = value.strip()
    if found := _WHOLE.fullmatch(digits) or _PREFIXED.fullmatch(digits):
        return int(re.sub("[ :]", "", found[1]), 16)
    return int(digits) if _DECIMAL.fullmatch(digits) else None


def uid_hex(number: int) -> str:
    """Return a UID as `0x` and 36 hex digits."""
    return f"0x{number:0{_HEX_DIGITS}x}"


def uids_in(text: str) -> list[int]:
    """Return the UIDs of a text, each once: what `sscli se05x uid` writes, or one UID a line.

    Empty lines and those that begin with # are passed over. Raises InputError that names the line.
    """
    if told := _SSCLI.findall(text):
        return list(dict.fromkeys(map(device_uid, (f"0x{digits}" for digits in told))))
    found: dict[int, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if (words := line.strip()) and not words.startswith("#"):
            try:
                found[device_uid(words)] = None
            except InputError as problem:
                raise InputError(f"line {number}: {problem}") from None
    return list(found)
