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

class KeyMap:
    """A map from names of 16 bytes to their places, under a keyed hash; of equal names the first is kept."""

    def __new__(cls, names: Buffer, secret: Buffer, /) -> Self:
        """Build it from n names in n * 16 bytes, and 32 secret bytes."""

    def open_stream(
        self,
        header_rows: Buffer,
        key_id_rows: Buffer,
        data: Buffer,
        start: Buffer,
        kind: Buffer,
        raw: Buffer,
        text_length: Buffer,
        rows: Buffer,
        regular: Buffer,
        told: Buffer,
        slot: Buffer,
        arena: Buffer,
        row: Buffer,
        reason: Buffer,
        status: Buffer,
        uid: Buffer,
        key_ids: KeyMap,
        checked: int,
        cpu: int,
        /,
    ) -> None:
        """Look up, judge and open v1 messages whose nonce stands in their header, in one go.

        This map finds whole headers and `key_ids` those of v1 by 14 bytes; `header_rows` and
        `key_id_rows` are the rows that their places stand for. `regular` has a byte a row. `row`,
        `reason`, `status` (1 opened, 2 not, 0 not tried here) and `uid` (8 bytes) are written for each
        message; the other arguments are those of `open` and `judge`.
        """

    def find(self, names: Buffer, significant: int, rows: Buffer, /) -> None:
        """Write the place of each name to `rows`, -1 where there is none; only the first bytes count."""
