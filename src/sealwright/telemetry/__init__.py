"""Wing one: sealed bytes come in, records go out.

Four rooms, each standing on the one before: `format` (what a sealed message is), `keys` (where
its key comes from), `opening` (trying keys in bulk) and `pipeline` (files and tables).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sealwright.errors import InputError
from sealwright.events import Teller
from sealwright.secret import quiet
from sealwright.telemetry.format.arrow import arrow_library
from sealwright.telemetry.format.distinct import DistinctHeaders
from sealwright.telemetry.format.header import MAX_MESSAGE, KeyId, UnverifiedHeader, parse_header
from sealwright.telemetry.format.headers import Headers, Reading
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind, Layout, Layouts
from sealwright.telemetry.format.messages import Messages, SealedMessages
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.chain import ChainedSource
from sealwright.telemetry.keys.held import HeldKeys, as_source
from sealwright.telemetry.keys.keyfile import KeyFile, KeyFilePermissionWarning
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.spending import OfflineSets, SetSource
from sealwright.telemetry.keys.strict import read_base64, read_hex, read_uid
from sealwright.telemetry.keys.table import KeyTable, ParameterSource, State
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.bulk import open_batch
from sealwright.telemetry.opening.columns import COLUMNS
from sealwright.telemetry.opening.cross_check import CROSS_CHECK, ONE_IN, CrossCheck
from sealwright.telemetry.opening.discovery import Finding, Verdict, find_layouts
from sealwright.telemetry.opening.duplicates import WINDOW, DuplicateWindow
from sealwright.telemetry.opening.engine import EngineInfo, engine_info
from sealwright.telemetry.opening.sealing import seal_batch, seal_message, seal_under
from sealwright.telemetry.opening.telling import tell_outcomes, tell_repeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Buffer

    from sealwright.events import OnEvent
    from sealwright.telemetry.keys.asking.budget import Budget
    from sealwright.telemetry.keys.asking.plan import Plan, plan
    from sealwright.telemetry.keys.asking.reconciling import Reconciled, reconcile
    from sealwright.telemetry.keys.asking.sets import ServiceSets
    from sealwright.telemetry.keys.cache import CachedSource, NullStore
    from sealwright.telemetry.keys.caching.contract import Upstream
    from sealwright.telemetry.keys.keeping.calls import Calls, OwnedCalls
    from sealwright.telemetry.keys.keeping.entry import Entry
    from sealwright.telemetry.keys.keeping.sealed_file import (
        is_sealed_key_file,
        read_sealed_key_file,
        sealed_key_file,
    )
    from sealwright.telemetry.keys.keeping.transfer import import_keys, key_line
    from sealwright.telemetry.keys.service import ServiceSource
    from sealwright.telemetry.keys.store import KeyStore, StoreWarning
    from sealwright.telemetry.opening.downlink import Problem, Sealed, Sealer, seal_once

__all__ = [
    "COLUMNS",
    "DEFAULT_LAYOUTS",
    "MAX_MESSAGE",
    "ONE_IN",
    "WINDOW",
    "Batch",
    "Budget",
    "CachedSource",
    "Calls",
    "ChainedSource",
    "CrossCheck",
    "Direction",
    "DistinctHeaders",
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
    "Plan",
    "Problem",
    "Purpose",
    "Reading",
    "Reconciled",
    "Sealed",
    "SealedMessages",
    "Sealer",
    "ServiceSets",
    "ServiceSource",
    "SetSource",
    "State",
    "StoreWarning",
    "Suite",
    "UnverifiedHeader",
    "Upstream",
    "Verdict",
    "arrow_library",
    "discover",
    "engine_info",
    "headers",
    "import_keys",
    "is_sealed_key_file",
    "key_line",
    "open_message",
    "open_messages",
    "parse_header",
    "plan",
    "plan_calls",
    "read_base64",
    "read_hex",
    "read_reply",
    "read_sealed_key_file",
    "read_uid",
    "reconcile",
    "seal_each",
    "seal_message",
    "seal_messages",
    "seal_once",
    "seal_uplink",
    "sealed_key_file",
    "tell_outcomes",
    "tell_repeats",
]

_LATER = {
    "keys.asking.budget": ("Budget",),
    "keys.asking.plan": ("Plan", "plan"),
    "keys.asking.reconciling": ("Reconciled", "reconcile"),
    "keys.asking.sets": ("ServiceSets",),
    "keys.cache": ("CachedSource", "NullStore"),
    "keys.caching.contract": ("Upstream",),
    "keys.keeping.calls": ("Calls", "OwnedCalls"),
    "keys.keeping.entry": ("Entry",),
    "keys.keeping.sealed_file": ("is_sealed_key_file", "read_sealed_key_file", "sealed_key_file"),
    "keys.keeping.transfer": ("import_keys", "key_line"),
    "keys.service": ("ServiceSource",),
    "keys.store": ("KeyStore", "StoreWarning"),
    "opening.downlink": ("Problem", "Sealed", "Sealer", "seal_once"),
}
"""Names that are imported when they are first used: opening with a key file takes no store and no service."""

_HOME_OF = {name: home for home, names in _LATER.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


UID_BYTES = 8

read_reply = quiet(read_reply)
seal_message = quiet(seal_message)


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
    cross_check: CrossCheck | None = CROSS_CHECK,
    on_event: OnEvent | None = None,
) -> Batch:
    """Decrypt and verify many messages.

    `messages` is a sequence of bytes-like objects (None where one is missing), a column of Arrow of
    whatever library (anything with `__arrow_c_array__` or `__arrow_c_stream__`; not copied where it is
    binary or large_binary in one piece), or `(data, offsets)` as two numpy arrays. `source` answers
    headers with parameters: a KeyFile, any ParameterSource, or a dict of headers to replies of the
    service. `purpose` overrides what v2's type byte says; `layouts` chooses where MACs are looked for
    (v2 and integrity are experimental: no public vector proves them). Messages longer than
    `max_length` bytes are malformed. `threads` share the work of the native engine where keys are in
    memory and messages are many (50,000 and more); None is one.
    `cross_check` opens one message in 10,000 once more with the portable engine; give a CrossCheck
    of your own for another share or to count, None for none. `on_event` is called with an Event for
    each outcome and reason that occurs, with its number of messages.

    A message that fails does not stop the others: the Batch tells its outcome, and holds no
    plaintext of it, and is itself a stream of Arrow. Raises TypeError, ValueError or InputError for
    arguments that cannot be read, CrossCheckError where the engines differ.
    """
    if threads is not None and threads < 1:
        raise InputError(f"open: threads must be 1 or more, not {threads}")
    sealed = Messages.of(messages)
    reading = Reading.of(direction, purpose, max_length)
    held = as_source(source, direction=reading.direction)
    opener = partial(open_batch, reading=reading, layouts=layouts, threads=threads or 1)
    batch = cross_check.open(sealed, held, opener) if cross_check else opener(sealed, held)
    if on_event is not None:
        tell_outcomes(Teller(on_event), batch.outcome, batch.reason)
    return batch


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
    source = parameters_or_source
    if not isinstance(source, HeldKeys | ParameterSource):
        header = parse_header(message, direction=direction, purpose=purpose, max_length=max_length)
        source = as_source(source, direction=header.direction, asked=header)
    reading = Reading.of(direction, purpose, max_length)
    opener = partial(open_batch, reading=reading, layouts=layouts)
    return CROSS_CHECK.open(Messages.of([message]), source, opener)[0]


@quiet
def seal_each(
    texts: SealedMessages, parameters: Sequence[Parameters], *, layouts: Layouts = DEFAULT_LAYOUTS
) -> Messages:
    """Seal many texts, text i with `parameters[i]` as `seal_message` does.

    `texts` has a form that `open_messages` takes; suites and directions may be mixed. The answer's
    `to_list()` gives the messages as bytes; its `data` and `offsets` are arrays, and it may be
    opened as it is. Raises SealError, and seals nothing, where one of them cannot be sealed or two
    parameter sets have a key and a nonce in common; InputError where the numbers differ.
    """
    return seal_batch(Messages.of(texts), parameters, layouts)


@quiet
def seal_uplink(
    texts: SealedMessages,
    headers: NDArray[np.uint8],
    source: ParameterSource | Mapping[Any, Any],
    *,
    layouts: Layouts = DEFAULT_LAYOUTS,
) -> Messages:
    """Seal many texts as devices do, each under its own header: for simulators and measurements.

    `headers` has shape (n, 16), zeros behind those of v2 (12 bytes) and integrity (11). `source`
    answers them as it does when messages are opened: exactly, or with a v1 key for the same key id,
    whose nonce is then header[4:16]. Raises as `seal_each` does, and SealError where the source
    has nothing for a header.
    """
    return seal_under(Messages.of(texts), headers, as_source(source), layouts)


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
    source = as_source(parameters_or_source, direction=header.direction, asked=header)
    return find_layouts(Messages.of([message]), Reading.of(direction, purpose), source, expect)


def headers(
    messages: SealedMessages, *, direction: str = Direction.UPLINK, purpose: str | None = None
) -> list[UnverifiedHeader]:
    """Return the distinct headers of messages, for planning what to fetch, in order of first sight.

    Malformed messages have none. `text_length` is that of the first message with the header.
    """
    claimed = DistinctHeaders(Reading.of(direction, purpose))
    claimed.add([Messages.of(messages)])
    found = claimed.headers()
    return [header for row in range(len(found)) if (header := found[row]) is not None]


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
    from sealwright.telemetry.opening.downlink import Sealer

    named = [(_uid(uid), bytes(memoryview(text))) for uid, text in messages]
    sealer = Sealer(sets, store.spent, purpose=Purpose(purpose), layouts=layouts, fresh=fresh)
    return sealer.seal(named)


def _uid(given: str | bytes) -> bytes:
    uid = given if isinstance(given, bytes) else read_uid(given)
    if uid is None or len(uid) != UID_BYTES:
        raise InputError("seal: a device is named by its ROTPublicUID: 16 hex digits, or 8 bytes")
    return uid


def plan_calls(
    messages: SealedMessages, held: ParameterSource | None = None, *, purpose: str | None = None
) -> Plan:
    """Tell what fetching the parameters of uplink messages would cost; nothing is called.

    `held` is what is there already: a KeyStore, a KeyFile, or None. Malformed messages cost nothing.
    """
    from sealwright.telemetry.keys.asking.plan import plan

    claimed = DistinctHeaders(Reading.of(purpose=purpose))
    claimed.add([Messages.of(messages)])
    return plan(claimed, held)
