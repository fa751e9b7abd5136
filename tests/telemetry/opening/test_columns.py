"""What opening tells, as columns of Arrow: in from every library, and out to every library."""

import arro3.core
import datafusion
import duckdb
import nanoarrow
import narwhals
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from recipe import flip
from sealwright.errors import InputError, Outcome
from sealwright.telemetry import COLUMNS, open_messages, parse_header
from telemetry.opening.opening_samples import KINDS, books, sample

GOOD = [sample(kind, f"columns/{kind}", b"21.4 degrees, said twice") for kind in KINDS]
SENT = [
    GOOD[0].message,
    None,
    flip(GOOD[1].message, -1),
    GOOD[1].message,
    GOOD[0].message,
    b"\x31",
    GOOD[2].message,
    sample("v1", "columns/unknown").message,
]
OPENED = [GOOD[0].text, None, None, GOOD[1].text, GOOD[0].text, None, GOOD[2].text, None]
COLUMN = pa.array(SENT)
CHUNKS = pa.chunked_array([SENT[:3], SENT[3:]])
LENT = {
    "list": SENT,
    "pyarrow": COLUMN,
    "pyarrow, in pieces": CHUNKS,
    "pyarrow, large": COLUMN.cast(pa.large_binary()),
    "pyarrow, views": COLUMN.cast(pa.binary_view()),
    "pyarrow, dictionary": COLUMN.dictionary_encode(),
    "polars": pl.Series("payload", SENT),
    "polars, in pieces": pl.concat([pl.Series(SENT[:3]), pl.Series(SENT[3:])], rechunk=False),
    "pandas": pd.Series(SENT, dtype=pd.ArrowDtype(pa.binary())),
    "pandas, objects": pd.Series(SENT),
    "nanoarrow": nanoarrow.Array(COLUMN),
    "arro3": arro3.core.Array.from_arrow(COLUMN),
    "arro3, in pieces": arro3.core.ChunkedArray.from_arrow(CHUNKS),
    "narwhals": narwhals.from_native(pl.Series("payload", SENT), series_only=True),
}


def by_pyarrow(batch):
    """Read a batch with the library that is used here."""
    return pa.table(batch).to_pylist()


def by_duckdb(batch):
    """DuckDB reads it as a table."""
    with duckdb.connect() as connection:
        connection.register("batch", batch)
        return pa.table(connection.sql("SELECT * FROM batch")).to_pylist()


def by_datafusion(batch):
    """DataFusion makes a table of it."""
    return datafusion.SessionContext().from_arrow(batch).to_pylist()


def by_nanoarrow(batch):
    """Nanoarrow gives rows as tuples of values."""
    stream = nanoarrow.ArrayStream(batch)
    names = [field.name for field in stream.schema.fields]
    return [dict(zip(names, row, strict=True)) for row in stream.iter_tuples()]


READERS = {
    "pyarrow": by_pyarrow,
    "polars": lambda batch: pl.DataFrame(batch).to_dicts(),
    "pandas": lambda batch: pa.Table.from_pandas(pd.DataFrame.from_arrow(batch)).to_pylist(),
    "duckdb": by_duckdb,
    "datafusion": by_datafusion,
    "nanoarrow": by_nanoarrow,
    "arro3": lambda batch: pa.table(arro3.core.Table.from_arrow(batch)).to_pylist(),
    "narwhals": lambda batch: narwhals.from_arrow(batch, backend="pyarrow").to_native().to_pylist(),
}


@pytest.mark.parametrize("lent", LENT.values(), ids=LENT)
def test_in(lent):
    """Messages of any library open to the same."""
    batch = open_messages(lent, books(GOOD))
    assert batch.to_list() == OPENED
    assert batch.reason.tolist() == open_messages(SENT, books(GOOD)).reason.tolist()


def expected():
    """Return the rows that the messages must become, told by what reads them one at a time."""
    batch = open_messages(SENT, books(GOOD))
    rows = []
    for at, message in enumerate(SENT):
        outcome = Outcome.of(int(batch.outcome[at]))
        header = None if outcome is Outcome.MALFORMED else parse_header(message)
        rows.append(
            {
                "outcome": str(outcome),
                "reason": {1: "missing", 5: "unknown_version", 7: "unknown_header"}.get(at),
                "plaintext": OPENED[at],
                "protection": header and ("signed" if header.kind == 3 else "encrypted"),
                "rot_public_uid": bytes.fromhex(GOOD_UID[OPENED[at], at]) if OPENED[at] else None,
                "key_id": header and header.key_id and bytes(header.key_id),
                "counter": header and header.counter,
                "tag": header and message[-16:],
                "duplicate": at == 4,
                "nonce_reuse": False,
            }
        )
    return rows


GOOD_UID = {
    (each.text, at): each.line["ROTPublicUID"]
    for each in GOOD
    for at, message in enumerate(SENT)
    if message == each.message
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_out(read):
    """Every library reads the same rows."""
    assert read(open_messages(COLUMN, books(GOOD))) == expected()


def test_what_is_chosen():
    """Columns come in the order asked for, and only they are made."""
    batch = open_messages(COLUMN, books(GOOD)).to_arrow("plaintext", "outcome")
    assert batch.schema.names == ["plaintext", "outcome"]
    assert batch.column("plaintext").to_pylist() == OPENED
    with pytest.raises(InputError, match="no column text: choose of outcome, reason, plaintext"):
        open_messages(COLUMN, books(GOOD)).to_arrow("text")


def test_plaintexts_are_lent():
    """They are not copied, and where none is there are only zeros."""
    batch = open_messages(COLUMN, books(GOOD))
    column = batch.to_arrow("plaintext").column(0)
    column.validate(full=True)
    assert column.buffers()[2].address == batch.arena.ctypes.data
    failed = np.flatnonzero(batch.outcome != Outcome.OPENED.code)
    for at in failed.tolist():
        assert not batch.arena[batch.offsets[at] : batch.offsets[at + 1]].any()


@pytest.mark.parametrize("count", [0, 1])
def test_few(count):
    """A batch of nothing has its columns too."""
    table = pa.table(open_messages(COLUMN[:count], books(GOOD)))
    table.validate(full=True)
    assert (table.num_rows, tuple(table.schema.names)) == (count, COLUMNS)


def test_a_schema_that_is_asked_for():
    """A reader may ask for wider or narrower types."""
    batch = open_messages(COLUMN, books(GOOD))
    asked = pa.schema([("plaintext", pa.binary()), ("outcome", pa.string())])
    made = batch.to_arrow("plaintext", "outcome")
    assert pa.RecordBatchReader.from_stream(made, schema=asked).schema == asked
