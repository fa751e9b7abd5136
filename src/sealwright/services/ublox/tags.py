"""Tags: names for groups of devices (REST document 1.1.29, "Tag APIs")."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from sealwright.services._fields import Row
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne
from sealwright.services.ublox._fields import (
    EveryProfileUid,
    EveryTagName,
    EveryUid,
    Message,
    Page,
    PageNumber,
    ProfileUids,
    TagName,
    TagNames,
    UbloxRequest,
    Uids,
    group,
)

GROUP = group("tags", "Tag APIs", "Tags and the devices that have them.")

_DEVICES_OR_PROFILES = (AtLeastOne("rot_public_uids", "device_profile_uids"),)
Sync = Annotated[bool, Meta(description="The document's SyncRequired, which it does not explain.")]


class Tags(Page, kw_only=True, frozen=True, eq=False):
    """A page of tags, each as the service shows it."""

    tags: list[Row | str] | None = None


@GROUP.call("/tag/create", "create", Retry.CREATE)
class TagCreate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Create a tag."""

    tag_name: TagName


@GROUP.call("/tag/delete", "delete", Retry.IDEMPOTENT, irreversible=True)
class TagDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Delete a tag that no device has any more."""

    tag_name: TagName


@GROUP.call("/tag/get", "get", Retry.READ, pages="tags")
class TagGet(UbloxRequest[Tags], kw_only=True, frozen=True, eq=False):
    """List the tags of the account."""

    page_number: PageNumber | None = None


@GROUP.call("/tag/assign", "assign", Retry.IDEMPOTENT, splits=("rot_public_uids",))
class TagAssign(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Give every one of some tags to every one of some devices or device profiles."""

    rules = _DEVICES_OR_PROFILES

    tag_names: TagNames
    rot_public_uids: Uids | None = None
    device_profile_uids: ProfileUids | None = None
    sync_required: Sync | None = None


@GROUP.call("/tag/remove", "remove", Retry.IDEMPOTENT, irreversible=True, splits=("rot_public_uids",))
class TagRemove(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Take every one of some tags from every one of some devices or device profiles.

    `{*}` stands for all tags, or for all devices or profiles. A device without such a tag is passed over.
    """

    rules = _DEVICES_OR_PROFILES

    tag_names: EveryTagName
    rot_public_uids: EveryUid | None = None
    device_profile_uids: EveryProfileUid | None = None
    sync_required: Sync | None = None
