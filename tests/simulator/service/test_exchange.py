"""What befalls calls of any service: faults by rule, endings, and what the tallies say of them."""

import pytest

from sealwright.simulator.service.exchange import Answered, Asked, Ending, Exchange, Tallies, phrase
from sealwright.simulator.service.rules import Rule, Weather


class Echo(Exchange):
    """Answers each call with its body."""

    def __init__(self, *rules):
        self.ledger = Tallies()
        super().__init__(self.ledger, Weather(map(Rule.parse, rules)))
        self.begun = 0
        self.worked = []

    def begin(self):
        """Count."""
        self.begun += 1

    def name(self, asked):
        """Return method and path."""
        return f"{asked.method} {asked.path}"

    def work(self, asked, fault):
        """Remember what was done."""
        self.worked.append(fault and str(fault))
        return Answered(200, {"Date": "today"}, asked.body)

    def refuse(self, status, words):
        """Return the words."""
        return Answered(status, {}, words.encode())

    def ask(self):
        """Make one call."""
        return self.answer(Asked("GET", "/a", "", "", b"body"))


@pytest.mark.parametrize(
    ("rule", "answered", "worked"),
    [
        ("GET /b:status=500", Answered(200, {"Date": "today"}, b"body"), [None]),
        ("*:status=503,retry-after=2", Answered(503, {"Retry-After": "2"}, b"Service Unavailable"), []),
        ("GET /a:status=599", Answered(599, {}, b"Status 599"), []),
        ("*:delay=0.5", Answered(200, {"Date": "today"}, b"body", 0.5), [None]),
        ("*:disconnect", Answered(0, {}, b"", 0, Ending.DROPPED), []),
        ("*:lose", Answered(0, {}, b"", 0, Ending.DROPPED), ["lose"]),
        ("*:cut", Answered(200, {"Date": "today"}, b"body", 0, Ending.CUT), ["cut"]),
        ("*:expired-token", Answered(200, {"Date": "today"}, b"body"), ["expired-token"]),
    ],
)
def test_faults(rule, answered, worked):
    """A fault strikes the calls that its rule names: before they are done, after it, or never."""
    echo = Echo(rule)
    assert echo.ask() == answered
    assert (echo.worked, echo.begun) == (worked, 1)
    assert echo.ledger.requests == {"GET /a": 1}
    dropped = answered.ending is Ending.DROPPED
    assert echo.ledger.answers == ({} if dropped else {("GET /a", answered.status): 1})


def test_a_page_of_a_proxy():
    """The call is done, and something that is no answer of the service comes back with 200."""
    told = Echo("*:html").ask()
    assert (told.status, told.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"<html>" in told.body


def test_words_of_statuses():
    """HTTP's own words, or the number where it has none."""
    assert (phrase(404), phrase(799)) == ("Not Found", "Status 799")
