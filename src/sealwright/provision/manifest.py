"""Manifests: many secure objects in a CSV or JSON Lines file, one a row."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import msgspec

from sealwright.errors import InputError
from sealwright.provision.material import Material, read_hex_material
from sealwright.provision.secure_object import import_object, read_object_type
from sealwright.secret import Secret, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.provision.secure_object import ImportObject

LONGEST_FILE: Final = 16 * 1024
"""No material needs more: 1,000 hex digits, with many spaces."""

_LONGEST_LINE: Final = 64 * 1024


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """A row, with the API's names where it has any."""

    name: str
    objectId: str  # noqa: N815
    secureObjectType: str  # noqa: N815
    keySize: str | None = None  # noqa: N815
    hex: str | None = None
    file: str | None = None
    encoding: Literal["hex", "raw"] = "hex"

    def __repr__(self) -> str:
        # Tracebacks with local variables show it, and `hex` is the key.
        return f"<{type(self).__name__} {self.name!r}>"


_COLUMNS: Final = _Row.__struct_fields__


def read_manifest(stream: IO[bytes], path: str) -> Iterator[ImportObject]:
    """Yield the objects of a manifest in its order, each checked when its turn comes.

    The columns are `name`, `objectId`, `secureObjectType`, optionally `keySize`, and the material:
    either `hex`, or `file`, a path as seen from the manifest's folder, with `encoding` hex or raw.
    The name of the manifest tells the format: .csv, else JSON Lines. Raises InputError with the line.
    """
    rows = _csv_rows(stream) if path.lower().endswith(".csv") else _json_rows(stream)
    seen: dict[str, int] = {}
    folder = Path(path).parent
    iterator = iter(rows)
    line = 0
    while True:
        try:
            line, row = next(iterator)
            wanted = _object(row, folder)
            _check_new(wanted.name, seen)
        except StopIteration:
            return
        except _UnreadableError as problem:
            fault = InputError(f"manifest: {path}, line {problem.line}: {problem}")
        except InputError as problem:
            fault = type(problem)(f"manifest: {path}, line {line}: {problem}")
        else:
            seen[wanted.name] = line
            yield wanted
            continue
        raise fault  # behind the other error, whose frames hold the row


def _check_new(name: str, seen: Mapping[str, int]) -> None:
    """Raise InputError for a second object of a name: by its name a lost one is looked up."""
    if name in seen:
        raise InputError(f"the name {name!r} stands in line {seen[name]} already")


class _UnreadableError(ValueError):
    """A line is not what it must be."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(problem)


def _json_rows(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    line = 0
    while text := stream.readline(_LONGEST_LINE):
        line += 1
        if text.strip():
            yield line, _row(line, _members(line, text))


def _members(line: int, text: bytes) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        # The parser's own text may hold a piece of the line.
        raise _UnreadableError(line, "it is no JSON object, or a name stands twice in it") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _csv_rows(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        reader = csv.DictReader(text, strict=True)
        if foreign := set(reader.fieldnames or ()) - set(_COLUMNS):
            raise _UnreadableError(
                1, f"it has no use for column {min(foreign)!r}: the columns are {', '.join(_COLUMNS)}"
            )
        for members in reader:
            if None in members:
                raise _UnreadableError(reader.line_num, "it has more cells than there are columns")
            given = {name: value for name, value in members.items() if value}
            yield reader.line_num, _row(reader.line_num, given)
    except (csv.Error, UnicodeDecodeError):
        raise _UnreadableError(reader.line_num, "it is no CSV in UTF-8") from None
    finally:
        text.detach()


def _row(line: int, members: Any) -> _Row:
    if isinstance(members, dict):
        members = {name: _text(value) for name, value in members.items()}
    try:
        return msgspec.convert(members, _Row)
    except msgspec.ValidationError:
        problem = _what_is_wrong(members)
    raise _UnreadableError(line, problem)


def _text(value: Any) -> Any:
    """Return whole numbers as the text that they were written as: a keySize, or an object id."""
    return str(value) if type(value) is int else value


def _what_is_wrong(members: Any) -> str:
    if not isinstance(members, dict):
        return "it is no JSON object"
    missing = [name for name in _COLUMNS[:3] if name not in members]
    if missing:
        return f"{missing[0]} is missing"
    foreign = [str(name) for name in members if name not in _COLUMNS]
    if foreign:
        return f"there is no use for {foreign[0][:40]!r}: a row has {', '.join(_COLUMNS)}"
    return "a value is not a text, or encoding is neither hex nor raw"


@quiet
def _object(row: _Row, folder: Path) -> ImportObject:
    object_type = read_object_type(row.secureObjectType)
    if (row.hex is None) is (row.file is None):
        raise InputError("give the material in one of hex and file")
    octets = row.hex.encode() if row.hex is not None else _contents(folder / str(row.file))
    if row.hex is None and row.encoding == "raw":
        material = Material(object_type.kind, Secret(octets))
    else:
        material = read_hex_material(object_type.kind, octets)
    return import_object(
        material, name=row.name, object_id=row.objectId, object_type=object_type, key_size=row.keySize
    )


def _contents(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            octets = file.read(LONGEST_FILE + 1)
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no name for a file"
        raise InputError(f"{path} cannot be read: {why}") from None
    if len(octets) > LONGEST_FILE:
        raise InputError(f"{path} has more than {LONGEST_FILE:,} bytes: is it the right file?")
    return octets
