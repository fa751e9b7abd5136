"""Tags: names for groups of devices and profiles ("/tag/…"); upper and lower case are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sealwright.simulator.service.refusal import RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERY: Final = "{*}"
"""Stands for all in "/tag/remove"."""


@dataclass(slots=True)
class Tag:
    """One tag, and what it is assigned to, in order."""

    name: str
    created: float
    uids: dict[bytes, None] = field(default_factory=dict)
    profiles: dict[str, None] = field(default_factory=dict)


class Tags:
    """The tags of an account."""

    def __init__(self) -> None:
        self._by_name: dict[str, Tag] = {}

    def __iter__(self) -> Iterator[Tag]:
        return iter(self._by_name.values())

    def create(self, name: str, now: float) -> Tag:
        """Make a tag. Raises RefusalError (400) where the name is taken."""
        if name.casefold() in self._by_name:
            raise bad_request("TagName already exists")
        tag = self._by_name[name.casefold()] = Tag(name, now)
        return tag

    def get(self, name: str) -> Tag:
        """Return a tag. Raises RefusalError (404) where there is none."""
        tag = self._by_name.get(name.casefold())
        if tag is None:
            raise RefusalError(404, "Not Found. There is no such TagName")
        return tag

    def delete(self, name: str) -> None:
        """Remove a tag. Raises RefusalError (400) while it is assigned to devices."""
        if self.get(name).uids:
            raise RefusalError(400, "Request aborted. This tag is currently assigned to ROTPublicUID(s)")
        del self._by_name[name.casefold()]

    def all_of(self, names: Iterable[str]) -> list[Tag]:
        """Return tags by name. Raises RefusalError (400) where one is not there."""
        tags = [self._by_name.get(name.casefold()) for name in names]
        if None in tags:
            raise bad_request("Invalid TagNames")
        return [tag for tag in tags if tag is not None]

    def of_device(self, uid: bytes) -> list[Tag]:
        """Return the tags that a device has."""
        return [tag for tag in self if uid in tag.uids]

    def remove(self, names: list[str], uids: set[bytes] | None, profiles: set[str] | None) -> None:
        """Take tags from devices and profiles; {*} among the names means every tag, None every device."""
        tags = list(self) if EVERY in names else self.all_of(names)
        for tag in tags:
            tag.uids = {} if uids is None else {uid: None for uid in tag.uids if uid not in uids}
            tag.profiles = (
                {} if profiles is None else {name: None for name in tag.profiles if name not in profiles}
            )
