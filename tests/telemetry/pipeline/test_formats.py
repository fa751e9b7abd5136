"""Which format a file is in, and which a name may promise."""

import pytest

from sealwright.errors import InputError
from sealwright.telemetry.pipeline.formats import check_suffix, format_of


@pytest.mark.parametrize(
    ("path", "wanted", "format_"),
    [
        ("a.jsonl", None, "jsonl"),
        ("a.log", None, "jsonl"),
        ("-", None, "jsonl"),
        ("a.CSV", None, "csv"),
        ("a.tsv", None, "csv"),
        ("a.txt", None, "lines"),
        ("a.hex", None, "lines"),
        ("a.b64", None, "lines"),
        ("a.csv", "lines", "lines"),
        ("a.gz", "jsonl", "jsonl"),
        ("a.parquet", None, "parquet"),
        ("a.arrow", None, "arrow"),
        ("a.arrows", None, "arrow"),
        ("a.Feather", None, "arrow"),
        ("a.parquet", "csv", "csv"),
    ],
)
def test_the_name_shows_the_format(path, wanted, format_):
    """The suffix tells unless a format is named."""
    assert format_of(path, wanted) == format_


def test_formats_that_are_not_read():
    """A name that shows another format is an error that says what to do."""
    with pytest.raises(InputError, match="is packed: unpack it"):
        format_of("a.jsonl.gz", None)
    with pytest.raises(InputError, match=r"\.parquet files are not read here: convert it"):
        format_of("a.parquet", None, columns=False)


@pytest.mark.parametrize(
    ("out", "read_as"),
    [("a.jsonl", "csv"), ("a.ndjson", "csv"), ("a.csv", "jsonl"), ("a.TSV", "lines"), ("a.parquet", "jsonl"),
     ("a.csv.gz", "csv"), ("a.jsonl", "parquet"), ("a.parquet", "arrow"), ("a.arrow", "parquet")],
)  # fmt: skip
def test_names_that_promise_another_format(out, read_as):
    """An output's name may not contradict what will be in it."""
    with pytest.raises(
        InputError, match=r"^output: a\..* would hold (CSV|JSON Lines|Parquet|Arrow IPC), .*: choose a name"
    ):
        check_suffix(out, read_as)


@pytest.mark.parametrize(
    ("out", "read_as"),
    [
        ("-", "csv"),
        ("a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.jsonl", "lines"),
        ("a.json", "jsonl"),
        ("a", "csv"),
        ("a.parquet", "parquet"),
        ("a.arrow", "arrow"),
    ],
)
def test_names_that_fit(out, read_as):
    """A fitting suffix is right, and so is one that promises nothing."""
    check_suffix(out, read_as)
