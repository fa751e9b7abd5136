"""Wing one: sealed bytes come in, records go out.

Four rooms, each standing on the one before: `format` (what a sealed message is), `keys` (where
its key comes from), `opening` (trying keys in bulk) and `pipeline` (files and tables).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sealwright.errors import InputError
from sealwright.secret import quiet
from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.format.header import MAX_MESSAGE, KeyId, UnverifiedHeader, parse_header
from sealwright.telemetry.format.headers import Headers, Reading, parse_headers
from sealwright.telemetry.format.layouts import DEFAULT_LAYOUTS, Kind, Layout, Layouts
from sealwright.telemetry.format.messages import Messages, SealedMessages
from sealwright.telemetry.format.suites import Direction, Purpose, Suite
from sealwright.telemetry.keys.held import HeldKeys, as_source
from sealwright.telemetry.keys.keyfile import KeyFile, KeyFilePermissionWarning
from sealwright.telemetry.keys.parameters import Parameters, read_reply
from sealwright.telemetry.keys.strict import read_base64, read_hex
from sealwright.telemetry.keys.table import KeyTable, ParameterSource, State
from sealwright.telemetry.opening.batch import Batch
from sealwright.telemetry.opening.bulk import open_batch
from sealwright.telemetry.opening.cross_check import CROSS_CHECK, ONE_IN, CrossCheck
from sealwright.telemetry.opening.discovery import Finding, Verdict, find_layouts
from sealwright.telemetry.opening.duplicates import WINDOW, DuplicateWindow
from sealwright.telemetry.opening.engine import EngineInfo, engine_info
from sealwright.telemetry.opening.sealing import seal_batch, seal_under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Buffer

__all__ = [
    "DEFAULT_LAYOUTS",
    "MAX_MESSAGE",
    "ONE_IN",
    "WINDOW",
    "Batch",
    "CrossCheck",
    "Direction",
    "DuplicateWindow",
    "EngineInfo",
    "Finding",
    "Headers",
    "HeldKeys",
    "KeyFile",
    "KeyFilePermissionWarning",
    "KeyId",
    "KeyTable",
    "Kind",
    "Layout",
    "Layouts",
    "Messages",
    "ParameterSource",
    "Parameters",
    "Purpose",
    "SealedMessages",
    "State",
    "Suite",
    "UnverifiedHeader",
    "Verdict",
    "discover",
    "engine_info",
    "headers",
    "open_message",
    "open_messages",
    "parse_header",
    "read_base64",
    "read_hex",
    "read_reply",
    "seal_each",
    "seal_message",
    "seal_uplink",
]


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
    cross_check: CrossCheck | None = CROSS_CHECK,
) -> Batch:
    """Decrypt and verify many messages.

    `messages` is a sequence of bytes-like objects (None where one is missing), or `(data, offsets)`
    as two numpy arrays. `source` answers headers with parameters: a KeyFile, any ParameterSource,
    or a dict of headers to replies of the service. `purpose` overrides what v2's type byte says;
    `layouts` chooses where MACs are looked for (v2 and integrity are experimental: no public vector
    proves them). Messages longer than `max_length` bytes are malformed. `threads` share the work of
    the native engine where keys are in memory and messages are many (50,000 and more); None is one.
    `cross_check` opens one message in 10,000 once more with the portable engine; give a CrossCheck
    of your own for another share or to count, None for none.

    A message that fails does not stop the others: the Batch tells its outcome, and holds no
    plaintext of it. Raises TypeError, ValueError or InputError for arguments that cannot be read,
    CrossCheckError where the engines differ.
    """
    if threads is not None and threads < 1:
        raise InputError(f"open: threads must be 1 or more, not {threads}")
    sealed = Messages.of(messages)
    reading = Reading.of(direction, purpose, max_length)
    held = as_source(source, direction=reading.direction)
    opener = partial(open_batch, reading=reading, layouts=layouts, threads=threads or 1)
    return cross_check.open(sealed, held, opener) if cross_check else opener(sealed, held)


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
def seal_message(text: Buffer, parameters: Parameters, *, layouts: Layouts = DEFAULT_LAYOUTS) -> bytes:
    """Encrypt and sign one text, or sign it alone, as the parameters' suite says.

    The header is the parameters' own. One parameter set seals one text: sealing another with it
    repeats a nonce or an IV, which gives texts away, and this function does not remember what it
    has sealed. Raises SealError where the text or the parameters do not allow it. v2 and integrity
    are experimental: no public vector proves their layout.
    """
    return seal_batch(Messages.of([text]), [parameters], layouts).to_list()[0]


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
    claimed = parse_headers(Messages.of(messages), Reading.of(direction, purpose))
    first, _ = distinct_rows(claimed.raw)
    found = (claimed[row] for row in sorted(first.tolist()))
    return [header for header in found if header is not None]
