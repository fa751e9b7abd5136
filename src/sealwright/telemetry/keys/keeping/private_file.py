"""Files that belong to one user alone: made so under any umask, and refused where they are not."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from sealwright.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE: Final = ("", "-wal", "-shm")
_FILE: Final = 0o600
_FOLDER: Final = 0o700
_OTHERS: Final = 0o077
_OTHERS_WRITE: Final = 0o022


def make_private_file(path: Path) -> None:
    """Make an empty file that only its owner may read, and the folder it stands in.

    Raises StoreError where something has that name already, or the folder is no safe place.
    """
    if path.parent.exists() and not path.parent.is_dir():
        raise StoreError(f"store: {path} cannot be made: {path.parent} is no folder")
    try:
        _make_folders(path.parent)
        _check_folder(path.parent)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE)
    except FileExistsError:
        raise StoreError(
            f"store: {path} exists already: choose another place, or use what is there"
        ) from None
    except OSError as problem:
        raise StoreError(f"store: {path} cannot be made: {problem.strerror}") from None
    try:
        os.fchmod(handle, _FILE)  # whatever the umask took away
    finally:
        os.close(handle)


def remove_private_file(path: Path) -> None:
    """Remove a file that could not be made whole, and what SQLite has put beside it."""
    for beside in _BESIDE:
        path.with_name(path.name + beside).unlink(missing_ok=True)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=_FOLDER)
    folder.chmod(_FOLDER)


def check_private_file(path: Path) -> None:
    """Raise StoreError for what is no regular file of this user; take others' permissions away.

    A symbolic link is refused, as are a pipe and another user's file: whoever put it there chooses
    what we read and write.
    """
    for beside in _BESIDE:
        _check(path.with_name(path.name + beside), must_be=not beside)
    _check_folder(path.parent)


def _check(path: Path, *, must_be: bool) -> None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if must_be:
            raise StoreError(
                f"store: there is none at {path}: make one with `sealwright keys init`"
            ) from None
        return
    except OSError as problem:
        link = path.is_symlink()
        why = "is a symbolic link, which is refused" if link else f"cannot be opened: {problem.strerror}"
        raise StoreError(f"store: {path} {why}") from None
    try:
        _check_open(handle, path)
    finally:
        os.close(handle)


def _check_open(handle: int, path: Path) -> None:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"store: {path} is no regular file")
    if status.st_uid != os.geteuid():
        raise StoreError(
            f"store: {path} belongs to another user (id {status.st_uid}): use a store of your own"
        )
    if status.st_mode & _OTHERS and not _read_only(path):
        os.fchmod(handle, _FILE)


def _read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _check_folder(folder: Path) -> None:
    """Raise StoreError for a folder in which others could put another file in the place of ours."""
    status = folder.stat()
    sticky = status.st_mode & stat.S_ISVTX
    if status.st_uid not in {0, os.geteuid()} or (status.st_mode & _OTHERS_WRITE and not sticky):
        raise StoreError(
            f"store: others may write to its folder {folder}: choose another folder, or chmod 700 {folder}"
        )
