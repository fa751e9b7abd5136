"""Output files that appear only when they are complete."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from sealwright.errors import InputError

if TYPE_CHECKING:
    from types import TracebackType

STANDARD = "-"


class LateFile:
    """A file written beside its place and put there at the end; `-` is standard output.

    Leaving the `with` block by an error removes what was written and leaves the place untouched.
    """

    def __init__(self, path: str) -> None:
        self._path = None if path == STANDARD else Path(path)
        self._beside: Path | None = None
        self.stream: IO[bytes] = sys.stdout.buffer

    def __enter__(self) -> Self:
        if self._path is not None:
            self._beside = self._path.with_name(f".{self._path.name[:200]}.{secrets.token_hex(4)}.part")
            self.stream = self._beside.open("xb", buffering=2**20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path is None or self._beside is None:
            self.stream.flush()
            return
        with self.stream:
            if kind is None:
                self.stream.flush()
                os.fsync(self.stream.fileno())
        if kind is None:
            self._beside.replace(self._path)
        else:
            self._beside.unlink()


def check_output(path: str, inputs: tuple[str, ...], *, force: bool) -> None:
    """Raise InputError, before any work, when an output cannot or must not be written."""
    if path == STANDARD:
        return
    place = Path(path)
    if "\0" in path or len(place.name.encode()) > 255:
        raise InputError(f"output: {path[:60]!r} is no name for a file")
    if place.is_dir():
        raise InputError(f"output: {path} is a folder: name a file in it")
    if any(source != STANDARD and place.exists() and place.samefile(source) for source in inputs):
        raise InputError(f"output: {path} is an input too: choose another name")
    if place.exists() and not force:
        raise InputError(f"output: {path} exists already: choose another name, or --force to replace it")
    if not place.parent.is_dir():
        raise InputError(f"output: the folder {place.parent} does not exist: make it first")
    if not os.access(place.parent, os.W_OK) or (place.exists() and not os.access(place, os.W_OK)):
        raise InputError(f"output: {path} is not writable")
