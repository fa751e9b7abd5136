"""What EL2G does otherwise than its document says, or than it does elsewhere: each can be switched on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class Slip(StrEnum):
    """One irregularity; all but the last three stand in the document's own examples."""

    STRAY_NEXT = "stray-next"
    """The link to the next page names another path and host: whoever follows it shows his token there."""
    BARE_PAGES = "bare-pages"
    """Pages have no next, prev and pageType."""
    NUMERIC_OIDS = "numeric-oids"
    """An objectId of decimal digits alone comes as a number."""
    LONG_NAMES = "long-names"
    """A secure object's id and name come as secureObjectId and secureObjectName."""
    GROUP_AS_DEVICE = "group-as-device"
    """The id of a device group comes as deviceId, in lists of a secure object's groups."""
    BLANKS = "blanks"
    """`RSA 2048` and `SYSTEM USER` come with a blank."""
    EPOCH_TIMES = "epoch-times"
    """Times come as seconds since 1970, in metadata."""
    SINGULAR_FAILED = "singular-failed"
    """failedClaimCodeIds comes as failedClaimCodeId."""
    ESCAPED_PEM = "escaped-pem"
    """Line ends of certificates and requests are escaped twice."""
    NEW_FIELDS = "new-fields"
    """Objects have a field that no document knows."""
    NEW_WORDS = "new-words"
    """States and types come in words that no document knows."""
    TEXT_IDS = "text-ids"
    """Ids come as texts."""


def as_sent(value: Any, slips: Collection[Slip]) -> Any:
    """Return an answer as a service with these slips sends it."""
    if isinstance(value, list):
        return [as_sent(item, slips) for item in value]
    if isinstance(value, str):
        return value.replace("\n", "\\n") if Slip.ESCAPED_PEM in slips and "-----BEGIN" in value else value
    if not isinstance(value, dict):
        return value
    told = {name: as_sent(item, slips) for name, item in value.items()}
    for slip, change in _CHANGES.items():
        if slip in slips:
            told = change(told)
    return told


def _stray_next(told: dict[str, Any]) -> dict[str, Any]:
    if told.get("next"):
        path = told["next"].partition("?")[2]
        told["next"] = f"https://elsewhere.example/iothubapigateway/v1/things?{path}"
    return told


def _bare_pages(told: dict[str, Any]) -> dict[str, Any]:
    gone = {"next", "prev", "pageType"} if "totalElements" in told else set()
    return {name: item for name, item in told.items() if name not in gone}


def _numeric_oids(told: dict[str, Any]) -> dict[str, Any]:
    oid = told.get("objectId")
    return told | {"objectId": int(oid)} if isinstance(oid, str) and oid.isdecimal() else told


def _long_names(told: dict[str, Any]) -> dict[str, Any]:
    if "secureObjectType" not in told or "id" not in told:
        return told
    names = {"id": "secureObjectId", "name": "secureObjectName"}
    return {names.get(name, name): item for name, item in told.items()}


def _group_as_device(told: dict[str, Any]) -> dict[str, Any]:
    if "unassignable" not in told or "id" not in told:
        return told
    return {("deviceId" if name == "id" else name): item for name, item in told.items()}


def _blanks(told: dict[str, Any]) -> dict[str, Any]:
    changed = {name: told[name].replace("_", " ") for name in ("algorithm", "createdBy") if told.get(name)}
    return told | changed


def _epoch_times(told: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: datetime.fromisoformat(told[name]).timestamp() + 0.852
        for name in ("createdTs", "lastModifiedTs")
        if told.get(name)
    }
    return told | times


def _singular(told: dict[str, Any]) -> dict[str, Any]:
    return {
        ("failedClaimCodeId" if name == "failedClaimCodeIds" else name): item for name, item in told.items()
    }


def _new_field(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"addedLater": {"version": 2}} if "id" in told or "content" in told else told


def _new_words(told: dict[str, Any]) -> dict[str, Any]:
    names = ("provisioningState", "productRelationship", "signingAuthority")
    return told | {name: "SOMETHING_NEW" for name in names if name in told}


def _text_ids(told: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(item) if type(item) is int and (name == "id" or name.endswith("Id")) else item
        for name, item in told.items()
    }


_CHANGES: Final[dict[Slip, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    Slip.STRAY_NEXT: _stray_next,
    Slip.BARE_PAGES: _bare_pages,
    Slip.NUMERIC_OIDS: _numeric_oids,
    Slip.GROUP_AS_DEVICE: _group_as_device,
    Slip.LONG_NAMES: _long_names,
    Slip.BLANKS: _blanks,
    Slip.EPOCH_TIMES: _epoch_times,
    Slip.SINGULAR_FAILED: _singular,
    Slip.NEW_FIELDS: _new_field,
    Slip.NEW_WORDS: _new_words,
    Slip.TEXT_IDS: _text_ids,
}
