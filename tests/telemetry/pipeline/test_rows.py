"""Lines are read without trusting their length."""

import io

import pytest

from sealwright.telemetry.pipeline.rows import Row, TooLong, drain, read_lines

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        pytest.param(b"", [], id="an empty file"),
        pytest.param(b"a\nb\n", [b"a\n", b"b\n"], id="lines"),
        pytest.param(b"a\nb", [b"a\n", b"b"], id="no newline at the end"),
        pytest.param(b"a\r\n\r\nb", [b"a\r\n", b"\r\n", b"b"], id="carriage returns stay"),
        pytest.param(BOM + b"a\n" + BOM + b"b\n", [b"a\n", BOM + b"b\n"], id="a mark only before the first"),
    ],
)
def test_lines(content, lines):
    """Lines come with their ends and without the file's byte-order mark."""
    assert list(read_lines(io.BytesIO(content))) == lines


@pytest.mark.parametrize("end", [b"\n", b""], ids=["newline", "end of file"])
def test_a_line_of_the_longest_length_is_kept(end):
    """The limit is the length without the newline."""
    assert list(read_lines(io.BytesIO(b"x" * 10 + end), longest=10)) == [b"x" * 10 + end]


@pytest.mark.parametrize("end", [b"\n", b""], ids=["newline", "end of file"])
def test_a_line_over_the_limit_is_drained(end):
    """Of a longer line its length is left, and the next line is read."""
    lines = list(read_lines(io.BytesIO(b"x" * 11 + end + b"next"[: 4 * len(end)]), longest=10))
    assert lines == ([TooLong(12), b"next"] if end else [TooLong(11)])


def test_draining_goes_in_steps():
    """A line of several megabytes is counted to its newline and not beyond."""
    stream = io.BytesIO(b"x" * (3 * 2**20) + b"\nrest")
    assert drain(stream) == 3 * 2**20 + 1
    assert stream.read() == b"rest"


@pytest.mark.parametrize(
    ("raw", "weight"),
    [(b"12345", 5), (["12", "345"], 5), (TooLong(10**9), 0)],
    ids=["bytes", "fields", "a drained row"],
)
def test_a_row_knows_its_weight(raw, weight):
    """A row weighs what it holds in memory: a drained one nothing."""
    assert Row(raw, None).weight == weight
