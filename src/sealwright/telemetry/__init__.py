"""Wing one: sealed bytes come in, records go out.

Four rooms, each standing on the one before: `format` (what a sealed message is), `keys` (where
its key comes from), `opening` (trying keys in bulk) and `pipeline` (files and tables).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.errors import InputError
from sealwright.secret import quiet
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import MAX_MESSAGE, KeyId, UnverifiedHeader, parse_header
from sealwright.telemetry.format.headers import Headers, parse_headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind, Layout, Layouts
from sealwright.telemetry.format.messages import Messages, SealedMessages
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.cache import CachedSource, NullStore
from sealwright.telemetry.keys.caching.contract import Upstream
from sealwright.telemetry.keys.chain import ChainedSource
from sealwright.telemetry.keys.held import HeldKeys, as_source
from sealwright.telemetry.keys.keeping.calls import Calls, OwnedCalls
from sealwright.telemetry.keys.keeping.entry import Entry
from sealwright.telemetry.keys.keeping.sealed_file import (
    is_sealed_key_file,
    read_sealed_key_file,
    sealed_key_file,
)
from sealwright.telemetry.keys.keeping.transfer import import_keys, key_line
from sealwright.telemetry.keys.keyfile import KeyFile, KeyFilePermissionWarning
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.spending import OfflineSets, SetSource
from sealwright.telemetry.keys.store import KeyStore, StoreWarning
from sealwright.telemetry.keys.strict import read_base64, read_hex, read_uid
from sealwright.telemetry.keys.table import KeyTable, ParameterSource, State
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.bulk import open_batch
from sealwright.telemetry.opening.discovery import Finding, Verdict, find_layouts
from sealwright.telemetry.opening.downlink import Problem, Sealed, Sealer, seal_once
from sealwright.telemetry.opening.duplicates import WINDOW, DuplicateWindow
from sealwright.telemetry.opening.engine import EngineInfo, engine_info
from sealwright.telemetry.opening.sealing import seal_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Buffer

__all__ = [
    "DEFAULT_LAYOUTS",
    "MAX_MESSAGE",
    "WINDOW",
    "Batch",
    "CachedSource",
    "Calls",
    "ChainedSource",
    "Direction",
    "DuplicateWindow",
    "EngineInfo",
    "Entry",
    "Finding",
    "Headers",
    "HeldKeys",
    "KeyFile",
    "KeyFilePermissionWarning",
    "KeyId",
    "KeyStore",
    "KeyTable",
    "Kind",
    "Layout",
    "Layouts",
    "Messages",
    "NullStore",
    "OfflineSets",
    "OwnedCalls",
    "ParameterSource",
    "Parameters",
    "Problem",
    "Purpose",
    "Sealed",
    "SealedMessages",
    "Sealer",
    "SetSource",
    "State",
    "StoreWarning",
    "Suite",
    "UnverifiedHeader",
    "Upstream",
    "Verdict",
    "discover",
    "engine_info",
    "headers",
    "import_keys",
    "is_sealed_key_file",
    "key_line",
    "open_message",
    "open_messages",
    "parse_header",
    "read_base64",
    "read_hex",
    "read_reply",
    "read_sealed_key_file",
    "read_uid",
    "seal_message",
    "seal_messages",
    "seal_once",
    "sealed_key_file",
]


UID_BYTES = 8

read_reply = quiet(read_reply)


@quiet
def open_messages(
    messages: SealedMessages,
    source: ParameterSource | Mapping[Any, Any],
    *,
    direction: str = Direction.UPLINK,
    purpose: str | None = None,
    layouts: Layouts = DEFAULT_LAYOUTS,
    max_length: int = MAX_MESSAGE,
    threads: int | None = None,
) -> Batch:
    """Decrypt and verify many messages.

    `messages` is a sequence of bytes-like objects (None where one is missing), or `(data, offsets)`
    as two numpy arrays. `source` answers headers with parameters: a KeyFile, any ParameterSource,
    or a dict of headers to replies of the service. `purpose` overrides what v2's type byte says;
    `layouts` chooses where MACs are looked for (v2 and integrity are experimental: no public vector
    proves them). Messages longer than `max_length` bytes are malformed. `threads` share the work of
    the native engine where keys are in memory and messages are many (50,000 and more); None is one.

    A message that fails does not stop the others: the Batch tells its outcome, and holds no
    plaintext of it. Raises TypeError, ValueError or InputError for arguments that cannot be read.
    """
    if threads is not None and threads < 1:
        raise InputError(f"open: threads must be 1 or more, not {threads}")
    sealed = Messages.of(messages)
    claimed = parse_headers(sealed, direction=direction, purpose=purpose, max_length=max_length)
    held = as_source(source, direction=Direction(direction))
    return open_batch(sealed, claimed, held, layouts, threads or 1)


@quiet
def open_message(
    message: Buffer,
    parameters_or_source: ParameterSource | Parameters | Mapping[Any, Any],
    *,
    direction: str = Direction.UPLINK,
    purpose: str | None = None,
    layouts: Layouts = DEFAULT_LAYOUTS,
    max_length: int = MAX_MESSAGE,
) -> bytes:
    """Decrypt and verify one message and return its plaintext.

    Takes a source as `open_messages` does, or the parameters of this very message: Parameters, or
    the service's reply as a dict. Raises MessageError, whose `outcome` and `reason` tell why it
    did not open, ReplyError for a reply that cannot be read.
    """
    header = parse_header(message, direction=direction, purpose=purpose, max_length=max_length)
    source = as_source(parameters_or_source, direction=header.direction, asked=header)
    return open_messages(
        [message], source, direction=direction, purpose=purpose, layouts=layouts, max_length=max_length
    )[0]


@quiet
def discover(
    message: Buffer,
    parameters_or_source: ParameterSource | Parameters | Mapping[Any, Any],
    *,
    direction: str = Direction.UPLINK,
    purpose: str | None = None,
    expect: Callable[[bytes], bool] | None = None,
) -> list[Finding]:
    """Try every layout of a real message's kind and return those whose MAC verifies.

    For v2 and integrity, whose layout no public vector proves. A finding is `proved` when `expect`
    says that the decrypted text is right, else `mac_span_only`: a MAC proves only the bytes that it
    covers. Raises MessageError for a malformed message and ReplyError for a reply that cannot be
    read.
    """
    header = parse_header(message, direction=direction, purpose=purpose)
    sealed = Messages.of([message])
    claimed = parse_headers(sealed, direction=direction, purpose=purpose)
    source = as_source(parameters_or_source, direction=header.direction, asked=header)
    return find_layouts(sealed, claimed, source, expect)


def headers(
    messages: SealedMessages, *, direction: str = Direction.UPLINK, purpose: str | None = None
) -> list[UnverifiedHeader]:
    """Return the distinct headers of messages, for planning what to fetch, in order of first sight.

    Malformed messages have none. `text_length` is that of the first message with the header.
    """
    claimed = parse_headers(Messages.of(messages), direction=direction, purpose=purpose)
    first, _ = distinct_rows(claimed.raw)
    found = (claimed[row] for row in sorted(first.tolist()))
    return [header for header in found if header is not None]


@quiet
def seal_messages(
    messages: Iterable[tuple[str | bytes, Buffer]],
    sets: OfflineSets | SetSource,
    store: KeyStore,
    *,
    purpose: str = Purpose.PROTECTION,
    layouts: Layouts = DEFAULT_LAYOUTS,
    fresh: bool = False,
) -> list[Sealed]:
    """Encrypt and sign texts for devices, each with a downlink parameter set that is then spent.

    `messages` are pairs of a ROTPublicUID (16 hex digits, or 8 bytes) and a text. `sets` is a KeyFile
    with downlink lines, whose sets are taken in file order, or a service's SetSource. `store` keeps
    the ledger of spent sets, which is on its disk before a message is given out. The same call again
    gives the same messages, out of the ledger; `fresh` takes new sets instead. Returns a Sealed for
    each text, in order: `require()` gives its message or raises SealError.

    The ledger is what remembers: sets spent since a backup of it was made, or under another store,
    are not known to be spent. v2 and integrity are experimental: no public vector proves their
    layout. Raises StoreError for a store that is in memory only or cannot be written.
    """
    named = [(_uid(uid), bytes(memoryview(text))) for uid, text in messages]
    sealer = Sealer(sets, store.spent, purpose=Purpose(purpose), layouts=layouts, fresh=fresh)
    return sealer.seal(named)


def _uid(given: str | bytes) -> bytes:
    uid = given if isinstance(given, bytes) else read_uid(given)
    if uid is None or len(uid) != UID_BYTES:
        raise InputError("seal: a device is named by its ROTPublicUID: 16 hex digits, or 8 bytes")
    return uid
