"""What answers have in common: pages and moments."""

import pytest

from sealwright.simulator.clock import START
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.answers.desk import moment, page

NOW = START.timestamp()


def test_a_desk_answers_by_type():
    """Several desks make one."""
    first, second = Desk(), Desk()
    first.to(str)(lambda _account, asked: f"text {asked}")
    second.to(int)(lambda _account, asked: f"number {asked}")
    whole = Desk.of(first, second)
    assert whole.requests() == {str, int}
    assert (whole.answer(None, "x"), whole.answer(None, 1)) == ("text x", "number 1")


@pytest.mark.parametrize(
    ("count", "number", "first", "length"), [(0, None, None, 0), (250, 1, 0, 100), (250, 3, 200, 50)]
)
def test_pages(count, number, first, length):
    """The first page is there even where nothing is on it."""
    told = page(range(count), number, "Things")
    assert told["Things"][:1] == ([] if first is None else [first])
    assert len(told["Things"]) == length
    assert (told["PageNumber"], told["PageSize"], told["TotalRecords"]) == (number or 1, 100, count)


def test_a_page_that_is_not_there():
    """400, not an empty page."""
    with pytest.raises(RefusalError, match=r"400 .*Invalid PageNumber"):
        page(range(100), 2, "Things")


@pytest.mark.parametrize(
    ("text", "end", "seconds"),
    [
        ("2026-01-15", False, 0),
        ("2026-01-15", True, 86_399),
        ("2026-01-15T00:01:00", True, 60),
        ("2026-01-15T01:00:00+01:00", False, 0),
        ("2026-01-15T00:00:00Z", True, 0),
    ],
)
def test_moments(text, end, seconds):
    """A day begins and ends in UTC; a zone counts."""
    assert moment(text, 0.0, end=end) == NOW + seconds
    assert moment(None, 5.0) == 5.0
