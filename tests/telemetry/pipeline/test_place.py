"""Places in a file: reading goes on behind any row as if it had never ended."""

import io
import itertools
import random

import pytest

from filing import json_lines, v1
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline import json_blocks, rows
from sealwright.telemetry.pipeline.formats import FORMATS
from sealwright.telemetry.pipeline.input import Input, Options
from sealwright.telemetry.pipeline.json_blocks import JsonBlocks
from sealwright.telemetry.pipeline.place import START, told

LONGEST = 400
MESSAGE = v1().hex()
BOM = b"\xef\xbb\xbf"
ROW = b'{"payload":"%s"}' % MESSAGE.encode()
CONTENTS = {
    "lines": BOM + f"{MESSAGE}\n\n  \nzz\n{'y' * 900}\n\xff\n{MESSAGE}\r\n{MESSAGE}".encode("latin-1"),
    "csv": BOM
    + f'payload,n\n{MESSAGE},1\n\n{MESSAGE},"2\n\n2"\nshort\n'.encode()
    + f'{MESSAGE},"{"y" * 900}"\n"a"x,"\n{MESSAGE},3'.encode(),
    "jsonl": b"\n".join(
        [
            BOM + ROW,
            b"",
            b" \t",
            ROW * 3 + b" and more",
            b"no JSON",
            b'{"x":"%s"} %s' % (b"x" * 900, ROW),
            ROW * 9,
            b'{"n":1}' * 200,
            ROW,
            ROW + b"\r",
            ROW * 4,
        ]
    ),
}


def read(format_, stream, start=START):
    """Return the rows of a stream as they come, with the place behind each."""
    table = FORMATS[format_](stream, "payload", LONGEST)
    return [(row.raw, row.payload, row.fault, table.place) for row in table.rows(start)]


@pytest.mark.parametrize("format_", FORMATS)
def test_reading_goes_on_behind_every_row(format_, monkeypatch):
    """From each row's place on come the rows behind it, the same and none of them twice."""
    monkeypatch.setattr("sealwright.telemetry.pipeline.json_lines.STEP", 300)
    content = CONTENTS[format_]
    whole = read(format_, io.BytesIO(content))
    assert len(whole) > 4
    for number, (*_, place) in enumerate(whole, 1):
        assert read(format_, io.BytesIO(content), place) == whole[number:]
    assert read(format_, io.BytesIO(content), START) == whole


def texts(block):
    """Return the objects and messages of a block's rows."""
    bounds = zip(block.begin, block.end, itertools.pairwise(block.offsets), strict=True)
    return [
        (block.text[begin:end].tobytes(), block.data[start:stop].tobytes())
        for begin, end, (start, stop) in bounds
    ]


def blocks(given):
    """Return the rows of each block, and the place behind it."""
    return [(texts(block), given.table.place) for block in given.blocks()]


@pytest.mark.skipif(core().module is None, reason="no native core")
@pytest.mark.parametrize("most", [3, 70])
def test_reading_goes_on_behind_every_block(monkeypatch, most):
    """By the block as well: behind long lines, lines of many objects, and rows that were held back."""
    for module in (json_blocks, rows):
        monkeypatch.setattr(module, "MOST_ROWS", most)
    monkeypatch.setattr(json_blocks, "CHUNK", 1000)
    monkeypatch.setattr("sealwright.telemetry.pipeline.input.SAMPLE", 2)
    monkeypatch.setattr("sealwright.telemetry.pipeline.json_lines.STEP", 900)
    chance, options = random.Random(5), Options()
    lines = [*CONTENTS["jsonl"].removeprefix(BOM).split(b"\n"), b'{"n":1}' * 300, *[ROW] * 30]
    content = BOM + b"\n".join(chance.choices(lines, k=200)) + b"\n" + json_lines({"n": 2}) + b"\n \n"
    whole = blocks(Input.of(io.BytesIO(content), options, options.added))
    behind = [row for found, _ in whole for row in found]
    assert len(whole) > 30
    for found, place in whole:
        behind = behind[len(found) :]
        for by_block in (True, False):
            stream = io.BytesIO(content)
            again = Input.at(stream, options, options.added, "hex", place)
            if by_block:
                assert [row for found, _ in blocks(again) for row in found] == behind
            else:
                assert sum(1 for _ in again.rows()) == len(behind)
    assert JsonBlocks.of(again.table, "hex", []) is not None


def test_a_stream_that_cannot_go_back():
    """A pipe has no places."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    assert told(Pipe(b"abc")) == 0
