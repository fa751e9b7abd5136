"""Rules between fields: each says what is wrong, and says the same in JSON Schema where it can."""

from datetime import UTC, datetime

import jsonschema
import pytest

from sealwright.services._rules import AtLeastOne, AtLeastOneSet, AtMostOne, InOrder, NotOlder, OnlyWhen

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT_LEAST, AT_MOST, WHEN = AtLeastOne("a", "b"), AtMostOne("a", "b"), OnlyWhen("a", "b", "ON")
OLD, ORDER = NotOlder("a", 60), InOrder("a", "b")

CASES = [
    (AT_LEAST, {}, "A or B is missing"),
    (AT_LEAST, {"c": 1}, "A or B is missing"),
    (AT_LEAST, {"b": 1}, ""),
    (AT_LEAST, {"a": 1, "b": 1}, ""),
    (AT_MOST, {}, ""),
    (AT_MOST, {"a": 1}, ""),
    (AT_MOST, {"a": 1, "b": 1}, "A and B exclude each other: give one"),
    (WHEN, {"b": "OFF"}, ""),
    (WHEN, {"a": 1, "b": "ON"}, ""),
    (WHEN, {"a": 1, "b": "OFF"}, "A may be given only when B is ON"),
]
DATES = [
    (OLD, {}, ""),
    (OLD, {"a": "2025-12-31"}, ""),
    (OLD, {"a": "2025-12-30"}, "A must not lie more than 60 days back"),
    (OLD, {"a": "2025-12-30T23:30:00-02:00"}, ""),
    (OLD, {"a": "2026-04-01"}, ""),
    (OLD, {"a": "0001-01-01T00:00:00+14:00"}, "A must not lie more than 60 days back"),
    (OLD, {"a": "9999-12-31T23:59:59-12:00"}, ""),
    (ORDER, {"a": "2026-01-02"}, ""),
    (ORDER, {"b": "2026-01-02"}, ""),
    (ORDER, {"a": "2026-01-02", "b": "2026-01-02"}, ""),
    (ORDER, {"a": "2026-01-02", "b": "2026-01-01T23:00:00"}, "B must not be before A"),
]


@pytest.mark.parametrize(("rule", "values", "told"), CASES + DATES)
def test_faults(rule, values, told):
    """A broken rule names its fields as the service does."""
    assert [" ".join(fault) for fault in rule.faults(values, str.upper, NOW)] == ([told] if told else [])


@pytest.mark.parametrize(("rule", "values", "told"), CASES)
def test_schemas_say_the_same(rule, values, told):
    """A value breaks the schema exactly where it breaks the rule."""
    named = {name.upper(): value for name, value in values.items()}
    assert jsonschema.Draft202012Validator(rule.schema(str.upper)).is_valid(named) is not bool(told)


@pytest.mark.parametrize("rule", [OLD, ORDER])
def test_what_a_schema_cannot_say(rule):
    """Today and earlier-than are not in JSON Schema's words."""
    assert rule.schema(str.upper) == {}


def test_at_least_one_set():
    """A criterion that is false is as good as none."""
    rule = AtLeastOneSet("revoked", "created_before")
    assert list(rule.faults({"revoked": True}, str.upper, NOW)) == []
    assert list(rule.faults({"created_before": "x"}, str.upper, NOW)) == []
    for values in ({}, {"revoked": False}):
        (fault,) = rule.faults(values, str.upper, NOW)
        assert fault == ("REVOKED or CREATED_BEFORE", "must be given, and not false")
    validator = jsonschema.Draft202012Validator(rule.schema(str))
    assert validator.is_valid({"revoked": True})
    assert not validator.is_valid({"revoked": False})
    assert not validator.is_valid({})
