"""Values in the form of a type: every fault with the name of its field, and never the value."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, inspect

from sealwright.errors import Fault
from sealwright.secret import Secret
from sealwright.services._shape import UNREAD, Shaper, described, note, plain, secret

Even = Annotated[
    str,
    Meta(pattern="^(..)*$", extra={"read": str.strip, "must": "must be even", "key": 7}),
]


class Part(msgspec.Struct, kw_only=True, rename="pascal"):
    """An object inside of another."""

    the_text: str


class Whole(msgspec.Struct, kw_only=True, rename="pascal"):
    """One field of each kind."""

    text: Annotated[str, Meta(min_length=1, max_length=3)] | None = None
    matched: Annotated[str, Meta(pattern="^a+$")] | None = None
    even: Even | None = None
    evens: Annotated[list[Even], Meta(min_length=1)] | None = None
    number: int | None = None
    at_least: Annotated[int, Meta(ge=0)] | None = None
    between: Annotated[int, Meta(ge=0, le=9)] | None = None
    flag: bool | None = None
    word: Literal["ON", "OFF"] | None = None
    size: Literal[128, 256] | None = None
    quiet: Annotated[Secret, Meta(extra={"read": secret, "must": "must be a text"})] | None = None
    bare: Secret | None = None
    part: Part | None = None
    parts: list[Part] | None = None
    named: dict[Even, int] | None = None
    some: Annotated[dict[str, Any], Meta(min_length=1)] | None = None
    either: dict[str, int] | str | None = None
    anything: Any = None


WHOLE = described(Whole)

GOOD = {
    "Text": "abc",
    "Matched": "aa",
    "Even": " ab ",
    "Evens": ["ab", "cd"],
    "Number": -5,
    "AtLeast": 0,
    "Between": 9,
    "Flag": False,
    "Word": "ON",
    "Size": 256,
    "Quiet": "marker",
    "Bare": Secret(b"x"),
    "Part": {"TheText": "x"},
    "Parts": [{"TheText": "x"}, {"TheText": "y"}],
    "Named": {" ab": 1},
    "Some": {"x": None},
    "Either": "x",
    "Anything": [1, {"a": None}],
}


def test_good_values():
    """Values are read, nested ones too; texts that mean a value are turned into it."""
    shaper = Shaper()
    made = shaper.read(WHOLE, GOOD)
    assert shaper.faults == []
    assert (made.text, made.even, made.named, made.between) == ("abc", "ab", {"ab": 1}, 9)
    assert [part.the_text for part in made.parts] == ["x", "y"]
    assert made.quiet.reveal() == b"marker"
    assert Shaper().read(WHOLE, {"Either": {"a": 1}}).either == {"a": 1}
    assert Shaper().read(WHOLE, {"Evens": ("ab",)}).evens == ["ab"]


def test_nothing_is_the_default():
    """What is absent or null is the default."""
    assert Shaper().read(WHOLE, {"Text": None}).text is None
    assert Shaper().read(inspect.type_info(int | None), None) is None


BAD = [
    ("Text", 5, "must be a text"),
    ("Text", "", "must not be empty"),
    ("Text", "abcd", "must be at most 3 characters long"),
    ("Matched", "marker", "must match ^a+$"),
    ("Even", "marke", "must be even"),
    ("Even", 5, "must be even"),
    ("Number", "5", "must be a whole number"),
    ("Number", True, "must be a whole number"),
    ("Number", 5.0, "must be a whole number"),
    ("AtLeast", -1, "must be a whole number of at least 0"),
    ("Between", 10, "must be a whole number from 0 to 9"),
    ("Between", -1, "must be a whole number from 0 to 9"),
    ("Flag", 1, "must be true or false"),
    ("Word", "marker", "must be one of OFF, ON"),
    ("Word", ["ON"], "must be one of OFF, ON"),
    ("Size", True, "must be one of 128, 256"),
    ("Size", 128.0, "must be one of 128, 256"),
    ("Quiet", "", "must be a text"),
    ("Quiet", 5, "must be a text"),
    ("Bare", "marker", "must be a text"),
    ("Evens", [], "must not be an empty list"),
    ("Evens", "ab", "must be a list"),
    ("Evens[1]", ["ab", "marke"], "must be even"),
    ("Part", "marker", "must be an object"),
    ("Part.TheText", {}, "is missing"),
    ("Part.Marker", {"TheText": "x", "Marker": 1}, "is no field of this call"),
    ("Parts[1].TheText", [{"TheText": "x"}, {"TheText": 1}], "must be a text"),
    ("Named", {"marke": 1}, "must be even"),
    ("Named.ab", {"ab": "x"}, "must be a whole number"),
    ("Named", [], "must be an object"),
    ("Some", {}, "must not be an empty object"),
    ("Either", 5, "must be a text"),
    ("Other", 5, "is no field of this call"),
]


@pytest.mark.parametrize(("at", "value", "problem"), BAD)
def test_faults(at, value, problem):
    """A fault has the field's path in the service's words, and no value."""
    shaper = Shaper()
    assert shaper.read(WHOLE, {at.split(".")[0].split("[")[0]: value}) is UNREAD
    assert shaper.faults == [Fault(at, problem)]


def test_every_fault_is_found():
    """All faults are told at once, in the order of the fields."""
    shaper = Shaper()
    assert shaper.read(WHOLE, {"Text": 5, "Flag": 5, "X": 5}) is UNREAD
    assert [fault.field for fault in shaper.faults] == ["Text", "Flag", "X"]


def test_what_is_no_object():
    """The whole has a name in faults too."""
    shaper = Shaper()
    assert shaper.read(WHOLE, []) is UNREAD
    assert shaper.faults == [Fault("the body", "must be an object")]


def test_names_of_python():
    """Arguments go by Python's names, faults by the service's."""
    shaper = Shaper(pythonic=True)
    shaper.read(WHOLE, {"at_least": -1, "AtLeast": 1})
    assert [fault.field for fault in shaper.faults] == ["AtLeast", "AtLeast"]


def test_lenient():
    """Replies: names in any case, and unknown ones are no fault; values are as strict as ever."""
    shaper = Shaper(lenient=True)
    made = shaper.read(WHOLE, {"TEXT": "x", "new": 1, "part": {"thetext": "y", "new": 2}})
    assert (made.text, made.part.the_text, shaper.faults) == ("x", "y", [])
    assert shaper.read(WHOLE, {"number": "5"}) is UNREAD


def test_what_a_type_says():
    """Notes and the plain type are found through "or None"."""
    field = {field.name: field.type for field in WHOLE.fields}
    assert note(field["even"], "key") == 7
    assert note(field["even"], "nothing") is None
    assert note(field["number"], "key") is None
    assert isinstance(plain(field["even"]), inspect.StrType)
    assert isinstance(plain(field["evens"]), inspect.ListType)


def test_secrets_are_taken_as_they_are():
    """A Secret stays the same Secret."""
    given = Secret(b"x")
    assert secret(given) is given
