"""Long lists whose items have an answer each: none is left without one, and none is told wrong."""

import pytest

from sealwright.errors import CredentialsError, RefusedError, ReplyError, UnavailableError
from sealwright.services._each import Fate, each_answer
from services.tools import TOOLS, Sold

SELL = TOOLS.find("tools", "sell")


class Service:
    """Sells what it is asked to, by a script of its own."""

    def __init__(self, *script):
        self.script = list(script)
        self.sent = []

    def send(self, request):
        """Answer the next request."""
        self.sent.append(request.ids)
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        return answer or Sold(sold_ids=request.ids)


def _sell(service, *parts):
    made = [SELL.make(shop_id=1, ids=part) for part in parts]
    return [(answer.item, str(answer.fate)) for answer in each_answer(service.send, made)]


def _refused(*items):
    problem = RefusedError("no", status=422, sent=1, answered=1)
    problem.details = list(items)
    return problem


def test_everything_is_done():
    """What the reply names as done is done."""
    service = Service()
    assert _sell(service, [1, 2], [3]) == [(1, "done"), (2, "done"), (3, "done")]
    assert service.sent == [[1, 2], [3]]


def test_partial_success_is_not_success():
    """What the reply names as failed has failed, and what it does not name is unknown."""
    service = Service(Sold(sold_ids=[1], failed_ids=[2]))
    assert _sell(service, [1, 2, 3]) == [(1, "done"), (2, "failed"), (3, "unknown")]
    assert _sell(Service(Sold(failed_ids=None)), [1]) == [(1, "unknown")]


def test_a_refusal_that_names_items():
    """The items that a refusal names have failed; the others are sent once more."""
    service = Service(_refused(2), _refused(3))
    assert _sell(service, [1, 2, 3, 4]) == [(2, "failed"), (3, "failed"), (1, "done"), (4, "done")]
    assert service.sent == [[1, 2, 3, 4], [1, 3, 4], [1, 4]]


def test_a_refusal_that_names_one_at_a_time():
    """A part goes out five times at most; what is left of it has failed for the last refusal's reason."""
    service = Service(*map(_refused, range(1000)))
    told = list(each_answer(service.send, [SELL.make(shop_id=1, ids=list(range(1000)))]))
    assert [len(sent) for sent in service.sent] == [1000, 999, 998, 997, 996]
    assert [(answer.item, answer.fate) for answer in told] == [(item, "failed") for item in range(1000)]
    assert {answer.words for answer in told[:5]} == {"is unknown"}
    assert {answer.words for answer in told[5:]} == {"no"}


def test_a_refusal_that_names_none():
    """Nobody knows which item was wrong, so all of the part have failed, and the next part goes out."""
    service = Service(_refused())
    assert _sell(service, [1, 2], [3]) == [(1, "failed"), (2, "failed"), (3, "done")]
    assert _sell(Service(_refused(9)), [1]) == [(1, "failed")]


def test_a_refusal_after_one_that_was_lost():
    """What is refused at its repeat may have been done before: nobody can tell; the next part goes out."""
    problem = RefusedError("no", status=409, sent=2, answered=1)
    assert _sell(Service(problem), [1, 2], [3]) == [(1, "unknown"), (2, "unknown"), (3, "done")]
    problem.details = [2]
    assert _sell(Service(problem), [1, 2]) == [(2, "unknown"), (1, "done")]


@pytest.mark.parametrize(
    ("problem", "fate"),
    [
        (UnavailableError("gone", sent=1), Fate.UNKNOWN),
        (UnavailableError("gone", status=502, sent=1, answered=1), Fate.UNKNOWN),
        (UnavailableError("nobody there"), Fate.NOT_ATTEMPTED),
        (UnavailableError("slower", status=429, sent=1, answered=1), Fate.NOT_ATTEMPTED),
        (CredentialsError("who?", status=401, sent=1, answered=1), Fate.NOT_ATTEMPTED),
        (UnavailableError("lost, slower", status=429, sent=2, answered=1), Fate.UNKNOWN),
        (CredentialsError("lost, who?", status=401, sent=2, answered=1), Fate.UNKNOWN),
        (CredentialsError("lost, no", status=403, sent=2, answered=1), Fate.UNKNOWN),
    ],
    ids=[
        "lost",
        "bad gateway",
        "not sent",
        "too many",
        "credentials",
        "lost and too many",
        "lost and credentials",
        "lost and forbidden",
    ],
)
def test_a_service_that_fails(problem, fate):
    """What a failing service leaves open is told as that, and nothing is sent after it."""
    service = Service(None, problem)
    answers = list(each_answer(service.send, [SELL.make(shop_id=1, ids=[number]) for number in (1, 2, 3, 4)]))
    assert [answer.fate for answer in answers] == [Fate.DONE, fate, Fate.NOT_ATTEMPTED, Fate.NOT_ATTEMPTED]
    assert [answer.problem for answer in answers] == [None, problem, problem, problem]
    assert service.sent == [[1], [2]]


def test_a_reply_that_is_none():
    """A reply that cannot be read leaves its part open, and the next part goes out."""
    service = Service(ReplyError("soldIds", "must be a list"))
    assert _sell(service, [1], [2]) == [(1, "unknown"), (2, "done")]
