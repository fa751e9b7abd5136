"""Devices of the account (AN12642, sections 4.3.6 and 4.3.9)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from sealwright.services._fields import IN_PATH, IN_QUERY
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import (
    AnsweredId,
    AnsweredUid,
    DeviceUid,
    El2gGroup,
    El2gReply,
    El2gRequest,
    Filter,
    Page,
    PagedRequest,
    ProductDetails,
    ResourceMetadata,
)

GROUP = El2gGroup("devices", "Devices that are registered.")


class Device(El2gReply, kw_only=True, frozen=True, eq=False):
    """A device. Its UID is in decimal digits."""

    id: AnsweredUid | None = None
    device_group_id: AnsweredId | None = None
    device_group_name: str | None = None
    product_detail: ProductDetails | None = None
    last_connection: Any = None
    resource_metadata: ResourceMetadata | None = None


class DevicePage(Page, kw_only=True, frozen=True, eq=False):
    """A page of devices."""

    content: list[Device] | None = None


@GROUP.at("4.3.6", "GET /devices", "list", Retry.READ, pages="content")
class ListDevices(PagedRequest[DevicePage], kw_only=True, frozen=True, eq=False):
    """List the devices that are registered."""

    device_id: Annotated[DeviceUid | None, Meta(description="Only this device, by its UID."), IN_QUERY] = (
        field(name="device-id", default=None)
    )
    product_type: Annotated[Filter, Meta(description="Only devices of this type of product.")] = field(
        name="producttype", default=None
    )


@GROUP.at("4.3.9", "GET /devices/{deviceId}/product", "product", Retry.READ)
class ProductOfDevice(El2gRequest[ProductDetails], kw_only=True, frozen=True, eq=False):
    """Show the product of a device."""

    device_id: Annotated[DeviceUid, IN_PATH]
