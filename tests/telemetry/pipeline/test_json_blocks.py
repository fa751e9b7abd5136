"""JSON Lines by the block: what comes out is byte for byte what comes out row by row."""

import base64
import io
import itertools
import random

import pytest

from filing import json_lines, key_file, run_job, signed, v1, v2
from sealwright import KeyFile
from sealwright.telemetry.core import core
from sealwright.telemetry.pipeline import json_blocks
from sealwright.telemetry.pipeline.encoding import DECODERS
from sealwright.telemetry.pipeline.input import Options
from sealwright.telemetry.pipeline.job import run
from sealwright.telemetry.pipeline.json_blocks import JsonBlocks
from sealwright.telemetry.pipeline.json_lines import JsonLines

pytestmark = pytest.mark.skipif(core().module is None, reason="no native core")

KIB = 2**10
CHANCE = random.Random(11)
FORGED = v1(8)[:-1] + bytes([v1(8)[-1] ^ 1])
MESSAGES = [
    *(v1(n) for n in range(5)),
    v1(1, b"another text"),
    v1(6, b'{"json": [1.50, "\xc3\xa9"]}'),
    v1(7, b"\xff not utf-8 \x00"),
    v1(9, b'quo"ted \\ text'),
    v1(10, b""),
    v1(11, b"x" * 1000),
    v2(),
    signed(),
    FORGED,
    b"\x11\x01" + bytes(6) + v1()[8:],
    v1()[:20],
    b"\x99" * 40,
    b"",
]
HEX = [message.hex() for message in MESSAGES]
ODD = [
    b"",
    b" \t ",
    b"no JSON",
    b"\xff\xfe",
    b"[1,2]",
    b'{"n":1}',
    b"{}",
    b"{ }",
    b'{"payload":null}',
    b'{"payload":"zz"}',
    b'{"payload":" %s "}' % HEX[0].encode(),
    b'{"payload":"\\u0031%s"}' % HEX[1][1:].encode(),
    b'{"payload":[17,1]}',
    b'{"n":1e999,\r"payload":"%s" } ' % HEX[2].encode(),
    b'{"payload":"zz","payload":"%s"}' % HEX[3].encode(),
    b'{"s":"\xc3\xa9 \\ud83d\\ude00 \\n","payload":"%s"}' % HEX[4].encode(),
    b'{"s":"\xc3","payload":"%s"}' % HEX[4].encode(),
    b'{"s":"tab\t","payload":"%s"}' % HEX[4].encode(),
    b'{"payload":"%s"}{"payload":"%s"} {"payload":"zz"}' % (HEX[0].encode(), HEX[1].encode()),
    b'{"payload":"%s"} and more' % HEX[0].encode(),
    b'{"deep":%s,"payload":"%s"}' % (b"[" * 40 + b"]" * 40, HEX[0].encode()),
    b'\t{"payload" : "%s" , "n" : [1, {"outcome":2}] }\r' % HEX[0].upper().encode(),
]


def mixed(count, share=0.3, write=bytes.hex):
    """Return lines of every kind, a share of them out of the ordinary."""
    lines = (
        CHANCE.choice(ODD)
        if CHANCE.random() < share
        else b'{"n":%d,"payload":"%s"}' % (n, write(CHANCE.choice(MESSAGES)).encode())
        for n in range(count)
    )
    return json_lines({"payload": write(v1())}) + b"\n".join(lines)


def both(folder, monkeypatch, content, **options):
    """Return output, rejects and summary by the block, and the same row by row."""
    answers = []
    for by_block in (True, False):
        with monkeypatch.context() as patch:
            if not by_block:
                patch.setattr(JsonBlocks, "of", lambda *_: None)
            names = [folder / name for name in ("out", "rejects")]
            keys = KeyFile(key_file(folder))
            summary = run(io.BytesIO(content), keys, str(names[0]), Options(**options), rejects=str(names[1]))
            summary.seconds = 0
            answers.append([*(name.read_bytes() for name in names), summary, list(summary.outcomes.items())])
    return answers


@pytest.mark.parametrize("plaintext", ["hex", "base64", "utf8", "json"])
def test_the_same_bytes_as_row_by_row(tmp_path, monkeypatch, plaintext):
    """Of 20,000 mixed lines each comes out as it does row by row, in every form of plaintext."""
    block, row = both(tmp_path, monkeypatch, mixed(20_000), plaintext=plaintext, prefix='"é')
    assert block == row
    assert len(row[2].outcomes) == 4
    assert len(row[2].reasons) >= 7


@pytest.mark.parametrize("share", [0, 0.01, 1])
def test_few_and_many_odd_lines(tmp_path, monkeypatch, share):
    """The same with none, a few, and nothing but lines out of the ordinary."""
    block, row = both(tmp_path, monkeypatch, mixed(18_000, share))
    assert block == row


@pytest.mark.parametrize("encoding", DECODERS)
def test_each_encoding(tmp_path, monkeypatch, encoding):
    """A file of one encoding is read alike, whether that is told or found out."""
    write = {
        "hex": bytes.hex,
        "base64": lambda octets: base64.b64encode(octets).decode(),
        "base64url": lambda octets: base64.urlsafe_b64encode(octets).decode().rstrip("="),
    }[encoding]
    content = mixed(4_000, 0.1, write)
    for told in (encoding, "auto"):
        block, row = both(tmp_path, monkeypatch, content, encoding=told)
        assert block == row


@pytest.mark.parametrize("chunk", [4 * KIB, 5000, 64 * KIB])
def test_pieces_of_any_size(tmp_path, monkeypatch, chunk):
    """Lines are cut by the end of a piece at any place, and some are longer than one."""
    monkeypatch.setattr(json_blocks, "CHUNK", chunk)
    long = b'\n{"x":"%s","payload":"%s"}\n' % (b"x" * 9000, HEX[0].encode())
    many = b"\n" + b'{"payload":"11"}' * 700 + b"\n"
    content = mixed(2_000) + long + many + mixed(2_000) + long + many
    block, row = both(tmp_path, monkeypatch, content)
    assert block == row


def test_a_line_of_more_rows_than_a_block_has(tmp_path, monkeypatch):
    """Lines that hold very many rows are opened in several blocks."""
    content = mixed(2_000) + b"\n" + b"{}" * 40_000 + b"\n" + mixed(2_000) + b"\n" + b"{}" * 20_000
    block, row = both(tmp_path, monkeypatch, content)
    assert block == row
    assert block[2].rows > 64_000


def test_ordinary_lines_become_no_objects(tmp_path, monkeypatch):
    """Behind the first 1,000 rows no ordinary line is read by Python."""
    seen, row = [], JsonLines._row
    monkeypatch.setattr(JsonLines, "_row", lambda self, text: seen.append(text) or row(self, text))
    _, summary = run_job(tmp_path, json_lines(*[{"n": n, "payload": HEX[0]} for n in range(5_000)]))
    assert (summary.rows, len(seen)) == (5_000, 1_000)


def test_a_stream_that_cannot_read_into_a_buffer(tmp_path):
    """Such a stream is read row by row."""

    class Lines:
        def __init__(self, content):
            self.readline = io.BytesIO(content).readline

    content = mixed(3_000)
    out = tmp_path / "lines"
    run(Lines(content), KeyFile(key_file(tmp_path)), str(out), Options())
    assert out.read_bytes() == run_job(tmp_path, content)[0]


def test_random_damage(tmp_path, monkeypatch):
    """Lines with bytes changed, cut and doubled at random are read alike."""
    good = [line for line in mixed(1_500, 0.1).split(b"\n") if line]
    lines = json_lines({"payload": HEX[0]}).splitlines() * 1_000
    for line in itertools.islice(itertools.cycle(good), 6_000):
        at, piece = CHANCE.randrange(len(line)), bytes([CHANCE.choice(b'{}[]":,\\ \t\r0e.\x01\x80zpt')])
        lines.append(line[:at] + piece + line[at + CHANCE.randrange(3) :])
    block, row = both(tmp_path, monkeypatch, b"\n".join(lines))
    assert block == row
