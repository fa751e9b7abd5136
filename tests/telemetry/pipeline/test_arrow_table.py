"""Files of columns: Parquet and Arrow IPC, the column found, its encoding chosen, bad files told."""

import io
import os
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from filing import v1
from sealwright.errors import InputError, Reason
from sealwright.telemetry.pipeline.arrow_table import ArrowTable
from sealwright.telemetry.pipeline.input import Options, claimed_headers, read_messages
from sealwright.telemetry.pipeline.rows import Row

SENT = [v1(0), None, v1(1), b""]


def file_of(columns, name="parquet"):
    """Return a file of some columns in a format: parquet, arrow (a file of IPC) or arrows (a stream)."""
    stream = io.BytesIO()
    if name == "parquet":
        pq.write_table(columns, stream)
    else:
        make = pa.ipc.new_stream if name == "arrows" else pa.ipc.new_file
        with make(stream, columns.schema) as writer:
            writer.write_table(columns)
    return io.BufferedReader(io.BytesIO(stream.getvalue()))


def read(columns, column="payload", name="parquet", **options):
    """Return the messages of a file, the faults of its rows, and the encoding."""
    table = ArrowTable(file_of(columns, name), name.removesuffix("s"), column, **options)
    chunks = list(table.chunks())
    messages = [message for chunk in chunks for message in pa.array(chunk.messages).to_pylist()]
    return messages, [Reason.of(code) for chunk in chunks for code in chunk.fault.tolist()], table.encoding


@pytest.mark.parametrize("name", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_bytes(name, at_once):
    """They are taken as they are, some rows at a time."""
    messages, faults, encoding = read(pa.table({"payload": SENT}), name=name, at_once=at_once)
    assert (messages, set(faults), encoding) == (SENT, {Reason.NONE}, "binary")


@pytest.mark.parametrize(
    ("texts", "wanted", "encoding"),
    [
        ([v1(0).hex(), None, "zz", ""], "auto", "hex"),
        ([v1(0).hex(), None, "zz", ""], "hex", "hex"),
        (["EQEAAC4DAABwRtUi/bwAAA==", None, "zz~", ""], "auto", "base64"),
    ],
)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_texts(texts, wanted, encoding, kind):
    """They are decoded; a row whose text is none of the encoding has its fault."""
    columns = pa.table({"payload": pa.array(texts, kind)})
    messages, faults, found = read(columns, name="arrow", encoding=wanted)
    assert found == encoding
    assert [message is not None for message in messages] == [True, False, False, True]
    assert faults == [Reason.NONE, Reason.MISSING, Reason.UNDECODABLE_TEXT, Reason.NONE]


def test_no_rows():
    """A file of no rows has an encoding, and no chunks."""
    assert read(pa.table({"payload": pa.array([], pa.string())})) == ([], [], "hex")


def test_paths():
    """a.b is b within a, unless a column has that name."""
    inner = pa.array([{"b": v1(0)}, {"b": None}, None])
    assert read(pa.table({"a": inner}), "a.b")[0] == [v1(0), None, None]
    assert read(pa.table({"a": inner, "a.b": [b"1", b"2", b"3"]}), "a.b")[0] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("columns", "column", "words"),
    [
        ({"x": [1], "y": [b""]}, "payload", "no column 'payload': choose one with --column out of: x, y"),
        ({"x": [{"y": b""}]}, "x.z", r"no column 'x\.z'"),
        ({"x": [b""]}, "x.y", r"no column 'x\.y'"),
        ({"payload": [1]}, "payload", "column 'payload' is int64: messages are bytes, or texts"),
    ],
)
def test_wrong_columns(columns, column, words):
    """It says what there is."""
    with pytest.raises(InputError, match=words):
        read(pa.table(columns), column)


@pytest.mark.parametrize(("format_", "octets"), [("parquet", b"PAR1 is not all"), ("arrow", b"{}\n" * 9)])
def test_files_of_something_else(format_, octets):
    """An error that names no library's class."""
    with pytest.raises(InputError, match=r"^input: the file cannot be read as its format: "):
        ArrowTable(io.BufferedReader(io.BytesIO(octets)), format_, "payload")


@pytest.mark.parametrize("name", ["parquet", "arrows"])
def test_damage_within(name):
    """What is found on the way is an error too, after the parts before it."""
    octets = file_of(pa.table({"payload": [os.urandom(60) for _ in range(3000)]}), name).read()
    damaged = octets[:60_000] + bytes(60_000) + octets[120_000:] if name == "parquet" else octets[:-40_000]
    table = ArrowTable(io.BufferedReader(io.BytesIO(damaged)), name.removesuffix("s"), "payload")
    with pytest.raises(InputError, match="cannot be read as its format"):
        list(table.chunks())


def test_parquet_from_a_pipe():
    """Its end comes first."""
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as stream, pytest.raises(InputError, match="from a pipe"):
        ArrowTable(stream, "parquet", "payload")


def test_values():
    """Other columns, for whoever counts by them."""
    moment = datetime(2026, 1, 15, tzinfo=UTC)
    table = ArrowTable(file_of(pa.table({"payload": [b""], "n": [7], "at": [moment]})), "parquet", "payload")
    ((row,),) = (list(chunk.rows()) for chunk in table.chunks())
    assert [table.value(row, name) for name in ("n", "at")] == [7, "2026-01-15T00:00:00+00:00"]
    assert table.value(Row(b"{}", None), "n") is None
    with pytest.raises(InputError, match="no column 'm'"):
        table.value(row, "m")


def test_looking():
    """The first messages and the headers of all, as with rows."""
    columns = pa.table({"payload": [*SENT, None]})
    options = Options(format="parquet")
    assert read_messages(file_of(columns), options, 3) == [
        (v1(0), Reason.NONE),
        (None, Reason.MISSING),
        (v1(1), Reason.NONE),
    ]
    assert len(claimed_headers(file_of(columns), options).headers()) == 2


def test_a_stream_behind_a_stream():
    """Its rows must not be lost."""
    octets = file_of(pa.table({"payload": SENT}), "arrows").read()
    table = ArrowTable(io.BytesIO(octets * 2), "arrow", "payload")
    with pytest.raises(InputError, match="more behind the end of the stream: give each stream by itself"):
        list(table.chunks())


class Failing(io.BytesIO):
    """A disk that cannot be read."""

    def read(self, _size=-1):
        """Fail as the system does."""
        raise OSError(5, "Input/output error")


def test_a_disk_that_fails():
    """That is the system's error, and stays it."""
    with pytest.raises(OSError, match="Input/output error") as caught:
        ArrowTable(Failing(b"PAR1" * 9), "parquet", "payload")
    assert caught.value.errno == 5
