"""Device profiles: what new devices get (REST document 1.1.29, "Device Profile APIs")."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from sealwright.services._fields import Row
from sealwright.services._retry import Retry
from sealwright.services._rules import AtMostOne
from sealwright.services.ublox._fields import (
    Message,
    Page,
    PageNumber,
    TagNames,
    UbloxReply,
    UbloxRequest,
    group,
)
from sealwright.services.ublox._provisioning import PAID_WHEN_ENABLED, Provisioning

GROUP = group(
    "device_profiles",
    "Device Profile APIs",
    "Device profiles and what their new devices are provisioned with.",
)

DeviceProfileUid = Annotated[str, Meta(min_length=1, description="The UID of the device profile.")]


class DeviceProfiles(Page, kw_only=True, frozen=True, eq=False):
    """A page of device profiles, each as the service shows it."""

    device_profiles: list[Row] | None = None


class BootstrapProvisioning(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What new devices of a profile are to be provisioned with."""

    device_profile_uid: str | None = None
    desired_properties: dict[str, Any] | None = None


@GROUP.call("/deviceprofile/get", "get", Retry.READ, pages="device_profiles")
class ProfileGet(UbloxRequest[DeviceProfiles], kw_only=True, frozen=True, eq=False):
    """List the device profiles: all, those with certain tags, or the one of a name."""

    rules = (AtMostOne("tag_names", "profile_name"),)

    tag_names: Annotated[TagNames | None, Meta(description="Profiles with these tags.")] = None
    profile_name: Annotated[
        str | None, Meta(description="The one profile of this name; upper and lower case differ.")
    ] = None
    page_number: PageNumber | None = None


@GROUP.call(
    "/deviceprofile/bootstrapprovisioning/set",
    "bootstrap_provisioning_set",
    Retry.IDEMPOTENT,
    paid=PAID_WHEN_ENABLED,
)
class BootstrapProvisioningSet(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Set the features and network parameters that new devices of a profile get when they bootstrap.

    Devices that have bootstrapped already are not affected: `devices provisioning-set` is for those.
    """

    device_profile_uid: DeviceProfileUid
    provisioning: Provisioning


@GROUP.call("/deviceprofile/bootstrapprovisioning/get", "bootstrap_provisioning_get", Retry.READ)
class BootstrapProvisioningGet(UbloxRequest[BootstrapProvisioning], kw_only=True, frozen=True, eq=False):
    """Show the features and network parameters that are set for new devices of a profile."""

    device_profile_uid: DeviceProfileUid


@GROUP.call(
    "/deviceprofile/bootstrapprovisioning/delete",
    "bootstrap_provisioning_delete",
    Retry.IDEMPOTENT,
    irreversible=True,
)
class BootstrapProvisioningDelete(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Delete what is set for new devices of a profile, as if it had never been set.

    Devices that have bootstrapped already are not affected.
    """

    device_profile_uid: DeviceProfileUid
