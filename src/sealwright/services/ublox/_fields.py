"""The fields that several u-blox calls have: their names on the wire, forms and words.

REST document 1.1.29; what it leaves open follows the vendor's samples. Where people hold a value as
bytes, a number or a date, it is taken as that and sent as the text that the service wants.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Final, Generic, Literal, TypeVar

from msgspec import Meta

from sealwright.services._call import Group, Request
from sealwright.services._fields import digits
from sealwright.services._reply import Reply

R = TypeVar("R")

_SPELLED: Final = {
    "aes": "AES",
    "api": "API",
    "ca": "CA",
    "cas": "CAs",
    "crls": "CRLs",
    "imei": "IMEI",
    "imeis": "IMEIs",
    "iv": "IV",
    "kiv": "KIV",
    "mac": "MAC",
    "pop": "PoP",
    "rot": "ROT",
    "uid": "UID",
    "uids": "UIDs",
    "url": "URL",
    "id": "ID",
}


DOCUMENT: Final = "Security Services REST APIs 1.1.29"


def group(name: str, section: str, title: str) -> Group:
    """Return a group of calls that a section of the document describes."""
    return Group("ublox", name, title, f"{DOCUMENT}, {section}")


def api_name(field: str) -> str:
    """Return the service's name of a field: `rot_public_uids` is `ROTPublicUIDs`."""
    return "".join(_SPELLED.get(word, word.capitalize()) for word in field.split("_"))


class UbloxRequest(Request[R], Generic[R], kw_only=True, frozen=True, eq=False, rename=api_name):
    """A request in the u-blox service's spelling."""


class UbloxReply(Reply, kw_only=True, frozen=True, eq=False, rename=api_name):
    """A reply in the u-blox service's spelling."""


class Page(UbloxReply, kw_only=True, frozen=True, eq=False):
    """One page of a list. The service counts pages from 1."""

    page_number: int | None = None
    page_size: int | None = None
    total_records: int | None = None


class Message(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A sentence of the service, such as that it has done what was asked."""

    message: str | None = None


def _uid(value: object) -> object:
    """Turn a ROTPublicUID of 8 bytes, or the number whose decimal text is its digits, into 16 hex digits."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return f"{value:016d}" if type(value) is int and value >= 0 else value


def _octets(value: object) -> object:
    return bytes(value).hex() if isinstance(value, (bytes, bytearray)) else value


def _moment(value: object) -> str:
    """Turn a date or a moment into ISO 8601, and check that a text is that."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError("not a date")
    datetime.fromisoformat(value)
    return value


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = _moment(value)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError("not a date")
    return text


UID_MUST: Final = "must be 16 hex digits, or the number that they make"
Uid = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Fa-f]{16}$",
        description="The ROTPublicUID of a device: 16 hex digits.",
        extra={"read": _uid, "must": UID_MUST, "takes": "str | int | bytes"},
    ),
]
UidName = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Fa-f]{16}$",
        extra={
            "read": lambda name: _uid(int(name)) if name.isascii() and name.isdecimal() else name,
            "must": UID_MUST,
        },
    ),
]
"""A ROTPublicUID as the name of a member: numbers have become texts there."""
Uids = Annotated[list[Uid], Meta(min_length=1, description="ROTPublicUIDs of devices.")]
EveryUid = Annotated[
    list[
        Annotated[
            str,
            Meta(
                pattern=r"^(?:[0-9A-Fa-f]{16}|\{\*\})$",
                extra={"read": _uid, "must": f"{UID_MUST}, or {{*}} for all", "takes": "str | int | bytes"},
            ),
        ]
    ],
    Meta(min_length=1, description="ROTPublicUIDs of devices; `{*}` means all."),
]
KeyId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Fa-f]{28}$",
        description="The key id: 14 bytes in hex, without 0x.",
        extra={"read": _octets, "must": "must be 14 bytes: 28 hex digits without 0x", "takes": "str | bytes"},
    ),
]
Header = Annotated[
    str,
    Meta(
        pattern=r"^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{24})$",
        description="The beginning of the message in hex, without 0x: 16 bytes for v1, 12 for v2.",
        extra={
            "read": _octets,
            "must": "must be 16 bytes (v1) or 12 bytes (v2): 32 or 24 hex digits without 0x",
            "takes": "str | bytes",
        },
    ),
]
SignedHeader = Annotated[
    str,
    Meta(
        pattern=r"^(?:[0-9A-Fa-f]{22}|[0-9A-Fa-f]{24}|[0-9A-Fa-f]{32})$",
        description="The beginning of the signed message in hex, without 0x: 11 bytes.",
        extra={
            "read": _octets,
            "must": "must be 11 bytes (or 12, or 16): 22 hex digits without 0x",
            "takes": "str | bytes",
        },
    ),
]
TagName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        pattern=r'^[^\^`~<>"{}|,]*$',
        description="The name of a tag; upper and lower case are the same.",
        extra={"must": 'must be 1 to 255 characters without ^ ` ~ < > " { } | ,'},
    ),
]
TagNames = Annotated[list[TagName], Meta(min_length=1, description="Names of tags.")]
EveryTagName = Annotated[
    list[
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=255,
                pattern=r'^(?:[^\^`~<>"{}|,]*|\{\*\})$',
                extra={"must": 'must be 1 to 255 characters without ^ ` ~ < > " { } | , or {*} for all'},
            ),
        ]
    ],
    Meta(min_length=1, description="Names of tags; `{*}` means all."),
]
CaName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=45,
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="The name of a root CA: letters, digits, `_`, `-` and `.`, at most 45; unique in public.",
        extra={"must": "must be 1 to 45 letters, digits, underscores, dashes and dots"},
    ),
]
CaDays = Annotated[int, Meta(ge=1825, le=3650, description="Validity of the CA's certificate in days.")]
DeviceDays = Annotated[int, Meta(ge=30, le=3650, description="Validity of device certificates in days.")]
RenewDays = Annotated[
    int, Meta(ge=1, le=365, description="Renew a device certificate so many days before it expires.")
]
ProfileUid = Annotated[
    str,
    Meta(
        min_length=1,
        description="The DeviceProfileUID that was sealed into devices to group them; "
        "`UNATTRIBUTED DEVICE PROFILE` where none was sealed at the first bootstrap.",
    ),
]
ProfileUids = Annotated[list[ProfileUid], Meta(min_length=1, description="DeviceProfileUIDs.")]
EveryProfileUid = Annotated[
    list[ProfileUid], Meta(min_length=1, description="DeviceProfileUIDs; `{*}` means all.")
]
SerialNumber = Annotated[str, Meta(min_length=1, description="A serial number.")]
SerialNumbers = Annotated[list[SerialNumber], Meta(min_length=1, description="Serial numbers.")]
Imei = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{15}$",
        description="An IMEI: 15 digits.",
        extra={
            "read": digits,
            "must": "must be 15 digits",
            "takes": "str | int",
        },
    ),
]
Imeis = Annotated[list[Imei], Meta(min_length=1, description="IMEIs of devices.")]
PageNumber = Annotated[int, Meta(ge=1, description="The page, counted from 1; 1 if not given.")]
Moment = Annotated[
    str,
    Meta(
        description="A date, or a date and time, in ISO 8601.",
        extra={
            "read": _moment,
            "must": "must be a date or a date and time in ISO 8601",
            "takes": "str | dt.date",
        },
    ),
]
Day = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="A date, yyyy-mm-dd.",
        extra={"read": _date, "must": "must be a date, yyyy-mm-dd", "takes": "str | dt.date"},
    ),
]
HttpsUrl = Annotated[
    str,
    Meta(
        pattern=r"^https://[^\s/?#@]+(?:[/?#]\S*)?$",
        description="The URL that the service calls: https only.",
        extra={"must": "must be an https URL without a user name or spaces"},
    ),
]
State = Literal["ENABLED", "DISABLED"]
