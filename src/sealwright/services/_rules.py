"""Rules that speak of several fields of a request at once, or of the day.

Each checks a request and, where JSON Schema has words for it, writes itself down for the OpenAPI
document. Field names are Python's; faults and schemas name them as the service does.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sealwright.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Namer = Callable[[str], str]


class Rule(Protocol):
    """One rule of a call."""

    def faults(self, values: Mapping[str, Any], name: Namer, now: datetime) -> Iterator[Fault]:
        """Yield what is wrong; `values` are the fields that were given, by Python's names."""
        ...

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return the rule in JSON Schema, or an empty schema where it cannot be said."""
        ...


class AtLeastOne:
    """Conditionally required fields: each may be left out where another is given."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where none of the fields is given."""
        if not any(field in values for field in self.fields):
            yield Fault(" or ".join(map(name, self.fields)), "is missing")

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return: any of them is required."""
        return {"anyOf": [{"required": [name(field)]} for field in self.fields]}


class AtLeastOneSet:
    """Criteria of which one must be given; one that is false is as good as none."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where none of the fields is given and true."""
        if not any(values.get(field) for field in self.fields):
            yield Fault(" or ".join(map(name, self.fields)), "must be given, and not false")

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return: any of them is required, and not false."""
        names = map(name, self.fields)
        return {
            "anyOf": [{"required": [each], "properties": {each: {"not": {"const": False}}}} for each in names]
        }


class AtMostOne:
    """Mutually exclusive fields."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where more than one of the fields is given."""
        given = [name(field) for field in self.fields if field in values]
        if len(given) > 1:
            yield Fault(" and ".join(given), "exclude each other: give one")

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return: not all of them."""
        return {"not": {"required": [name(field) for field in self.fields]}}


class OnlyWhen:
    """A field that may be given only where another has a certain value."""

    def __init__(self, field: str, other: str, value: str) -> None:
        self.field = field
        self.other = other
        self.value = value

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where the field stands beside another value."""
        if self.field in values and values.get(self.other) != self.value:
            yield Fault(name(self.field), f"may be given only when {name(self.other)} is {self.value}")

    def schema(self, name: Namer) -> dict[str, Any]:
        """Return: if the field is there, the other has the value."""
        return {
            "if": {"required": [name(self.field)]},
            "then": {"properties": {name(self.other): {"const": self.value}}},
        }


class NotOlder:
    """A date that may lie at most so many days back, counted in UTC."""

    def __init__(self, field: str, days: int) -> None:
        self.field = field
        self.days = days

    def faults(self, values: Mapping[str, Any], name: Namer, now: datetime) -> Iterator[Fault]:
        """Yield a fault where the date is older."""
        if self.field in values and (now.astimezone(UTC).date() - _day(values[self.field])).days > self.days:
            yield Fault(name(self.field), f"must not lie more than {self.days} days back")

    def schema(self, _name: Namer) -> dict[str, Any]:
        """Return nothing: a schema knows no today."""
        return {}


class InOrder:
    """Two dates, of which the first must not be the later one."""

    def __init__(self, first: str, second: str) -> None:
        self.first = first
        self.second = second

    def faults(self, values: Mapping[str, Any], name: Namer, _now: datetime) -> Iterator[Fault]:
        """Yield a fault where the second date is before the first."""
        if {self.first, self.second} <= values.keys() and _day(values[self.second]) < _day(
            values[self.first]
        ):
            yield Fault(name(self.second), f"must not be before {name(self.first)}")

    def schema(self, _name: Namer) -> dict[str, Any]:
        """Return nothing: a schema does not compare."""
        return {}


def _day(text: str) -> date:
    moment = datetime.fromisoformat(text)
    # At the ends of the calendar there is no such day in UTC; the one that is written is near enough.
    with suppress(OverflowError):
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return moment.date()
