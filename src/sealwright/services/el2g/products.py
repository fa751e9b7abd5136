"""Products: what there is hardware for (AN12642, sections 4.3.1 to 4.3.3)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from sealwright.services._fields import IN_QUERY
from sealwright.services._retry import Retry
from sealwright.services.el2g._fields import (
    DeviceUid,
    El2gGroup,
    El2gReply,
    El2gRequest,
    Filter,
    Nc12,
    ProductDetails,
)

GROUP = El2gGroup("products", "Products that EL2G knows, and their 12NCs.")


class Product(ProductDetails, kw_only=True, frozen=True, eq=False):
    """A product in the list of products."""

    profiles: list[Any] | None = None
    customers: list[Any] | None = None


class HardwareVariant(El2gReply, kw_only=True, frozen=True, eq=False):
    """A variant of a type of hardware, and its products."""

    name: str | None = None
    products: list[ProductDetails] | None = None


class HardwareType(El2gReply, kw_only=True, frozen=True, eq=False):
    """A type of hardware and its variants."""

    name: str | None = None
    hardware_variants: list[HardwareVariant] | None = None


class DevBoard(El2gReply, kw_only=True, frozen=True, eq=False):
    """A development board."""

    name: str | None = None
    color: str | None = None
    product: ProductDetails | None = None


@GROUP.at("4.3.1", "GET /products", "list", Retry.READ)
class ListProducts(El2gRequest[list[Product]], kw_only=True, frozen=True, eq=False):
    """List the products, whose 12NCs other calls need.

    With a 12NC or a device there is one or none in the answer.
    """

    hardware_type: Annotated[Filter, Meta(description="Only of this type, such as SE050.")] = None
    hardware_variant: Annotated[Filter, Meta(description="Only of this variant, such as SE050C2.")] = None
    nc12: Annotated[Nc12 | None, IN_QUERY] = None
    device_id: Annotated[
        DeviceUid | None, Meta(description="Only the product of this device, by its UID."), IN_QUERY
    ] = None


@GROUP.at("4.3.2", "GET /hardware-types", "hardware_types", Retry.READ)
class HardwareTypes(El2gRequest[list[HardwareType]], kw_only=True, frozen=True, eq=False):
    """List the types of hardware, their variants and the products of each."""


@GROUP.at("4.3.3", "GET /dev-boards", "dev_boards", Retry.READ)
class DevBoards(El2gRequest[list[DevBoard]], kw_only=True, frozen=True, eq=False):
    """List the development boards."""
