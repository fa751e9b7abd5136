"""What type checkers are told of the client is what the client does."""

import ast

import pytest

import stubs
from sealwright.services import _groups
from sealwright.services.ublox import UBLOX
from sealwright.services.ublox import groups as ublox_groups


@pytest.mark.parametrize("path", stubs.TARGETS, ids=lambda path: path.parent.name)
def test_the_stub_is_in_step(path):
    """`groups.pyi` is what the calls make of it: after a change run tests/stubs.py."""
    assert ast.dump(ast.parse(path.read_text())) == ast.dump(ast.parse(stubs.stub(stubs.TARGETS[path])))


def test_every_call_has_its_methods():
    """Each group is a class, each call a method, and the other ways stand beside it."""
    for name, group in UBLOX.groups.items():
        made = getattr(ublox_groups, _groups.class_name(group))
        assert made.__doc__ == group.title
        assert {call.name + way.suffix for call in group for way in _groups.ways(call)} == {
            member for member in vars(made) if not member.startswith("_")
        }, name
    suffixes = [way.suffix for call in UBLOX for way in _groups.ways(call)]
    assert {suffix: suffixes.count(suffix) for suffix in suffixes} == {
        "": 47,
        "_all": 11,
        "_in_parts": 8,
        "_upload": 1,
    }
