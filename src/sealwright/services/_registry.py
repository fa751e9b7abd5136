"""The list of a service's calls, and how a request that arrives is read: the other side of a client."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec import inspect

from sealwright.errors import Fault, RequestError
from sealwright.services._call import Place, flattened, place_of
from sealwright.services._shape import constant, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sealwright.services._call import Call, Group, Request
    from sealwright.services._http import Query


class Registry:
    """The calls of a service, in the document's order."""

    def __init__(self, service: str, *groups: Group) -> None:
        self.service = service
        self.groups = {group.name: group for group in groups}
        self.calls = tuple(call for group in groups for call in group)
        self._paths = [(call, _pattern(call)) for call in self.calls]

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)

    def __len__(self) -> int:
        return len(self.calls)

    def find(self, group: str, name: str) -> Call:
        """Return the call of this group and name. Raises KeyError where there is none."""
        return {call.name: call for call in self.groups[group]}[name]

    def at(self, method: str, path: str) -> list[Call]:
        """Return the calls that a method and a path may mean; several may share one."""
        return [call for call, pattern in self._paths if call.method == method and pattern.fullmatch(path)]

    def read(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Query | None = None,
        *,
        now: datetime | None = None,
    ) -> Request[Any]:
        """Return the checked request that method, path, JSON body and query make: the service's side.

        Raises KeyError where no call has the path, and RequestError with every fault of a request that
        breaks a rule. Where several calls share a path, the one is meant whose constants the body has,
        and of those the one that it fits best.
        """
        problems = []
        for call in self.at(method, path):
            try:
                return call.read(_values(call, path, body, query or {}), now=now)
            except RequestError as problem:
                problems.append((_strangeness(call, problem), problem))
        if not problems:
            raise KeyError(path)
        raise min(problems, key=itemgetter(0))[1]


def _strangeness(call: Call, problem: RequestError) -> tuple[int, int]:
    """Return how far a request is from being one of the call: wrong constants first, then any fault."""
    constants = {field.encode_name for field in call.fields if constant(field) is not None}
    return sum(fault.field in constants for fault in problem.faults), len(problem.faults)


def _pattern(call: Call) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", "([^/]+)", re.escape(call.path)))


def _path_values(call: Call, path: str) -> dict[str, str]:
    found = _pattern(call).fullmatch(path)
    values = map(unquote, found.groups() if found else ())
    return dict(zip(re.findall(r"\{(\w+)\}", call.path), values, strict=True))


def _values(call: Call, path: str, body: Any, query: Query) -> dict[str, Any]:
    """Return what travelled by the names of the fields; values of paths and queries arrive as texts."""
    whole = next((field.encode_name for field in call.fields if place_of(field) is Place.WHOLE), None)
    if whole is None and body is not None and not isinstance(body, dict):
        raise RequestError(call.title, [Fault("the body", "must be an object")])
    values = {whole: body} if whole else flattened(call, body or {})
    texts = {**_path_values(call, path), **query}
    kinds = {field.encode_name: plain(field.type) for field in call.fields}
    return values | {name: _from_text(kinds.get(name), text) for name, text in texts.items()}


def _from_text(kind: inspect.Type | None, text: Any) -> Any:
    if isinstance(kind, inspect.ListType):
        return [
            _from_text(plain(kind.item_type), each) for each in ([text] if isinstance(text, str) else text)
        ]
    if not isinstance(text, str):
        return text
    if isinstance(kind, inspect.IntType) and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    if isinstance(kind, inspect.BoolType) and text in {"true", "false"}:
        return text == "true"
    return text
