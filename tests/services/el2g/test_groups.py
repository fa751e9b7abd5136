"""The methods of the client are its calls, in all their ways; the stub is tested for all services."""

from sealwright.services import _groups
from sealwright.services.el2g import EL2G
from sealwright.services.el2g import groups as el2g_groups


def test_every_call_has_its_methods():
    """Each group is a class, each call a method, and the other ways stand beside it."""
    for name, group in EL2G.groups.items():
        made = getattr(el2g_groups, _groups.class_name(group))
        assert made.__doc__ == group.title
        assert {call.name + way.suffix for call in group for way in _groups.ways(call)} == {
            member for member in vars(made) if not member.startswith("_")
        }, name
    suffixes = [way.suffix for call in EL2G for way in _groups.ways(call)]
    assert {suffix: suffixes.count(suffix) for suffix in suffixes} == {
        "": 73,
        "_all": 12,
        "_in_parts": 5,
        "_each": 4,
    }
