"""A made service with what the shop has not: members of objects, constants, lists in queries."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct, field

from sealwright.services._call import Group, Itemized, Request
from sealwright.services._fields import IN_PATH, IN_QUERY, WHOLE, Pem, QuietText
from sealwright.services._registry import Registry
from sealwright.services._reply import Reply
from sealwright.services._retry import Retry

GROUP = Group("workshop", "tools", "Tools.", always_body=False)


class Grip(Struct, kw_only=True, frozen=True, rename="camel"):
    """How a tool is held."""

    shape: Literal["ROUND"]
    inner_width: int
    note: str | None = None


class Tool(Reply, kw_only=True, frozen=True, eq=False, rename="camel"):
    """A tool."""

    other_names: ClassVar[dict[str, str]] = {"toolId": "id", "toolName": "name"}

    id: int
    name: str | None = None


class Sold(Reply, kw_only=True, frozen=True, eq=False, rename="camel"):
    """Which tools were sold."""

    sold_ids: list[int] | None = None
    failed_ids: list[int] | None = None


@GROUP.call("/tools", "make_saw", Retry.CREATE)
class MakeSaw(Request[Tool], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Make a saw."""

    kind: Literal["SAW"]
    name: str
    blade_kind: Literal["FINE"] = field(name="blade.kind")
    blade_length: Annotated[int, Meta(ge=1)] = field(name="blade.length")
    blade_note: str | None = field(name="blade.note", default=None)

    def hints(self):
        """Say what is unusual."""
        if self.blade_length > 99:
            yield "a long blade"


@GROUP.call("/tools", "make_axe", Retry.CREATE)
class MakeAxe(Request[Tool], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Make an axe."""

    kind: Literal["AXE"]
    name: str
    grips: dict[str, list[Grip]] | None = None


@GROUP.call("/tools", "list", Retry.READ, method="GET")
class ListTools(Request[list[Tool]], kw_only=True, frozen=True, eq=False, rename="kebab"):
    """List tools."""

    tool_kinds: Annotated[list[Literal["SAW", "AXE"]] | None, IN_QUERY] = None
    sizes: Annotated[list[int] | None, IN_QUERY] = None


@GROUP.call(
    "/tools/{shopId}/sell",
    "sell",
    Retry.CREATE,
    splits=("ids",),
    each=Itemized("ids", "sold_ids", "failed_ids"),
)
class Sell(Request[Sold], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Sell tools."""

    shop_id: Annotated[int, IN_PATH]
    ids: Annotated[list[int], Meta(min_length=1), WHOLE]

    def refused_items(self, problem):
        """Return what the details name."""
        return dict.fromkeys(problem.details or (), "is unknown")


@GROUP.call("/combination", "combination", Retry.READ, method="GET")
class Combination(Request[QuietText], kw_only=True, frozen=True, eq=False):
    """Show the combination of the safe."""


@GROUP.call("/price-list", "price_list", Retry.READ, method="GET", media="text/csv", edition="v2")
class PriceList(Request[Pem], kw_only=True, frozen=True, eq=False):
    """Show the price list."""


@GROUP.call("/anything", "anything", Retry.READ, method="GET")
class Anything(Request[Any], kw_only=True, frozen=True, eq=False):
    """Show what the document does not describe."""


TOOLS = Registry("workshop", GROUP)
