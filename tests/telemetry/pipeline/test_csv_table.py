"""CSV in, CSV out: the same fields in the same order, and the record behind them."""

import csv
import io

import pytest

from filing import ADDED, names_in, run_job, v1
from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.csv_table import CsvTable
from sealwright.telemetry.pipeline.rows import TooLong

P = v1().hex()


def table(folder, content, delimiter=",", **options):
    """Open a CSV file and return its header and its rows as dicts."""
    out, _ = run_job(folder, content, format="csv", **options)
    text = out.decode(errors="surrogateescape")
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    assert {len(row) for row in rows} <= {len(head)}
    return head, [dict(zip(head, row, strict=True)) for row in rows]


def faults(content, longest=1000):
    """Return each row's raw fields and its fault."""
    return [(row.raw, row.fault) for row in CsvTable(io.BytesIO(content), "payload", longest).rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_delimiters(tmp_path, delimiter):
    """The header row shows the delimiter, and the output keeps it."""
    content = f"n,payload,note\n1,{P},a\n".replace(",", delimiter).encode()
    head, rows = table(tmp_path, content, delimiter)
    assert head == ["n", "payload", "note", *ADDED]
    assert (rows[0]["n"], rows[0]["note"], rows[0]["outcome"]) == ("1", "a", "opened")


def test_a_delimiter_inside_quotes_does_not_count(tmp_path):
    """A name that holds commas does not make them the delimiter."""
    head, rows = table(tmp_path, f'"a,b,c,d";payload\n1;{P}\n'.encode(), ";")
    assert head[:2] == ["a,b,c,d", "payload"]
    assert rows[0]["outcome"] == "opened"


def test_one_column(tmp_path):
    """A file of one column needs no delimiter; blank lines are no rows."""
    _, rows = table(tmp_path, f"payload\r\n{P}\r\n\r\n{P}".encode())
    assert [row["outcome"] for row in rows] == ["opened", "opened"]


@pytest.mark.parametrize(
    "field",
    [
        "a,b",
        'say "hi"',
        "two\nlines",
        "two\r\nlines",
        "bare\rreturn",
        " blanks ",
        "",
        "a\x00b",
        "Grüße\u2028",
    ],
    ids=repr,
)
def test_fields_come_out_as_they_went_in(tmp_path, field):
    """Whatever a quoted field holds is there again when the output is read."""
    quoted = '"' + field.replace('"', '""') + '"'
    _, rows = table(tmp_path, f"note,payload\n{quoted},{P}\n".encode())
    assert (rows[0]["note"], rows[0]["outcome"]) == (field, "opened")


def test_bytes_that_are_no_text(tmp_path):
    """Latin-1 bytes come out as they went in."""
    out, _ = run_job(tmp_path, b"gr\xf6\xdfe,payload\n\xe4\xff," + P.encode() + b"\n", format="csv")
    lines = out.splitlines()
    assert lines[0].startswith(b"gr\xf6\xdfe,payload,outcome")
    assert lines[1].startswith(b"\xe4\xff," + P.encode())


def test_a_byte_order_mark(tmp_path):
    """The mark before the header row is no part of the first name."""
    head, rows = table(tmp_path, f"\ufeffpayload,n\r\n{P},1\r\n".encode())
    assert head[0] == "payload"
    assert rows[0]["outcome"] == "opened"


def test_quoted_header_over_two_lines(tmp_path):
    """A name may hold a newline as any field may."""
    head, rows = table(tmp_path, f'"two\nlines",payload\n1,{P}\n'.encode())
    assert head[0] == "two\nlines"
    assert rows[0]["outcome"] == "opened"


def test_too_few_and_too_many_fields(tmp_path):
    """Such rows are kept and the added columns stay in their places."""
    _, rows = table(tmp_path, f"a,payload,b\n1\n1,{P},2,3,4\n1,{P},2\n".encode())
    assert [(row["a"], row["payload"], row["b"], row["reason"]) for row in rows] == [
        ("1", "", "", "unreadable_row"),
        ("1", P, "2,3,4", "unreadable_row"),
        ("1", P, "2", ""),
    ]


def test_an_empty_field_is_an_empty_message(tmp_path):
    """CSV has no null: nothing is a message without bytes."""
    _, rows = table(tmp_path, b"n,payload\n1,\n")
    assert (rows[0]["outcome"], rows[0]["reason"]) == ("malformed", "empty")


def test_values_in_csv(tmp_path):
    """Null is nothing, and flags are words."""
    _, (first, second, third) = table(tmp_path, f"payload\n{P}\n{P}\nnonsense\n".encode())
    assert (first["duplicate"], second["duplicate"], first["reason"]) == ("false", "true", "")
    assert (third["plaintext"], third["counter"], third["duplicate"]) == ("", "", "false")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "begins with a header row"),
        (b"n,frame\n1,2\n", r"no column 'payload': choose one with --column out of: n, frame"),
        (b"payload,n,payload\n", "has 2 columns 'payload': rename one"),
        (b"payload,outcome,tag\n", "columns named outcome, tag already: give --prefix"),
        (b"a\rb,payload\n", "begins with a header row"),
        (b"x" * (41 * 2**20), "begins with a header row"),
    ],
    ids=["empty", "no column", "two of them", "taken", "a bare return", "a header row without end"],
)
def test_header_rows_that_do_not_do(tmp_path, content, words):
    """A header row that cannot serve is an error before any work."""
    with pytest.raises(InputError, match=words):
        run_job(tmp_path, content, format="csv")
    assert names_in(tmp_path) == ["keys.jsonl"]


def test_a_header_row_alone(tmp_path):
    """A file without rows gives one without rows."""
    head, rows = table(tmp_path, b"payload\n")
    assert (head, rows) == (["payload", *ADDED], [])


def test_a_record_that_csv_cannot_read_is_kept():
    """A bare carriage return outside quotes is an error of the format; the text is kept, the rest read."""
    assert faults(b"payload,n\n1\r1,2\n3,4\n") == [
        (["1\r1,2"], Reason.UNREADABLE_ROW),
        (["3", "4"], Reason.NONE),
    ]


def test_a_line_over_the_limit():
    """A line too long to hold is drained; its length is left."""
    content = b"payload,n\n1,2\n" + b"x" * 50 + b"\n3,4\n"
    assert faults(content, longest=20) == [
        (["1", "2"], Reason.NONE),
        (TooLong(51), Reason.TOO_LONG),
        (["3", "4"], Reason.NONE),
    ]


@pytest.mark.parametrize("longest", [20, 60], ids=["by its lines", "by a line"])
def test_a_quoted_field_without_end(longest):
    """A record of ever more lines ends at the limit, and what follows is read."""
    lines = b"".join(b"line %d\n" % number for number in range(3))
    content = b'payload,n\n"' + lines + b"x" * (longest + 1) + b"\n3,4\n"
    found = faults(content, longest)
    assert found[0][1] is Reason.TOO_LONG
    assert found[-1] == (["3", "4"], Reason.NONE)


def test_a_drained_row_is_written_with_its_length(tmp_path):
    """The first column tells how many bytes there were."""
    content = b"payload,n\n" + b"1" * (41 * 2**20) + f",1\n{P},2\n".encode()
    _, rows = table(tmp_path, content)
    assert (rows[0]["payload"], rows[0]["reason"]) == (f"{41 * 2**20 + 3} bytes", "too_long")
    assert rows[1]["outcome"] == "opened"


def test_a_large_field(tmp_path):
    """A field may be larger than the csv module's own limit, which is put back afterwards."""
    before = csv.field_size_limit()
    out, summary = run_job(tmp_path, f"note,payload\n{'x' * 300_000},{P}\n".encode(), format="csv")
    assert out.splitlines()[1].startswith(b"x" * 300_000 + b",")
    assert (summary.outcomes, csv.field_size_limit()) == ({"opened": 1}, before)
