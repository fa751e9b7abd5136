"""Replies: typed, quiet, and nothing lost."""

from typing import Annotated

from msgspec import Meta, inspect

from sealwright.secret import Secret
from sealwright.services._reply import Reply, revealed
from sealwright.services._shape import Shaper, secret


class Inner(Reply, kw_only=True, frozen=True, eq=False):
    """An object inside a reply."""

    b: int | None = None


class Outer(Reply, kw_only=True, frozen=True, eq=False):
    """A reply with a secret and an object inside."""

    a: Annotated[Secret, Meta(extra={"read": secret})] | None = None
    inner: list[Inner] | None = None


CAME = {"A": "marker", "inner": [{"B": 1, "c": 2}], "new": {"x": None}}


def _read(value):
    return Shaper(lenient=True).read(inspect.type_info(Outer), value)


def test_fields_and_what_is_not_shown():
    """Declared fields are typed whatever the case of their names, the others are kept under their own."""
    reply = _read(CAME)
    assert reply.a.reveal() == b"marker"
    assert reply.inner[0].b == 1
    assert reply.inner[0].extra == {"c": 2}
    assert reply.extra == {"new": {"x": None}}


def test_revealed():
    """A reply of any shape comes back as the service sent it."""
    reply = _read(CAME)
    assert reply.reveal() == CAME
    assert revealed([reply, {"x": reply}, 1]) == [CAME, {"x": CAME}, 1]


def test_quiet():
    """Neither the secret nor the object that it came in is shown."""
    reply = _read(CAME)
    assert "marker" not in f"{reply!r}{reply}{[reply]}"


def test_made_by_hand():
    """A reply that came from nowhere has nothing more than its fields."""
    assert Outer(inner=[]).extra == Outer().reveal() == {}
