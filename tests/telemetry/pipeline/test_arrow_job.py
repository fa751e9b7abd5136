"""File to file by columns: rows, types and metadata stay, and what became of each row stands behind."""

import io
import json
from unittest.mock import Mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from filing import ADDED, json_lines, key_file, names_in, opened, signed, v1, v2
from recipe import flip
from sealwright import KeyFile
from sealwright.cli.open_ import command
from sealwright.errors import InputError
from sealwright.telemetry.pipeline import arrow_job
from sealwright.telemetry.pipeline.arrow_job import run_columns
from sealwright.telemetry.pipeline.input import Options
from telemetry.pipeline.test_arrow_table import file_of

SENT = [v1(3), v2(), signed(), None, flip(v1(4), -1), b"\x31", v1(3)]
NAMES = ["parquet", "arrow", "arrows"]


def table_of(sent=SENT, kind=None):
    """Return columns of several types, metadata in fields and schema, and the messages."""
    count = len(sent)
    schema = pa.schema(
        [
            pa.field("n", pa.int16(), nullable=False),
            pa.field("tags", pa.list_(pa.string()), metadata={"unit": "words"}),
            pa.field("payload", kind or pa.binary()),
        ],
        metadata={"origin": "made for testing"},
    )
    tags = [["a", None]] * count
    return pa.table({"n": list(range(count)), "tags": tags, "payload": sent}, schema=schema)


def job(folder, columns, name="parquet", rejects=None, **options):
    """Open a file of columns; return what OUT holds and the summary."""
    out = folder / f"out.{name}"
    more = {each: options.pop(each) for each in ("compression", "watch") if each in options}
    chosen = Options(**{"format": name.removesuffix("s"), "plaintext": "binary"} | options)
    summary = run_columns(
        file_of(columns, name), KeyFile(key_file(folder)), str(out), chosen, rejects=rejects, **more
    )
    return read(out, name), summary


def read(path, name):
    """Return a file's columns."""
    if name == "parquet":
        return pq.read_table(path)
    return (pa.ipc.open_stream if name == "arrows" else pa.ipc.open_file)(path.read_bytes()).read_all()


@pytest.mark.parametrize("name", NAMES)
def test_rows_in_are_rows_out(tmp_path, name):
    """With their columns, types and metadata, and the record behind them."""
    columns = table_of()
    out, summary = job(tmp_path, columns, name)
    assert out.select(columns.column_names).equals(columns)
    assert out.schema.metadata[b"origin"] == b"made for testing"
    assert out.schema.field("tags").metadata[b"unit"] == b"words"
    assert tuple(out.column_names) == (*columns.column_names, *ADDED)
    assert (summary.rows, summary.outcomes["opened"], summary.duplicates) == (7, 4, 1)


def test_the_same_as_rows(tmp_path):
    """What JSON Lines say of the messages, columns say too."""
    rows = [{"payload": None if each is None else each.hex()} for each in SENT]
    wanted = opened(tmp_path, json_lines(*rows))
    out, _ = job(tmp_path, table_of(), plaintext="hex")
    found = out.select(list(ADDED)).to_pylist()
    for row in found:
        for name in ("rot_public_uid", "key_id", "tag"):
            row[name] = row[name] and row[name].hex()
    assert found == [{name: row[name] for name in ADDED} for row in wanted]


@pytest.mark.parametrize("name", NAMES)
def test_rejects(tmp_path, name):
    """Rows that did not open, once more; none of them is a file of no rows."""
    some = tmp_path / "rejects"
    out, _ = job(tmp_path, table_of(), name, str(some))
    assert read(some, name).to_pylist() == [row for row in out.to_pylist() if row["outcome"] != "opened"]
    job(tmp_path, table_of([v1(1)]), name, str(some))
    assert (read(some, name).num_rows, read(some, name).schema) == (0, out.schema)


def test_texts(tmp_path):
    """A column of hex; a text that is none has its reason."""
    sent = [None if each is None else each.hex() for each in SENT] + ["zz"]
    out, summary = job(tmp_path, table_of(sent, pa.string()), plaintext="utf8")
    assert summary.encoding == "hex"
    assert out["reason"].to_pylist()[-1] == "undecodable_text"
    assert summary.reasons["undecodable_text"] == 1
    assert out["payload"].to_pylist() == sent


def test_plaintexts_as_texts(tmp_path):
    """One that is not of the form stands in hex, and says so."""
    out, summary = job(tmp_path, table_of(), plaintext="json")
    (shown, *_), (reason, *_) = out["plaintext"].to_pylist(), out["reason"].to_pylist()
    assert json.loads(shown) if reason is None else bytes.fromhex(shown)
    assert summary.reasons["plaintext_in_hex"] == out["reason"].to_pylist().count("plaintext_in_hex")


@pytest.mark.parametrize("name", NAMES)
def test_parts_and_row_groups(tmp_path, name, monkeypatch):
    """Many parts come out in order, in groups of a size that fits in memory."""
    monkeypatch.setattr(arrow_job, "_ROWS", 100)
    sent = [v1(n) for n in range(500)]
    columns = pa.concat_tables([table_of(sent[at : at + 70]) for at in range(0, 500, 70)])
    out, summary = job(tmp_path, columns, name)
    assert summary.rows == 500
    assert out["payload"].to_pylist() == sent
    assert set(out["outcome"].to_pylist()) == {"opened"}


def test_the_same_input_gives_the_same_bytes(tmp_path):
    """No clock and no chance is in an output."""
    outs = []
    for name in NAMES:
        for _ in range(2):
            job(tmp_path, table_of(), name)
            outs.append((tmp_path / f"out.{name}").read_bytes())
    assert outs[::2] == outs[1::2]


@pytest.mark.parametrize("compression", arrow_job.COMPRESSIONS)
def test_compression(tmp_path, compression):
    """As asked for; IPC has fewer ways."""
    job(tmp_path, table_of(), compression=compression)
    group = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(0)
    wanted = {"none": "UNCOMPRESSED"}.get(compression, compression.upper())
    assert group.column(0).compression == wanted
    if compression in {"snappy", "gzip"}:
        with pytest.raises(InputError, match="Arrow IPC is compressed by lz4 or zstd"):
            job(tmp_path, table_of(), "arrow", compression=compression)
    else:
        assert job(tmp_path, table_of(), "arrow", compression=compression)[0].num_rows == len(SENT)


def test_the_command_names_all_compressions():
    """Its help is shown without pyarrow, so it has a list of its own."""
    (option,) = [each for each in command.params if each.name == "compression"]
    assert tuple(option.type.choices) == arrow_job.COMPRESSIONS


def test_names_that_are_taken(tmp_path):
    """A prefix keeps both."""
    columns = table_of().append_column("outcome", [["x"] * len(SENT)])
    with pytest.raises(InputError, match="columns named outcome already: give --prefix"):
        job(tmp_path, columns)
    out, _ = job(tmp_path, columns, prefix="sw_")
    assert (out["outcome"][0].as_py(), out["sw_outcome"][0].as_py()) == ("x", "opened")


def test_dictionaries_that_change(tmp_path):
    """A stream whose dictionary is another in each batch comes out with the same words."""
    batches = [
        pa.record_batch({"payload": [v1(n)], "word": pa.array([word]).dictionary_encode()})
        for n, word in enumerate("abc")
    ]
    for name in ("arrows", "parquet"):
        out, _ = job(tmp_path, pa.Table.from_batches(batches), name)
        assert out["word"].to_pylist() == ["a", "b", "c"]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_stops_leaves_nothing(tmp_path, name):
    """Neither OUT nor a part of it, and what is forgotten later writes nowhere."""
    stopping = Mock()
    stopping.add.side_effect = KeyboardInterrupt
    key_file(tmp_path)
    before = names_in(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        job(tmp_path, table_of(), name, watch=stopping)
    assert names_in(tmp_path) == before


def test_a_sink_that_is_let_go():
    """Nothing is written once a run is over."""
    sink = arrow_job._Sink(None)
    assert sink.writable()
    assert (sink.write(b"abc"), sink.tell()) == (3, 3)
    assert isinstance(sink, io.RawIOBase)
