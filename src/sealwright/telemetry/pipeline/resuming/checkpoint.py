"""The checkpoint: how far a job has come, and what it is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from sealwright.errors import InputError
from sealwright.telemetry.pipeline.place import Place
from sealwright.telemetry.pipeline.resuming.folder import sync_folder
from sealwright.telemetry.pipeline.resuming.identity import Identity
from sealwright.telemetry.pipeline.summary import Summary

if TYPE_CHECKING:
    from sealwright.telemetry.pipeline.resuming.folder import JobFolder

_NAME: Final = "checkpoint"
_NEW: Final = "checkpoint.new"
_LARGEST: Final = 2**20
_SHOWN: Final = 40

_Count = Annotated[int, msgspec.Meta(ge=0)]
Terms = dict[str, str | int | None]
"""What decides about the output beside the input: options by name, the key file's SHA-256."""


class WindowState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The window of duplicates: its hash key, and how many messages it has seen."""

    key: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    seen: _Count


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has been done is on the disk when this is: rows up to `place` in the input, `parts` bytes each.

    `finished` tells that the parts are whole, and are being put in their places.
    """

    format: Literal["sealwright job 1"] = "sealwright job 1"
    version: str
    input: Identity
    before: str
    """SHA-256 of the bytes of the input before the place."""
    terms: Terms
    encoding: str
    place: Place
    parts: tuple[_Count, ...]
    window: WindowState
    summary: Summary
    finished: bool

    @classmethod
    def read(cls, folder: JobFolder) -> Checkpoint | None:
        """Return a job's checkpoint, None where there is none. Raises InputError for one that is damaged."""
        path = folder / _NAME
        try:
            with path.open("rb") as file:
                text = file.read(_LARGEST + 1)
            return msgspec.json.decode(text, type=cls, dec_hook=_counter)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
            told = _version(text)
            why = f"of sealwright {told}" if told else f"damaged ({problem})"
            raise InputError(f"job: the checkpoint {path} is {why}: --force begins anew") from None

    def write(self, folder: JobFolder) -> None:
        """Put this in the place of the checkpoint before, and let it reach the disk."""
        new = folder / _NEW
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            text = memoryview(msgspec.json.encode(self))
            while text:
                text = text[os.write(handle, text) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        new.replace(folder / _NAME)
        sync_folder(folder.path)

    def refuse_others(self, version: str, given: Identity, terms: Terms) -> None:
        """Raise InputError where this is the checkpoint of another input, other options or version."""
        differ = [] if self.version == version else [f"sealwright {self.version} then, {version} now"]
        differ += [f"the input: {words}" for words in self.input.differences(given)]
        differ += [
            f"{name}: {_shown(self.terms.get(name))} then, {_shown(terms.get(name))} now"
            for name in {**self.terms, **terms}
            if self.terms.get(name) != terms.get(name)
        ]
        if differ:
            raise InputError(
                f"job: the one that was begun is another: {'; '.join(differ)}: go on with it as it was begun,"
                " or --force begins anew"
            )


def has_checkpoint(folder: JobFolder) -> bool:
    """Tell whether there is a checkpoint, whatever is in it."""
    return (folder / _NAME).exists()


def remove_checkpoint(folder: JobFolder) -> None:
    """Remove a job's checkpoint: what was kept counts for nothing."""
    (folder / _NAME).unlink(missing_ok=True)
    sync_folder(folder.path)


def _counter(kind: Any, value: Any) -> Any:
    """Make the summary's counters, which msgspec does not know."""
    return kind(msgspec.convert(value, dict[str, _Count]))


def _version(text: bytes) -> str:
    """Return which version wrote a checkpoint that this one cannot read; empty where that cannot be told."""
    try:
        told = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        return msgspec.json.decode(told["version"], type=str) if b"sealwright job 1" not in text else ""
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        return ""


def _shown(value: str | int | None) -> str:
    text = "none" if value is None else str(value) or "''"
    return text if len(text) <= _SHOWN else f"{text[:12]}…"
