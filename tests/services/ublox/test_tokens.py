"""The AuthToken: one for all threads, renewed by one of them, shown in the form that the service takes."""

import threading
import time

import pytest

from asking import QUICK, FakeTime
from sealwright.errors import CredentialsError, ServiceError, UnavailableError
from sealwright.services._http import Limits
from services.ublox.playing import Service, jwt
from serving import answer

ISSUED = 1_576_488_818
DATE = "Mon, 16 Dec 2019 09:33:38 GMT"
"""The Date header of the moment at which the tokens are issued."""


def _ask(client):
    return client.information.api_version()


def _in_threads(count, client):
    faults = []
    barrier = threading.Barrier(count)

    def run():
        barrier.wait()
        try:
            _ask(client)
        except ServiceError as problem:
            faults.append(problem)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_one_token_for_all():
    """The first call fetches a token, and all later ones show it."""
    with Service() as service, service.client() as client:
        for _ in range(3):
            _ask(client)
        assert [heard.path for heard in service.heard] == ["/v1/authenticate"] + ["/v1/apiversion"] * 3
        assert service.heard[0].json == {"APIKey": "key", "APISecret": "secret"}
        assert "authorization" not in service.heard[0].headers


def test_64_threads_authenticate_once():
    """However many threads begin together, one asks for the token and the others wait for it."""
    with Service() as service, service.client() as client:
        assert _in_threads(64, client) == []
        assert service.count("/authenticate") == 1
        assert service.count("/apiversion") == 64


def test_64_threads_refresh_once():
    """When the service does not take a token any more, one thread gets a new one for all."""
    with Service() as service, service.client() as client:
        _ask(client)
        revoked = service.token
        service.accepts = lambda shown: shown != revoked
        assert _in_threads(64, client) == []
        assert service.count("/refreshauthtoken") == 1
        assert service.count("/authenticate") == 1
        assert service.count("/apiversion") <= 1 + 2 * 64
        request = next(heard for heard in service.heard if heard.path == "/v1/refreshauthtoken")
        assert request.json == {"APIKey": "key", "RefreshToken": "r1"}
        assert request.headers["authorization"] == revoked


def _run_down(service, fake, *steps):
    """Ask after each of some steps of time; return how many tokens were issued by then."""
    counts = []
    with service, service.client(timing=fake.timing) as client:
        _ask(client)
        for step in steps:
            fake.sleep(step)
            _ask(client)
            counts.append(service.tokens)
    return counts


@pytest.mark.parametrize("date", ["", DATE])
def test_renewed_at_four_fifths_of_its_life(date):
    """A token of an hour is renewed after 48 minutes, and not before."""
    service = Service()
    service.date = date
    assert _run_down(service, FakeTime(), 2879, 2, 2878, 2) == [1, 2, 2, 3]


def test_the_clock_of_the_service_counts():
    """A token that was issued a while ago by the service's clock is renewed so much sooner."""
    service = Service()
    service.date = "Mon, 16 Dec 2019 09:53:38 GMT"  # 20 minutes later
    assert _run_down(service, FakeTime(), 1679, 2) == [1, 2]


@pytest.mark.parametrize(
    "token",
    [
        "no-jwt",
        "a.b",
        "a.!!!.c",
        "a.W10.c",
        "a._w.c",
        jwt(1, "soon", "later"),
        jwt(1, ISSUED, 0),
        jwt(1, ISSUED, -5),
    ],
)
def test_a_token_that_says_nothing(token):
    """What cannot be read lives the usual hour, and is shown as it is."""
    service = Service()
    service.issue = lambda number: {"AuthToken": token + "" * number}
    service.accepts = lambda shown: shown == token
    assert _run_down(service, FakeTime(), 2879, 2) == [1, 2]


def test_a_renewal_that_fails_may_fail():
    """While the token lives, a service that cannot renew it now is asked again half a minute later."""
    fake = FakeTime()
    with Service() as service, service.client(timing=fake.timing, limits=Limits(attempts=1)) as client:
        _ask(client)
        service.refresh = lambda _: answer(status=503)
        fake.sleep(2881)
        for _ in range(3):
            _ask(client)
        assert service.count("/refreshauthtoken") == 1
        service.refresh = lambda _: None
        fake.sleep(31)
        _ask(client)
        assert (service.count("/refreshauthtoken"), service.count("/authenticate")) == (2, 1)


def test_others_go_on_while_one_renews():
    """A living token is shown by all others while one thread fetches the next."""
    fake = FakeTime()
    asked, over = threading.Event(), threading.Event()

    def slow(_):
        asked.set()
        over.wait(10)

    with Service() as service, service.client(timing=fake.timing) as client:
        _ask(client)
        keeper = client._credentials
        real = keeper._ask

        def ask(*arguments):
            slow(None)
            return real(*arguments)

        keeper._ask = ask
        fake.sleep(2881)
        thread = threading.Thread(target=_ask, args=(client,))
        thread.start()
        asked.wait(10)
        _ask(client)
        assert service.tokens == 1
        over.set()
        thread.join()
        assert service.tokens == 2


def test_a_token_that_has_ended_is_waited_for():
    """Nobody shows a dead token: all wait for the next, as long as their deadline lets them."""
    fake = FakeTime()
    with Service() as service, service.client(timing=fake.timing, limits=Limits(deadline=0.2)) as client:
        client._credentials._lock.acquire()
        start = time.monotonic()
        with pytest.raises(UnavailableError, match="no token came in time"):
            _ask(client)
        assert time.monotonic() - start < 0.7
        client._credentials._lock.release()
        assert service.heard == []


def test_after_three_days_the_secret():
    """A RefreshToken older than three days is not tried; the secret is."""
    fake = FakeTime()
    with Service() as service, service.client(timing=fake.timing) as client:
        _ask(client)
        fake.sleep(3 * 24 * 3600 + 1)
        _ask(client)
        assert (service.count("/refreshauthtoken"), service.count("/authenticate")) == (0, 2)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refresh_that_is_refused(status):
    """Where the RefreshToken is not taken any more, the secret is used, and the token forgotten."""
    fake = FakeTime()
    with Service() as service, service.client(timing=fake.timing) as client:
        _ask(client)
        service.refresh = lambda _: answer({"message": "no"}, status)
        service.issue = lambda number: {"AuthToken": jwt(number)}
        for _ in range(2):
            fake.sleep(3601)
            _ask(client)
        assert (service.count("/refreshauthtoken"), service.count("/authenticate")) == (1, 3)


def test_a_token_alone_that_has_ended():
    """A given token that has ended by its own words is not shown at all."""
    with Service() as service, service.client(auth_token=jwt(0)) as client:
        with pytest.raises(CredentialsError, match="there is no API key"):
            _ask(client)
        assert service.heard == []


def test_a_refresh_shows_no_dead_token():
    """The old token goes with a refresh only while it lives."""
    fake = FakeTime()
    with Service() as service, service.client(timing=fake.timing) as client:
        _ask(client)
        fake.sleep(3601)
        _ask(client)
        request = next(heard for heard in service.heard if heard.path == "/v1/refreshauthtoken")
        assert "authorization" not in request.headers


def test_without_the_secret():
    """An API key with a RefreshToken is enough, until that is refused."""
    with Service() as service, service.client("key", refresh_token="given") as client:
        _ask(client)
        assert service.heard[0].json == {"APIKey": "key", "RefreshToken": "given"}
        service.refresh = lambda _: answer({"message": "too old"}, 401)
        service.accepts = lambda _: False
        with pytest.raises(CredentialsError, match="too old"):
            _ask(client)


def test_a_token_alone():
    """An AuthToken alone is shown as long as it is taken; then there is nothing else."""
    token = jwt(0, int(time.time()))
    with Service() as service, service.client(auth_token=token) as client:
        service.accepts = lambda shown: shown == token
        _ask(client)
        assert service.tokens == 0
        service.accepts = lambda _: False
        with pytest.raises(CredentialsError, match="there is no API key"):
            _ask(client)


@pytest.mark.parametrize("retried", [True, False])
def test_bearer(retried):
    """A service that wants `Bearer` refuses the bare token once; from then on it gets what it wants."""
    with Service() as service, service.client() as client:
        service.accepts = lambda shown: shown == f"Bearer {service.token}"
        for _ in range(3):
            _ask(client)
        assert service.tokens == 1
        shown = [heard.headers["authorization"] for heard in service.heard[1:]]
        assert shown == [jwt(1), *[f"Bearer {jwt(1)}"] * 3]
        if retried:
            service.accepts = lambda shown: shown == f"Bearer {jwt(2)}"
            _ask(client)
            assert service.heard[-1].headers["authorization"] == f"Bearer {jwt(2)}"


def test_64_threads_find_bearer():
    """Threads that find the form together do not undo each other's finding."""
    with Service() as service, service.client() as client:
        service.accepts = lambda shown: shown == f"Bearer {service.token}"
        assert _in_threads(64, client) == []
        assert service.tokens == 1


def test_a_stale_token_before_any_form_is_proved():
    """A given token that is old is refused in both forms; a new one is fetched and tried in both."""
    for scheme in ("", "Bearer "):
        with Service() as service, service.client("key", "secret", auth_token=jwt(7)) as client:
            service.accepts = lambda shown, scheme=scheme, service=service: shown == scheme + service.token
            _ask(client)
            assert service.tokens == 1


def test_a_service_that_takes_nothing():
    """A service that refuses whatever is shown is asked four times, not for ever."""
    with Service() as service, service.client() as client:
        service.accepts = lambda _: False
        with pytest.raises(CredentialsError, match="401 Unauthorized: Unauthorized"):
            _ask(client)
        assert service.count("/apiversion") == 4


def test_wrong_credentials():
    """A key or secret that is not taken is a credentials error with a hint, whatever the status."""
    with Service() as service, service.client("key", "wrong-marker") as client:
        with pytest.raises(CredentialsError, match="are the API key and its secret right") as caught:
            _ask(client)
        assert caught.value.status == 400
        assert "wrong-marker" not in str(caught.value)
        assert service.count("/apiversion") == 0


def test_a_service_that_cannot_authenticate():
    """Where no token is to be had, the call ends like any other that failed."""
    with Service() as service, service.client(limits=QUICK) as client:
        service.issue = lambda _: {"AuthToken": ""}
        with pytest.raises(ValueError, match="AuthToken: must be a text"):
            _ask(client)
