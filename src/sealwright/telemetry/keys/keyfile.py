"""Key files: parameters kept offline, one reply of the service a line (JSON Lines).

A line has the reply's own field names and `EncryptedHeader`, the hex header that was asked for.
`Direction` (`uplink`) and `Purpose` (`protection`) may be left out. Downlink lines have no header:
they are found by the beginning of their KIV. A line with `KeyID` is a DTLS key; it is kept and
never tried on messages. Empty lines and lines that begin with `#` say nothing.
"""

from __future__ import annotations

import array
import io
import os
import stat
import warnings
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from sealwright.errors import KeyFileError, ParametersError, Reason, ReplyError
from sealwright.secret import Secret
from sealwright.telemetry.format.header import KIND_OF_FIRST_BYTE
from sealwright.telemetry.format.layouts import SHAPES, Kind
from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys.held import HeldKeys
from sealwright.telemetry.keys.ordinary import Block, read_ordinary
from sealwright.telemetry.keys.parameters import read_reply
from sealwright.telemetry.keys.strict import read_base64, read_hex, read_object, read_uid

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_LINE: Final = 64 * 1024
_BLOCK: Final = 2**20
_FIELDS: Final = frozenset(
    {
        "KeyID",
        "EncryptedHeader",
        "Direction",
        "Purpose",
        "ROTPublicUID",
        "CipherSuite",
        "MACLength",
        "Nonce",
        "Key",
        "KIV",
        "KeyLength",
        "EncryptionKey",
        "AESIV",
        "AuthenticationKey",
        "AuthKeyLength",
    }
)


class KeyFilePermissionWarning(UserWarning):
    """A key file can be read by others than its owner."""


class Refusal(NamedTuple):
    """A well-formed line that disagrees with itself: its messages get this reason."""

    line: int
    reason: Reason


class Psk(NamedTuple):
    """A DTLS pre-shared key, as `/e2e/uplink/symmetrickey/get` gives it."""

    line: int
    key_id: bytes
    key: Secret
    uid: bytes


class KeyFile(HeldKeys):
    """A source over one key file, read whole and checked when it is made.

    `refused` lists lines whose parameters disagree with themselves, `psks` the DTLS keys,
    `irregular` counts replies that do not follow a guessed rule (the tag decides), `extra`
    keeps unknown fields by line. Raises KeyFileError, with file and line, for bad syntax, for a
    missing field and for a header told twice with different contents. Warns
    (KeyFilePermissionWarning) when others may read the file. With a `stream` that is read, and
    `path` is what errors call it.
    """

    def __init__(self, path: str | os.PathLike[str], *, stream: IO[bytes] | None = None) -> None:
        super().__init__()
        self.path = Path(path)
        self.refused: list[Refusal] = []
        self.psks: list[Psk] = []
        self.irregular: Counter[str] = Counter()
        self.extra: dict[int, dict[str, Any]] = {}
        self._lines = array.array("Q")
        # A fault is carried out of the frames that hold the line, so that no traceback shows it.
        if fault := self._read(stream) if stream else self._load():
            raise KeyFileError(self.path, *fault)
        if fault := self._told_twice():
            raise KeyFileError(self.path, *fault)

    def line_of(self, row: int) -> int:
        """Return the number of the line in which a row of `contents` stands."""
        return self._lines[row]

    def _load(self) -> tuple[int, str] | None:
        try:
            with self.path.open("rb") as file:
                self._warn_of_readers(file)
                return self._read(file)
        except OSError as problem:
            return 0, f"cannot be read: {problem.strerror}"

    def _warn_of_readers(self, file: IO[bytes]) -> None:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
            warnings.warn(
                f"key file {self.path} can be read by others than its owner: chmod 600 {self.path}",
                KeyFilePermissionWarning,
                stacklevel=4,
            )

    def _read(self, file: IO[bytes]) -> tuple[int, str] | None:
        number = 1
        while lines := _next_lines(file):
            if fault := self._read_lines(number, lines):
                return fault
            number += len(lines)
        return None

    def _read_lines(self, number: int, lines: list[bytes]) -> tuple[int, str] | None:
        """Hold ordinary lines together and read others with care, in their order."""
        block = read_ordinary(lines)
        begin = 0
        for at in np.flatnonzero(~block.ordinary).tolist():
            self._hold_lines(number, block, slice(begin, at))
            if problem := self._read_carefully(number + at, lines[at]):
                return number + at, problem
            begin = at + 1
        self._hold_lines(number, block, slice(begin, len(lines)))
        return None

    def _hold_lines(self, number: int, block: Block, run: slice) -> None:
        if run.start < run.stop:
            self.hold(block.rows[run], block.purposes[run], block.headers[run])
            self._lines.extend(range(number + run.start, number + run.stop))

    def _read_carefully(self, number: int, line: bytes) -> str | None:
        if len(line) > _LONGEST_LINE:
            return f"the line is longer than {_LONGEST_LINE} bytes"
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        text = line.strip()
        return None if not text or text.startswith(b"#") else self._read_line(number, text)

    def _read_line(self, number: int, text: bytes) -> str | None:
        try:
            fields = read_object(text)
            if not fields.keys() <= _FIELDS:
                unknown = fields.keys() - _FIELDS
                self.extra[number] = {name: fields[name] for name in unknown}
            if "KeyID" in fields:
                self._hold_psk(number, fields)
            else:
                self._hold_reply(number, fields)
        except ValueError as problem:
            return str(problem)
        return None

    def _hold_reply(self, number: int, fields: dict[str, Any]) -> None:
        direction = _word(_DIRECTIONS, fields, "Direction", Direction.UPLINK)
        purpose = _word(_PURPOSES, fields, "Purpose", Purpose.PROTECTION)
        header = b""
        if direction is Direction.UPLINK:
            header = _field(fields, "EncryptedHeader", read_hex)
        try:
            parameters = read_reply(fields, header=header, direction=direction, purpose=purpose)
        except ParametersError as problem:
            self.refused.append(Refusal(number, problem.reason))
            self.refuse(header or _kiv(fields, purpose), direction, purpose, problem.reason)
        else:
            self.add(parameters)
            if parameters.irregular:
                self.irregular.update(parameters.irregular)
        if len(self) > len(self._lines):  # a refused header that no message can have is not held
            self._lines.append(number)

    def _hold_psk(self, number: int, fields: dict[str, Any]) -> None:
        key_id = _field(fields, "KeyID", read_hex)
        key, stray = _field(fields, "Key", read_base64)
        uid = read_uid(fields.get("ROTPublicUID"))
        if uid is None or len(key_id) != 14 or len(key) not in {16, 32}:
            raise ReplyError(
                "KeyID", "a DTLS key needs a KeyID of 14 bytes, a Key of 16 or 32 and a ROTPublicUID"
            )
        self.irregular.update({"base64"} if stray else ())
        self.psks.append(Psk(number, key_id, Secret(key), uid))

    def _told_twice(self) -> tuple[int, str] | None:
        rows = self.conflict()
        if rows is None:
            return None
        first, second = (self._lines[row] for row in rows)
        return second, f"the header of line {first} is told again with other contents: keep the right one"


def _next_lines(file: IO[bytes]) -> list[bytes]:
    """Return lines of about a mebibyte, the last one whole or longer than any may be."""
    return io.BytesIO(file.read(_BLOCK) + file.readline(_LONGEST_LINE + 1)).readlines()


_DIRECTIONS: Final = {word.value: word for word in Direction}
_PURPOSES: Final = {word.value: word for word in Purpose}

_Word = TypeVar("_Word", Direction, Purpose)
_Value = TypeVar("_Value")


def _word(words: dict[str, _Word], fields: dict[str, Any], name: str, default: _Word) -> _Word:
    if name not in fields:
        return default
    value = fields[name]
    if type(value) is not str or value not in words:
        raise ReplyError(name, f"must be one of {', '.join(words)}")
    return words[value]


def _field(fields: dict[str, Any], name: str, reader: Callable[[object], _Value]) -> _Value:
    if name not in fields:
        raise ReplyError(name, "the field is missing")
    try:
        return reader(fields[name])
    except ValueError as problem:
        raise ReplyError(name, str(problem)) from None


def _kiv(fields: dict[str, Any], purpose: Purpose) -> bytes:
    """Return the header under which messages will look for a refused downlink line."""
    try:
        kiv, _ = read_base64(fields.get("KIV"))
    except ValueError:
        return b""
    kind = Kind(KIND_OF_FIRST_BYTE[purpose][kiv[0]]) if kiv else Kind.NONE
    return kiv[: SHAPES[kind].header_length] if kind else b""
