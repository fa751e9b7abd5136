"""Discovery: which layouts fit a real message, and how much that proves."""

import pytest

from recipe import flip
from sealwright.errors import MessageError, Reason, ReplyError
from sealwright.telemetry import Finding, Kind, Verdict, discover
from sealwright.telemetry.format.layouts import LAYOUTS, candidates
from telemetry.opening.opening_samples import KINDS, Diary, holding, read_line, sample, to_device

SIGNED = [layout for layout in LAYOUTS if layout.kind is not Kind.V1]


def _name(layout):
    return f"{layout.kind.title}={layout.name}"


@pytest.mark.parametrize("layout", SIGNED, ids=_name)
def test_the_one_layout_that_verifies_is_found(layout):
    """Every layout of the table is told from the others, by the span of its MAC alone."""
    each = sample(layout.kind.title, f"discover/{_name(layout)}", span=layout.name)
    (finding,) = discover(each.message, each.line)
    assert (finding.layout.name, finding.verdict, finding.uid_agrees) == (layout.name, "mac_span_only", True)


@pytest.mark.parametrize("layout", SIGNED, ids=_name)
def test_a_text_as_expected_proves_it(layout):
    """A MAC says nothing of where the header ends: only the right text proves a layout."""
    each = sample(layout.kind.title, f"expect/{_name(layout)}", span=layout.name)
    (finding,) = discover(each.message, each.book, expect=each.text.__eq__)
    assert finding.verdict is Verdict.PROVED
    (finding,) = discover(each.message, each.book, expect=b"something else".__eq__)
    assert finding.verdict is Verdict.MAC_SPAN_ONLY


def test_v1_has_one_layout():
    """What is known is found as well."""
    each = sample("v1", "discover/v1")
    assert discover(each.message, each.parameters, expect=each.text.__eq__) == [
        Finding(candidates(Kind.V1)[0], Verdict.PROVED, True)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_of_another_uid_are_told(kind):
    """Discovery looks past the UID, whose place is a guess, and says whether it agrees."""
    each = sample(kind, f"uid/{kind}")
    elsewhere = read_line(each.line | {"ROTPublicUID": "0002eeeeeeeeeeee"}, header=b"")
    (finding,) = discover(each.message, elsewhere)
    assert not finding.uid_agrees


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_fits_a_damaged_message(kind):
    """No layout is reported where no MAC verifies."""
    each = sample(kind, f"damaged/{kind}")
    assert discover(flip(each.message, -1), each.book) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_fits_without_parameters(kind):
    """A source that does not know the header leaves nothing to try."""
    assert discover(sample(kind, f"none/{kind}").message, {}) == []


@pytest.mark.parametrize("kind", KINDS)
def test_downlink_messages_are_looked_into(kind):
    """The way to the device has the same layouts."""
    each = to_device(kind, f"discover/down/{kind}")
    (finding,) = discover(each.message, each.line, direction="downlink")
    assert finding.layout.name == candidates(Kind[kind.upper()])[0].name


def test_the_purpose_overrides_the_type_byte():
    """An encrypted v2 message of type 0x29 is looked into when protection is asked for."""
    each = sample("v2", "discover/0x29", first=0x29)
    assert discover(each.message, each.book) == []
    (finding,) = discover(each.message, each.book, purpose="protection")
    assert finding.layout.kind is Kind.V2


def test_at_most_five_layouts_are_tried():
    """Discovery is no search for a key: one header, and no more questions than layouts."""
    each = sample("v2", "discover/few")
    diary = Diary(holding(each.line))
    discover(flip(each.message, -1), diary)
    assert diary.asked == [(False, [each.header])] * 5


def test_a_malformed_message_raises():
    """What is no message has no layout."""
    with pytest.raises(MessageError) as caught:
        discover(b"\x28" * 43, {})
    assert caught.value.reason is Reason.TEXT_UNDER_ONE_BLOCK


def test_a_reply_that_cannot_be_read_raises():
    """A missing field is an error of the reply, not a layout that does not fit."""
    each = sample("v2", "discover/reply")
    with pytest.raises(ReplyError, match="AESIV"):
        discover(each.message, {name: each.line[name] for name in each.line if name != "AESIV"})
