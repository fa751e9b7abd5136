"""Sealing: what libcrypto would seal, what opens again, and what is refused."""

import pytest

from recipe import draw
from sealwright.errors import SealError
from sealwright.telemetry import DEFAULT_LAYOUTS, Kind, open_message, seal_message
from sealwright.telemetry.format.layouts import LAYOUTS
from telemetry.opening.opening_samples import KINDS, read_line, sample, to_device

every_kind = pytest.mark.parametrize("kind", KINDS)
every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.kind.title}={one.name}")


def _choose(layout):
    return DEFAULT_LAYOUTS.choose(f"{layout.kind.title}={layout.name}")


@every_layout
@pytest.mark.parametrize("bits", [128, 256])
def test_each_layout_seals_as_libcrypto_does_and_opens_again(layout, bits):
    """Every row of the layout table gives the bytes that another implementation gives, and opens."""
    for length in (16, 17, 31, 32, 33, 100):
        text = draw(f"seal/{length}", length)
        each = sample(layout.kind.title, f"seal/{layout.name}", text, span=layout.name, bits=bits)
        assert seal_message(text, each.parameters, layouts=_choose(layout)) == each.message
        assert open_message(each.message, each.line, layouts=_choose(layout)) == text


@every_layout
def test_each_layout_seals_and_opens_downlink(layout):
    """The message begins with the KIV, and the device's side opens it by that."""
    each = to_device(layout.kind.title, f"down/{layout.name}", span=layout.name)
    sealed = seal_message(each.text, each.parameters, layouts=_choose(layout))
    assert sealed == each.message
    assert open_message(sealed, each.line, direction="downlink", layouts=_choose(layout)) == each.text


@pytest.mark.parametrize("kind", ["v1", "integrity"])
def test_an_empty_text_can_be_sealed(kind):
    """Header and tag around nothing are a message."""
    each = sample(kind, f"empty/{kind}", b"")
    assert seal_message(b"", each.parameters) == each.message


@every_kind
@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_texts_may_be_any_bytes(kind, form):
    """bytes, bytearray and memoryview seal alike."""
    each = sample(kind, f"form/{kind}")
    assert seal_message(form(each.text), each.parameters) == each.message


@pytest.mark.parametrize("length", [0, 1, 15])
def test_cs1_is_not_defined_below_one_block(length):
    """A v2 text of less than 16 bytes is refused, and the error says what to do."""
    with pytest.raises(SealError, match=rf"{length} bytes of text, 16 are needed; pad"):
        seal_message(bytes(length), sample("v2", "short").parameters)


@every_kind
def test_parameters_need_a_header(kind):
    """Parameters that came without their header cannot begin a message."""
    there = read_line(sample(kind, f"headless/{kind}").line, header=b"")
    with pytest.raises(SealError, match=f"{kind} needs parameters with a header of"):
        seal_message(bytes(16), there)


@pytest.mark.parametrize("kind", ["v2", "integrity"])
def test_a_layout_over_kiv_needs_a_kiv(kind):
    """A MAC over a KIV that is not there would be a MAC over zeros: refused."""
    line = sample(kind, f"no kiv/{kind}").line
    there = read_line({name: line[name] for name in line if name != "KIV"})
    with pytest.raises(SealError, match=r"kiv\+body covers KIV"):
        seal_message(bytes(16), there, layouts=DEFAULT_LAYOUTS.choose(f"{kind}=kiv+body"))
    assert seal_message(bytes(16), there)


def test_ccm_takes_16_mib_less_one_byte():
    """A text of 2^24 bytes is refused (RFC 3610: L = 3)."""
    with pytest.raises(SealError, match="16777216 bytes of text; CCM with a 12-byte nonce takes 16777215"):
        seal_message(bytes(2**24), sample("v1", "long").parameters)


def test_v2_has_no_limit_of_its_own():
    """CBC and HMAC take texts that CCM cannot."""
    each = sample("v2", "long")
    assert len(seal_message(bytes(2**24), each.parameters)) == 2**24 + 28


def test_only_v1_is_not_experimental():
    """What no public vector proves is marked so in the table."""
    assert {layout.kind for layout in LAYOUTS if not layout.experimental} == {Kind.V1}
