"""Calls: written once, and read from both sides; path and query fields, bare bodies and texts too."""

import json

import pytest

from sealwright.errors import ReplyError, RequestError
from sealwright.secret import Secret
from sealwright.services._call import Form, Place, Wire, place_of
from sealwright.services._retry import Retry
from services.shop import SHOP, CreateBook, Echo


def _call(name):
    return SHOP.find("sold_things", name)


def _wire(name, /, **arguments):
    return _call(name).wire(_call(name).make(**arguments))


def _plain(wire):
    return (*wire[:3], None if wire.body is None else json.loads(wire.body.reveal()))


def test_facts():
    """A call knows its title, words, answer and whatever else is written down with it."""
    call = _call("create_book")
    assert call.title == "shop sold-things create-book"
    assert (call.method, call.retry, call.paid, call.irreversible) == ("POST", Retry.CREATE, "", False)
    assert _call("label").words == "Show the label.\n\nIt is a text."
    answers = {call.name: call.form for call in SHOP}
    assert answers["list"] is answers["echo"] is Form.JSON
    assert (answers["label"], answers["delete"]) == (Form.TEXT, Form.NOTHING)
    assert [place_of(field) for field in _call("list").fields] == [Place.PATH] + [Place.QUERY] * 3
    assert CreateBook.call is call
    assert (len(SHOP), list(SHOP.groups)) == (6, ["sold_things"])


def test_on_the_wire():
    """Fields travel in the path, in the query or in the body, each in its form."""
    assert _plain(_wire("list", shop_id="a/b", size=3, sold=True, name="x y")) == (
        "GET",
        "/shops/a%2Fb/things",
        {"size": "3", "sold": "true", "name": "x y"},
        None,
    )
    book = _wire("create_book", shop_id="1", kind="BOOK", pages=2, code="marker")
    assert _plain(book) == ("POST", "/shops/1/things", {}, {"kind": "BOOK", "pages": 2, "code": "marker"})
    assert [each.reveal() for each in book.secrets] == [b"marker"]
    assert "marker" not in repr(book)
    assert _plain(_wire("delete", shop_id="1", ids=[1, 2])) == ("DELETE", "/shops/1/delete", {}, [1, 2])
    assert _wire("label").body is None
    assert _plain(_wire("echo", thing_id=1))[3] == {"thingId": 1}


def test_rules():
    """Rules between fields are checked when the fields are what they must be."""
    with pytest.raises(
        RequestError, match=r"^shop sold-things echo: nothing was sent: thingId or name is missing$"
    ):
        _call("echo").make()
    with pytest.raises(RequestError, match=r"thingId must be a whole number$"):
        _call("echo").make(thing_id="1")


def test_an_error_about_a_request_is_quiet():
    """No frame of a failed request holds its arguments, and the text holds no value."""
    with pytest.raises(RequestError) as caught:
        _call("create_book").make(shop_id="1", kind="marker", pages="marker", code="marker", marker="marker")
    assert [fault.field for fault in caught.value.faults] == ["kind", "pages", "marker"]
    assert str(caught.value).count("marker") == 1  # the name of the field that does not exist
    assert caught.value.__context__ is None


def test_requests_made_by_hand():
    """A request may hold anything until it is checked."""
    with pytest.raises(RequestError, match="pages must be a whole number"):
        _call("create_book").check(CreateBook(shop_id="1", kind="BOOK", pages="2"))
    checked = _call("create_book").check(CreateBook(shop_id="1", kind="BOOK", pages=2, code="x"))
    assert isinstance(checked.code, Secret)


def test_replies():
    """A reply is read into its type, or named by the field that is wrong."""
    assert _call("list").read_reply([{"thingId": 1, "new": 2}])[0].extra == {"new": 2}
    assert _call("label").read_reply("-----BEGIN") == "-----BEGIN"
    assert _call("delete").read_reply(None) is None
    with pytest.raises(
        ReplyError, match=r"^\[1\]\.thingId: is missing \(in the reply to shop sold-things list\)$"
    ) as caught:
        _call("list").read_reply([{"thingId": 1}, {"marker": "marker"}])
    assert caught.value.field == "[1].thingId"
    with pytest.raises(ReplyError, match="the body"):
        _call("list").read_reply({})


def test_replies_are_compared_with_what_was_asked():
    """A request may refuse a reply to something else; most take any."""
    reply = _call("echo").read_reply({"thingId": 1, "name": "a"})
    _call("echo").make(name="a").accept(reply)
    with pytest.raises(ReplyError, match="is another"):
        _call("echo").make(name="b").accept(reply)
    _call("label").make().accept("x")


def test_only_json_is_json():
    """A value that has no form in JSON is a mistake of a request's author."""
    wire = _call("echo").wire
    with pytest.raises(TypeError, match="object has no JSON"):
        wire(Echo(name=object()))
    assert isinstance(wire(Echo(name="x")), Wire)
