"""JSON Lines are read whatever their rows hold, and written again byte for byte."""

import io
import json

import pytest

from filing import names_in, opened, run_job, v1
from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.json_lines import JsonLines
from sealwright.telemetry.pipeline.rows import TooLong

P = v1().hex()
MIB = 2**20


def rows_of(content, column="payload", longest=40 * MIB):
    """Return the rows of a file as (text, payload, fault)."""
    return [
        (row.raw, row.payload, row.fault) for row in JsonLines(io.BytesIO(content), column, longest).rows()
    ]


def whole(text, payload):
    """Return the row that an object gives."""
    return (text, payload, Reason.NONE if payload is not None else Reason.MISSING)


def unreadable(text):
    """Return the row that something else gives."""
    return (text, None, Reason.UNREADABLE_ROW)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b"", [], id="an empty file"),
        pytest.param(b'{"payload":"11"}\n', [whole(b'{"payload":"11"}', "11")], id="a line"),
        pytest.param(b'{"payload":"11"}', [whole(b'{"payload":"11"}', "11")], id="no newline at the end"),
        pytest.param(
            b'\xef\xbb\xbf{"payload":"11"}\r\n\r\n \n{}\r\n',
            [whole(b'{"payload":"11"}', "11"), whole(b"{}", None)],
            id="a byte-order mark, carriage returns, blank lines, an empty object",
        ),
        pytest.param(
            b'{"payload":null}\n{"payload":[17]}\n',
            [whole(b'{"payload":null}', None), whole(b'{"payload":[17]}', [17])],
            id="null and numbers",
        ),
    ],
)
def test_lines(content, rows):
    """Each line that is not blank is a row."""
    assert rows_of(content) == rows


@pytest.mark.parametrize(
    "line",
    [
        b"[1, 2]",
        b'"text"',
        b"null",
        b"nonsense",
        b'{"payload":"11"',
        b'{"payload":"11"} and more',
        b"INFO {} started {}",
        b'{"payload":NaN}',
        b"{'payload': '11'}",
        b'{"payload":"11",}',
        b'{"payload":"\xff"}',
        b'{"other":"\xff","payload":"11"}',
        b'{"other":"\xed\xa0\x80","payload":"11"}',
        b'{"payload":"\\ud800"}',
        b'{"payload":"\\x"}',
        b'{"payload":"1\x001"}',
        b'[{"payload":"11"},{"payload":"12"}]',
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"  indented nonsense",
    ],
    ids=lambda line: repr(line[:40])[2:-1],
)
def test_a_line_that_is_no_object_is_one_unreadable_row(line):
    """What cannot be read is kept as it was, blanks too, and the next row is read."""
    assert rows_of(line + b'\n{"payload":"11"}\n') == [unreadable(line), whole(b'{"payload":"11"}', "11")]


@pytest.mark.parametrize(
    ("column", "row", "payload"),
    [
        ("data.frame", b'{"data":{"frame":"11"}}', "11"),
        ("a.b.c", b'{"a":{"b":{"c":"11"}}}', "11"),
        ("data.frame", b'{"data.frame":"11","data":{"frame":"22"}}', "11"),
        ("data.frame", b'{"data":{}}', None),
        ("data.frame", b'{"data":null}', None),
        ("data.frame", b'{"data":"text"}', None),
        ("data.frame", b'{"data":[1]}', None),
        ("data.frame", b'{"data":{"frame":null}}', None),
        ("data.frame", b"{}", None),
        ("payload", b'{"payload":"22","payload":"11"}', "11"),
        ("payload", b'{"n":1e999,"deep":{"n":-1e999},"payload":"11"}', "11"),
        ("data.frame", b'{"data":{"n":1e999,"frame":"11"}}', "11"),
        ("", b'{"":"11"}', "11"),
    ],
    ids=[
        "a path",
        "a longer path",
        "a name with a dot goes before a path",
        "no such member",
        "null on the way",
        "a text on the way",
        "a list on the way",
        "null at the end",
        "an empty object",
        "of two equal names the last",
        "numbers beyond a float in other columns",
        "numbers beyond a float on the way",
        "an empty name",
    ],
)
def test_columns(column, row, payload):
    """The column is a name, or else a dotted path."""
    assert rows_of(row, column) == [whole(row, payload)]


@pytest.mark.parametrize("payload", [b"1e999", b"1" * 5000], ids=["float", "integer"])
def test_a_payload_that_no_type_can_hold(payload):
    """A number beyond every type is no message; its row stays readable."""
    line = b'{"payload":' + payload + b"}"
    assert rows_of(line) == [(line, None, Reason.UNDECODABLE_TEXT)]


def test_columns_are_told_once():
    """The columns met since the last look are told, so that they do not gather."""
    table = JsonLines(io.BytesIO(b'{"a":1,"b":2}\n{"b":3,"c":{"d":4}}\n{"e":5}\n'), "c.d")
    rows = table.rows()
    next(rows)
    assert (table.take_columns(), table.has_column) == (["a", "b"], False)
    next(rows)
    next(rows)
    assert (table.take_columns(), table.has_column) == (["b", "c", "e"], True)
    assert table.take_columns() == []


# Concatenated JSON


OBJECTS = [
    b'{"payload":"11"}',
    b'{"note":"} { \\" \\\\","payload":"12"}',
    b'{"deep":{"er":[{"est":{}}]},"payload":"13"}',
    b"{}",
    b'{"note":"\\\\","payload":"\\u0031\\u0034"}',
]
PAYLOADS = ["11", "12", "13", None, "14"]


@pytest.mark.parametrize("between", [b"", b" ", b"\t", b"\r"], ids=["nothing", "space", "tab", "return"])
def test_objects_one_behind_the_other(between):
    """Objects without newlines are rows, whatever braces and quotes their texts hold."""
    expected = [whole(each, payload) for each, payload in zip(OBJECTS, PAYLOADS, strict=True)]
    assert rows_of(between.join(OBJECTS)) == expected


def test_several_objects_on_a_line_among_lines():
    """Lines of one object and of several may take turns."""
    content = OBJECTS[0] + b"\n" + OBJECTS[1] + OBJECTS[2] + b"\r\n" + OBJECTS[4] + b"\n"
    assert [payload for _, payload, _ in rows_of(content)] == ["11", "12", "13", "14"]


def test_what_stands_between_objects_is_a_row_of_its_own():
    """Nothing is lost between two objects, and a torn end is kept as it is."""
    content = OBJECTS[0] + b", " + OBJECTS[1] + b"}" + OBJECTS[3] + b'{"payload":"torn\n' + OBJECTS[4]
    assert rows_of(content) == [
        whole(OBJECTS[0], "11"),
        unreadable(b", "),
        whole(OBJECTS[1], "12"),
        unreadable(b"}"),
        whole(OBJECTS[3], None),
        unreadable(b'{"payload":"torn'),
        whole(OBJECTS[4], "14"),
    ]


@pytest.mark.parametrize("note", [b"}{", b'}{\\"\\\\' * 40], ids=["short objects", "long objects"])
def test_a_row_of_objects_longer_than_a_step(note):
    """An endless line of objects is read in steps; a text may be cut by a step at any place."""
    count = 3 * MIB // (len(note) + 20)
    content = b"".join(b'{"n":%d,"note":"%s","payload":"11"}' % (n, note) for n in range(count))
    found = rows_of(content + b'\n{"payload":"12"}\n')
    assert len(content) > 3 * MIB
    assert [payload for _, payload, _ in found] == ["11"] * count + ["12"]
    assert b"".join(raw for raw, _, _ in found[:-1]) == content


def test_garbage_in_a_long_row_of_objects():
    """Behind something that is no object the objects go on, and behind the newline the lines."""
    half = b'{"payload":"11"}' * (MIB // 16)
    found = rows_of(half + b"garbage" + half + b'{"payload":"to' + b'\n{"payload":"12"}')
    assert len(found) == 2 * (MIB // 16) + 3
    assert [row for row in found if row[2]] == [unreadable(b"garbage"), unreadable(b'{"payload":"to')]
    assert found[-1][1] == "12"


def test_a_long_object_is_one_row():
    """A line of several megabytes is one object, cut at no step."""
    line = b'{"note":"' + b'\\"}{' * MIB + b'","payload":"11"}'
    assert rows_of(line + b"\n" + line) == [whole(line, "11")] * 2


def test_a_long_array_is_one_unreadable_row():
    """A line that does not begin with an object is never split, however long it is."""
    line = b"[" + b",".join([b'{"payload":"11"}'] * (MIB // 10)) + b"]"
    assert rows_of(line + b'\n{"payload":"12"}') == [unreadable(line), whole(b'{"payload":"12"}', "12")]


@pytest.mark.parametrize("end", [b"\n", b""], ids=["newline", "end of file"])
def test_an_object_of_the_longest_length(end):
    """A row as long as the limit is read, a longer one is drained."""
    line = b'{"payload":"' + b"1" * 50 + b'"}'
    assert rows_of(line + end, longest=len(line)) == [whole(line, "1" * 50)]
    ((raw, _, fault),) = rows_of(line + end, longest=len(line) - 2)
    assert (raw, fault) == (TooLong(len(line) + len(end)), Reason.TOO_LONG)


def test_a_row_over_the_limit_ends_at_its_newline():
    """The lines behind a drained one are rows."""
    content = b'{"payload":"11"}{"x":"' + b"x" * 100 + b'"}{"payload":"lost"}\n{"payload":"12"}\n'
    found = rows_of(content, longest=60)
    assert [payload for _, payload, _ in found] == ["11", None, "12"]
    assert found[1][0].size == len(content) - 2 * 16 - 1


# Writing


ODD_ROWS = [
    b'{"payload":"%s"}' % P.encode(),
    b'{ "payload" : "%s" , "n" : 1.50 , "big":123456789012345678901234567890 }' % P.encode(),
    b'{"n":1e999,"n":-0,"payload":"%s","u":"\\u00e9\xc3\xa9\\/"}' % P.encode(),
    b'{"nested":{"outcome":"mine"},"list":[{},[]],"payload":"%s"}' % P.encode(),
    b'{"f":1.0000000000000000000001,"payload":null}',
    b'{"other":1}',
]


def test_rows_are_kept_byte_for_byte(tmp_path):
    """Every row begins with its own text up to the last brace; the record stands behind it."""
    out, _ = run_job(tmp_path, b"\n".join(ODD_ROWS))
    for row, line in zip(ODD_ROWS, out.splitlines(), strict=True):
        assert line.startswith(row[:-1].rstrip() + b',"outcome":')


def test_an_empty_object_among_rows(tmp_path):
    """An empty object has no message, and no comma before the record."""
    out, _ = run_job(tmp_path, ODD_ROWS[0] + b"\n{ }\n")
    assert out.splitlines()[1].startswith(b'{"outcome":"malformed","reason":"missing"')


def test_a_row_is_one_line_of_output(tmp_path):
    """A carriage return between tokens becomes a space: a reader might take it for a line end."""
    out, _ = run_job(tmp_path, b'{"n":1,\r"payload":"%s"\r}\r\n' % P.encode())
    assert out.startswith(b'{"n":1, "payload":"%s","outcome"' % P.encode())
    assert b"\r" not in out


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b"no JSON", {"unreadable": "no JSON"}),
        (b'  {"n": 1', {"unreadable": '  {"n": 1'}),
        (b"\xff\x00", {"unreadable_hex": "ff00"}),
    ],
    ids=["text", "a torn object", "bytes"],
)
def test_an_unreadable_row_is_kept(tmp_path, line, kept):
    """What is no object is kept in one, as text or else in hex."""
    row = opened(tmp_path, ODD_ROWS[0] + b"\n" + line + b"\n")[1]
    assert kept.items() <= row.items()
    assert (row["outcome"], row["reason"]) == ("malformed", "unreadable_row")


def test_a_drained_row_keeps_its_length(tmp_path):
    """Of a row that was too long to hold its length is left."""
    content = ODD_ROWS[0] + b'\n{"payload":"' + b"1" * 41 * MIB + b'"}\n' + ODD_ROWS[0]
    rows = opened(tmp_path, content)
    assert [row["outcome"] for row in rows] == ["opened", "malformed", "opened"]
    assert (rows[1]["unreadable_bytes"], rows[1]["reason"]) == (41 * MIB + 15, "too_long")


def test_a_file_of_nothing_readable_is_written(tmp_path):
    """Rows that are all unreadable are rows: the file may be in another encoding, and nothing is lost."""
    out, summary = run_job(tmp_path, b"one\ntwo\n")
    assert [json.loads(line)["unreadable"] for line in out.splitlines()] == ["one", "two"]
    assert summary.reasons == {"unreadable_row": 2}


def test_the_column_is_nowhere(tmp_path):
    """A column that no row has is an error that lists those there are."""
    with pytest.raises(
        InputError, match=r"none of the first 2 rows has a column 'payload'.*out of: n, frame"
    ):
        run_job(tmp_path, b'garbage\n{"n":1,"frame":"11"}\n')
    assert names_in(tmp_path) == ["keys.jsonl"]


def test_a_file_of_empty_objects_has_no_columns(tmp_path):
    """Where there is no column at all the error says so."""
    with pytest.raises(InputError, match=r"out of: \(there are none\)"):
        run_job(tmp_path, b"{}\n")


def test_null_everywhere_is_no_missing_column(tmp_path):
    """A column of nulls is there: its rows have no message."""
    assert opened(tmp_path, b'{"payload":null}\n')[0]["reason"] == "missing"


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        (b'{"a":{"b":[1]},"a.c":2}', "a", {"b": [1]}),
        (b'{"a":{"b":[1]},"a.c":2}', "a.b", [1]),
        (b'{"a":{"b":[1]},"a.c":2}', "a.c", 2),
        (b'{"a":{"b":[1]}}', "a.d", None),
        (b'{"a":1}', "a.b", None),
        (b'{"a":null}', "a", None),
        (b'{"a":1e999}', "a", None),
        (b"{nonsense", "a", None),
    ],
)
def test_any_column_of_a_row(text, column, value):
    """By name or path; None for what is absent or cannot be read."""
    table = JsonLines(io.BytesIO(text + b"\n"), "payload")
    [row] = table.rows()
    assert table.value(row, column) == value
