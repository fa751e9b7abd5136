"""What the C core offers Python. Buffers are contiguous; numbers in them are int64 unless said otherwise.

Every function raises ValueError or OverflowError for a buffer of the wrong size, numbers that are not
aligned and a number that points outside its buffer; BufferError, or numpy's ValueError, for a buffer
that is not contiguous or must be written to and cannot be; TypeError for what is no buffer. Outputs
are worth nothing after an error.
"""

from collections.abc import Sequence
from typing import Self

from typing_extensions import Buffer

def choose_cpu(cap: int, /) -> int:
    """Return the widest CPU path up to `cap` that passes its self-test.

    1 is aesni, 2 vaes256, 3 vaes512; 0 is none.
    """

def cpu_name(cpu: int, /) -> str:
    """Return the name of a CPU path."""

def has_sha() -> bool:
    """Tell whether this CPU has the SHA instructions that kinds 2 and 3 need."""

def open(  # noqa: A001
    data: Buffer,
    start: Buffer,
    text_length: Buffer,
    rows: Buffer,
    row: Buffer,
    arena: Buffer,
    slot: Buffer,
    status: Buffer,
    kind: int,
    cpu: int,
    header_length: int,
    nonce_in_header: bool,
    span: bytes,
    /,
) -> None:
    """Try m messages of one kind (1 CCM, 2 CS1 with HMAC, 3 signed), once each.

    `start`, `text_length`, `row` and `slot` have m numbers; `rows` has 108 bytes a row (keys/table.py);
    `status` takes m bytes, 1 where a message opened; `arena` takes the plaintexts, zeros elsewhere in
    their slots, which stand one behind the other. `arena` and `status` overlap no other buffer, and
    nobody may change `start`, `text_length`, `row` and `slot` during the call: they are addresses.
    `data` and `rows` may change: then messages fail, and nothing worse.
    `span` names what the MAC covers: 1 header, 2 body, 3 IV, 4 KIV.
    """

def seal(
    data: Buffer,
    start: Buffer,
    text_length: Buffer,
    rows: Buffer,
    row: Buffer,
    arena: Buffer,
    slot: Buffer,
    headers: Buffer,
    kind: int,
    cpu: int,
    header_length: int,
    nonce_in_header: bool,
    span: bytes,
    /,
) -> None:
    """Seal m texts of one kind, each under its header (16 bytes a text, of which `header_length` count).

    `data` holds the texts alone; a slot of `arena` takes header, sealed text and 16 bytes of tag. The
    other arguments are those of `open`. No parameter set is remembered: the caller uses each once.
    """

def parse_headers(
    data: Buffer,
    offsets: Buffer,
    kind: Buffer,
    reason: Buffer,
    raw: Buffer,
    text_length: Buffer,
    purpose: int,
    max_length: int,
    /,
) -> int:
    """Read n headers (offsets has n + 1 numbers) into columns of n: two of bytes, 16 bytes each, int64.

    `purpose` is 0 where the message tells it, 1 for protection, 2 for integrity. Returns how many
    are malformed.
    """

def judge(
    kind: Buffer,
    raw: Buffer,
    state: Buffer,
    row: Buffer,
    rows: Buffer,
    told: Buffer,
    reason: Buffer,
    checked: int,
    /,
) -> None:
    """Write what keeps each of n headers from being tried to `reason` (opening/judge.py).

    `kind`, `state` and `reason` have n bytes, `raw` 16 each, `row` n numbers; `told` translates the
    reasons of a source, 256 bytes; `checked` has the bit of each kind whose UID must agree.
    """

def join(messages: Sequence[object], offsets: Buffer, /) -> bytes | None:
    """Return n bytes objects of a list or tuple end to end; `offsets` takes n + 1 numbers.

    None where one of them is not exactly bytes.
    """

def texts(arena: Buffer, offsets: Buffer, status: Buffer, /) -> list[bytes | None]:
    """Return each slot of the arena as bytes, None where its status is not 1."""

def see(slots: Buffer, hashes: Buffer, seen: Buffer, add: bool, /) -> int:
    """Write a 1 for each of n hashes that is in a set, a 0 for the others; return how many these are.

    The set is a power of two of slots, 0 where one is empty. With `add` the others are put into it, and a
    hash that stands twice among the n is in the set the second time.
    """

def hash_rows(rows: Buffer, key: int, hashes: Buffer, /) -> None:
    """Hash n rows of 8·k bytes, as many as there is room for in `hashes` (format/hashing.py)."""

def read_json(
    text: Buffer,
    begin: Buffer,
    end: Buffer,
    ordinary: Buffer,
    data: Buffer,
    offsets: Buffer,
    longest: int,
    encoding: int,
    words: tuple[bytes, ...],
    /,
) -> tuple[int, int]:
    """Read up to n lines of `text` into columns of n; return how many, and the bytes that they have.

    `ordinary` takes a 1 for each line that is an object of up to `longest` bytes whose member `words[0]`
    holds a message in `encoding` (0 hex, 1 base64, 2 base64url), and that has none of the names behind it;
    json_lines.h tells the rest. Then text[begin:end] is the object, and its message stands in
    data[offsets[i]:offsets[i + 1]]; `offsets` takes n + 1 numbers. For every other line these are the whole
    line and no bytes. `data` has room enough with as many bytes as `text`.
    """

def write_json(
    text: Buffer,
    begin: Buffer,
    end: Buffer,
    data: Buffer,
    offsets: Buffer,
    outcome: Buffer,
    reason: Buffer,
    kind: Buffer,
    uid: Buffer,
    duplicate: Buffer,
    nonce_reuse: Buffer,
    arena: Buffer,
    slot: Buffer,
    given: Buffer,
    given_at: Buffer,
    out: Buffer,
    line_end: Buffer,
    form: int,
    words: tuple[bytes, ...],
    /,
) -> None:
    """Write n rows, each the object text[begin:end] with its record behind its members, to `out`.

    `data` and `offsets` hold the messages, `arena` and `slot` the plaintexts, written in `form` (0 hex, 1
    base64) unless given[given_at[i]:given_at[i + 1]] is JSON for one already; the other columns are those
    of a Batch. `words` are the record's words in the order of json_lines.h. `line_end` takes where each line
    ends. `out` needs 256 bytes a row and those of all words, beside the texts, the plaintexts twice and
    what is given.
    """

class KeyMap:
    """A map from names of 16 bytes to their places, under a keyed hash; of equal names the first is kept."""

    def __new__(cls, names: Buffer, secret: Buffer, /) -> Self:
        """Build it from n names in n * 16 bytes, and 32 secret bytes."""

    def find(self, names: Buffer, significant: int, rows: Buffer, /) -> None:
        """Write the place of each name to `rows`, -1 where there is none; only the first bytes count."""

class KeyRing:
    """Keys for uplink protection, ready to open with, in memory that is wiped when the ring goes.

    A name (14 bytes of a v1 header, 12 of a v2 header) is plain when all rows of that name agree in
    key and UID, are to be used, and fit the header in suite and UID; under v1 the nonce must be
    header[4:16] too. Messages of plain names are opened; those of other names are left to others.
    """

    def __new__(cls, rows: Buffer, look_ups: Buffer, crooked: Buffer, secret: Buffer, /) -> Self:
        """Build it from n rows (108 bytes, keys/table.py), n look-ups (24, keys/held.py) and 32 secret bytes.

        `crooked` has a byte a row: 1 where the device breaks the nonce's rule.
        """

    def open(
        self,
        data: Buffer,
        offsets: Buffer,
        arena: Buffer,
        slot: Buffer,
        outcome: Buffer,
        reason: Buffer,
        place: Buffer,
        purpose: int,
        max_length: int,
        span: bytes,
        threads: int,
        cpu: int,
        /,
    ) -> int:
        """Read, look up and open n messages end to end; return how many are left in outcome NOT_ATTEMPTED.

        `offsets` has n + 1 numbers of 4 or 8 bytes, which may change during the call: messages fail
        then, or ValueError is raised. `slot` takes n + 1 numbers: text i goes to
        arena[slot[i]:slot[i + 1]], zeros where it did not open. `outcome` and `reason` take n codes
        (errors.py), `place` n numbers of 4 bytes: the place of the message's key, -1 where it has none.
        `purpose` and `max_length` are as for `parse_headers`, `span` is what the MAC of v2 covers.
        """

    def open_list(
        self,
        messages: tuple[object, ...],
        outcome: Buffer,
        reason: Buffer,
        place: Buffer,
        purpose: int,
        max_length: int,
        span: bytes,
        threads: int,
        cpu: int,
        /,
    ) -> tuple[list[bytes | None], int] | None:
        """Do the same with bytes objects: return the texts, None where there is none, and how many are left.

        None where one of the messages is not exactly bytes.
        """

    def uids(self, place: Buffer, uid: Buffer, /) -> None:
        """Write the UID (8 bytes) of the device that each place's key belongs to, zeros for place -1."""
