"""The service's side: what a path, a query and a body make, and which call is meant."""

import json

import pytest

from sealwright.errors import Fault, RequestError
from services.shop import SHOP
from services.tools import TOOLS


def _plain(wire):
    return (*wire[:3], None if wire.body is None else json.loads(wire.body.reveal()))


def _wire(name, /, **arguments):
    call = SHOP.find("sold_things", name)
    return call.wire(call.make(**arguments))


def test_no_such_call():
    """A name or a path that no call has is a KeyError."""
    for ask in (
        lambda: SHOP.find("sold_things", "buy"),
        lambda: SHOP.find("things", "list"),
        lambda: SHOP.read("GET", "/nowhere"),
        lambda: SHOP.read("PUT", "/label"),
        lambda: SHOP.read("GET", "/shops/a/b/things"),
    ):
        with pytest.raises(KeyError):
            ask()


def test_both_sides_read_the_same():
    """What one side sends, the other reads as the same request, whatever way the fields travelled."""
    for name, arguments in {
        "list": {"shop_id": "a/b", "size": 3, "sold": False, "name": "x"},
        "create_book": {"shop_id": "1", "kind": "BOOK", "pages": 2},
        "create_pen": {"shop_id": "1", "kind": "PEN", "colour": "red"},
        "delete": {"shop_id": "1", "ids": [1, 2]},
        "label": {},
        "echo": {"name": "x"},
    }.items():
        method, path, query, body = _plain(_wire(name, **arguments))
        read = SHOP.read(method, path, body, query)
        assert type(read) is SHOP.find("sold_things", name).request
        assert _plain(read.call.wire(read)) == (method, path, query, body)


def test_calls_that_share_a_path():
    """The body tells which is meant; where none fits, the nearest one's faults are told."""
    assert [call.name for call in SHOP.at("POST", "/shops/1/things")] == ["create_book", "create_pen"]
    with pytest.raises(RequestError) as caught:
        SHOP.read("POST", "/shops/1/things", {"kind": "PEN", "pages": 1})
    assert caught.value.call == "shop sold-things create-pen"
    assert caught.value.faults == (Fault("colour", "is missing"), Fault("pages", "is no field of this call"))


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"size": "0"}, ("size", "must be a whole number of at least 1")),
        ({"size": "x"}, ("size", "must be a whole number of at least 1")),
        ({"sold": "maybe"}, ("sold", "must be true or false")),
        ({"other": "x"}, ("other", "is no field of this call")),
    ],
)
def test_faults_in_queries(query, fault):
    """What travels as text is read as what it means, or is a fault."""
    with pytest.raises(RequestError) as caught:
        SHOP.read("GET", "/shops/1/things", None, query)
    assert caught.value.faults == (fault,)


@pytest.mark.parametrize("body", [[], "x", 5])
def test_a_body_that_is_no_object(body):
    """The service's side meets bodies of any shape."""
    with pytest.raises(RequestError, match="the body must be an object"):
        SHOP.read("POST", "/echo", body)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("make_saw", {"name": "a", "blade_length": 5, "blade_note": "x"}),
        ("make_axe", {"name": "a", "grips": {"left": [{"inner_width": 3}]}}),
        ("list", {"tool_kinds": ["SAW"], "sizes": [1, 2]}),
        ("sell", {"shop_id": 3, "ids": [1, 2]}),
    ],
)
def test_both_sides_read_the_same_members(name, arguments):
    """Members of objects, constants and lists of queries arrive as they were sent."""
    call = TOOLS.find("tools", name)
    method, path, query, body = _plain(call.wire(call.make(**arguments)))
    read = TOOLS.read(method, path, body, query)
    assert read.call is call
    assert _plain(call.wire(read)) == (method, path, query, body)


@pytest.mark.parametrize(
    ("blade", "words"),
    [
        ({"kind": "FINE", "length": 5, "width": 1}, r"blade\.width is no field of this call"),
        ({"kind": "FINE"}, r"blade\.length is missing"),
        ({"kind": "ROUGH", "length": 5}, r"blade\.kind must be one of FINE"),
        (5, r"blade is no field of this call"),
    ],
)
def test_faults_in_members(blade, words):
    """A wrong member of an object is named as it stands there."""
    with pytest.raises(RequestError, match=words):
        TOOLS.read("POST", "/tools", {"kind": "SAW", "name": "a", "blade": blade})


def test_one_value_of_a_list_in_a_query():
    """A list with one item comes as a text."""
    assert TOOLS.read("GET", "/tools", None, {"sizes": "5"}).sizes == [5]
    with pytest.raises(RequestError, match=r"tool-kinds\[0\]"):
        TOOLS.read("GET", "/tools", None, {"tool-kinds": "SPADE"})
