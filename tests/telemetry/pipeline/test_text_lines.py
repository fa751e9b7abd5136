"""Files with one message a line."""

import base64
import io
import json

import pytest

from filing import ADDED, opened, run_job, v1
from sealwright.errors import InputError
from sealwright.telemetry.pipeline.text_lines import TextLines


@pytest.mark.parametrize(
    "write",
    [bytes.hex, lambda octets: base64.b64encode(octets).decode()],
    ids=["hex", "base64"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_each_line_is_a_message(tmp_path, write, end):
    """Every line that is not blank becomes a row of JSON Lines with the text in the message column."""
    texts = [write(v1(0)), write(v1(1))]
    content = f"\ufeff{texts[0]}{end}{end} {texts[1]} {end}no message".encode()
    rows = opened(tmp_path, content, format="lines", plaintext="utf8")
    assert [row["payload"] for row in rows] == [*texts, "no message"]
    assert [row["plaintext"] for row in rows] == ["text 0", "text 1", None]
    assert [row["reason"] for row in rows] == [None, None, "undecodable_text"]
    assert list(rows[0]) == ["payload", *ADDED]


def test_the_text_stands_in_the_column_asked_for(tmp_path):
    """--column names the column of the output, even with a dot in it."""
    rows = opened(tmp_path, v1().hex().encode(), format="lines", column="data.frame")
    assert rows[0]["data.frame"] == v1().hex()


def test_the_column_may_not_be_one_of_the_added(tmp_path):
    """A column named as an added one would stand twice in each row."""
    with pytest.raises(InputError, match="columns named tag already"):
        run_job(tmp_path, v1().hex().encode(), format="lines", column="tag")


def test_bytes_that_are_no_text(tmp_path):
    """A line that is not UTF-8 is kept in hex."""
    rows = opened(tmp_path, b"\xff\xfe\n" + v1().hex().encode(), format="lines")
    assert (rows[0]["unreadable_hex"], rows[0]["reason"]) == ("fffe", "unreadable_row")
    assert rows[1]["outcome"] == "opened"


def test_a_line_over_the_limit(tmp_path):
    """A line too long to hold is drained; the next one is read."""
    content = b"1" * (41 * 2**20) + b"\n" + v1().hex().encode()
    out, _ = run_job(tmp_path, content, format="lines")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (rows[0]["unreadable_bytes"], rows[0]["reason"]) == (41 * 2**20 + 1, "too_long")
    assert rows[1]["outcome"] == "opened"


def test_the_one_column():
    """A row has its text in that column, and nothing in any other."""
    table = TextLines(io.BytesIO(b"some text\n"), "payload")
    [row] = table.rows()
    assert (table.value(row, "payload"), table.value(row, "device")) == ("some text", None)
