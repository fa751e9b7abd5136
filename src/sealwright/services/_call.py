"""What a call of a service is, written once.

A call is a typed request: a Struct whose fields carry their constraints and words, whose type
parameter is the reply, and which a `Group` enters in a list together with path, retry class and price.
The client's methods, the commands, the OpenAPI document and the simulator's checking are derived from
that list, so no two of them can disagree.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NamedTuple, TypeVar, get_args
from urllib.parse import quote

import msgspec
from msgspec import inspect

from sealwright.errors import Fault, ReplyError, RequestError
from sealwright.secret import Secret, quiet
from sealwright.services._retry import Retry
from sealwright.services._rules import Rule
from sealwright.services._shape import UNREAD, Shaper, described, note, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sealwright.errors import RefusedError
    from sealwright.services._http import Query

R = TypeVar("R")
T = TypeVar("T", bound="type[Request[Any]]")

_PAGE_FIELDS: Final = frozenset({"page_number", "page"})


class Place(StrEnum):
    """Where a field of a request travels."""

    BODY = "body"
    PATH = "path"
    QUERY = "query"
    WHOLE = "whole"
    """The field is the body itself, such as a bare array."""


class Form(StrEnum):
    """The form in which the service answers."""

    JSON = "json"
    TEXT = "text"
    NOTHING = "nothing"


class Request(msgspec.Struct, Generic[R], kw_only=True, frozen=True, eq=False, omit_defaults=True):
    """A call with its arguments; `R` is what the service replies.

    Optional fields that are None are not sent. A request may hold anything until it is checked:
    `Call.check` returns one whose fields are what they must be.
    """

    rules: ClassVar[tuple[Rule, ...]] = ()
    call: ClassVar[Call]

    def accept(self, reply: R) -> None:
        """Compare a reply with what was asked. Raises ReplyError where they disagree."""

    def hints(self) -> Iterator[str]:
        """Yield what is allowed and may be a mistake all the same, in sentences."""
        yield from ()

    def look_up(self) -> Request[Any] | None:
        """Return the request that lists what this one may have created; None where nothing lists it."""

    def has_made(self, _found: Any) -> bool:
        """Tell whether something that was listed is what this request creates."""
        return False

    def refused_items(self, _problem: RefusedError) -> Mapping[Any, str]:
        """Return which items of its list a refusal names, and why; of the others it says nothing."""
        return {}

    @classmethod
    def check_upload(cls, body: bytes) -> None:
        """Look at a file before it is sent instead of the fields. Raises RequestError."""


class Wire(NamedTuple):
    """A checked request as it travels."""

    method: str
    path: str
    """With its parameters filled in and quoted; begins with a slash."""
    query: Query
    body: Secret | None
    """JSON, quiet because it may hold credentials; None where the call has no body."""
    secrets: tuple[Secret, ...]
    """The secrets in it."""


class Itemized(NamedTuple):
    """A list of a request whose items have an answer each. Field names are Python's."""

    field: str
    done: str = ""
    """The reply's field with the items that were done; without one, all are that did not fail."""
    failed: str = ""
    """The reply's field with the items that failed."""
    told: str = ""
    """A field of the reply to show beside each item."""


class Call(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All that is known of one call."""

    service: str
    group: str
    name: str
    method: str
    path: str
    """As the document writes it; `{field}` stands for the service's name of a path field."""
    request: type[Request[Any]]
    reply: Any
    retry: Retry
    paid: str = ""
    """When the service bills the call; empty where it does not."""
    irreversible: bool = False
    authorized: bool = True
    always_body: bool = True
    """Whether a call without body fields sends an empty object, as opposed to no body."""
    pages: str = ""
    """The reply's field that holds the items of a page; empty where the reply is not paged."""
    splits: tuple[str, ...] = ()
    """List fields that may be sent in parts: the parts together do what the whole would do."""
    each: Itemized | None = None
    """The list among them whose items have an answer each."""
    uploads: str = ""
    """The content type of the file that may be sent instead of the JSON body."""
    media: str = ""
    """The content type of the answer, where its form does not say it."""
    edition: str = ""
    """The last step of the service's URL for this call, where it is another than for the rest."""
    source: str = ""
    """Where the document describes the call."""

    @property
    def title(self) -> str:
        """The call in words of ours that name it in errors, such as `ublox devices list-get`."""
        return f"{self.service} {self.group} {self.name}".replace("_", "-")

    @property
    def words(self) -> str:
        """What the call does; the first line is a summary."""
        return cleandoc(self.request.__doc__ or "")

    @property
    def fields(self) -> tuple[inspect.Field, ...]:
        """The request's fields, described."""
        return self._shape.fields

    @property
    def page_field(self) -> str:
        """The field that says which page is wanted; empty where the reply is not paged."""
        return next((name for name in self.request.__struct_fields__ if name in _PAGE_FIELDS), "")

    @property
    def form(self) -> Form:
        """The form of the answer, by the type of the reply."""
        match plain(described(self.reply)):
            case inspect.NoneType():
                return Form.NOTHING
            case inspect.StrType() | inspect.CustomType():
                return Form.TEXT
        return Form.JSON

    @property
    def _shape(self) -> inspect.StructType:
        shape = described(self.request)
        assert isinstance(shape, inspect.StructType)  # noqa: S101
        return shape

    @quiet
    def make(self, /, *, now: datetime | None = None, **arguments: Any) -> Request[Any]:
        """Return a checked request from arguments by Python's names. Raises RequestError."""
        return self._read(arguments, Shaper(pythonic=True), now)

    @quiet
    def check(self, request: Request[Any], *, now: datetime | None = None) -> Request[Any]:
        """Return the request with every field in the form that is sent. Raises RequestError."""
        return self.make(now=now, **{field.name: getattr(request, field.name) for field in self.fields})

    @quiet
    def read(self, values: Mapping[str, Any], *, now: datetime | None = None) -> Request[Any]:
        """Return a checked request from values by the service's names, wherever they travelled."""
        return self._read(values, Shaper(), now)

    def _read(self, values: Mapping[str, Any], shaper: Shaper, now: datetime | None) -> Request[Any]:
        request = shaper.read(self._shape, dict(values))
        faults = shaper.faults
        if request is not UNREAD:
            faults = self._broken_rules(request, now or datetime.now(UTC))
        if faults:
            raise RequestError(self.title, faults)
        return request  # type: ignore[no-any-return]

    def _broken_rules(self, request: Request[Any], now: datetime) -> list[Fault]:
        given = {
            name: value for name in request.__struct_fields__ if (value := getattr(request, name)) is not None
        }
        return [fault for rule in request.rules for fault in rule.faults(given, self.wire_name, now)]

    def wire_name(self, field: str) -> str:
        """Return the service's name of a field."""
        names = dict(zip(self.request.__struct_fields__, self.request.__struct_encode_fields__, strict=True))
        return names[field]

    def wire(self, request: Request[Any]) -> Wire:
        """Return a checked request as it travels."""
        placed: dict[Place, dict[str, Any]] = {place: {} for place in Place}
        for field in self.fields:
            if (value := getattr(request, field.name)) is not None:
                placed[place_of(field)][field.encode_name] = value
        path = re.sub(r"\{(\w+)\}", lambda name: quote(str(placed[Place.PATH][name[1]]), safe=""), self.path)
        query = {name: _query_text(value) for name, value in placed[Place.QUERY].items()}
        secrets = [
            value for values in placed.values() for value in values.values() if isinstance(value, Secret)
        ]
        return Wire(self.method, path, query, self._body(placed), tuple(secrets))

    def _body(self, placed: Mapping[Place, Mapping[str, Any]]) -> Secret | None:
        if placed[Place.WHOLE]:
            return _json(next(iter(placed[Place.WHOLE].values())))
        has_body = any(place_of(field) is Place.BODY for field in self.fields)
        return _json(_nested(placed[Place.BODY])) if has_body or self.always_body else None

    @quiet
    def read_reply(self, value: Any) -> Any:
        """Return a reply of the service in its type. Raises ReplyError that names a field, and no value."""
        shaper = Shaper(lenient=True)
        reply = shaper.read(described(self.reply), value)
        if shaper.faults:
            field, problem = shaper.faults[0]
            raise ReplyError(field, f"{problem} (in the reply to {self.title})")
        return reply


def place_of(field: inspect.Field) -> Place:
    """Return where a field travels: in the body unless its notes say otherwise."""
    return note(field.type, "in") or Place.BODY


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they travel: one whose name has a dot is a member of an object in the body."""
    body: dict[str, Any] = {}
    for name, value in fields.items():
        outer, _, inner = name.rpartition(".")
        (body.setdefault(outer, {}) if outer else body)[inner] = value
    return body


def flattened(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body's members by the names of fields, those of objects in it with a dot in between."""
    flat: dict[str, Any] = {}
    outers = {field.encode_name.rpartition(".")[0] for field in call.fields} - {""}
    for name, value in body.items():
        if name in outers and isinstance(value, dict):
            flat |= {f"{name}.{inner}": item for inner, item in value.items()}
        else:
            flat[name] = value
    return flat


def _json(value: Any) -> Secret:
    return Secret(msgspec.json.encode(value, enc_hook=_revealed))


def _revealed(value: Any) -> str:
    if not isinstance(value, Secret):
        raise TypeError(f"{type(value).__name__} has no JSON")
    return value.reveal().decode()


def _query_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_query_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


class Group:
    """Calls that belong together: a module of requests, an attribute of the client, a group of commands.

    `source` says where they are described; `defaults` are fields of Call that all of them have.
    """

    def __init__(self, service: str, name: str, title: str, source: str = "", **defaults: Any) -> None:
        self.service = service
        self.name = name
        self.title = title
        self.source = source
        self.calls: list[Call] = []
        self._defaults: Final = {"method": "POST", **defaults}

    def call(self, path: str, name: str, retry: Retry, **facts: Any) -> Callable[[T], T]:
        """Enter the decorated request in the list; `facts` are fields of Call."""

        def enter(request: T) -> T:
            (reply,) = get_args(request.__orig_bases__[0])  # type: ignore[attr-defined]
            known = {"service": self.service, "group": self.name, "name": name, "path": path, "retry": retry}
            source = {"source": f"{self.source}, {path}"}
            request.call = Call(
                request=request, reply=reply, **{**self._defaults, **source, **known, **facts}
            )
            self.calls.append(request.call)
            return request

        return enter

    def __iter__(self) -> Iterator[Call]:
        return iter(self.calls)
