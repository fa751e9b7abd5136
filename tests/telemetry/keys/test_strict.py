"""Strict reading: JSON, base64, hex and UIDs that are exactly what they should be."""

import base64
import binascii
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from making import KEY, b64, shown
from sealwright.telemetry.keys.strict import read_base64, read_hex, read_object, read_uid

ALPHABET = string.ascii_letters + string.digits + "+/"
members = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(members, st.booleans(), st.sampled_from([None, 1]))
def test_json_objects_are_read(value, ascii_only, indent):
    """Whatever is a strict JSON object is read as what it says, in any spelling."""
    assert read_object(json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()) == value


@given(st.binary(max_size=40) | st.text('{}[]:,"\\ \n0a1.e-ntrufls', max_size=30).map(str.encode))
def test_no_bytes_raise_anything_but_value_error(text):
    """Whatever bytes arrive, they are an object or a ValueError."""
    try:
        value = read_object(text)
    except ValueError:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "it ends too early"),
        (b'{"Key": "', "it ends too early"),
        (b'{"a": 1', "it ends too early"),
        (b"{'a': 1}", r"a fault \(byte 1\)"),
        (b'{"a": 1} x', r"a fault \(byte \d+\)"),
        (b'{"a": 1}{"a": 1}', r"a fault \(byte \d+\)"),
        (b'{"a": 1,}', r"a fault \(byte 8\)"),
        (b'{"a": 01}', "a fault"),
        (b'{"a": NaN}', r"a fault \(byte 6\)"),
        (b'{"a": Infinity}', r"a fault \(byte 6\)"),
        (b'{"a": -Infinity}', r"a fault"),
        (b'{"a": 1e999}', "a number is out of range"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number is out of range"),
        (b'{"a": "\x00"}', "a fault"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "a fault"),
        (b'{"a": "\\ud800"}', "it ends too early"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
    ],
    ids=[
        "empty",
        "open text",
        "open object",
        "single quotes",
        "something behind",
        "two objects",
        "comma at the end",
        "leading zero",
        "NaN",
        "Infinity",
        "-Infinity",
        "float out of range",
        "5,000 digits",
        "NUL in a text",
        "not UTF-8",
        "UTF-16",
        "half a surrogate pair",
        "200,000 lists",
        "200,000 objects",
        "200,000 lists closed",
    ],
)
def test_what_is_not_json(text, told):
    """What is not JSON is a ValueError that says where the fault is."""
    with pytest.raises(ValueError, match=f"^not JSON: .*{told}"):
        read_object(text)


@pytest.mark.parametrize("text", [b"[]", b"1", b'"a"', b"null", b"true", b"[{}]"], ids=bytes.decode)
def test_what_is_not_an_object(text):
    """JSON that is no object is not a reply of the service."""
    with pytest.raises(ValueError, match=r"^not a JSON object$"):
        read_object(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "b": 2, "a": 3}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": [{"b": 1}, {"b": 2, "b": 3}]}',
        b'{"a:": 1, "a:": 2}',
        b'{"": 1, "": 2}',
    ],
    ids=["same value", "other value", "escaped", "nested", "in a list", "with a colon", "empty name"],
)
def test_a_name_told_twice(text):
    """A name that stands twice in one object is refused at any depth: nobody can say which one counts."""
    with pytest.raises(ValueError, match="a name stands twice in one object"):
        read_object(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": {"a": 1}}',
        b'{"a": [{"b": 1}, {"b": 2}]}',
        b'{"a": "b: c: d"}',
        b'{"a": "[[[["}',
        b'{"a": "\\"[{\\\\"}',
    ],
    ids=["nested", "in two objects", "colons in a text", "brackets in a text", "escapes in a text"],
)
def test_what_only_looks_repeated_or_deep(text):
    """The same name in two objects, and colons and brackets in texts, are strict JSON."""
    assert read_object(text) == json.loads(text)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
def test_depth(opening, closing):
    """Nesting of 32 is read and one more is refused, whatever the parser itself could take."""
    inside = {b"[": b"", b'{"a":': b"1"}[opening]
    assert read_object(b'{"a":' + opening * 31 + inside + closing * 31 + b"}")
    with pytest.raises(ValueError, match="nested deeper than 32"):
        read_object(b'{"a":' + opening * 32 + inside + closing * 32 + b"}")


def test_no_text_of_json_errors_shows_what_was_read():
    """An error of a line with a key in it tells a place and no contents."""
    for end in (b"", b'"', b'"}}', b'", "Key": 1}', b'", "\xff"}'):
        with pytest.raises(ValueError, match="JSON") as caught:
            read_object(b'{"Key": "' + b64(KEY).encode() + end)
        assert not shown(str(caught.value), KEY)


@given(st.binary(max_size=40))
def test_base64_is_read(octets):
    """Base64 is read with its padding and without it, and carries no stray bits."""
    text = base64.b64encode(octets).decode()
    assert read_base64(text) == (octets, False)
    assert read_base64(text.rstrip("=")) == (octets, False)


@given(st.text(ALPHABET + "=-_ \n", max_size=12) | st.text(max_size=12))
def test_base64_is_all_or_nothing(text):
    """A text is either exactly base64 of its bytes, but for padding and stray bits, or a ValueError."""
    try:
        octets, stray = read_base64(text)
    except ValueError:
        return
    canonical = b64(octets)
    same = text.rstrip("=") == canonical.rstrip("=")
    assert same is not stray
    assert len(text) in {len(canonical), len(canonical.rstrip("="))}


@pytest.mark.parametrize(
    ("text", "octets"),
    [("/x==", b"\xff"), ("/x", b"\xff"), ("//9=", b"\xff\xff"), ("//9", b"\xff\xff"), ("AB==", b"\0")],
)
def test_stray_low_bits_are_accepted_and_counted(text, octets):
    """The last character may carry bits that no byte needs: the service's own samples do."""
    assert read_base64(text) == (octets, True)


@pytest.mark.parametrize("last", ALPHABET)
def test_stray_bits_of_each_character(last):
    """A last character is regular exactly where encoding the bytes gives it back."""
    for text in (f"AA{last}", f"A{last}"):
        octets, stray = read_base64(text)
        assert stray is not (b64(octets).rstrip("=") == text)


@pytest.mark.parametrize(
    "text",
    [
        "AB!@CD==",
        "QUJ\u00e9",
        "QU-_",
        "QUJD QUJD===",
        "QUI\n",
        " QUJ",
        "=QUJ",
        "Q=JD",
        "QU=D",
        "\uff21BCD",
        "QUJ\0",
    ],
    ids=[
        "!@",
        "accent",
        "urlsafe",
        "space",
        "newline",
        "leading space",
        "= first",
        "= second",
        "= third",
        "wide A",
        "NUL",
    ],
)
def test_foreign_characters(text):
    """Characters outside the standard alphabet are refused, where Python's own parser skips them."""
    with pytest.raises(ValueError, match=r"^not base64: "):
        read_base64(text)


@pytest.mark.parametrize(
    "text",
    ["A", "QUJDR", "A===", "=", "==", "====", "QUI==", "QQ=", "QUJD=", "QUJD==", "QUJD====", "QQ==QQ=="],
)
def test_impossible_lengths_and_padding(text):
    """One character over, padding too short, too long or in the middle: refused."""
    with pytest.raises(ValueError, match=r"^not base64: "):
        read_base64(text)


@pytest.mark.parametrize("value", [None, 5, 1.5, True, b"QUJD", ["QUJD"], {"a": 1}], ids=repr)
def test_base64_is_a_text(value):
    """Anything but a text is refused, bytes too: JSON has none."""
    with pytest.raises(ValueError, match="not base64: not a text"):
        read_base64(value)


def test_python_itself_is_lenient():
    """The reason for strict reading: Python's parser takes foreign characters by default."""
    assert binascii.a2b_base64("AB!@CD==") == binascii.a2b_base64("ABCD")


@given(st.binary(min_size=1, max_size=40))
def test_hex_is_read(octets):
    """Hex is read in small and capital letters."""
    assert read_hex(octets.hex()) == read_hex(octets.hex().upper()) == octets


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "111",
        "0x11",
        "11 22",
        " 11",
        "11\n",
        "1g",
        "-1",
        "1_1",
        "\uff11\uff11",
        None,
        11,
        b"11",
        ["11"],
    ],
    ids=repr,
)
def test_what_is_not_hex(value):
    """Odd digits, spaces, 0x, wide digits and anything but a text are refused."""
    with pytest.raises(ValueError, match=r"^not hex: "):
        read_hex(value)


@pytest.mark.parametrize(
    ("value", "uid"),
    [
        (2000089282245, "0002000089282245"),
        (0, "0000000000000000"),
        (9999999999999999, "9999999999999999"),
        ("0002000089282245", "0002000089282245"),
        ("00020000892822aB", "00020000892822ab"),
    ],
)
def test_uid(value, uid):
    """A UID is 16 hex digits, or a number whose decimal text is those digits without leading zeros."""
    assert read_uid(value) == bytes.fromhex(uid)


@pytest.mark.parametrize(
    "value",
    [
        -1,
        10**16,
        True,
        2000089282245.0,
        None,
        "2000089282245",
        "000200008928224",
        "00020000892822455",
        "0x02000089282245",
        "00020000892822 5",
        "00020000892822-5",
        "000200008928224g",
        "000200008928224\uff15",
        "",
        b"0002000089282245",
        [2],
    ],
    ids=repr,
)
def test_odd_uids(value):
    """A UID of another length or form is none."""
    assert read_uid(value) is None
