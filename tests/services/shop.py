"""A made service with every kind of call: paths, queries, bare bodies, texts, and calls that share a path."""

from typing import Annotated, Literal

from msgspec import Meta

from sealwright.errors import ReplyError
from sealwright.secret import Secret
from sealwright.services._call import Group, Place, Request
from sealwright.services._registry import Registry
from sealwright.services._reply import Reply
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne
from sealwright.services._shape import secret

GROUP = Group("shop", "sold_things", "Things for sale.", always_body=False)

InPath = Meta(extra={"in": Place.PATH})
InQuery = Meta(extra={"in": Place.QUERY})
Quiet = Annotated[Secret, Meta(extra={"read": secret, "must": "must be a text"})]


class Thing(Reply, kw_only=True, frozen=True, eq=False, rename="camel"):
    """A thing."""

    thing_id: int
    name: str | None = None


@GROUP.call("/shops/{shopId}/things", "list", Retry.READ, method="GET", pages="content")
class ListThings(Request[list[Thing]], kw_only=True, frozen=True, eq=False, rename="camel"):
    """List things."""

    shop_id: Annotated[str, InPath]
    size: Annotated[Annotated[int, Meta(ge=1)] | None, InQuery] = None
    sold: Annotated[bool | None, InQuery] = None
    name: Annotated[str | None, InQuery] = None


@GROUP.call("/shops/{shopId}/things", "create_book", Retry.CREATE)
class CreateBook(Request[Thing], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Create a book."""

    shop_id: Annotated[str, InPath]
    kind: Literal["BOOK"]
    pages: int
    code: Quiet | None = None


@GROUP.call("/shops/{shopId}/things", "create_pen", Retry.CREATE)
class CreatePen(Request[Thing], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Create a pen."""

    shop_id: Annotated[str, InPath]
    kind: Literal["PEN"]
    colour: str


@GROUP.call("/shops/{shopId}/delete", "delete", Retry.IDEMPOTENT, method="DELETE", irreversible=True)
class DeleteThings(Request[None], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Delete things."""

    shop_id: Annotated[str, InPath]
    ids: Annotated[list[int], Meta(min_length=1, extra={"in": Place.WHOLE})]


@GROUP.call("/label", "label", Retry.READ, method="GET")
class Label(Request[str], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Show the label.

    It is a text.
    """


@GROUP.call("/echo", "echo", Retry.READ, always_body=True, paid="each call is billed")
class Echo(Request[Thing], kw_only=True, frozen=True, eq=False, rename="camel"):
    """Echo."""

    rules = (AtLeastOne("thing_id", "name"),)

    thing_id: int | None = None
    name: str | None = None

    def accept(self, reply):
        """Compare the names."""
        if self.name and reply.name != self.name:
            raise ReplyError("name", "is another")


SHOP = Registry("shop", GROUP)
