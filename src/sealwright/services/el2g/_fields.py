"""The fields that several EL2G calls have: their names on the wire, forms and words (AN12642 rev. 1.0).

The document's slips are met here where several calls share them: numbers that are texts elsewhere, times
in three forms, names with a blank where an underscore belongs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar

from msgspec import Meta

from sealwright.errors import InputError
from sealwright.services._call import Group, Request
from sealwright.services._fields import IN_PATH, IN_QUERY, digits
from sealwright.services._reply import Reply
from sealwright.services.el2g.times import iso_8601, since_1970
from sealwright.services.el2g.uid import UID_MUST, device_uid

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.services._retry import Retry

R = TypeVar("R")
T = TypeVar("T", bound="type[Request[Any]]")

DOCUMENT: Final = "AN12642 rev. 1.0"
NEWER: Final = f"EL2G as NXP's own tools call it; newer than {DOCUMENT}"
LARGEST_PAGE: Final = 100
"""Section 7."""


class El2gGroup(Group):
    """A group of EL2G calls."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__("el2g", name, title, always_body=False)

    def at(self, section: str, line: str, name: str, retry: Retry, **facts: Any) -> Callable[[T], T]:
        """Enter a call as the document heads it: its section (empty where it has none), method and path."""
        method, _, path = line.partition(" ")
        source = f"{DOCUMENT}, section {section}, {line}" if section else f"{NEWER}, {line}"
        return self.call(path, name, retry, method=method, source=source, **facts)


class El2gRequest(Request[R], Generic[R], kw_only=True, frozen=True, eq=False, rename="camel"):
    """A request in EL2G's spelling."""


class El2gReply(Reply, kw_only=True, frozen=True, eq=False, rename="camel"):
    """A reply in EL2G's spelling."""


def _whole(value: object) -> object:
    """Turn the text of a whole number into the number: the document writes ids both ways (4.1.4)."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


def _sent_uid(value: object) -> object:
    return str(device_uid(value))  # type: ignore[arg-type]  # any type is looked at


def _answered_uid(value: object) -> object:
    """Turn a UID into decimal digits; what is no UID of the known forms is kept, and a float is none."""
    if isinstance(value, (str, int)):
        try:
            return str(device_uid(value))
        except InputError:
            return str(value)
    return value


def _moment(value: object) -> object:
    """Turn seconds since 1970 into ISO 8601, as the other times are."""
    return iso_8601(since_1970(value)) if type(value) in {int, float} else value  # type: ignore[arg-type]


def _underscored(value: object) -> object:
    return value.replace(" ", "_") if isinstance(value, str) else value


def _who(value: object) -> object:
    return "SYSTEM_USER" if value == "SYSTEM USER" else value


_TEXT: Final = "must be a text"
Nc12 = Annotated[
    str,
    Meta(
        pattern="^[0-9]{12}$",
        description="The 12NC of a product: 12 digits.",
        extra={"read": digits, "must": "must be a 12NC: 12 digits", "takes": "str | int"},
    ),
]
AnsweredDigits = Annotated[str, Meta(extra={"read": digits, "must": _TEXT})]
"""Digits of a reply, such as a 12NC or a version: whatever a service may make of them."""
InPathNc12 = Annotated[Nc12, IN_PATH]
Id = Annotated[
    int,
    Meta(ge=0, extra={"read": _whole, "must": "must be a whole number of at least 0", "takes": "int | str"}),
]
AnsweredId = Annotated[int | str, Meta(extra={"read": _whole, "must": "must be a number or a text"})]
"""An id; numbers in the document, and whatever a service may make of them."""
DeviceGroupId = Annotated[Id, Meta(description="The id of a device group."), IN_PATH]
SecureObjectId = Annotated[Id, Meta(description="The id of a secure object."), IN_PATH]
IntermediateCaId = Annotated[Id, Meta(description="The id of an intermediate CA."), IN_PATH]
ProvisioningId = Annotated[
    str,
    Meta(
        min_length=1,
        description="The id of a provisioning.",
        extra={"read": digits, "must": "must be an id", "takes": "str | int"},
    ),
    IN_PATH,
]
DeviceUid = Annotated[
    str,
    Meta(
        pattern="^[0-9]{1,44}$",
        description="The UID of a device: 36 hex digits, or their decimal number.",
        extra={"read": _sent_uid, "must": UID_MUST, "takes": "str | int | bytes"},
    ),
]
DeviceUids = Annotated[list[DeviceUid], Meta(min_length=1, description="UIDs of devices.")]
AnsweredUid = Annotated[str, Meta(extra={"read": _answered_uid, "must": _TEXT})]
"""Always decimal digits."""
Name = Annotated[str, Meta(min_length=1, description="The name.")]
Filter = Annotated[Annotated[str, Meta(min_length=1)] | None, IN_QUERY]
Moment = Annotated[str, Meta(extra={"read": _moment, "must": "must be a time"})]
Who = Annotated[str, Meta(extra={"read": _who, "must": _TEXT})]
Algorithm = Annotated[str, Meta(extra={"read": _underscored, "must": _TEXT})]
FamilyType = Annotated[
    str,
    Meta(
        pattern="^[A-Z0-9_]{1,32}$",
        description="The family of a product's hardware, such as SE05, RW6, IMX9 or KW; newer than"
        f" {DOCUMENT}.",
        extra={"must": "must be a family such as SE05: upper case letters and digits"},
    ),
]
DomainTypes = Annotated[
    Annotated[
        list[
            Annotated[str, Meta(pattern="^[A-Z0-9_]{1,32}$", extra={"must": "must be a domain such as RTP"})]
        ],
        Meta(min_length=1),
    ]
    | None,
    Meta(description=f"Only objects of these owners' domains: RTP, MATTER; newer than {DOCUMENT}."),
    IN_QUERY,
]
SortBy = Annotated[
    Annotated[str, Meta(min_length=1)] | None, Meta(description="The field to sort by."), IN_QUERY
]
SortByDirection = Annotated[
    Literal["ASC", "DESC"] | None, Meta(description="Ascending or descending."), IN_QUERY
]


class ResourceMetadata(El2gReply, kw_only=True, frozen=True, eq=False):
    """Who made and changed something, and when: times in ISO 8601, whatever form they come in."""

    created_by: Who | None = None
    created_ts: Moment | None = None
    last_modified_by: Who | None = None
    last_modified_ts: Moment | None = None
    version: int | None = None

    @property
    def created(self) -> datetime | None:
        """The moment of creation; None where it cannot be read."""
        try:
            moment = datetime.fromisoformat(self.created_ts or "")
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Page(El2gReply, kw_only=True, frozen=True, eq=False):
    """One page of a list. EL2G counts pages from 0; its links are shown and never followed (section 7)."""

    current: str | None = None
    next: str | None = None
    prev: str | None = None
    total_elements: int | None = None
    page_type: str | None = None


class PagedRequest(El2gRequest[R], Generic[R], kw_only=True, frozen=True, eq=False):
    """A request for a page."""

    page: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(description="The page, counted from 0; 0 if not given."),
        IN_QUERY,
    ] = None
    size: Annotated[
        Annotated[int, Meta(ge=1, le=LARGEST_PAGE)] | None,
        Meta(description="Items of a page, at most 100; 20 if not given."),
        IN_QUERY,
    ] = None


class SortedRequest(PagedRequest[R], Generic[R], kw_only=True, frozen=True, eq=False):
    """A request for a page that may be sorted."""

    sort_by: SortBy = None
    sort_by_direction: SortByDirection = None


class ProductDetails(El2gReply, kw_only=True, frozen=True, eq=False):
    """A product."""

    nc12: AnsweredDigits | None = None
    commercial_name: str | None = None
    hardware_type: str | None = None
    hardware_variant: str | None = None
    hardware_family_type: str | None = None
    software_version: AnsweredDigits | None = None


class DeviceGroupName(El2gReply, kw_only=True, frozen=True, eq=False):
    """A device group as lists of secure objects show it; the document once calls its id deviceId (4.5.8)."""

    other_names: ClassVar[dict[str, str]] = {
        "deviceId": "id",
        "deviceGroupId": "id",
        "name": "deviceGroupName",
    }

    id: AnsweredId | None = None
    device_group_name: str | None = None
    unassignable: bool | None = None
