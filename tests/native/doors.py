"""The doors of the C core: a good call of each, as a list of arguments that tests damage one at a time."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.telemetry.core import core
from sealwright.telemetry.keys.table import ROW

native = core().module
if native is None:
    pytest.skip(f"no native core: {core().reason}", allow_module_level=True)

CLEAN = (TypeError, ValueError, BufferError, OverflowError)
CPU = core().cpu
SPAN = b"\1\2"
RNG = np.random.default_rng(20)

EXTREMES = [-1, -16, 1 << 20, (1 << 31) - 1, 1 << 31, 1 << 32, (1 << 63) - 1, -(1 << 63), (1 << 63) - 32, -32]


def numbers(*values):
    """Return numbers as the core takes them."""
    return np.array(values, np.int64)


def octets(count):
    """Return random bytes."""
    return RNG.integers(0, 256, count, np.uint8)


def good_open():
    """Three messages of 5, 0 and 20 bytes under two rows."""
    rows, texts = np.zeros(2, ROW), [b"first", b"", b"the third of them ..."[:20]]
    rows["key"][:, :16] = octets(32).reshape(2, 16)
    rows["nonce"][:, :12] = octets(24).reshape(2, 12)
    row, data = numbers(0, 1, 1), b""
    start = []
    for text, which in zip(texts, row, strict=True):
        key, nonce = rows["key"][which, :16].tobytes(), rows["nonce"][which, :12].tobytes()
        start.append(len(data))
        data += b"\x11" * 16 + AESCCM(key, 16).encrypt(nonce, text, None)
    arena, status = np.full(25, 0xAA, np.uint8), np.full(3, 0xAA, np.uint8)
    buffers = [np.frombuffer(data, np.uint8), numbers(*start), numbers(5, 0, 20), rows, row, arena]
    return [*buffers, numbers(0, 5, 5), status, 1, CPU, 16, False, SPAN]


def good_seal():
    """Three texts of 5, 0 and 20 bytes under two rows, which become messages of 37, 32 and 52 bytes."""
    rows = np.zeros(2, ROW)
    rows["key"][:, :16] = octets(32).reshape(2, 16)
    rows["nonce"][:, :12] = octets(24).reshape(2, 12)
    arena = np.full(121, 0xAA, np.uint8)
    buffers = [octets(25), numbers(0, 5, 5), numbers(5, 0, 20), rows, numbers(0, 1, 0), arena]
    return [*buffers, numbers(0, 37, 69), octets(48), 1, CPU, 16, True, SPAN]


def good_parse():
    """Two messages, the second malformed."""
    data = np.frombuffer(b"\x11" * 40 + b"\x99" * 20, np.uint8)
    columns = [np.empty(2, np.uint8), np.empty(2, np.uint8), np.empty((2, 16), np.uint8)]
    return [data, numbers(0, 40, 60), *columns, np.empty(2, np.int64), 0, 1 << 24]


def good_judge():
    """Three headers under two rows."""
    kind, state = np.array([1, 2, 3], np.uint8), np.array([1, 2, 0], np.uint8)
    told, reason = np.arange(256, dtype=np.uint8), np.empty(3, np.uint8)
    return [kind, octets(48), state, numbers(0, 1, 1), np.zeros(2, ROW), told, reason, 14]


def good_find():
    """Look three names up."""
    return [octets(48), 16, np.empty(3, np.int64)]


def good_join():
    """Three bytes objects."""
    return [[b"a", b"", b"bcd"], np.empty(4, np.int64)]


def good_texts():
    """Three slots."""
    return [octets(9), numbers(0, 4, 4, 9), np.ones(3, np.uint8)]


def good_see():
    """Two hashes, and a set with room for them."""
    return [np.zeros(8, np.int64), numbers(5, 6), np.empty(2, np.bool_), True]


def good_hash_rows():
    """Three rows of 16 bytes."""
    return [octets(48).view(np.int64), 7, np.empty(3, np.int64)]


WORDS = tuple(b"word %d" % n for n in range(24))


def good_read_json():
    """Two lines, the second out of the ordinary."""
    text = np.frombuffer(b'{"payload":"1122"}\nno\n', np.uint8)
    columns = [np.empty(2, np.int64), np.empty(2, np.int64), np.empty(2, np.bool_)]
    return [text, *columns, np.empty(22, np.uint8), np.empty(3, np.int64), 100, 0, (b"payload", b"tag")]


def good_write_json():
    """Two rows, of which the second has no message."""
    text, data = np.frombuffer(b'{"n":1}{}', np.uint8), octets(32)
    rows = [text, numbers(0, 7), numbers(7, 9), data, numbers(0, 32, 32)]
    codes = [np.array(pair, np.uint8) for pair in ((0, 1), (0, 2), (1, 0))]
    flags = [np.zeros(2, np.bool_), np.zeros(2, np.bool_)]
    texts = [octets(4), numbers(0, 4, 4), octets(2), numbers(0, 0, 0)]
    return [
        *rows,
        *codes,
        octets(16),
        *flags,
        *texts,
        np.empty(1000, np.uint8),
        np.empty(2, np.int64),
        0,
        WORDS,
    ]


def good_keymap():
    """Four names."""
    return [octets(64), octets(32).tobytes()]


MAP = native.KeyMap(octets(160), bytes(32))

HELD_ROWS = np.zeros(3, ROW)
"""Row 0 stands for none; rows 1 and 2 hold v1 keys."""
HELD_HEADERS = [b"\x11\x01" + octets(12).tobytes() + bytes(2) for _ in range(2)]
TEXTS = [b"first", b"", b"the third of them ..."[:20]]


def good_keyring():
    """Build from a row that stands for none and two v1 keys."""
    rows, look_ups = HELD_ROWS.copy(), np.full((3, 24), 0xFF, np.uint8)
    rows["state"][1:] = 1
    for at, header in enumerate(HELD_HEADERS, 1):
        rows["uid"][at, 2:] = np.frombuffer(header[2:8], np.uint8)
        rows["nonce"][at, :12] = np.frombuffer(header[4:], np.uint8)
        rows["key"][at, :16] = at
        look_ups[at] = np.frombuffer(bytes(8) + header, np.uint8)
    return [rows, look_ups, np.zeros(3, np.uint8), octets(32)]


RING = native.KeyRing(*good_keyring())


def held_messages():
    """Seal texts of 5, 0 and 20 bytes under the keys of the ring, the second under a counter of its own."""
    headers = [HELD_HEADERS[0], HELD_HEADERS[1][:14] + b"\0\7", HELD_HEADERS[1]]
    keys = [bytes([1]) * 16, bytes([2]) * 16, bytes([2]) * 16]
    return tuple(
        header + AESCCM(key, 16).encrypt(header[4:], text, None)
        for header, key, text in zip(headers, keys, TEXTS, strict=True)
    )


def manner():
    """Return the last arguments of the ring's doors: purpose, longest message, span, threads and path."""
    return [0, 1 << 24, SPAN, 1, CPU]


def verdicts():
    """Columns for outcomes, reasons and places of three messages."""
    return [np.full(3, 9, np.uint8), np.full(3, 9, np.uint8), np.full(3, 9, np.int32)]


def good_ring_open():
    """Three messages end to end."""
    messages = held_messages()
    data = np.frombuffer(b"".join(messages), np.uint8)
    offsets = np.cumsum([0, *map(len, messages)])
    return [data, offsets, np.full(len(data), 0xAA, np.uint8), np.empty(4, np.int64), *verdicts(), *manner()]


def good_open_list():
    """Take the same three in a tuple."""
    return [held_messages(), *verdicts(), *manner()]


def good_uids():
    """Two places and none."""
    return [np.array([1, -1, 0], np.int32), np.empty((3, 8), np.uint8)]


CALLS = {
    "open": (native.open, good_open),
    "seal": (native.seal, good_seal),
    "parse_headers": (native.parse_headers, good_parse),
    "judge": (native.judge, good_judge),
    "find": (MAP.find, good_find),
    "KeyRing": (native.KeyRing, good_keyring),
    "ring open": (RING.open, good_ring_open),
    "open_list": (RING.open_list, good_open_list),
    "uids": (RING.uids, good_uids),
    "join": (native.join, good_join),
    "texts": (native.texts, good_texts),
    "KeyMap": (native.KeyMap, good_keymap),
    "see": (native.see, good_see),
    "hash_rows": (native.hash_rows, good_hash_rows),
    "read_json": (native.read_json, good_read_json),
    "write_json": (native.write_json, good_write_json),
}

WRITTEN = {
    "open": (5, 7),
    "seal": (5,),
    "parse_headers": (2, 3, 4, 5),
    "judge": (6,),
    "find": (2,),
    "KeyRing": (),
    "ring open": (2, 3, 4, 5, 6),
    "open_list": (1, 2, 3),
    "uids": (1,),
    "join": (1,),
    "texts": (),
    "KeyMap": (),
    "see": (0, 2),
    "hash_rows": (2,),
    "read_json": (1, 2, 3, 4, 5),
    "write_json": (15, 16),
}

BUFFERS = [
    (name, at)
    for name, (_, make) in CALLS.items()
    for at, argument in enumerate(make())
    if isinstance(argument, np.ndarray)
]

each_call = pytest.mark.parametrize("name", CALLS)
each_buffer = pytest.mark.parametrize(("name", "at"), BUFFERS, ids=[f"{name}-{at}" for name, at in BUFFERS])


def damaged(name, at, change):
    """Call with one argument changed: it must raise one of the clean errors."""
    function, make = CALLS[name]
    arguments = make()
    arguments[at] = change(arguments[at])
    with pytest.raises(CLEAN):
        function(*arguments)
