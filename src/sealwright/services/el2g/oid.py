"""Object ids: where a secure object lies in a device (AN12642, sections 4.1.3, 4.5.16 and 4.5.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from msgspec import Meta

from sealwright.services.el2g._fields import AnsweredDigits

if TYPE_CHECKING:
    from collections.abc import Iterator

SUGGESTED: Final = range(0x8300_0000, 0x8301_0000)
FORBIDDEN: Final = (
    range(1),
    range(0x7FFF_0200, 0x7FFF_0203),
    range(0x7FFF_0204, 0x7FFF_020C),
    range(0xF000_0000, 0x1_0000_0000),
)
"""The union of what sections 4.5.16 and 4.5.17 forbid, which differ; `FFFFFFF` there is FFFFFFFF."""
UNAUTHENTICATED: Final = "00000000"
"""Stands for whoever has not authenticated, in a policy."""
MANDATORY: Final = "F0000021"
"""Stands for EL2G itself, in a policy."""

_FREE: Final = "^(?!0+$)(?!7[Ff]{3}020[0-24-9A-Ba-b]$)(?![Ff][0-9A-Fa-f]{7}$)[0-9A-Fa-f]{1,8}$"


def _text(value: object) -> object:
    """Take digits with 0x before them; a number is refused, because it may be meant as digits."""
    return value.strip().removeprefix("0x").removeprefix("0X").upper() if isinstance(value, str) else value


Oid = Annotated[
    str,
    Meta(
        pattern=_FREE,
        description="The object id: 1 to 8 hex digits, best 83000000 to 8300FFFF.",
        extra={
            "read": _text,
            "must": "must be 1 to 8 hex digits, as a text, and none that EL2G forbids (00000000, 7FFF0200 to"
            " 7FFF0202, 7FFF0204 to 7FFF020B, F0000000 to FFFFFFFF)",
        },
    ),
]
AnyOid = Annotated[
    str,
    Meta(
        pattern="^[0-9A-Fa-f]{1,8}$",
        description="The object id of an authentication object.",
        extra={"read": _text, "must": "must be 1 to 8 hex digits, as a text"},
    ),
]
AnsweredOid = AnsweredDigits
"""EL2G answers hex digits as the decimal number that looks like them (4.5.6): its digits are the hex ones."""


def is_forbidden(oid: str) -> bool:
    """Tell whether EL2G forbids an object id."""
    return any(int(oid, 16) in each for each in FORBIDDEN)


def hints(oid: str, kind: str) -> Iterator[str]:
    """Yield what is unusual about the object id of a secure object of this type."""
    number = int(oid, 16)
    if number not in SUGGESTED:
        yield f"object id {oid} is not in the range that EL2G suggests, 83000000 to 8300FFFF"
    if kind == "KEYPAIR" and number % 2:
        yield f"object id {oid} is odd: by convention a key pair has an even one, its certificate the next"
    if kind == "CERTIFICATE" and not number % 2:
        yield f"object id {oid} is even: by convention a certificate has the one after its key pair's"
