"""Attributes of a client, made from its calls: `client.devices.list_get(filter="ALL")`.

Each group of calls becomes a class, each call a method with the call's keyword arguments and words.
Further methods stand beside it where the call has more ways: `…_all` yields the items of all pages,
`…_in_parts` takes lists of any length, `…_each` tells what became of each item of a list, `…_upload`
sends a file. A stub beside each client tells type checkers the same; a test keeps both in step.
"""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sealwright.secret import quiet
from sealwright.services._describe import documentation
from sealwright.services._shape import constant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msgspec.inspect import Field

    from sealwright.services._call import Call, Group, Request
    from sealwright.services._each import ItemAnswer


class Sends(Protocol):
    """What a client does with requests."""

    def send(self, request: Request[Any]) -> Any:
        """Send one and return its reply."""
        ...

    def items(self, request: Request[Any]) -> Iterator[Any]:
        """Yield the items of all pages."""
        ...

    def in_parts(self, call: Call, arguments: dict[str, Any]) -> Iterator[Any]:
        """Send a call with long lists in parts; yield the reply to each."""
        ...

    def each(self, call: Call, arguments: dict[str, Any]) -> Iterator[ItemAnswer]:
        """Send a call with a long list in parts; yield what became of each item."""
        ...

    def upload(self, call: Call, body: bytes) -> Any:
        """Send a file instead of a JSON body."""
        ...


class CallGroup:
    """The calls of a group, bound to a client."""

    def __init__(self, client: Sends) -> None:
        self._client = client

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class Way(NamedTuple):
    """A way to make a call: a method of the client."""

    suffix: str
    words: str
    do: Callable[..., Any]


def _send(call: Call, client: Sends, arguments: dict[str, Any]) -> Any:
    return client.send(call.make(**arguments))


def _all(call: Call, client: Sends, arguments: dict[str, Any]) -> Iterator[Any]:
    return client.items(call.make(**arguments))


def _in_parts(call: Call, client: Sends, arguments: dict[str, Any]) -> Iterator[Any]:
    return client.in_parts(call, arguments)


def _each(call: Call, client: Sends, arguments: dict[str, Any]) -> Iterator[ItemAnswer]:
    return client.each(call, arguments)


def _upload(call: Call, client: Sends, arguments: dict[str, Any]) -> Any:
    return client.upload(call, **arguments)


ONE = Way("", "", _send)
ALL = Way("_all", "Yield the items of all pages, fetched when they are needed.", _all)
IN_PARTS = Way("_in_parts", "Send lists of any length in parts, and yield the reply to each.", _in_parts)
EACH = Way("_each", "Send a list of any length in parts, and yield what became of each item of it.", _each)
UPLOAD = Way("_upload", "Send a file instead of the fields.", _upload)


def ways(call: Call) -> Iterator[Way]:
    """Yield the ways in which a call can be made."""
    yield ONE
    if call.pages:
        yield ALL
    if call.splits:
        yield IN_PARTS
    if call.each:
        yield EACH
    if call.uploads:
        yield UPLOAD


def group_class(group: Group) -> type[CallGroup]:
    """Return the class of a group, with the methods of its calls."""
    members: dict[str, Any] = {"__doc__": group.title, "__module__": __name__}
    for call in group:
        members |= {call.name + way.suffix: _method(call, way) for way in ways(call)}
    return type(class_name(group), (CallGroup,), members)


def class_name(group: Group) -> str:
    """Return the name of a group's class: that of `device_profiles` is `DeviceProfilesCalls`."""
    return "".join(word.capitalize() for word in group.name.split("_")) + "Calls"


def _method(call: Call, way: Way) -> Callable[..., Any]:
    @quiet
    def method(self: CallGroup, **arguments: Any) -> Any:
        return way.do(call, self._client, arguments)

    method.__name__ = method.__qualname__ = call.name + way.suffix
    method.__doc__ = f"{way.words}\n\n{documentation(call)}".lstrip()
    method.__signature__ = _signature(call, way)  # type: ignore[attr-defined]
    return method


def _signature(call: Call, way: Way) -> Signature:
    """Return the signature of a method: keyword arguments, the required ones first."""
    parameters = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)]
    if way is UPLOAD:
        return Signature([*parameters, Parameter("body", Parameter.KEYWORD_ONLY, annotation="bytes")])
    for field in arguments_of(call, way):
        default = Parameter.empty if field.required else None
        parameters.append(Parameter(field.name, Parameter.KEYWORD_ONLY, default=default))
    return Signature(parameters)


def arguments_of(call: Call, way: Way) -> list[Field]:
    """Return the fields that are arguments of a method, the required ones first."""
    fields = [
        field
        for field in call.fields
        if constant(field) is None and (way is not ALL or field.name != call.page_field)
    ]
    return sorted(fields, key=lambda field: not field.required)
