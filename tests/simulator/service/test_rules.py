"""Fault rules: how they are written, and which calls they strike."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.errors import InputError
from sealwright.simulator.service.rules import Rule, ServiceFault, Weather


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("*:disconnect", Rule("*", ServiceFault.DISCONNECT)),
        ("/e2e/*:status=503,times=3", Rule("/e2e/*", ServiceFault.STATUS, 503, times=3)),
        (
            "*:status=429,retry-after=Thu, 15 Jan 2026 00:00:00 GMT",
            None,
        ),
        (
            "*:status=429,retry-after=2,share=0.1",
            Rule("*", ServiceFault.STATUS, 429, share=0.1, retry_after="2"),
        ),
        ("/tag/get:lose,after=100,times=1", Rule("/tag/get", ServiceFault.LOSE, times=1, after=100)),
        ("*:delay=0.02", Rule("*", ServiceFault.DELAY, 0.02)),
    ],
)
def test_rules_are_read(text, rule):
    """As they are written on the command line; a comma always begins another limit."""
    if rule is None:
        with pytest.raises(InputError, match="there is no ' 15 Jan 2026 00:00:00 GMT'"):
            Rule.parse(text)
    else:
        assert Rule.parse(text) == rule


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is PATH:FAULT"),
        ("*", "it is PATH:FAULT"),
        (":cut", "it is PATH:FAULT"),
        ("*:explode", "there is no fault 'explode'; choose one of status, delay, expired-token"),
        ("*:status", "write status=503"),
        ("*:delay", "write delay=0.02"),
        ("*:cut=5", "write cut"),
        ("*:status=99", "a status is a number from 200 to 599"),
        ("*:status=503.5", "a status is a number from 200 to 599"),
        ("*:status=abc", "a number in it cannot be read"),
        ("*:cut,times=x", "a number in it cannot be read"),
        ("*:cut,times=0", "times is 1 or more"),
        ("*:cut,after=-1", "no number in it is below 0"),
        ("*:delay=-1", "no number in it is below 0"),
        ("*:delay=nan", "no number in it is below 0 or too large"),
        ("*:delay=inf", "no number in it is below 0 or too large"),
        ("*:cut,share=nan", "share is above 0 and at most 1"),
        ("*:cut,share=0", "share is above 0 and at most 1"),
        ("*:cut,share=1.5", "share is above 0 and at most 1"),
        ("*:cut,often=3", "there is no 'often'; there is times, after, share, retry-after"),
    ],
)
def test_rules_that_cannot_be_read(text, problem):
    """The error shows the rule and says what is wrong with it."""
    with pytest.raises(InputError) as caught:
        Rule.parse(text)
    assert problem in str(caught.value)
    assert repr(text) in str(caught.value)


@given(st.text() | st.from_regex(r"\*:[a-z-]+(=[0-9.naife]+)?(,[a-z-]+=[0-9.]+)*", fullmatch=True))
def test_whatever_is_written_is_a_rule_or_an_error_of_ours(text):
    """No other exception comes out of reading one."""
    with suppress(InputError):
        assert 0 < Rule.parse(text).share <= 1


def struck(weather, path="/tag/get", times=1):
    """Return the faults that strike so many calls of a path."""
    return [[rule.fault for rule in weather.strike(path)] for _ in range(times)]


def test_a_rule_strikes_the_paths_that_it_names():
    """Whole paths, or patterns with a star."""
    weather = Weather([Rule.parse("/e2e/*:cut"), Rule.parse("/tag/get:html")])
    assert struck(weather, "/e2e/uplink/symmetrickey/get") == [[ServiceFault.CUT]]
    assert struck(weather) == [[ServiceFault.HTML]]
    assert struck(weather, "/tag/create") == [[]]


def test_times_and_after_count_the_calls_of_the_pattern():
    """Two pass, three are struck, the rest passes."""
    weather = Weather([Rule.parse("/tag/*:cut,after=2,times=3")])
    struck(weather, "/apiversion", 10)
    assert [bool(each) for each in struck(weather, times=8)] == [False] * 2 + [True] * 3 + [False] * 3


def test_a_share_is_drawn_from_the_seed():
    """About the share, the same with the same seed."""
    drawn = [struck(Weather([Rule.parse("*:cut,share=0.25")], seed), times=2_000) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 420 < sum(map(bool, drawn[0])) < 580


def test_delays_add_to_one_other_fault():
    """Two faults cannot both befall an answer: the first rule has it."""
    texts = ["*:delay=1", "*:cut,times=1", "*:html", "*:delay=2"]
    weather = Weather(map(Rule.parse, texts))
    first, second = struck(weather, times=2)
    assert Counter(first) == {ServiceFault.DELAY: 2, ServiceFault.CUT: 1}
    assert Counter(second) == {ServiceFault.DELAY: 2, ServiceFault.HTML: 1}


def test_weather_clears():
    """No rule holds any more."""
    weather = Weather([Rule.parse("*:cut")])
    weather.clear()
    assert struck(weather) == [[]]
