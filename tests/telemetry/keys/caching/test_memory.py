"""Memory that forgets: by number, by age, and what is denied."""

import pytest

import making
import stores
from sealwright.errors import Reason
from sealwright.telemetry import State
from sealwright.telemetry.keys.caching.memory import Bounded, Memory
from sealwright.telemetry.keys.keeping.entry import Entry, Owner
from sealwright.telemetry.keys.keeping.looking import Found, Told
from sealwright.telemetry.keys.keeping.names import family_of, name_of

NAME = name_of(0, stores.header())
FAMILY = family_of(NAME)


def entry(raw, key=making.KEY, make=stores.parameters):
    """Return an entry."""
    return Entry.of(make(raw, key), 0, Owner())


def test_the_oldest_goes_first():
    """By number: what was put last stays; what is put again is new."""
    held = Bounded(3, 100, stores.Clock())
    for name in (b"a", b"b", b"c"):
        held[name] = name
    held[b"a"] = b"again"
    held[b"d"] = b"d"
    assert list(held) == [b"c", b"a", b"d"]
    assert len(held) == 3
    assert held.pick([b"a", b"b"]) == {b"a": b"again"}


def test_what_is_too_old_goes():
    """By age, however it is asked for."""
    clock = stores.Clock()
    held = Bounded(10, 100, clock)
    held[b"a"] = 1
    clock.now += 60
    held[b"b"] = 2
    clock.now += 39
    assert held[b"a"] == 1
    clock.now += 1
    with pytest.raises(KeyError):
        held[b"a"]
    assert held.pick([b"a", b"b"]) == {b"b": 2}
    assert held.get(b"a") is None
    del held[b"b"]
    assert not held


def memory():
    """Return a memory of ten entries."""
    return Memory(10, 100, stores.Clock())


def test_learning():
    """An answer is found for its header, serves its family, and ends a denial."""
    mine = memory()
    mine.deny({NAME: Told(State.UNKNOWN)})
    assert mine.told([NAME]) == {NAME: Told(State.UNKNOWN)}
    mine.learn(entry(stores.header()))
    found = mine.look_up([NAME], [FAMILY])
    assert list(found.exact) == [NAME]
    assert found.leader(FAMILY) is found.exact[NAME]
    assert mine.told([NAME]) == {}
    assert len(mine) == 2


def test_two_keys_in_one_family():
    """It is led by none from then on, whatever is learnt later."""
    mine = memory()
    for counter, key in enumerate([making.KEY, b"another test key", making.KEY]):
        mine.learn(entry(stores.header(counter=counter), key))
    assert mine.look_up([], [FAMILY]).leader(FAMILY) is None


def test_a_crooked_device():
    """None of its families is led, and others' are."""
    mine = memory()
    mine.learn(entry(stores.header()))
    mine.learn(entry(stores.header(1), make=stores.irregular))
    other = stores.header(device=b"\x11\x01\0\0\0\0\0\1")
    mine.learn(entry(other))
    families = [FAMILY, family_of(name_of(0, other)), name_of(1, making.INTEGRITY_HEADER)]
    found = mine.look_up([], families)
    assert [found.leader(each) is not None for each in families] == [False, True, False]


def test_taking_what_a_store_has_found():
    """Entries, leaders and crooked devices."""
    mine = memory()
    one = entry(stores.header())
    mine.take(Found({NAME: one}, {FAMILY: one}, set()))
    assert mine.look_up([NAME], [FAMILY]).leader(FAMILY) is one
    mine.take(Found(crooked={stores.header()[2:8]}))
    assert mine.look_up([NAME], [FAMILY]).leader(FAMILY) is None


def test_denials_have_reasons():
    """A refusal tells why."""
    mine = memory()
    refused = Told(State.REFUSED, Reason.EQUAL_KEYS)
    mine.deny({NAME: refused})
    assert mine.told([NAME, FAMILY[:-1] + b"x"]) == {NAME: refused}
