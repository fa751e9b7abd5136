"""The folder in which a job keeps what is not complete: of one user, and for one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from sealwright.errors import InputError

_LOCK: Final = "lock"
_LONGEST_NAME: Final = 255


class JobFolder:
    """A folder beside an output, named after it, so that the next run finds it; for its owner alone."""

    def __init__(self, output: str, kind: str) -> None:
        self.output = Path(os.path.realpath(output))
        self.path = self.output.with_name(_name(self.output.name, kind))
        self._lock: int | None = None

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @property
    def is_held(self) -> bool:
        """Whether this process works in it."""
        return self._lock is not None

    def take(self) -> None:
        """Make the folder where there is none, and work in it alone.

        Raises InputError where another process does, or where it is no folder of this user's alone.
        """
        while self._lock is None:
            self._make()
            with suppress(FileNotFoundError):  # removed meanwhile, by the process that was done with it
                self._lock = self._locked()

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=stat.S_IRWXU)
        except FileExistsError:
            pass
        else:
            self.path.chmod(stat.S_IRWXU)  # whatever the umask took away
            sync_folder(self.path.parent)
        there = self.path.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid() or there.st_mode & 0o077:
            raise InputError(
                f"job: {self.path} is no folder of yours alone: others could put rows into it:"
                " remove it, or choose another OUT"
            )

    def _locked(self) -> int | None:
        """Return the open lock file, None where it is not the one that stands there any more."""
        path = self.path / _LOCK
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError:
            os.close(handle)
            raise InputError(
                f"job: another process works on {self.output}: wait until it is done (it has locked {path})"
            ) from None
        except FileNotFoundError:
            pass
        os.close(handle)
        return None

    def remove(self) -> None:
        """Remove the folder with all that is in it, and let go of it."""
        for each in self.path.iterdir():
            if each.name != _LOCK:
                each.unlink()
        (self.path / _LOCK).unlink()
        with suppress(OSError):  # another process has just come in
            self.path.rmdir()
        self.let_go()

    def let_go(self) -> None:
        """Let another process work here."""
        handle, self._lock = self._lock, None
        if handle is not None:
            os.close(handle)


def _name(output: str, kind: str) -> str:
    name = f".{output}.sealwright-{kind}"
    if len(os.fsencode(name)) <= _LONGEST_NAME:
        return name
    return f".{hashlib.sha256(os.fsencode(output)).hexdigest()}.sealwright-{kind}"


def sync_folder(path: Path) -> None:
    """Let the names in a folder reach the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
