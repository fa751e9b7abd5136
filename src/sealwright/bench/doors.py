"""Our own contestants: the ways into opening, each with the engine it is to go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sealwright.bench.contest import InProcess, setting
from sealwright.telemetry import Batch, engine_info, open_message, open_messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.bench.corpus import Corpus

ARRAYS: Final = "sealwright, arrays in and out"
LISTS: Final = "sealwright, lists of bytes"
SINGLE: Final = "sealwright, one call a message"
PORTABLE: Final = "sealwright portable, arrays"

PORTABLE_ENGINE: Final = {"SEALWRIGHT_ENGINE": "portable"}


def native_path() -> str | None:
    """Return the CPU path that runs here, None where the engine is the portable one."""
    info = engine_info()
    return info.reason.partition(",")[0] if info.name == "native" else None


def arrays(
    corpus: Corpus,
    name: str = ARRAYS,
    environment: Mapping[str, str] | None = None,
) -> InProcess:
    """Take (data, offsets) and give a Batch with its arena: headers, look-up and opening are in the time."""
    environment = environment or {}
    with setting(environment):
        source = corpus.source()

    def run() -> Batch:
        return open_messages(corpus.arrays, source)

    return InProcess(name, run, Batch.to_list, environment=environment, ours=True)


def lists(corpus: Corpus, name: str = LISTS, environment: Mapping[str, str] | None = None) -> InProcess:
    """Take a list of bytes and give one."""
    environment = environment or {}
    with setting(environment):
        source = corpus.source()

    def run() -> list[bytes | None]:
        return open_messages(corpus.messages, source).to_list()

    return InProcess(name, run, environment=environment, ours=True)


def one_by_one(corpus: Corpus, name: str = SINGLE) -> InProcess:
    """Call `open_message` for each message, as a service does that opens them as they come."""
    source = corpus.source()

    def run() -> list[bytes]:
        return [open_message(message, source) for message in corpus.messages]

    return InProcess(name, run, ours=True)
