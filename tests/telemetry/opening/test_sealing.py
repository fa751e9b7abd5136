"""Sealing: what libcrypto would seal, what opens again, and what is refused."""

import random

import numpy as np
import pytest

from recipe import base64, ccm_line, draw
from sealwright.errors import InputError, SealError
from sealwright.telemetry import (
    DEFAULT_LAYOUTS,
    Kind,
    open_message,
    open_messages,
    seal_each,
    seal_message,
    seal_uplink,
)
from sealwright.telemetry.format.layouts import LAYOUTS, SHAPES
from telemetry.opening.opening_samples import KINDS, holding, read_line, sample, to_device

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


# Many texts.


def _mixture(count, label):
    """Return samples of all kinds, key sizes, lengths and directions, in a random order."""
    chance, made = random.Random(label), []
    for n in range(count):
        kind, bits = chance.choice(KINDS), chance.choice((128, 256))
        text = draw(f"{label}/{n}/text", chance.choice((16, 17, 31, 32, 100, chance.randrange(16, 400))))
        make = chance.choice((sample, to_device))
        made.append(make(kind, f"{label}/{n}", text, bits=bits))
    return made


def _headers(samples):
    """Return the headers of samples as rows of 16 bytes."""
    raw = b"".join(each.header.ljust(16, b"\0") for each in samples)
    return np.frombuffer(raw, np.uint8).reshape(-1, 16)


@pytest.mark.usefixtures("each_engine")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 33, 300])
def test_batches_are_what_libcrypto_seals(count):
    """Batches at and around the numbers of lanes, everything mixed: each message is libcrypto's."""
    made = _mixture(count, f"mixture/{count}")
    sealed = seal_each([each.text for each in made], [each.parameters for each in made])
    assert sealed.to_list() == [each.message for each in made]


@pytest.mark.usefixtures("each_engine")
@every_layout
def test_batches_of_each_layout(layout):
    """Whatever the MAC covers, uplink and downlink, a batch is what libcrypto seals one by one."""
    title, made = layout.kind.title, []
    for n in range(40):
        make = (sample, to_device)[n % 2]
        text = draw(f"batch/{n}", 16 + 7 * n)
        made.append(
            make(title, f"batch/{layout.name}/{n}", text, span=layout.name, bits=(128, 256)[n // 2 % 2])
        )
    sealed = seal_each(
        [each.text for each in made], [each.parameters for each in made], layouts=_choose(layout)
    )
    assert sealed.to_list() == [each.message for each in made]


@pytest.mark.usefixtures("each_engine")
def test_texts_may_be_arrays_and_the_answer_may_be_opened_as_it_is():
    """(data, offsets) go in, and what comes out goes into opening without a copy."""
    made = [sample("v1", f"arrays/{n}", draw(f"arrays/{n}", n)) for n in range(50)]
    data = np.frombuffer(b"".join(each.text for each in made), np.uint8)
    offsets = np.cumsum([0, *(len(each.text) for each in made)])
    sealed = seal_each((data, offsets), [each.parameters for each in made])
    assert sealed.to_list() == [each.message for each in made]
    assert open_messages(sealed, holding(*(each.line for each in made))).to_list() == [e.text for e in made]


@pytest.mark.parametrize("counts", [(2, 1), (1, 2), (0, 1)])
def test_each_text_needs_parameters_of_its_own(counts):
    """As many parameter sets as texts, or nothing is sealed."""
    texts, sets = counts
    there = [sample("v1", f"counts/{n}").parameters for n in range(sets)]
    with pytest.raises(InputError, match=f"{sets} parameter sets for {texts} texts"):
        seal_each([b"text"] * texts, there)


def _spoilt(kind, change):
    """Return arguments for five texts, the fourth of which cannot be sealed."""
    made = [sample(kind, f"spoilt/{kind}/{n}") for n in range(5)]
    texts, there = [each.text for each in made], [each.parameters for each in made]
    texts[3], there[3] = change(texts[3], made[3])
    return texts, there


@pytest.mark.parametrize(
    ("kind", "change", "problem"),
    [
        ("v1", lambda _, there: (None, there.parameters), "there is no text"),
        ("v1", lambda _, there: (bytes(2**24), there.parameters), "16777216 bytes of text"),
        ("v2", lambda text, there: (text[:15], there.parameters), "15 bytes of text, 16 are needed"),
        ("v2", lambda text, there: (text, there.parameters.for_header(b"")), "v2 needs parameters with"),
        ("integrity", lambda text, there: (text, there.parameters.for_header(bytes(12))), "a header of 11"),
    ],
)
def test_the_text_that_cannot_be_sealed_is_named(kind, change, problem):
    """One bad text of five: none is sealed, and the error says which it is."""
    with pytest.raises(SealError, match=rf"^seal: text 3: .*{problem}"):
        seal_each(*_spoilt(kind, change))


@every_kind
def test_two_texts_never_share_parameters(kind):
    """The same set twice, and a set that shares key and nonce with another, are refused."""
    made = [sample(kind, f"twice/{kind}/{n}") for n in range(4)]
    there = [each.parameters for each in made]
    with pytest.raises(SealError, match="texts 1 and 4 have the same parameters"):
        seal_each([each.text for each in made] + [b"another text, not short"], [*there, there[1]])
    again = sample(kind, f"twice/{kind}/1").parameters
    with pytest.raises(SealError, match="texts 0 and 2 have the same parameters"):
        seal_each([bytes(16)] * 3, [there[1], there[0], again])


def test_signed_messages_of_one_key_have_headers_of_their_own():
    """A MAC key may serve many messages: what is never the same is the header."""
    first, second = (sample("integrity", f"own/{n}", AuthenticationKey=base64(bytes(16))) for n in range(2))
    sealed = seal_each([first.text, second.text], [first.parameters, second.parameters])
    assert sealed.to_list() == [first.message, second.message]
    with pytest.raises(SealError, match="texts 0 and 1 have the same"):
        seal_each([b"one", b"two"], [first.parameters] * 2)


# Many texts under headers that devices count.


@pytest.mark.usefixtures("each_engine")
@every_kind
@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 100])
def test_devices_seal_under_headers_that_the_source_knows(kind, count):
    """The source has parameters for each header: the messages are libcrypto's."""
    made = [sample(kind, f"known/{kind}/{n}", draw(f"known/{n}", 16 + n)) for n in range(count)]
    sealed = seal_uplink([e.text for e in made], _headers(made), holding(*(e.line for e in made)))
    assert sealed.to_list() == [each.message for each in made]


@pytest.mark.usefixtures("each_engine")
def test_a_key_serves_the_headers_of_its_key_id():
    """One line of a v1 key: its own header takes the reply's nonce, the others take header[4:16]."""
    line = ccm_line("counting", Nonce=base64(draw("crooked nonce", 12)))
    first = bytes.fromhex(line["EncryptedHeader"])
    regular = ccm_line("counting")
    for each, nonce in ((line, draw("crooked nonce", 12)), (regular, first[4:])):
        raw = np.frombuffer(first, np.uint8)[None].copy()
        sealed = seal_uplink([b"text"], raw, {first: each}).to_list()
        assert sealed == [seal_message(b"text", read_line(each))]
        assert read_line(each).nonce == nonce
    raw = np.repeat(np.frombuffer(first, np.uint8)[None], 300, axis=0)
    raw[:, 14:] = np.arange(300, dtype=">u2")[:, None].view(np.uint8)
    texts = [draw(f"counting/{n}", n % 70) for n in range(300)]
    sealed = seal_uplink(texts, raw, {first: regular})
    assert [message[:16] for message in sealed.to_list()] == [header.tobytes() for header in raw]
    assert open_messages(sealed, {first: regular}).to_list() == texts


def test_bytes_behind_a_short_header_are_no_matter():
    """v2 has 12 bytes of header and integrity 11: what else stands in the row is not sealed."""
    for kind in ("v2", "integrity"):
        each = sample(kind, f"behind/{kind}")
        raw = _headers([each]).copy()
        raw[0, SHAPES[Kind[kind.upper()]].header_length :] = 0xEE
        assert seal_uplink([each.text], raw, each.book).to_list() == [each.message]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (np.zeros((2, 15), np.uint8), r"shape \(2, 16\).*shape \(2, 15\)"),
        (np.zeros((3, 16), np.uint8), r"shape \(2, 16\).*shape \(3, 16\)"),
        (np.zeros((2, 16), np.int64), "not int64"),
    ],
)
def test_headers_are_rows_of_16_bytes_one_a_text(raw, problem):
    """Another number, width or type of headers is an InputError."""
    with pytest.raises(InputError, match=problem):
        seal_uplink([b"one", b"two"], raw, {})


def test_headers_that_nothing_is_known_of_or_that_are_none():
    """The error names the text and the reason, in the words of opening; nothing is sealed."""
    made = [sample("v1", f"unknown/{n}") for n in range(3)]
    raw, texts = _headers(made).copy(), [each.text for each in made]
    with pytest.raises(SealError, match=r"text 2: the source has no parameters for this header"):
        seal_uplink(texts, raw, holding(*(each.line for each in made[:2])))
    other = {made[1].header: {**made[1].line, "ROTPublicUID": "0002ffffffffffff"}}
    with pytest.raises(SealError, match=r"text 1: the UID of the parameters"):
        seal_uplink(texts, raw, {each.header: each.line for each in made} | other)
    raw[0, 0] = 0x31
    with pytest.raises(SealError, match=r"text 0: the first hex digit is neither 1 nor 2"):
        seal_uplink(texts, raw, holding(*(each.line for each in made)))


def test_a_counter_that_stands_still_is_refused():
    """The same header twice under one key would repeat its nonce."""
    each = sample("v1", "still")
    with pytest.raises(SealError, match="texts 0 and 1 have the same parameters"):
        seal_uplink([b"one", b"two"], _headers([each, each]), each.book)


def test_a_kiv_is_needed_in_a_batch_too():
    """A layout over KIV, and the second of two replies has none."""
    made = [sample("v2", f"kivs/{n}", span="kiv+body") for n in range(2)]
    line = {name: made[1].line[name] for name in made[1].line if name != "KIV"}
    with pytest.raises(SealError, match=r"text 1: the layout kiv\+body covers KIV"):
        seal_each(
            [each.text for each in made],
            [made[0].parameters, read_line(line)],
            layouts=DEFAULT_LAYOUTS.choose("v2=kiv+body"),
        )
