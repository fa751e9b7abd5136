"""The table of layouts: certain lengths, and the one choice of each kind."""

import pytest

from sealwright.errors import InputError
from sealwright.telemetry.format.layouts import (
    DEFAULT_LAYOUTS,
    LAYOUTS,
    SHAPES,
    Kind,
    Layout,
    candidates,
)
from sealwright.telemetry.format.suites import Purpose, Suite

KINDS = [Kind.V1, Kind.V2, Kind.INTEGRITY]


@pytest.mark.parametrize(
    ("kind", "header", "overhead", "shortest_text", "purpose"),
    [
        (Kind.V1, 16, 32, 0, Purpose.PROTECTION),
        (Kind.V2, 12, 28, 16, Purpose.PROTECTION),
        (Kind.INTEGRITY, 11, 27, 0, Purpose.INTEGRITY),
    ],
    ids=["v1", "v2", "integrity"],
)
def test_shapes(kind, header, overhead, shortest_text, purpose):
    """Each kind has its lengths and purpose: 32 bytes of overhead for v1, 28 for v2."""
    shape = SHAPES[kind]
    assert (shape.header_length, shape.shortest_message) == (header, overhead)
    assert (shape.shortest_text, shape.purpose) == (shortest_text, purpose)


def test_every_suite_belongs_to_one_kind():
    """No suite serves two kinds: the suite of a reply tells which kind of message it is for."""
    assert sorted(suite for shape in SHAPES.values() for suite in shape.suites) == sorted(Suite)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_the_first_candidate_is_the_default(kind):
    """The layouts of a kind begin with its default, and are at most ten: discovery tries them all."""
    assert candidates(kind)[0] is DEFAULT_LAYOUTS.of(kind)
    assert {layout.kind for layout in candidates(kind)} == {kind}
    assert len(candidates(kind)) <= 10


def test_nothing_is_no_kind_of_message():
    """NONE stands for bytes that are no message: it has no layout."""
    assert candidates(Kind.NONE) == ()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_only_v1_is_proved(kind):
    """Every layout but v1's is experimental: no public vector proves it."""
    assert {layout.experimental for layout in candidates(kind)} == {kind is not Kind.V1}


def test_mac_spans_are_their_names():
    """A layout's name says what its MAC covers, in order; v1's tag covers the text alone."""
    assert {"+".join(layout.mac_span) or "ccm" for layout in LAYOUTS} == {layout.name for layout in LAYOUTS}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Kind.V1, ["ccm"]),
        (Kind.V2, ["header+body", "body", "iv+body", "kiv+body", "header+iv+body"]),
        (Kind.INTEGRITY, ["header+body", "body", "kiv+body"]),
    ],
    ids=["v1", "v2", "integrity"],
)
def test_names(kind, names):
    """The table holds the layouts that the notes on the wire format name, and no other."""
    assert [layout.name for layout in candidates(kind)] == names


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.kind.title}={layout.name}")
def test_choose_each(layout):
    """Every layout of the table can be chosen by name; the other kinds keep theirs."""
    chosen = DEFAULT_LAYOUTS.choose(f"{layout.kind.title}={layout.name}")
    assert chosen.of(layout.kind) == layout
    assert all(chosen.of(kind) is DEFAULT_LAYOUTS.of(kind) for kind in KINDS if kind is not layout.kind)


def test_choose_any_uid():
    """`any-uid` drops the check of the UID for that kind, and nothing else."""
    chosen = DEFAULT_LAYOUTS.choose("v2=iv+body,any-uid")
    assert chosen.v2 == Layout(Kind.V2, "iv+body", ("iv", "body"), check_uid=False)
    assert chosen.v1.check_uid
    assert chosen.integrity.check_uid


def test_choices_add_up():
    """A choice for one kind is kept when another kind is chosen."""
    chosen = DEFAULT_LAYOUTS.choose("v2=body").choose("integrity=kiv+body")
    assert (chosen.v2.name, chosen.integrity.name) == ("body", "kiv+body")


@pytest.mark.parametrize(
    "choice",
    ["", "v2", "v2=", "v3=body", "body", "v1=body", "none=ccm", "v2=body,uid", "V2=body", "v2=body,any-uid,"],
)
def test_choose_nonsense(choice):
    """A choice that is not in the table is an InputError that lists the table."""
    with pytest.raises(InputError, match=r"choose one of v1=ccm, v2=header\+body") as caught:
        DEFAULT_LAYOUTS.choose(choice)
    assert repr(choice) in str(caught.value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_a_layout_has_the_shape_of_its_kind(kind):
    """Lengths and positions belong to the kind: no layout changes them."""
    assert {layout.shape is SHAPES[kind] for layout in candidates(kind)} == {True}
