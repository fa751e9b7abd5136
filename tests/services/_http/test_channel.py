"""A channel: attempts, pauses, credentials, and what is told of a call that failed."""

import copy
import logging
import pickle
import threading
import time
from contextlib import suppress

import pytest

from asking import ASK, QUICK, FakeTime, body_of, channel
from sealwright.errors import CredentialsError, InputError, RefusedError, ServiceError, UnavailableError
from sealwright.secret import Secret
from sealwright.services._http import Limits, Tally, Trail
from sealwright.services._retry import Retry
from serving import Server, answer, hang_up, reset

OK = answer({"fine": True})


def _cut(connection):
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{"a": 1}')
    connection.close()


def _cut_chunk(connection):
    connection.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"a": 1}\r\n')
    connection.close()


def _not_json(answer):
    if not answer.body.reveal().startswith(b"{"):
        raise ValueError("not JSON")
    return answer.body.reveal()


FAULTS = {
    "500": answer(status=500),
    "502": answer(status=502),
    "503": answer(status=503),
    "504": answer(status=504),
    "reset": reset,
    "hang up": hang_up,
    "cut body": _cut,
    "cut chunk": _cut_chunk,
    "HTML with 200": answer(b"<html>"),
    "not HTTP": b"SSH-2.0-x\r\n\r\n",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("retry", Retry)
def test_faults(fault, retry):
    """Reads and changes that may be repeated are; the others only where nothing can have happened."""
    again = retry in {Retry.READ, Retry.IDEMPOTENT} or (
        retry is Retry.E2E_GET and fault in {FAULTS["502"], FAULTS["503"]}
    )
    with Server([fault, fault, OK]) as server, channel(server) as open_channel:
        tally = Tally()
        if again:
            body = open_channel.exchange(ASK._replace(retry=retry), _not_json, tally=tally)
            assert body == b'{"fine": true}'
            assert len(server.heard) == tally.sent == 3
        else:
            with pytest.raises(UnavailableError) as caught:
                open_channel.exchange(ASK._replace(retry=retry), _not_json, tally=tally)
            assert len(server.heard) == tally.sent == caught.value.sent == 1
        answered = isinstance(fault, bytes) and not fault.startswith(b"SSH")
        assert tally.answered == (tally.sent if answered else tally.sent - 2 if again else 0)


def test_a_trail_knows_the_last_answer():
    """Its status, and the id of the request: ours where the service tells none."""
    answers = [answer({}, 404, X_Request_Id="id-7"), answer({"fine": True}), hang_up]
    outgoing = ASK._replace(retry=Retry.CREATE, correlation="ours")
    with Server(lambda _: answers.pop(0)) as server, channel(server) as open_channel:
        trail = Trail()
        with pytest.raises(RefusedError):
            open_channel.exchange(outgoing, _not_json, tally=trail)
        assert (trail.status, trail.correlation) == (404, "id-7")
        open_channel.exchange(outgoing, _not_json, tally=trail)
        assert (trail.status, trail.correlation) == (200, "ours")
        with pytest.raises(UnavailableError):
            open_channel.exchange(outgoing, _not_json, tally=trail)
        assert (trail.status, trail.correlation) == (None, "ours")


def test_an_error_speaks_of_its_own_call():
    """One tally may count several calls, even at a time; what becomes of one is nothing to another."""
    answers = [hang_up, answer({}, 404)]
    ask = ASK._replace(retry=Retry.CREATE)
    tally = Tally()

    def reply(_heard):
        tally.sent += 1  # by a call of another thread that is under way
        return answers.pop(0)

    with Server(reply) as server:
        with channel(server) as open_channel:
            with pytest.raises(UnavailableError, match="carried out all the same") as lost:
                open_channel.exchange(ask, body_of, tally=tally)
            with pytest.raises(RefusedError) as refused:
                open_channel.exchange(ask, body_of, tally=tally)
    with channel(server) as open_channel, pytest.raises(UnavailableError) as nobody:
        open_channel.exchange(ask, body_of, tally=tally)
    told = [(each.value.sent, each.value.answered, each.value.maybe_done) for each in (lost, refused, nobody)]
    assert told == [(1, 0, True), (1, 1, False), (0, 0, False)]
    assert not any("carried out" in str(each.value) for each in (refused, nobody))
    assert tally == Tally(4, 1)


def test_four_attempts():
    """After four attempts the last fault is told, with the number of attempts and the service's id."""
    fault = answer({"message": "busy"}, 503, X_Request_Id="id-7")
    with Server(fault) as server, channel(server) as open_channel:
        with pytest.raises(
            UnavailableError, match=r"a call: 503 .*: busy \(4 attempts in 0\.\d s\)"
        ) as caught:
            open_channel.exchange(ASK, body_of)
        assert len(server.heard) == 4
    assert (caught.value.status, caught.value.correlation, caught.value.maybe_done) == (503, "id-7", False)
    assert "id-7" in str(caught.value)


def test_an_id_of_our_own():
    """Where the service names no id of a request, errors name the one that we gave it."""
    ask = ASK._replace(correlation="ours-1")
    for fault, told in (
        (answer(status=400), "ours-1"),
        (answer(status=400, X_Request_Id="theirs"), "theirs"),
    ):
        with Server(fault) as server, channel(server) as open_channel:
            with pytest.raises(RefusedError, match=f"id of it: {told}") as caught:
                open_channel.exchange(ask, body_of)
            assert caught.value.correlation == told


def test_what_goes_over_the_wire():
    """The request has its path below the prefix, its body, and headers that ask for no compression."""
    ask = ASK._replace(query={"a": "b c"}, headers=(("X-Y", "z"),))
    with Server(OK) as server, channel(server) as open_channel:
        assert open_channel.exchange(ask, body_of) == b'{"fine": true}'
        open_channel.exchange(ask._replace(body=None, method="GET"), body_of)
    first, second = server.heard
    assert (first.method, first.path, first.json) == ("POST", "/v1/call?a=b+c", {"a": 1})
    assert first.headers["accept-encoding"] == "identity"
    assert first.headers["content-type"] == first.headers["accept"] == "application/json"
    assert first.headers["x-y"] == "z"
    assert (second.method, second.body) == ("GET", b"")
    assert "content-type" not in second.headers


def test_no_connection():
    """A refused connection is no request: even a create is tried again, and nothing may have happened."""
    with Server(OK) as server:
        url = server.url
    tally = Tally()
    with channel(url) as open_channel:
        with pytest.raises(UnavailableError, match="Connection refused") as caught:
            open_channel.exchange(ASK._replace(retry=Retry.CREATE), body_of, tally=tally)
    assert (tally.sent, caught.value.sent, caught.value.maybe_done) == (0, 0, False)
    assert "4 attempts" in str(caught.value)


def test_a_name_that_is_nobody():
    """A name without an address is no request either."""
    with channel("https://nobody.invalid") as open_channel, pytest.raises(UnavailableError) as caught:
        open_channel.exchange(ASK, body_of)
    assert caught.value.sent == 0


@pytest.mark.parametrize("retry", Retry)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("Thu, 01 Jan 2026 00:00:05 GMT", 5.0),
        ("10", 10.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", None),
        ("", None),
    ],
)
def test_429(retry, header, seconds):
    """After 429 every class of call waits as long as it was asked to, or as it would by itself."""
    fake = FakeTime()
    limits = Limits(backoff=1.0)
    fault = answer(status=429, Retry_After=header)
    with Server([fault, OK]) as server, channel(server, limits, timing=fake.timing) as open_channel:
        open_channel.exchange(ASK._replace(retry=retry), body_of)
    assert fake.slept == [seconds or 0.5]


@pytest.mark.parametrize(("asked", "most"), [("1000000000", 120.0), ("200", 120.0), ("119", 119.0)])
def test_no_pause_is_longer_than_two_minutes(asked, most):
    """A huge Retry-After is cut to two minutes, to which jitter is added."""
    fake = FakeTime(chance=0.5)
    with Server([answer(status=429, Retry_After=asked), OK]) as server:
        with channel(server, Limits(deadline=1000), timing=fake.timing) as open_channel:
            open_channel.exchange(ASK, body_of)
    assert fake.slept == [most + 0.5]


def test_a_pause_beyond_the_deadline():
    """Who cannot wait as long as asked gives up at once, and says how long it would have been."""
    fake = FakeTime()
    with Server(answer(status=429, Retry_After="90")) as server:
        with channel(server, Limits(deadline=60), timing=fake.timing) as open_channel:
            with pytest.raises(UnavailableError, match="asks for a pause of 90 s"):
                open_channel.exchange(ASK, body_of)
            with pytest.raises(
                UnavailableError, match="asks for a pause of 90 s, beyond the deadline"
            ) as caught:
                open_channel.exchange(ASK, body_of)
        assert caught.value.sent == 0
        assert len(server.heard) == 1
    assert fake.slept == []


def test_the_whole_client_pauses():
    """Once one thread was told to wait, no thread sends anything before the time."""
    told = answer(status=429, Retry_After="1")
    first = threading.Event()

    def script(_):
        if first.is_set():
            return OK
        first.set()
        return told

    with Server(script) as server, channel(server, Limits(concurrency=4)) as open_channel:
        threads = [threading.Thread(target=open_channel.exchange, args=(ASK, body_of)) for _ in range(12)]
        threads[0].start()
        first.wait(10)
        time.sleep(0.1)
        for thread in threads[1:]:
            thread.start()
        for thread in threads:
            thread.join()
    asked, *later = [heard.at for heard in server.heard]
    assert len(later) == 12
    assert min(later) - asked >= 1.0


def test_slots_are_given_back_when_a_pause_begins():
    """A thread that got its slot and finds a pause lets go of it and waits again."""
    fake = FakeTime()
    with Server([OK]) as server, channel(server, Limits(concurrency=1), timing=fake.timing) as open_channel:
        real = open_channel._slots.acquire

        def acquire(**options):
            if not fake.slept:
                open_channel._pause.extend(5)
            return real(**options)

        open_channel._slots.acquire = acquire
        open_channel.exchange(ASK, body_of)
    assert fake.slept == [5]


def test_backoff():
    """The waits double, up to eight seconds, and a part of each is chance."""
    for chance, expected in ((0.0, [1, 2, 4, 4, 4]), (1.0, [2, 4, 8, 8, 8])):
        fake = FakeTime(chance)
        limits = Limits(attempts=6, backoff=2.0)
        with (
            Server(answer(status=500)) as server,
            channel(server, limits, timing=fake.timing) as open_channel,
        ):
            with pytest.raises(UnavailableError):
                open_channel.exchange(ASK, body_of)
        assert fake.slept == expected


def test_one_deadline_over_all_attempts():
    """No attempt begins that could only be waited for beyond the deadline."""
    fake = FakeTime()
    with Server(answer(status=500)) as server:
        with channel(server, Limits(deadline=2.0, backoff=2.0), timing=fake.timing) as open_channel:
            with pytest.raises(UnavailableError, match=r"2 attempts in 1\.0 s"):
                open_channel.exchange(ASK, body_of)
        assert len(server.heard) == 2


def test_within():
    """A caller with little time left shortens the deadline, and cannot lengthen it."""
    fake = FakeTime()
    with Server(answer(status=500)) as server:
        with channel(server, Limits(deadline=2.0, backoff=2.0), timing=fake.timing) as open_channel:
            for within, often in ((0.5, 1), (100.0, 2)):
                server.heard.clear()
                with pytest.raises(UnavailableError):
                    open_channel.exchange(ASK, body_of, within=within)
                assert len(server.heard) == often


def test_the_quota_of_repeats():
    """A service that keeps failing gets no more repeats than its successes have earned."""
    fake = FakeTime()
    with Server(lambda heard: OK if heard.json == {"ok": 1} else answer(status=500)) as server:
        with channel(server, Limits(repeats=4), timing=fake.timing) as open_channel:

            def heard_of(ask):
                server.heard.clear()
                with suppress(UnavailableError):
                    open_channel.exchange(ask, body_of)
                return len(server.heard)

            assert [heard_of(ASK) for _ in range(3)] == [4, 2, 1]
            assert heard_of(ASK._replace(body=Secret(b'{"ok": 1}'))) == 1
            assert [heard_of(ASK) for _ in range(2)] == [2, 1]


def test_concurrency():
    """No more requests are on their way at once than allowed, however many threads ask."""
    now, most, lock = [0], [0], threading.Lock()

    def slow(connection):
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        connection.sendall(OK)

    def script(_):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        return slow

    with Server(script) as server, channel(server, Limits(concurrency=3)) as open_channel:
        threads = [threading.Thread(target=open_channel.exchange, args=(ASK, body_of)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(server.heard) == 20
    assert most[0] == 3


def test_a_turn_that_does_not_come():
    """Who waits for a slot until the deadline has sent nothing."""
    with Server(OK) as server, channel(server, Limits(concurrency=1, deadline=0.1)) as open_channel:
        open_channel._slots.acquire()
        with pytest.raises(UnavailableError, match="its turn did not come") as caught:
            open_channel.exchange(ASK, body_of)
        with pytest.raises(UnavailableError, match="its turn did not come"):
            open_channel.exchange(ASK, body_of, within=-1.0)
        assert (caught.value.sent, server.heard) == (0, [])
        open_channel._slots.release()


class Shown:
    """Credentials to show one after the other."""

    def __init__(self, *values):
        self.values = list(values)
        self.refusals = []
        self.taken = []

    @property
    def secrets(self):
        """Return what no error may repeat."""
        return [Secret(b"marker-kept")]

    def headers(self, within):
        """Return the first that is left."""
        assert within > 0
        return {"Authorization": Secret(self.values[0].encode())}

    def accepted(self, shown):
        """Note which were taken."""
        self.taken.append(shown["Authorization"].reveal())

    def refused(self, shown, within):
        """Go on to the next."""
        assert within > 0
        self.refusals.append(shown["Authorization"].reveal())
        if len(self.values) > 1:
            self.values.pop(0)
            return True
        return False


def _only(value):
    return lambda heard: OK if heard.headers["authorization"] == value else answer({"message": "who?"}, 401)


def test_credentials_are_shown():
    """Credentials go with each request of theirs, and with no other."""
    with Server(_only("good")) as server, channel(server) as open_channel:
        open_channel.exchange(ASK, body_of, credentials=Shown("good"))
        assert "authorization" in server.heard[0].headers
        with Server(OK) as other, channel(other) as another:
            another.exchange(ASK, body_of)
            assert "authorization" not in other.heard[0].headers


@pytest.mark.parametrize("retry", Retry)
def test_other_credentials_after_401(retry):
    """A 401 means that nothing was done, so every call is sent again with others, outside of its attempts."""
    with Server(_only("good")) as server, channel(server, Limits(attempts=1)) as open_channel:
        shown = Shown("old", "good")
        tally = Tally()
        assert open_channel.exchange(ASK._replace(retry=retry), body_of, credentials=shown, tally=tally)
        assert (shown.refusals, shown.taken) == ([b"old"], [b"good"])
        assert tally == Tally(2, 2)


def test_no_credentials_are_taken():
    """After three others the refusal is final: one error, and no endless asking."""
    with Server(_only("good")) as server, channel(server) as open_channel:
        with pytest.raises(CredentialsError, match="401 Unauthorized: who") as caught:
            open_channel.exchange(ASK, body_of, credentials=Shown("a", "b", "c", "d", "e"))
        assert len(server.heard) == 4
        assert caught.value.status == 401
        with pytest.raises(CredentialsError):
            open_channel.exchange(ASK, body_of, credentials=Shown("a"))
        assert len(server.heard) == 5


@pytest.mark.parametrize(
    ("status", "error"), [(403, CredentialsError), (400, RefusedError), (404, RefusedError)]
)
def test_a_no_is_final(status, error):
    """What the service refuses is not asked again."""
    with Server(answer({"Message": "no"}, status)) as server, channel(server) as open_channel:
        with pytest.raises(error, match=f"a call: {status} .*: no$"):
            open_channel.exchange(ASK, body_of, credentials=Shown("good"))
        assert len(server.heard) == 1


def test_an_error_that_repeats_what_is_kept(caplog):
    """A service's error text is cleaned of everything in confidence: sent, shown or kept."""
    said = answer({"message": "marker-kept marker-shown marker-body fine"}, 400)
    ask = ASK._replace(secrets=(Secret(b"marker-body"),))
    with caplog.at_level(logging.DEBUG), Server(said) as server, channel(server) as open_channel:
        with pytest.raises(RefusedError, match=r": <secret> <secret> <secret> fine$"):
            open_channel.exchange(ask, body_of, credentials=Shown("Bearer marker-shown"))
    assert "marker" not in caplog.text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["host", "port", "scheme", "prefix"])
def test_redirects_take_no_credentials_along(status, where):
    """A redirect to another host, port, scheme or path: no request and no secret arrives there."""
    with Server(OK, host="127.0.0.2") as other, Server(OK) as neighbour:
        targets = {
            "host": f"{other.url}/call",
            "port": f"{neighbour.url}/call",
            "scheme": f"{other.url}/call".replace("http:", "https:"),
            "prefix": "/elsewhere",
        }
        with (
            Server(answer(status=status, Location=targets[where])) as server,
            channel(server) as open_channel,
        ):
            with pytest.raises(ServiceError, match="a redirect"):
                open_channel.exchange(ASK, body_of, credentials=Shown("marker-credential"))
            assert len(server.heard) == 1
        assert other.heard == neighbour.heard == []


def test_an_absolute_link_is_no_path():
    """A link that an answer names cannot be called: a call has a path below the service, nothing else."""
    with Server(OK, host="127.0.0.2") as other, Server(OK) as server, channel(server) as open_channel:
        for link in (f"{other.url}/next", f"//{other.host}:{other.port}/next", "/../next", "next"):
            with pytest.raises(InputError, match="plain and absolute"):
                open_channel.exchange(
                    ASK._replace(path=link), body_of, credentials=Shown("marker-credential")
                )
        assert server.heard == other.heard == []


def test_cookies_are_not_kept():
    """What one answer sets, no later request shows."""
    with Server(answer({}, Set_Cookie="session=marker")) as server, channel(server) as open_channel:
        for _ in range(2):
            open_channel.exchange(ASK, body_of)
        assert all("cookie" not in heard.headers for heard in server.heard)


def test_a_closed_channel():
    """A closed channel sends nothing."""
    with Server(OK) as server:
        with channel(server) as open_channel:
            open_channel.exchange(ASK, body_of)
        with pytest.raises(ServiceError, match="the client is closed"):
            open_channel.exchange(ASK, body_of)
        assert len(server.heard) == 1


@pytest.mark.parametrize("again", [pickle.dumps, copy.copy, copy.deepcopy])
def test_not_pickled(again):
    """A channel does not cross to another process."""
    with channel("https://127.0.0.1") as open_channel, pytest.raises(TypeError, match="not pickled"):
        again(open_channel)


def test_an_interrupt_counts_as_sent():
    """A request that Ctrl-C breaks off stays counted as sent and unanswered, and its slot is free again."""

    def script(_):
        raise KeyboardInterrupt

    class Interrupted:
        def handle_request(self, _):
            raise KeyboardInterrupt

        def close(self):
            """Nothing to close."""

    tally = Tally()
    with channel("https://127.0.0.1", Limits(concurrency=1), transport=Interrupted()) as open_channel:
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                open_channel.exchange(ASK, body_of, tally=tally)
    assert tally == Tally(2, 0)


def test_logging(caplog):
    """The log names the call and what became of it; neither URL, body, query nor credentials."""
    ask = ASK._replace(query={"q": "marker-query"}, body=Secret(b'{"a":"marker-body"}'), path="/marker-path")
    with (
        caplog.at_level(logging.DEBUG),
        Server([answer({"k": "marker-answer"}, 503), answer({"k": "marker-answer"})]) as server,
    ):
        with channel(server, QUICK) as open_channel:
            open_channel.exchange(ask, body_of, credentials=Shown("marker-credential"))
    ours = [record.getMessage() for record in caplog.records if record.name == "sealwright.services"]
    assert ours == ["a call: attempt 1: 503 Service Unavailable", "a call: attempt 2: 200"]
    assert "marker" not in caplog.text
