"""Values from outside are read into the types that a call declares: requests strictly, replies leniently.

One walk over msgspec's description of a type serves the client, the command line and the
simulator. It names the field that is wrong, collects every fault instead of the first, and its
words never hold the value: a value may be a credential.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import inspect

from sealwright.errors import Fault
from sealwright.secret import Secret
from sealwright.services._reply import Reply, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class _Unread(Enum):
    UNREAD = "unread"


UNREAD: Final = _Unread.UNREAD
"""Stands for a value that was not read, beside a fault that says why."""


@cache
def described(kind: Any) -> inspect.Type:
    """Return msgspec's description of a type; made once, because making it is slow."""
    return inspect.type_info(kind)


def plain(kind: inspect.Type) -> inspect.Type:
    """Return the type without its notes and without "or None"."""
    if isinstance(kind, inspect.Metadata):
        return plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        return plain(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
    return kind


def note(kind: inspect.Type, name: str) -> Any:
    """Return what `Meta(extra=…)` says under this name on a type or, inwards, on its "or None"."""
    if isinstance(kind, inspect.Metadata):
        found = (kind.extra or {}).get(name)
        return note(kind.type, name) if found is None else found
    if isinstance(kind, inspect.UnionType):
        return next((found for each in kind.types if (found := note(each, name)) is not None), None)
    return None


def constant(field: inspect.Field) -> Any:
    """Return the value that a required field always has, None where it may have several."""
    kind = plain(field.type)
    if field.required and isinstance(kind, inspect.LiteralType) and len(kind.values) == 1:
        return kind.values[0]
    return None


class Shaper:
    """Reads values into types, and keeps the faults it meets.

    `lenient` is for replies: names are compared without regard to case, other names that a type knows
    for its fields count as well, and unknown ones are kept. `pythonic` takes names as Python code writes
    them instead of the service's (below the top either), and sets what is constant.
    """

    def __init__(self, *, lenient: bool = False, pythonic: bool = False) -> None:
        self.faults: list[Fault] = []
        self._lenient = lenient
        self._pythonic = pythonic

    def read(self, kind: inspect.Type, value: Any, at: str = "", must: str = "") -> Any:
        """Return the value in the form its type asks for, or UNREAD with a fault noted for `at`."""
        match kind:
            case inspect.Metadata():
                return self._noted(kind, value, at, must)
            case inspect.UnionType():
                return self._union(kind, value, at, must)
            case inspect.StructType():
                return self._struct(kind, value, at)
            case inspect.ListType():
                return self._list(kind, value, at, must)
            case inspect.DictType():
                return self._dict(kind, value, at, must)
        problem = _problem(kind, value)
        return self._fault(at, must or problem) if problem else value

    def _fault(self, at: str, problem: str) -> Any:
        self.faults.append(Fault(at or "the body", problem))
        return UNREAD

    def _noted(self, kind: inspect.Metadata, value: Any, at: str, must: str) -> Any:
        notes = kind.extra or {}
        must = notes.get("must", must)
        reader: Callable[[Any], Any] | None = notes.get("read")
        if reader is not None and value is not None:
            try:
                value = reader(value)
            except (ValueError, TypeError, OverflowError):
                return self._fault(at, must)
        return self.read(kind.type, value, at, must)

    def _union(self, kind: inspect.UnionType, value: Any, at: str, must: str) -> Any:
        if value is None and kind.includes_none:
            return None
        before = len(self.faults)
        read: Any = UNREAD
        for choice in kind.types:
            if read is UNREAD and not isinstance(choice, inspect.NoneType):
                del self.faults[before:]
                read = self.read(choice, value, at, must)
        return read

    def _list(self, kind: inspect.ListType, value: Any, at: str, must: str) -> Any:
        if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            return self._fault(at, "must be a list")
        if len(value) < (kind.min_length or 0):
            return self._fault(at, "must not be an empty list")
        items = [self.read(kind.item_type, item, f"{at}[{place}]", must) for place, item in enumerate(value)]
        return UNREAD if UNREAD in items else items

    def _dict(self, kind: inspect.DictType, value: Any, at: str, must: str) -> Any:
        if not isinstance(value, dict):
            return self._fault(at, must or "must be an object")
        if len(value) < (kind.min_length or 0):
            return self._fault(at, "must not be an empty object")
        names = [self.read(kind.key_type, name, at, must) for name in value]
        items = [self.read(kind.value_type, item, _below(at, str(name))) for name, item in value.items()]
        return UNREAD if UNREAD in names or UNREAD in items else dict(zip(names, items, strict=True))

    def _struct(self, kind: inspect.StructType, value: Any, at: str) -> Any:
        if isinstance(value, kind.cls):
            value = {field.encode_name: getattr(value, field.name) for field in kind.fields}
        if not isinstance(value, dict):
            return self._fault(at, "must be an object")
        before = len(self.faults)
        given = self._given(kind, value)
        members = {}
        for field in kind.fields:
            item = self._taken(given, field, at)
            if item is not None:
                members[field.name] = self.read(field.type, item, _below(at, field.encode_name))
            elif field.required:
                self._fault(_below(at, field.encode_name), "is missing")
        if not self._lenient:
            for name in given:
                self._fault(_below(at, str(name)), "is no field of this call")
        return UNREAD if len(self.faults) > before else self._made(kind.cls, members, value)

    def _given(self, kind: inspect.StructType, value: dict[str, Any]) -> dict[str, Any]:
        """Return the members of an object by the names that are looked for."""
        given = {self._key(name): item for name, item in value.items()}
        if self._lenient and issubclass(kind.cls, Reply):
            for other, usual in kind.cls.other_names.items():
                if given.get(self._key(usual)) is None and self._key(other) in given:
                    given[self._key(usual)] = given.pop(self._key(other))
        return given

    def _taken(self, given: dict[str, Any], field: inspect.Field, at: str) -> Any:
        """Take a field's value out of what was given; None where it is not there."""
        item = given.pop(self._key(field.name if self._pythonic and not at else field.encode_name), None)
        if not self._pythonic or item is not None:
            return item
        return constant(field) if not at else given.pop(field.name, constant(field))

    def _key(self, name: Any) -> Any:
        return name.casefold() if self._lenient and isinstance(name, str) else name

    def _made(self, kind: type, members: Mapping[str, Any], whole: dict[str, Any]) -> Any:
        made = kind(**members)
        if isinstance(made, Reply):
            keep(made, whole)
        return made


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _problem(kind: inspect.Type, value: Any) -> str:
    """Say what a single value must be and is not; an empty text where it is that."""
    match kind:
        case inspect.StrType():
            return _text_problem(kind, value)
        case inspect.IntType(ge=low, le=high):
            right = type(value) is int and (low is None or value >= low) and (high is None or value <= high)
            return "" if right else _range_words(low, high)
        case inspect.BoolType():
            return "" if type(value) is bool else "must be true or false"
        case inspect.LiteralType(values=values):
            right = type(value) in {str, int} and value in values
            return "" if right else f"must be one of {', '.join(map(str, values))}"
        case inspect.CustomType(cls=kind_of_value):
            return "" if isinstance(value, kind_of_value) else "must be a text"
    return ""


def _text_problem(kind: inspect.StrType, value: Any) -> str:
    if type(value) is not str:
        return "must be a text"
    if len(value) < (kind.min_length or 0):
        return "must not be empty"
    if kind.max_length is not None and len(value) > kind.max_length:
        return f"must be at most {kind.max_length} characters long"
    if kind.pattern is not None and not re.search(kind.pattern, value):
        return f"must match {kind.pattern}"
    return ""


def _range_words(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "must be a whole number"
    if high is None:
        return f"must be a whole number of at least {low}"
    return f"must be a whole number from {low} to {high}"


def secret(value: Any) -> Secret:
    """Read a text, or a Secret that holds one, as a Secret. Raises TypeError for anything else."""
    if isinstance(value, Secret):
        return value
    if type(value) is not str or not value:
        raise TypeError("not a text")
    return Secret(value.encode())
