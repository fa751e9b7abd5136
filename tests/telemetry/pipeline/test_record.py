"""The columns that opening adds, and the forms in which plaintexts are shown."""

import csv
import io
import json

import pytest

import making
from filing import ADDED, downlink, json_lines, opened, run_job, signed, v1, v2

FORMS = {"hex": b"text 0".hex(), "base64": "dGV4dCAw", "utf8": "text 0"}


def shown(folder, text, form):
    """Return the record of a v1 message with this text."""
    return opened(folder, json_lines({"payload": v1(text=text).hex()}), plaintext=form)[0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (v1(7), {"protection": "encrypted", "key_id": making.V1_HEADER[:14].hex(), "counter": 7}),
        (v2(), {"protection": "encrypted", "key_id": None, "counter": 7}),
        (signed(), {"protection": "signed", "key_id": None, "counter": 15}),
    ],
    ids=["v1", "v2", "integrity"],
)
def test_what_an_opened_message_tells(tmp_path, message, expected):
    """Protection, full UID, key id, counter and tag; only v1 has a key id."""
    row = opened(tmp_path, json_lines({"payload": message.hex()}))[0]
    assert expected.items() <= row.items()
    assert (row["outcome"], row["reason"]) == ("opened", None)
    assert (row["rot_public_uid"], row["tag"]) == (making.UID.hex(), message[-16:].hex())
    assert (row["duplicate"], row["nonce_reuse"]) == (False, False)
    assert tuple(row)[1:] == ADDED


def test_a_downlink_message(tmp_path):
    """Downlink messages open with the parameters of their direction, and with no others."""
    rows = json_lines({"payload": downlink().hex()})
    assert opened(tmp_path, rows, direction="downlink")[0]["outcome"] == "opened"
    assert opened(tmp_path, rows)[0]["outcome"] == "no_parameters"


@pytest.mark.parametrize(
    ("message", "outcome", "reason"),
    [
        (v1()[:-1] + bytes([v1()[-1] ^ 1]), "not_authentic", None),
        (b"\x11\x01" + bytes(6) + v1()[8:], "no_parameters", "unknown_header"),
        (v1()[:20], "malformed", "too_short"),
    ],
    ids=["a flipped bit", "an unknown header", "too short"],
)
def test_a_message_that_does_not_open(tmp_path, message, outcome, reason):
    """No plaintext and no UID; what the header claims is told where there is a header."""
    row = opened(tmp_path, json_lines({"payload": message.hex()}))[0]
    assert (row["outcome"], row["reason"]) == (outcome, reason)
    assert (row["plaintext"], row["rot_public_uid"]) == (None, None)
    header = outcome != "malformed"
    assert (row["protection"], row["tag"]) == (("encrypted", message[-16:].hex()) if header else (None, None))


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_plaintext(tmp_path, form):
    """A text in each form."""
    row = shown(tmp_path, b"text 0", form)
    assert (row["plaintext"], row["reason"]) == (FORMS[form], None)


@pytest.mark.parametrize("form", [*FORMS, "json"])
def test_an_empty_text(tmp_path, form):
    """A text of no bytes is opened and empty; JSON it is not."""
    row = shown(tmp_path, b"", form)
    assert (row["outcome"], row["plaintext"]) == ("opened", "")
    assert row["reason"] == ("plaintext_in_hex" if form == "json" else None)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("utf8", b"\xff\xfe"),
        ("utf8", b"\xed\xa0\x80"),
        ("utf8", b"torn \xc3"),
        ("json", b"no JSON"),
        ("json", b'{"a":NaN}'),
        ("json", b'{"a":1} {"b":2}'),
        ("json", b'{"a":"\xff"}'),
        ("json", b"{'a':1}"),
        ("json", b"[" * 5000),
    ],
    ids=["bytes", "a surrogate", "a torn letter", "words", "NaN", "two", "bytes in JSON", "quotes", "depth"],
)
def test_a_text_that_is_not_of_the_form_stands_in_hex(tmp_path, form, text):
    """It is never guessed at and never holds a replacement character."""
    row = shown(tmp_path, text, form)
    assert (row["outcome"], row["reason"], row["plaintext"]) == ("opened", "plaintext_in_hex", text.hex())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (b'{"n":123456789012345678901234567890}', b'{"n":123456789012345678901234567890}'),
        (b'{"x":1.0000000000000000000001,"y":1e999}', b'{"x":1.0000000000000000000001,"y":1e999}'),
        (b'{\r\n  "a": [1,\n 2]\n}\n', b'{"a":[1,2]}'),
        (b'{"a":1,"a":2}', b'{"a":1,"a":2}'),
        (b'"a  b"', b'"a  b"'),
        (b"null", b"null"),
        ('{"ü":"\u2028"}'.encode(), '{"ü":"\u2028"}'.encode()),
    ],
    ids=["a big number", "a fine number", "newlines", "equal names", "a text", "null", "letters"],
)
def test_json_plaintext_is_kept(tmp_path, text, kept):
    """JSON stands in the row as JSON, every digit of it, on one line."""
    out, _ = run_job(tmp_path, json_lines({"payload": v1(text=text).hex()}), plaintext="json")
    assert b'"reason":null,"plaintext":' + kept + b',"protection"' in out
    assert out.count(b"\n") == 1


@pytest.mark.parametrize(
    ("form", "text", "field"),
    [
        ("hex", b"\x00\xff", "00ff"),
        ("utf8", b'two\nlines, "quoted"', 'two\nlines, "quoted"'),
        ("json", b'{"n": 123456789012345678901234567890}', '{"n":123456789012345678901234567890}'),
        ("json", b"nonsense", b"nonsense".hex()),
    ],
    ids=["hex", "utf8", "json", "in hex"],
)
def test_plaintext_in_csv(tmp_path, form, text, field):
    """The same forms in a CSV field."""
    out, _ = run_job(
        tmp_path, b"payload\n" + v1(text=text).hex().encode() + b"\n", format="csv", plaintext=form
    )
    row = next(csv.DictReader(io.StringIO(out.decode(), newline="")))
    assert row["plaintext"] == field


def test_a_prefix_goes_before_every_added_name(tmp_path):
    """With a prefix the row may have columns of the record's names."""
    row = opened(tmp_path, json_lines({"outcome": "mine", "payload": v1().hex()}), prefix="s_")[0]
    assert tuple(row) == ("outcome", "payload", *("s_" + name for name in ADDED))
    assert (row["outcome"], row["s_outcome"]) == ("mine", "opened")


def test_what_a_row_says_of_itself_comes_first(tmp_path):
    """A row without a message tells why the row has none, not what an absent message is."""
    rows = opened(tmp_path, json.dumps({"payload": "zz"}).encode() + b'\n{"payload":null}\n[]\n')
    assert [row["reason"] for row in rows] == ["undecodable_text", "missing", "unreadable_row"]
    assert {row["outcome"] for row in rows} == {"malformed"}
