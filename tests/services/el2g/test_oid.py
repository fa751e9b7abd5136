"""Object ids: the ranges, and what they share with the pattern that requests are checked by."""

import re

import pytest
from msgspec import inspect

from sealwright.provision import secure_object
from sealwright.services._shape import Shaper, described
from sealwright.services.el2g import is_forbidden
from sealwright.services.el2g.oid import FORBIDDEN, SUGGESTED, AnsweredOid, Oid

EDGES = sorted(
    {edge for each in FORBIDDEN for edge in (each.start - 1, each.start, each.stop - 1, each.stop)}
)


@pytest.mark.parametrize("number", [edge for edge in EDGES if 0 <= edge <= 0xFFFFFFFF] + [1, 0x83000000])
def test_the_pattern_is_the_ranges(number):
    """At every edge of a range the pattern says what the range says, in either case and at full length."""
    kind = described(Oid)
    assert isinstance(kind, inspect.Metadata)
    pattern = re.compile(kind.type.pattern)
    for text in (f"{number:08X}", f"{number:08x}"):
        assert bool(pattern.search(text)) is not is_forbidden(text)


def test_what_is_wrapped_may_be_sent():
    """What makes requests knows no service, so it has a list of its own, and both lists are one."""
    assert [(each.start, each.stop - 1) for each in FORBIDDEN] == list(secure_object._FORBIDDEN)


def test_what_is_suggested_is_allowed():
    """None of the suggested ids is forbidden."""
    assert not any(is_forbidden(f"{number:X}") for number in (SUGGESTED.start, SUGGESTED.stop - 1))


@pytest.mark.parametrize(("value", "read"), [(83000004, "83000004"), ("8300000A", "8300000A"), (0, "0")])
def test_answers(value, read):
    """A number is the text of its digits, and never their hex."""
    assert Shaper(lenient=True).read(described(AnsweredOid), value) == read
