"""Output files that appear only when they are complete."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self

from sealwright.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from typing_extensions import Buffer

STANDARD: Final = "-"
_OWNER_ONLY: Final = 0o600
_ANYBODY: Final = 0o666
_NOT_WRITABLE: Final = "is not writable: look at the permissions of the file and its folder"


class LateFile:
    """A file written beside its place and put there at the end; `-` is standard output.

    Leaving the `with` block by an error removes what was written and leaves the place untouched.
    A link's target is replaced, not the link, and a replaced file's permissions are kept. Devices
    and pipes are written as they are: there is nothing to replace. Only its owner can read a
    `private` file.
    """

    def __init__(self, path: str, *, private: bool = False) -> None:
        self._given, self._private = path, private
        self._place = Path(os.path.realpath(path))
        self._beside: Path | None = None
        self.stream: IO[bytes]

    @property
    def is_file(self) -> bool:
        """Whether this is a file, which takes what is written without waiting for a reader."""
        return self._beside is not None

    def __enter__(self) -> Self:
        if self._given == STANDARD:
            self.stream = sys.stdout.buffer
        elif _is_special(self._given):
            self.stream = open(self._given, "wb")  # noqa: PTH123
        else:
            self._beside = self._place.with_name(f".{secrets.token_hex(8)}.sealwright.part")
            self.stream = open(self._beside, "xb", buffering=2**20, opener=self._open)
            if self._private:
                self._beside.chmod(_OWNER_ONLY)  # whatever the umask took away
            elif self._place.exists():
                self._beside.chmod(stat.S_IMODE(self._place.stat().st_mode))
        return self

    def write(self, lines: Iterable[Buffer]) -> None:
        """Add lines."""
        self.stream.writelines(lines)

    def _open(self, path: str, flags: int) -> int:
        return os.open(path, flags, _OWNER_ONLY if self._private else _ANYBODY)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._given == STANDARD:
            self.stream.flush()
        elif self._beside is None:
            self.stream.close()
        else:
            self._put(self._beside, complete=kind is None)

    def _put(self, beside: Path, *, complete: bool) -> None:
        try:
            with self.stream:
                if complete:
                    self.stream.flush()
                    os.fsync(self.stream.fileno())
            if complete:
                beside.replace(self._place)
        finally:
            beside.unlink(missing_ok=True)


def check_output(path: str, inputs: tuple[str, ...], *, force: bool) -> None:
    """Raise InputError, before any work, when an output cannot or must not be written."""
    if path == STANDARD:
        return
    try:
        problem = _problem(path, inputs, force=force)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
    except ValueError:
        problem = "is no name for a file"  # a NUL in it
    if problem:
        shown = path if len(path) < 200 and path.isprintable() else f"{path[:60]!r}…"
        raise InputError(f"output: {shown} {problem}")


def _problem(path: str, inputs: tuple[str, ...], *, force: bool) -> str:
    """Return what is wrong with an output, or nothing."""
    place = Path(os.path.realpath(path))
    if not _exists(path):
        if not place.parent.is_dir():
            return f"cannot be written: there is no folder {place.parent}: make it first"
        return "" if os.access(place.parent, os.W_OK | os.X_OK) else _NOT_WRITABLE
    if place.is_dir():
        return "is a folder: name a file in it"
    if any(source != STANDARD and Path(path).samefile(source) for source in inputs):
        return "is an input too: choose another name"
    if not (force or _is_special(path)):
        return "exists already: choose another name, or --force to replace it"
    writable = os.access(path, os.W_OK) and (_is_special(path) or os.access(place.parent, os.W_OK | os.X_OK))
    return "" if writable else _NOT_WRITABLE


def _exists(path: str) -> bool:
    """Tell whether something is there. Raises OSError where that cannot be told, ValueError for a NUL."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _is_special(path: str) -> bool:
    """Tell whether a path names a device or a pipe."""
    place = Path(path)
    return place.exists() and not place.is_file() and not place.is_dir()


def same_place(path: str, other: str) -> bool:
    """Tell whether two outputs are one: both are standard output, or the same file."""
    return path == other or (
        STANDARD not in {path, other} and os.path.realpath(path) == os.path.realpath(other)
    )
