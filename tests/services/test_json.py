"""Strict JSON: what Python's parser lets pass and a service must not."""

import pytest

from sealwright.services._json import read_json

GOOD = {b"{}": {}, b"[]": [], b'{"a":[1,2.5,null,"x"]}': {"a": [1, 2.5, None, "x"]}, b" [1] ": [1]}


@pytest.mark.parametrize(("text", "value"), GOOD.items())
def test_objects_and_lists(text, value):
    """Objects and lists are read as they are."""
    assert read_json(text) == value


@pytest.mark.parametrize("brackets", [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"])
def test_depth(brackets):
    """Nesting ends at 32."""
    opening, closing = brackets
    assert read_json(opening * 31 + b"[]" + closing * 31)
    with pytest.raises(ValueError, match="deeper than 32"):
        read_json(opening * 32 + b"[]" + closing * 32)


BAD = {
    b"": "not JSON",
    b"marker": "not JSON",
    b"<html>marker</html>": "not JSON",
    b'{"a": "marker"': "not JSON",
    b'{"a": "marker"} x': "not JSON",
    b'{"a": "\xffmarker"}': "not JSON",
    b"[" * 200_000: "not JSON",
    b'["' + b"1" * 10_000 + b'", ' + b"1" * 10_000 + b"]": "not JSON",
    b'"marker"': "neither an object nor a list",
    b"12": "neither an object nor a list",
    b"null": "neither an object nor a list",
    b'{"marker": 1, "marker": 1}': "a name stands twice",
    b'{"a": {"marker": 1, "marker": 2}}': "a name stands twice",
    b'{"a": NaN}': "NaN or Infinity",
    b'{"a": -Infinity}': "NaN or Infinity",
    b'{"a": 1e999}': "a number out of range",
}


@pytest.mark.parametrize(("text", "words"), BAD.items(), ids=[str(text[:20]) for text in BAD])
def test_what_is_refused(text, words):
    """A fault is named without what was read, and without the parser's error that holds it."""
    with pytest.raises(ValueError, match=words) as caught:
        read_json(text)
    assert "marker" not in str(caught.value)
    assert caught.value.__context__ is None
