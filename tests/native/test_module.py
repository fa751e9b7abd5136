"""The C core called directly: whatever it is given it answers or raises, and on good input it is right."""

import contextlib
import threading

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.errors import Reason
from sealwright.telemetry.core import core
from sealwright.telemetry.format.headers import Headers, parse_headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind
from sealwright.telemetry.format.messages import Messages
from sealwright.telemetry.format.suites import Direction
from sealwright.telemetry.keys.table import ROW, KeyTable
from sealwright.telemetry.opening import judge as judging

native = core().module
if native is None:
    pytest.skip(f"no native core: {core().reason}", allow_module_level=True)

CLEAN = (TypeError, ValueError, BufferError, OverflowError)
CPU = core().cpu
SPAN = b"\1\2"
RNG = np.random.default_rng(20)


def numbers(*values):
    """Return numbers as the core takes them."""
    return np.array(values, np.int64)


def octets(count):
    """Return random bytes."""
    return RNG.integers(0, 256, count, np.uint8)


# ---- good calls, as lists of arguments that the tests below damage one at a time ----


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


def good_keymap():
    """Four names."""
    return [octets(64), octets(32).tobytes()]


MAP = native.KeyMap(octets(160), bytes(32))
NAMES = octets(48)
HELD = native.KeyMap(NAMES, octets(32).tobytes())


def good_stream():
    """Three messages of 5, 0 and 20 bytes under rows 1 and 2; row 0 stands for none."""
    rows, texts, data = np.zeros(3, ROW), [b"first", b"", b"the third of them ..."[:20]], b""
    rows["state"][1:] = 1
    rows["key"][:, :16] = octets(48).reshape(3, 16)
    raw = NAMES.copy()
    for place, text in enumerate(texts):
        header = raw[16 * place :][:16].tobytes()
        key = rows["key"][(1, 2, 2)[place], :16].tobytes()
        data += header + AESCCM(key, 16).encrypt(header[4:], text, None)
    return [
        *(numbers(1, 2, 2), numbers(1, 2, 2), np.frombuffer(data, np.uint8), numbers(0, 37, 69)),
        *(np.ones(3, np.uint8), raw, numbers(5, 0, 20), rows, np.ones(3, np.uint8)),
        *(np.arange(256, dtype=np.uint8), numbers(0, 5, 5), np.zeros(25, np.uint8), np.empty(3, np.int64)),
        *(np.empty(3, np.uint8), np.empty(3, np.uint8), np.zeros(3, np.int64), HELD, 0, CPU),
    ]


CALLS = {
    "open": (native.open, good_open),
    "parse_headers": (native.parse_headers, good_parse),
    "judge": (native.judge, good_judge),
    "find": (MAP.find, good_find),
    "open_stream": (HELD.open_stream, good_stream),
    "join": (native.join, good_join),
    "texts": (native.texts, good_texts),
    "KeyMap": (native.KeyMap, good_keymap),
}

WRITTEN = {
    "open": (5, 7),
    "parse_headers": (2, 3, 4, 5),
    "judge": (6,),
    "find": (2,),
    "open_stream": (11, 12, 13, 14, 15),
    "join": (1,),
    "texts": (),
    "KeyMap": (),
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


@each_call
def test_the_good_call_is_good(name):
    """Each of the calls that are damaged below is accepted as it is."""
    function, make = CALLS[name]
    function(*make())


@each_call
def test_wrong_counts_of_arguments_raise(name):
    """One argument too few, too many or none at all is a TypeError."""
    function, make = CALLS[name]
    for arguments in ([], make()[:-1], [*make(), None]):
        with pytest.raises(TypeError):
            function(*arguments)


@each_call
def test_no_keywords_are_taken(name):
    """Arguments have places and no names."""
    function, make = CALLS[name]
    with pytest.raises(TypeError):
        function(*make(), secret=None)


@each_call
@pytest.mark.parametrize("wrong", [None, "text", 1.5, object(), [1, 2], 1 << 70, -(1 << 70)])
def test_wrong_types_raise(name, wrong):
    """No argument of another type gets through, wherever it stands; a truth value may be any object."""
    _, make = CALLS[name]
    for at in range(len(make())):
        if (name, at) != ("open", 11):
            damaged(name, at, lambda _: wrong)


@each_buffer
def test_short_and_long_buffers_raise(name, at):
    """A byte more or less than whole items is noticed; so are items that do not match the others."""
    if name in {"open", "parse_headers", "texts"} and at == 0:
        return  # data may have any size: what lies outside is tested below
    if (name, at) in {("open", 5), ("open_stream", 2), ("open_stream", 11)}:
        return  # the arena may be longer than its slots
    damaged(name, at, lambda array: bytearray(array.tobytes() + b"\0"))
    damaged(name, at, lambda array: bytearray(array.tobytes()[:-1]))


@each_buffer
def test_buffers_that_are_not_contiguous_raise(name, at):
    """Strided and reversed arrays are refused, never read as if they stood in a row."""
    damaged(name, at, lambda array: np.repeat(array, 2, axis=0)[::2])
    damaged(name, at, lambda array: array[::-1])
    damaged(name, at, lambda array: memoryview(array.view(np.uint8).reshape(-1).copy())[::-1])


@pytest.mark.parametrize("shape", [(3, 1), (1, 3)])
def test_shapes_are_no_matter_where_bytes_stand_in_a_row(shape):
    """A contiguous array of two dimensions is its bytes."""
    arguments = good_open()
    arguments[4] = arguments[4].reshape(shape)
    native.open(*arguments)
    assert arguments[7].tolist() == [1, 1, 1]


@each_call
def test_outputs_that_cannot_be_written_raise(name):
    """Bytes and read-only arrays are no outputs."""

    def frozen(array):
        array.flags.writeable = False
        return array

    for at in WRITTEN[name]:
        damaged(name, at, frozen)
        damaged(name, at, lambda array: array.tobytes())


@each_buffer
def test_numbers_that_are_not_aligned_raise(name, at):
    """The compiler may rely on the alignment of numbers."""

    def shift(array):
        room = bytearray(array.nbytes + 16)
        at = next(i for i in range(1, 9) if np.frombuffer(room, np.uint8)[i:].ctypes.data % 8 == 1)
        room[at : at + array.nbytes] = array.tobytes()
        return memoryview(room)[at : at + array.nbytes]

    function, make = CALLS[name]
    arguments = make()
    if arguments[at].dtype == np.int64:
        damaged(name, at, shift)
    else:
        arguments[at] = shift(arguments[at])
        function(*arguments)


EXTREMES = [-1, -16, 1 << 20, (1 << 31) - 1, 1 << 31, 1 << 32, (1 << 63) - 1, -(1 << 63), (1 << 63) - 32, -32]


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("at", [1, 2, 4, 6], ids=["start", "text_length", "row", "slot"])
@pytest.mark.parametrize("kind", [1, 2, 3])
def test_numbers_that_lead_outside_raise(kind, at, value):
    """Starts, lengths, rows and slots of any size are checked, in each place of the batch."""
    for place in range(3):
        arguments = good_open()
        arguments[8] = kind
        arguments[at][place] = value
        with pytest.raises(ValueError, match="native: "):
            native.open(*arguments)
        assert set(arguments[5].tolist()) == {0xAA}  # nothing has been written


def test_one_byte_outside_is_outside():
    """The bounds are exact: a byte less of data or arena, and the call is refused."""
    for at in (0, 5):
        damaged("open", at, lambda array: array[:-1].copy())


def test_slots_that_overlap_raise():
    """Each message has a slot of its own, one behind the other."""
    for slots in ((0, 4, 5), (0, 6, 5), (20, 20, 0)):
        damaged("open", 6, lambda _, slots=slots: numbers(*slots))


@pytest.mark.parametrize("at", range(8))
def test_outputs_overlap_nothing(at):
    """What is written must not be what was checked."""
    for written in (5, 7):
        if at == written:
            continue
        arguments = good_open()
        shared = np.zeros(max(arguments[at].nbytes, 64), np.uint8)
        inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
        inner[...] = arguments[at]
        arguments[at], arguments[written] = inner, shared[: arguments[written].nbytes]
        with pytest.raises(ValueError, match="overlap"):
            native.open(*arguments)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        *((8, kind) for kind in (0, 4, -1, 1 << 40, 1 << 64)),
        *((9, cpu) for cpu in (0, 4, -1, 255, 1 << 40)),
        *((10, header_length) for header_length in (-1, 17)),
        *((12, span) for span in (b"\1\2\3\4\2", [1, 2])),
    ],
)
def test_kinds_paths_and_headers_that_do_not_exist_raise(at, value):
    """Kind is 1 to 3, cpu a path of this machine, a header at most 16 bytes, a span at most four parts."""
    damaged("open", at, lambda _: value)


def test_a_nonce_in_the_header_needs_the_header():
    """There are 12 bytes of nonce in a header of 16, and in no other."""
    arguments = good_open()
    arguments[10], arguments[11] = 12, True
    with pytest.raises(ValueError, match="nonce"):
        native.open(*arguments)


@pytest.mark.parametrize("span", [b"", b"\1", b"\1\3\4", b"\1\0\2", b"\5\2", b"\xff\2", b"\1\1\1\1"])
def test_spans_that_do_not_end_in_the_body_raise(span):
    """A MAC that does not cover the text proves nothing."""
    arguments = good_open()
    arguments[3]["suite"], arguments[8], arguments[12] = 4, 3, span
    if not native.has_sha():
        pytest.skip("no SHA instructions")
    with pytest.raises(ValueError, match="span"):
        native.open(*arguments)


@pytest.mark.parametrize("suite", range(256))
def test_suites_of_another_kind_raise(suite):
    """A row's suite must be one of the kind's own."""
    for kind, suites in ((1, {0, 1}), (2, {2, 3}), (3, {4})):
        arguments = good_open()
        arguments[2][:], arguments[8], arguments[10] = 0, kind, 11
        arguments[3]["suite"] = suite
        if kind == 2:
            arguments[0], arguments[2][:], arguments[6][:] = np.zeros(900, np.uint8), 16, [0, 16, 32]
            arguments[5] = np.zeros(48, np.uint8)
        if suite in suites:
            native.open(*arguments)
        else:
            with pytest.raises(ValueError, match="suite"):
                native.open(*arguments)


def test_batches_of_nothing_open_nothing():
    """Empty buffers are a batch of no messages."""
    for kind in (1, 2, 3):
        none, no_bytes = numbers(), np.zeros(0, np.uint8)
        native.open(
            no_bytes, none, none, no_bytes, none, no_bytes, none, no_bytes, kind, CPU, 16, False, SPAN
        )
    empty = bytearray()
    assert native.parse_headers(b"", numbers(0), empty, empty, empty, empty, 0, 100) == 0
    native.judge(b"", b"", b"", b"", b"", bytes(256), empty, 0)
    native.KeyMap(b"", bytes(32)).find(b"", 16, empty)
    assert native.join([], np.empty(1, np.int64)) == b""
    assert native.texts(b"", numbers(0), b"") == []


def test_messages_open_and_damaged_ones_leave_zeros():
    """The texts come out where they were asked for; a message that fails leaves an empty slot."""
    arguments = good_open()
    native.open(*arguments)
    assert arguments[5].tobytes() == b"first" + b"the third of them ..."[:20]
    assert arguments[7].tolist() == [1, 1, 1]
    arguments = good_open()
    arguments[0] = arguments[0].copy()
    arguments[0][-1] ^= 1
    native.open(*arguments)
    assert arguments[5].tobytes() == b"first" + bytes(20)
    assert arguments[7].tolist() == [1, 1, 0]


@pytest.mark.parametrize("value", EXTREMES)
@pytest.mark.parametrize("at", [0, 3, 6, 10], ids=["row", "start", "text_length", "slot"])
def test_numbers_of_a_stream_that_lead_outside_raise(at, value):
    """What a stream is given as numbers is checked as what a batch is given."""
    for place in range(3):
        arguments = good_stream()
        arguments[at][place] = value
        with pytest.raises(ValueError, match="native: "):
            HELD.open_stream(*arguments)


def test_streams_open_what_is_held():
    """Names are found, judged and opened in one call; a damaged message leaves an empty slot."""
    arguments = good_stream()
    arguments[2] = arguments[2].copy()
    arguments[2][-1] ^= 1
    HELD.open_stream(*arguments)
    assert arguments[11].tobytes() == b"first" + bytes(20)
    assert arguments[14].tolist() == [1, 1, 2]
    assert arguments[12].tolist() == [1, 2, 2]


@pytest.mark.parametrize("written", [11, 12, 13, 14, 15])
def test_outputs_of_a_stream_overlap_nothing(written):
    """What is written must not be what was checked."""
    for at in range(written):
        arguments = good_stream()
        shared = np.zeros(max(arguments[at].nbytes, 64), np.uint8)
        inner = shared[: arguments[at].nbytes].view(arguments[at].dtype)
        inner[...] = arguments[at]
        arguments[at], arguments[written] = inner, shared[: arguments[written].nbytes]
        with pytest.raises(ValueError, match="overlap"):
            HELD.open_stream(*arguments)


@pytest.mark.parametrize("change", ["data", "rows", "told", "raw"])
def test_buffers_that_change_during_a_call_crash_nothing(change):
    """Another thread may write to what is no address: messages fail, and nothing worse."""
    place = {"data": 2, "rows": 7, "told": 9, "raw": 5}[change]
    arguments = good_stream()
    arguments[place] = arguments[place].copy()
    flat, stop = arguments[place].reshape(-1).view(np.uint8), threading.Event()

    def scribble():
        while not stop.is_set():
            flat[:] = RNG.integers(0, 256, len(flat), np.uint8)

    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(300):
            with contextlib.suppress(ValueError):
                HELD.open_stream(*arguments)
    finally:
        stop.set()
        writer.join()


# ---- headers ----


@pytest.mark.parametrize(
    "offsets",
    [(-1, 40, 60), (0, 41, 40), (0, 40, 61), (61, 61, 61), (0, -(1 << 63), 60), (0, (1 << 63) - 1, 60)],
)
def test_offsets_that_do_not_rise_within_the_data_raise(offsets):
    """An offset never leads outside, whatever it is."""
    damaged("parse_headers", 1, lambda _: numbers(*offsets))


@pytest.mark.parametrize("offsets", [b"", bytearray()])
def test_offsets_have_one_number_at_least(offsets):
    """There is one offset more than messages: none at all is no batch."""
    damaged("parse_headers", 1, lambda _: offsets)


@pytest.mark.parametrize("purpose", [-1, 3, 1 << 32, 1 << 70])
def test_purposes_that_do_not_exist_raise(purpose):
    """There are three answers to what a message is for."""
    damaged("parse_headers", 6, lambda _: purpose)


@pytest.mark.parametrize("purpose", [None, "protection", "integrity"])
@pytest.mark.parametrize("max_length", [0, 40, 1 << 24, 1 << 63, 1 << 80])
def test_headers_are_read_as_the_portable_engine_reads_them(purpose, max_length, monkeypatch):
    """Every first byte at every length from 0 to 70, and a random mixture: the same four columns."""
    every = [bytes([first]) + bytes(octets(length - 1)) for first in range(256) for length in range(1, 70, 3)]
    mixed = [bytes(octets(n)) for n in RNG.integers(0, 90, 2000)]
    messages = Messages.of([*every, b"", *mixed])
    ours = parse_headers(messages, purpose=purpose, max_length=max_length)
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    theirs = parse_headers(messages, purpose=purpose, max_length=max_length)
    for column in ("kind", "reason", "raw", "text_length"):
        np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column), column)


# ---- judging ----


@pytest.mark.parametrize("row", [2, -1, 1 << 32, -(1 << 63), (1 << 63) - 1])
def test_rows_outside_the_table_raise(row):
    """A row number never leads outside, wherever it stands."""
    for place in range(3):
        arguments = good_judge()
        arguments[3][place] = row
        with pytest.raises(ValueError, match="row"):
            native.judge(*arguments)


@pytest.mark.parametrize("checked", [-1, 16, 1 << 40])
def test_kinds_to_check_are_bits_of_kinds(checked):
    """There are four kinds, and so four bits."""
    damaged("judge", 7, lambda _: checked)


@pytest.mark.parametrize("direction", list(Direction))
def test_judging_is_what_the_portable_engine_says(direction, monkeypatch):
    """Every state, suite and reason byte, with UIDs that agree and that do not."""
    count = 4096
    rows = octets(count * ROW.itemsize).view(ROW)
    rows["suite"][: count // 2] %= 6
    raw = np.zeros((count, 16), np.uint8)
    kind = RNG.integers(0, 4, count).astype(np.uint8)
    for value, at in ((1, 2), (2, 4), (3, 4)):
        raw[kind == value, at : at + 6] = rows["uid"][kind == value, 2:]
    raw[::7, 2] ^= 1
    raw[::5, 9] ^= 128
    state = np.where(np.arange(count) % 3, RNG.integers(0, 6, count), np.arange(count) % 256).astype(np.uint8)
    headers = Headers(direction, kind, np.zeros(count, np.uint8), raw, np.zeros(count, np.int64))
    table = KeyTable(rows, None, state)
    ours = judging.judge(headers, table, DEFAULT_LAYOUTS)
    monkeypatch.setenv("SEALWRIGHT_ENGINE", "portable")
    theirs = judging.judge(headers, table, DEFAULT_LAYOUTS)
    np.testing.assert_array_equal(ours, theirs)
    assert set(ours.tolist()) >= {0, Reason.UNKNOWN_HEADER.code, Reason.ANOTHER_PURPOSE.code}
    assert len(Kind) == 4


# ---- the key map ----


@pytest.mark.parametrize("significant", [14, 16, 1])
@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_names_are_found_as_a_dict_finds_them(count, significant):
    """Of equal names the first is found; what is not there is -1."""
    names = RNG.integers(0, 2, (count, 16)).astype(np.uint8) if count == 1000 else octets(count * 16)
    names = names.reshape(count, 16)
    names[:, significant:] = 0
    asked = np.concatenate([names, octets(16 * 500).reshape(500, 16)])
    asked[:, significant:] = octets(16)[significant:]
    first = {}
    for at, name in enumerate(names):
        first.setdefault(name[:significant].tobytes(), at)
    rows = np.empty(len(asked), np.int64)
    native.KeyMap(names, octets(32).tobytes()).find(asked, significant, rows)
    assert rows.tolist() == [first.get(name[:significant].tobytes(), -1) for name in asked]


@pytest.mark.parametrize("significant", [0, 17, -1, 1 << 40, 1 << 70])
def test_significant_bytes_are_bytes_of_a_name(significant):
    """1 to 16 bytes of a name count."""
    damaged("find", 1, lambda _: significant)


@pytest.mark.parametrize("secret", [b"", bytes(31), bytes(33)])
def test_secrets_have_32_bytes(secret):
    """No shorter secret is stretched."""
    with pytest.raises(ValueError, match="secret"):
        native.KeyMap(bytes(16), secret)


def test_a_map_cannot_be_made_without_names():
    """There is no way around the constructor to a map that is not there."""
    with pytest.raises(TypeError):
        native.KeyMap()
    with pytest.raises(TypeError):
        object.__new__(native.KeyMap)
    with pytest.raises(TypeError):
        type("Mine", (native.KeyMap,), {})


# ---- lists of bytes ----


@pytest.mark.parametrize("make", [list, tuple])
def test_join_and_texts_are_each_others_reverse(make):
    """What is joined comes apart again as it was."""
    messages = make(bytes(octets(n)) for n in [0, 0, 1, 15, 300, 0, 64])
    offsets = np.empty(len(messages) + 1, np.int64)
    joined = native.join(messages, offsets)
    assert joined == b"".join(messages)
    assert offsets.tolist() == [0, *np.cumsum([len(m) for m in messages]).tolist()]
    assert native.texts(joined, offsets, bytes([1] * len(messages))) == list(messages)


@pytest.mark.parametrize(
    "stranger", [None, "text", bytearray(b"x"), memoryview(b"x"), 5, type("B", (bytes,), {})()]
)
def test_join_leaves_what_is_not_bytes_to_others(stranger):
    """None is the answer where one item is not exactly bytes, wherever it stands."""
    for at in range(3):
        messages = [b"a", b"b", b"c"]
        messages[at] = stranger
        assert native.join(messages, np.empty(4, np.int64)) is None


class Shrinking:
    """An iterable whose list is shorter, or longer, once it has been asked for."""

    def __init__(self, counts):
        self.counts = counts

    def __len__(self):
        return self.counts[0]

    def __iter__(self):
        return iter([b"x" * 1000] * self.counts[1])


@pytest.mark.parametrize("counts", [(3, 0), (0, 3), (3, 100)])
def test_a_list_that_changes_is_noticed(counts):
    """The number of items is taken when nothing can change it any more."""
    with pytest.raises(ValueError, match="offsets"):
        native.join(Shrinking(counts), np.empty(counts[0] + 1, np.int64))


def test_an_iterable_that_raises_is_heard():
    """An error of the iterable's own comes through as it is."""

    def broken():
        yield b"a"
        raise LookupError

    with pytest.raises(LookupError):
        native.join(broken(), np.empty(2, np.int64))


@pytest.mark.parametrize(
    "offsets", [(0, 4, 3, 9), (-1, 4, 4, 9), (0, 4, 4, 10), (-(1 << 63), (1 << 63) - 1, 0, 0)]
)
def test_slots_outside_the_arena_raise(offsets):
    """A slot that leads outside is an error, not text of somewhere else."""
    damaged("texts", 1, lambda _: numbers(*offsets))


def test_texts_of_failed_messages_are_none_wherever_their_slot_is():
    """A status that is not 1 is no text: its slot is not even looked at."""
    assert native.texts(b"ab", numbers(0, 99, -5, 2), bytes([0, 2, 255])) == [None, None, None]


# ---- CPU paths ----


def test_paths_have_names():
    """Four names, and no other number."""
    assert [native.cpu_name(path) for path in range(4)] == ["none", "aesni", "vaes256", "vaes512"]
    for wrong in (-1, 4, 1 << 70, None, "1"):
        with pytest.raises(CLEAN):
            native.cpu_name(wrong)


def test_the_chosen_path_is_not_above_the_cap():
    """A cap of 0 leaves none; a cap that is no path is refused."""
    assert [native.choose_cpu(cap) <= cap for cap in range(4)] == [True] * 4
    for wrong in (-1, 4, 1 << 32, 1 << 70, None, "1"):
        with pytest.raises(CLEAN):
            native.choose_cpu(wrong)
