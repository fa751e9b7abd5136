"""A call in words: for docstrings, and for the help of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import inspect

from sealwright.services._shape import constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.services._call import Call


def words_of(field: inspect.Field) -> str:
    """Return what a field is, in words: the outermost description that its type has."""
    return next(_descriptions(field.type), "")


def _descriptions(kind: inspect.Type) -> Iterator[str]:
    if isinstance(kind, inspect.Metadata):
        if found := (kind.extra_json_schema or {}).get("description"):
            yield found
        yield from _descriptions(kind.type)
    if isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from _descriptions(each)


def documentation(call: Call) -> str:
    """Return the docstring of the client's method for a call."""
    notes = []
    if call.paid:
        notes.append(f"Billed: {call.paid}.")
    if call.irreversible:
        notes.append("It cannot be undone.")
    fields = [
        f"{field.name}: {words_of(field) or field.encode_name}"
        for field in call.fields
        if constant(field) is None
    ]
    parts = [call.words, *([" ".join(notes)] if notes else []), *(["\n".join(fields)] if fields else [])]
    return "\n\n".join([*parts, f"Source: {call.source}"])
