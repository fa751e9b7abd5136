"""Ordinary lines: what is read as columns is what the careful reader would have read, and nothing else."""

import io
import json
import random
from hashlib import shake_256

import numpy as np
import pytest

from making import (
    ABSENT,
    DOWNLINK_KIV,
    INTEGRITY_HEADER,
    KEY,
    KEY_256,
    MAC_KEY,
    UID,
    V1_HEADER,
    V2_HEADER,
    b64,
    headers_of,
    key_line,
    reply_integrity,
    reply_v1,
    reply_v2,
    reply_v2_downlink,
    write_key_file,
)
from sealwright.errors import KeyFileError, Reason
from sealwright.telemetry.format.suites import Purpose, Suite
from sealwright.telemetry.keys import index, keyfile, ordinary
from sealwright.telemetry.keys.keyfile import KeyFile, Refusal
from sealwright.telemetry.keys.ordinary import read_ordinary
from sealwright.telemetry.keys.table import KeyTable, State

NUMBER = int(UID.hex())
FULL = ("Direction", "uplink"), ("Purpose", "protection"), ("KeyLength", 128)


def drawn(label, count=16):
    """Return bytes that follow from a label."""
    return shake_256(f"ordinary lines/{label}".encode()).digest(count)


def v1(number=0, key=KEY, *, more=(), **changes):
    """Return the line of message `number` of one device."""
    header = V1_HEADER[:14] + number.to_bytes(2)
    return key_line(reply_v1(header, key, **changes), header, **dict(more))


def v2(number=0, key=KEY, *, more=(), **changes):
    """Return a v2 line."""
    header = V2_HEADER[:1] + number.to_bytes(3) + V2_HEADER[4:]
    return key_line(reply_v2(header, key, **changes), header, **dict(more))


def signed(number=0, *, more=(), **changes):
    """Return a line for messages that are signed alone."""
    header = INTEGRITY_HEADER[:1] + number.to_bytes(3) + INTEGRITY_HEADER[4:]
    return key_line(reply_integrity(header, **changes), header, **{"Purpose": "integrity"} | dict(more))


ORDINARY = {
    "v1": v1(),
    "256 bits": v1(key=KEY_256),
    "no KIV": v1(KIV=ABSENT),
    "no padding": v1(Key=b64(KEY).rstrip("="), KIV=b64(V1_HEADER[:14] + b"\0\0").rstrip("=")),
    "256 bits without padding": v1(key=KEY_256, Key=b64(KEY_256).rstrip("=")),
    "a number for a UID": v1(ROTPublicUID=NUMBER),
    "all words": v1(more=FULL),
    "an AuthKeyLength that v1 has no use for": v1(AuthKeyLength=128),
    "capital hex": v1().replace(V1_HEADER.hex(), V1_HEADER.hex().upper()),
    "other order": json.dumps(dict(reversed(json.loads(v1()).items()))),
    "no spaces": v1().replace(" ", ""),
    "spaces": "  " + v1().replace(":", " : ") + "\t ",
    "v2": v2(),
    "v2, 256 bits": v2(key=KEY_256),
    "v2, bare": v2(KIV=ABSENT, KeyLength=ABSENT, AuthKeyLength=ABSENT),
    "v2, IV as in the sample": v2(AESIV=b64(KEY).rstrip("=")),
    "integrity": signed(),
    "integrity, suite by its name": signed(CipherSuite="HMAC_SHA256"),
}
LEFT_OVER = {
    "a comment": "# " + v1(),
    "a blank line": "",
    "no JSON": v1()[:-1],
    "a list": "[" + v1() + "]",
    "an unknown field": v1(site="hall 3"),
    "a name twice": v1()[:-1] + f', "Key": "{b64(KEY)}"}}',
    "a name twice for another": v1(KIV=ABSENT)[:-1] + f', "Key": "{b64(KEY)}"}}',
    "an escape": v1().replace("CCM", "C\\u0043M"),
    "an escaped name": v1().replace('"Key"', '"K\\u0065y"'),
    "an escaped NUL": v1(Key=b64(KEY)[:-2] + "\0\0"),
    "beyond ASCII": v1(Key=b64(KEY)[:-3] + "é=="),
    "no UTF-8": v1().encode().replace(b"==", b"=\xff", 1),
    "an odd space": "\v" + v1(),
    "another length": v1(MACLength=64),
    "a length as a text": v1(MACLength="128"),
    "a length with a point": v1(MACLength=128.0),
    "unknown suite": v1(CipherSuite="AES_512_CCM"),
    "suite of another key": v1(CipherSuite="AES_256_CCM"),
    "suite of another purpose": v2(CipherSuite="HMAC_SHA256"),
    "suite of another version": v1(CipherSuite="AES_128_CS1_HMAC_SHA256"),
    "v1 for signing": v1(more=[("Purpose", "integrity")]),
    "signed for decrypting": signed(more=[("Purpose", "protection")]),
    "signed for decrypting, its suite by name": signed(CipherSuite="HMAC_SHA256", more=FULL[:2]),
    "a header beside downlink": v1(more=[("Direction", "downlink")]),
    "another direction": v1(more=[("Direction", "up")]),
    "another purpose": v1(more=[("Purpose", "signing")]),
    "a KeyLength that is not the key's": v1(KeyLength=256),
    "a KeyLength of nothing": v1(KeyLength=0),
    "a KeyLength for signing": signed(KeyLength=128),
    "an AuthKeyLength that is not the key's": v2(AuthKeyLength=256),
    "a longer MAC key": v2(mac_key=KEY_256),
    "equal keys": v2(mac_key=KEY),
    "downlink": key_line(reply_v2_downlink(), Direction="downlink"),
    "a DTLS key": key_line({"KeyID": V1_HEADER[:14].hex(), "Key": b64(KEY), "ROTPublicUID": UID.hex()}),
    "empty words": v1(more=[("Direction", ""), ("Purpose", "")]),
    "no header": key_line(reply_v1()),
    "no key": v1(Key=ABSENT),
    "no nonce": v1(Nonce=ABSENT),
    "no UID": v1(ROTPublicUID=ABSENT),
    "an empty KIV": v1(KIV=""),
    "no value for KIV": v1(KIV=None),
    "a field of v2": v1(AESIV=b64(KEY)),
    "a short header": v1().replace(V1_HEADER.hex(), V1_HEADER.hex()[:-2]),
    "a long header": v1().replace(V1_HEADER.hex(), V1_HEADER.hex() + "00"),
    "no hex": v1().replace(V1_HEADER.hex(), "g" + V1_HEADER.hex()[1:]),
    "a short key": v1(Key=b64(KEY[:15])),
    "half the padding": v1(Key=b64(KEY)[:-1]),
    "too much padding": v1(Key=b64(KEY) + "="),
    "base64url": v1(Key=b64(b"\xff" * 16).replace("/", "_")),
    "stray low bits": v1(Key=b64(KEY)[:-3] + "3=="),
    "stray low bits, 256 bits": v1(key=KEY_256, Key=b64(KEY_256)[:-2] + "n="),
    "another device": v1(ROTPublicUID="0002000000000001"),
    "a short UID": v1(ROTPublicUID=UID.hex()[1:]),
    "a UID of zero": v1(ROTPublicUID=0),
    "a UID with a point": v1(ROTPublicUID=float(NUMBER)),
    "a UID below zero": v1(ROTPublicUID=-NUMBER),
    "a UID of 17 digits": v1(ROTPublicUID=10**16 + NUMBER),
    "a UID that begins with a zero": v1(ROTPublicUID=NUMBER).replace(str(NUMBER), f"0{NUMBER}"),
    "another nonce": v1(Nonce=b64(b"not the rule")),
    "another KIV": v1(KIV=b64(KEY)),
    "v2 with another KIV": v2(KIV=b64(DOWNLINK_KIV)),
    "v2 of another device": v2(ROTPublicUID="0002000000000001"),
    "very long": v1() + " " * 1024,
}


def octets(line):
    """Return a line as it stands in a file."""
    return (line if isinstance(line, bytes) else line.encode()) + b"\n"


def held_of(file):
    """Return everything that a key file holds or tells."""
    psks = [(psk.line, psk.key_id, psk.key.reveal(), psk.uid) for psk in file.psks]
    memory = bytes(file._rows), bytes(file._look_ups), bytes(file._crooked), file._lines.tolist()
    return memory, file.refused, psks, file.irregular, file.extra


def outcome(path):
    """Return what reading a file gives: all that is held, or the fault."""
    try:
        return held_of(KeyFile(path))
    except KeyFileError as problem:
        return problem.line, str(problem)


def careful(path, patch):
    """Return what the careful reader alone makes of a file."""
    with patch.context() as only:
        only.setattr(ordinary, "_LONGEST", 0)
        return outcome(path)


@pytest.fixture
def single(monkeypatch):
    """Let columns be made of a single line too."""
    monkeypatch.setattr(ordinary, "_WORTH", 1)


@pytest.mark.usefixtures("single")
@pytest.mark.parametrize("line", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_lines(tmp_path, monkeypatch, line):
    """A regular uplink line of any suite is read as columns, to the very bytes of the careful reader."""
    assert read_ordinary([octets(line), line.encode(), octets(line)[:-1] + b"\r\n"]).ordinary.all()
    path = write_key_file(tmp_path / "keys.jsonl", line)
    assert outcome(path) == careful(path, monkeypatch)
    assert len(KeyFile(path)) == 1


@pytest.mark.usefixtures("single")
@pytest.mark.parametrize("line", LEFT_OVER.values(), ids=LEFT_OVER)
def test_lines_left_over(tmp_path, monkeypatch, line):
    """Whatever departs from the ordinary is left to the careful reader, alone or among others."""
    assert not read_ordinary([octets(line)]).ordinary.any()
    mixed = [octets(each) for each in (*ORDINARY.values(), line, *ORDINARY.values())]
    assert np.flatnonzero(~read_ordinary(mixed).ordinary).tolist() == [len(ORDINARY)]
    path = write_key_file(tmp_path / "keys.jsonl", v1(1), octets(line), v1(2))
    assert outcome(path) == careful(path, monkeypatch)


def test_columns_hold_what_lines_say():
    """Each line's row, purpose and header stand in its place."""
    lines = [octets(make(number)) for number in range(20) for make in (v1, v2, signed)]
    block = read_ordinary(lines)
    assert block.ordinary.all()
    table = KeyTable(block.rows)
    assert (table.state == State.EXACT).all()
    assert table.suite[:3].tolist() == [
        Suite.AES_128_CCM.code,
        Suite.AES_128_CS1_HMAC_SHA256.code,
        Suite.HMAC_SHA256.code,
    ]
    assert block.purposes[:3].tolist() == [
        Purpose.PROTECTION.code,
        Purpose.PROTECTION.code,
        Purpose.INTEGRITY.code,
    ]
    assert block.headers[57].tobytes() == V1_HEADER[:14] + b"\0\x13"
    assert block.headers[58].tobytes() == b"\x21\0\0\x13" + V2_HEADER[4:] + bytes(4)
    assert table.uid[57].tobytes() == UID
    assert table.key[57].tobytes() == KEY.ljust(32, b"\0")
    assert table.mac_key[58].tobytes() == MAC_KEY.ljust(32, b"\0")
    assert table.mac_key_length[:3].tolist() == [0, 16, 16]


def test_lines_of_other_writers():
    """Lines of one length may be of several patterns; after some of them the rest is left over."""
    members = list(json.loads(v1()).items())
    turned = [json.dumps(dict(members[at:] + members[:at])) for at in range(7)]
    lines = [octets(line) for line in turned * 16]
    assert read_ordinary(lines).ordinary.all()
    orders = [dict(random.Random(at).sample(members, 7)) for at in range(12)]
    lines = [octets(json.dumps(order)) for order in orders for _ in range(16)]
    assert read_ordinary(lines).ordinary.sum() == 16 * ordinary._PATTERNS


def test_few_lines_are_left_over():
    """Columns of a few lines would cost more than they save."""
    assert not read_ordinary([octets(v1(number)) for number in range(15)]).ordinary.any()
    assert read_ordinary([octets(v1(number)) for number in range(16)]).ordinary.all()


def test_a_bad_first_line_does_not_spoil_the_others():
    """A line that is no pattern takes itself out, and no other."""
    bad = [LEFT_OVER[name] for name in ("base64url", "no hex", "an escape")]
    block = read_ordinary([octets(line) for line in (*bad, *(v1(number) for number in range(20)))])
    assert block.ordinary.tolist() == [False] * 3 + [True] * 20


@pytest.mark.usefixtures("single")
@pytest.mark.parametrize(
    ("of", "digits"),
    [(v1(ROTPublicUID=NUMBER), str(NUMBER)), (v1(), V1_HEADER.hex()), (v1(), b64(KEY)[:22])],
    ids=["UID", "header", "key"],
)
@pytest.mark.parametrize("wrong", [*'!=_ ".:,}', "\0", "\n", "é"])
def test_no_digits(of, digits, wrong):
    """A line with something else in the place of a pattern's digit is not alike."""
    begin = of.index(digits)
    for at in (begin, begin + len(digits) - 1):
        lines = [of.encode("latin-1"), (of[:at] + wrong + of[at + 1 :]).encode("latin-1")]
        assert read_ordinary(lines).ordinary.tolist() == [True, False]


@pytest.mark.usefixtures("single")
def test_no_digits_of_a_number():
    """A number has no hex digits beyond 9, and does not begin with a zero."""
    line = octets(v1(ROTPublicUID=NUMBER))
    others = [line.replace(b"%d" % NUMBER, other) for other in (b"a000089282245", b"0000089282245")]
    assert read_ordinary([line, *others, line]).ordinary.tolist() == [True, False, False, True]


@pytest.mark.parametrize("size", [1, 300, 2**20])
def test_line_numbers(tmp_path, monkeypatch, size):
    """Lines keep their numbers, however the file is cut into blocks."""
    monkeypatch.setattr(keyfile, "_BLOCK", size)
    lines = [v1(number) for number in range(100)]
    lines[40:40] = ["# a comment", "", v1(200, MACLength=64)]
    file = KeyFile(write_key_file(tmp_path / "keys.jsonl", *lines))
    assert file._lines.tolist() == [*range(1, 41), *range(43, 104)]
    assert file.refused == [Refusal(43, Reason.MAC_LENGTH)]
    assert file.resolve(headers_of(V1_HEADER[:14] + b"\0\x63")).state.tolist() == [State.EXACT]
    with pytest.raises(KeyFileError, match="the header of line 7 is told again") as caught:
        KeyFile(write_key_file(tmp_path / "twice.jsonl", *lines, v1(6, MAC_KEY)))
    assert caught.value.line == 104


def test_the_first_bad_line_is_told(tmp_path):
    """Of several bad lines the first is told, and a bad line before a header that is told twice."""
    lines = [*(v1(number) for number in range(50)), "no JSON", v1(0, MAC_KEY), "neither"]
    with pytest.raises(KeyFileError) as caught:
        KeyFile(write_key_file(tmp_path / "keys.jsonl", *lines))
    assert caught.value.line == 51


@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize("cut", [-1, 0, 1, 40_000, 65_535, 65_536, 65_537])
def test_long_lines_at_the_end_of_a_block(tmp_path, monkeypatch, cut, excess):
    """A line may have 64 KiB and no more, wherever a block ends."""
    begin, long = octets(v1(1)), octets("#" * (64 * 1024 - 1 + excess))
    monkeypatch.setattr(keyfile, "_BLOCK", len(begin) + cut)
    path = write_key_file(tmp_path / "keys.jsonl", begin, long, v1(2))
    if excess:
        assert outcome(path) == (2, f"key file: {path}, line 2: the line is longer than 65536 bytes")
    else:
        assert len(KeyFile(path)) == 2


def test_blocks_have_a_limit():
    """However long lines are, a block is little more than a mebibyte."""
    lines = keyfile._next_lines(io.BytesIO(b"x" * 10_000_000))
    assert sum(map(len, lines)) == 2**20 + 2**16 + 1


SOUND = [
    v1,
    lambda at: v1(at, more=FULL),
    lambda at: v1(at, KIV=ABSENT),
    lambda at: v1(at, ROTPublicUID=NUMBER),
    v2,
    signed,
    lambda at: v1(at, Nonce=b64(drawn(at, 12))),
    lambda at: v1(at, Key=b64(KEY)[:-3] + "3=="),
    lambda at: v1(at, MACLength=64),
    lambda at: v1(at, site=f"hall {at % 9}"),
    lambda at: v1(at, KEY_256, CipherSuite="AES_512_CCM"),
    lambda at: key_line(reply_v2_downlink(drawn(at)), Direction="downlink"),
    lambda at: ["", "# a comment", "  \t", LEFT_OVER["a DTLS key"]][at % 4],
    lambda at: v1(at) + ["\r", " ", "\v", "  \r"][at % 4],
]
BAD = [
    lambda draw: draw.choice(list(LEFT_OVER.values())),
    lambda draw: v1(draw.randrange(100), drawn(draw.random())),
    lambda draw: harmed(draw, v1(draw.randrange(400))),
    lambda draw: harmed(draw, v2(draw.randrange(400))),
    lambda draw: harmed(draw, v1(draw.randrange(400), ROTPublicUID=NUMBER)),
]


def harmed(draw, line):
    """Return a line with one byte changed, lost or doubled."""
    at, by = draw.randrange(len(line)), draw.choice(b'0=A"\\:,} \0\xffz')
    octet = draw.choice([b"", bytes([by]), line[at].encode() * 2])
    return line[:at].encode() + octet + line[at + 1 :].encode()


def mixture(draw):
    """Return a file: long runs of one kind and short ones, repeats, and now and then a bad line."""
    lines = []
    while len(lines) < 150:
        kind = draw.randrange(len(SOUND))
        run = [100 * kind + draw.randrange(100) for _ in range(draw.choice([1, 1, 2, 30]))]
        lines += [octets(SOUND[kind](at)) for at in run]
    for _ in range(draw.choice([0, 0, 1, 3])):
        lines.insert(draw.randrange(len(lines)), octets(draw.choice(BAD)(draw)))
    begin, end = draw.choice([b"", b"\xef\xbb\xbf"]), draw.choice([None, -1])
    return begin + b"".join(lines)[:end]


@pytest.mark.parametrize("seed", range(60))
def test_with_columns_and_without(tmp_path, monkeypatch, seed):
    """Any mixture of lines gives the same rows, lists, counts and faults as the careful reader alone."""
    draw = random.Random(f"ordinary lines {seed}")
    # Of several headers that are told twice, the order of their hashes says which one is named.
    monkeypatch.setattr(index, "new_key", lambda: np.uint64(seed))
    monkeypatch.setattr(ordinary, "_WORTH", draw.choice([1, 2, 16]))
    monkeypatch.setattr(keyfile, "_BLOCK", draw.choice([1000, 10_000, 2**20]))
    path = write_key_file(tmp_path / "keys.jsonl", mixture(draw))
    assert outcome(path) == careful(path, monkeypatch)
