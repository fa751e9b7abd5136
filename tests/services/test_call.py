"""Calls: written once, and read from both sides; path and query fields, bare bodies and texts too."""

import json

import pytest

from sealwright.errors import RefusedError, ReplyError, RequestError
from sealwright.secret import Secret
from sealwright.services._call import Form, Place, Wire, place_of
from sealwright.services._retry import Retry
from services.shop import SHOP, CreateBook, Echo
from services.tools import TOOLS, Grip


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


def _tool(name):
    return TOOLS.find("tools", name)


def _body(request):
    return json.loads(request.call.wire(request).body.reveal())


def test_what_is_constant():
    """A field with one value is sent without being asked for, and is missed where it does not come."""
    request = _tool("make_saw").make(name="a", blade_length=5)
    assert _body(request) == {"kind": "SAW", "name": "a", "blade": {"kind": "FINE", "length": 5}}
    with pytest.raises(RequestError, match=r"kind is missing; blade\.kind is missing"):
        _tool("make_saw").read({"name": "a", "blade.length": 5})


def test_members_of_objects():
    """A field whose name has a dot travels in an object, and is named as it stands there."""
    with pytest.raises(RequestError, match=r"blade\.length must be a whole number of at least 1"):
        _tool("make_saw").make(name="a", blade_length=0)
    with pytest.raises(RequestError, match=r"blade\.length is missing"):
        _tool("make_saw").make(name="a")


def test_objects_inside_of_requests():
    """Below the top, names may be Python's or the service's, and objects may be made before."""
    for grip in (
        {"innerWidth": 3},
        {"inner_width": 3},
        Grip(shape="ROUND", inner_width=3),
        {"shape": "ROUND", "innerWidth": 3, "note": None},
    ):
        made = _tool("make_axe").make(name="a", grips={"left": [grip]})
        assert made.grips == {"left": [Grip(shape="ROUND", inner_width=3)]}
    with pytest.raises(RequestError, match=r"grips\.left\[0\]\.width is no field"):
        _tool("make_axe").make(name="a", grips={"left": [{"innerWidth": 3, "width": 4}]})
    with pytest.raises(RequestError, match=r"grips\.left\[0\]\.shape must be one of ROUND"):
        _tool("make_axe").make(name="a", grips={"left": [Grip(shape="FLAT", inner_width=3)]})
    with pytest.raises(RequestError, match=r"grips\.left\[0\]\.shape is missing"):
        _tool("make_axe").read({"kind": "AXE", "name": "a", "grips": {"left": [{"innerWidth": 3}]}})


def test_lists_in_queries():
    """A list in a query stands there once for each item."""
    call = _tool("list")
    wire = call.wire(call.make(tool_kinds=["SAW", "AXE"], sizes=[1]))
    assert wire.query == {"tool-kinds": ["SAW", "AXE"], "sizes": ["1"]}


def test_replies_of_other_forms():
    """A secret text stays quiet, line ends are line ends, and what is not described is what it is."""
    assert _tool("combination").form is _tool("price_list").form is Form.TEXT
    secret = _tool("combination").read_reply("marker")
    assert (secret.reveal(), "marker" in repr(secret)) == (b"marker", False)
    assert _tool("price_list").read_reply("a\\nb\r\nc") == "a\nb\nc"
    for value in ({"a": [1]}, [1, "x"]):
        assert _tool("anything").read_reply(value) == value


def test_other_names_in_replies():
    """A field may come under another name; the usual one wins, and neither counts as unknown."""
    call = _tool("make_saw")
    reply = call.read_reply({"toolid": 5, "TOOLNAME": "a", "more": 1})
    assert (reply.id, reply.name, reply.extra) == (5, "a", {"more": 1})
    assert call.read_reply({"toolId": 5, "id": 6}).id == 6
    assert call.read_reply({"toolId": 5, "id": None}).id == 5
    assert reply.reveal() == {"toolid": 5, "TOOLNAME": "a", "more": 1}


def test_what_a_request_says_of_itself():
    """Without words of its own a request has no hints, nothing to look up, and knows no refused items."""
    request = _tool("make_axe").make(name="a")
    assert list(request.hints()) == []
    assert (request.look_up(), request.has_made(None)) == (None, False)
    assert request.refused_items(RefusedError("no")) == {}
    assert list(_tool("make_saw").make(name="a", blade_length=100).hints()) == ["a long blade"]
