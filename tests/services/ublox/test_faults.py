"""A service that fails all the time: nothing is lost, nothing is done twice, nothing is another device's."""

import itertools
import os
import random
import threading
from collections import Counter

import pytest

from sealwright.errors import ReplyError, SealwrightError, ServiceError
from sealwright.services._http import Limits, Tally
from sealwright.services.ublox import UBLOX
from services.ublox.document import REPLIES
from services.ublox.playing import Service
from serving import answer, hang_up, reset

FAULTS = 10_000 if os.environ.get("SEALWRIGHT_SCALE") == "long" else 1_000
THREADS = 16

KEYS = "/e2e/downlink/integrityparameters/get"
SHOW = "/device/provisioning/get"
CREATE = "/tag/create"


def _cut(whole):
    def cut(connection):
        connection.sendall(whole[:-3])
        hang_up(connection)

    return cut


BEFORE = {
    "429": answer(status=429),
    "429 with a pause": answer(status=429, Retry_After="0"),
    "502": answer(status=502),
    "503": answer(status=503),
    "401": answer({"message": "Unauthorized"}, 401),
}
"""The service refuses before it has done anything."""
INSTEAD = {"500": answer(status=500), "504": answer(status=504), "reset": reset, "hang up": hang_up}
"""Nobody can tell whether the service has done it; here it has not."""
AFTER = {"reset", "hang up", "cut", "HTML", "not JSON"}
"""The service has done it, and the answer is lost."""


KINDS = ["wrong device", *BEFORE, *INSTEAD, *(f"after: {each}" for each in AFTER)]
"""The first makes no sense for a tag, whose reply names none."""


class Weather:
    """A service that does what it is asked, between faults, and remembers what it has done."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.faults = Counter()
        self.done = Counter()
        self.left = {}
        self.lock = threading.Lock()

    def reply(self, heard):
        """Answer a call; the service takes one at a time."""
        path = heard.path.removeprefix("/v1")
        name = (path, *sorted((key, str(value)) for key, value in heard.json.items()))
        with self.lock:
            whole = answer(self._do(path, heard.json))
            if self.left.setdefault(name, self.random.choice((0, 1, 1, 2, 3))) == 0:
                self.done[name] += 1
                return whole
            self.left[name] -= 1
            return self._fault(name, whole)

    def _fault(self, name, whole):
        kind = self.random.choice(KINDS if name[0] != CREATE else KINDS[1:])
        self.faults[kind] += 1
        if kind in BEFORE:
            return BEFORE[kind]
        if kind in INSTEAD:
            return INSTEAD[kind]
        if kind == "wrong device":
            self.done[name] += 1
            return answer(self._do(KEYS, {"ROTPublicUID": "ffffffffffffffff"}))
        self.done[name] += 1
        after = kind.removeprefix("after: ")
        return {"cut": _cut(whole), "HTML": answer(b"<html>"), "not JSON": answer(b"{")}.get(
            after
        ) or INSTEAD[after]

    @staticmethod
    def _do(path, body):
        if path == KEYS:
            return REPLIES[KEYS] | {"ROTPublicUID": body["ROTPublicUID"]}
        return [{"ROTPublicUID": body["ROTPublicUIDs"][0]}] if path == SHOW else {"message": body["TagName"]}


def _arguments(path, number):
    uid = f"{number:016x}"
    return {KEYS: {"rot_public_uid": uid}, SHOW: {"rot_public_uids": [uid]}, CREATE: {"tag_name": uid}}[path]


def _is_right(path, number, reply):
    uid = f"{number:016x}"
    return (
        uid
        == {
            KEYS: lambda: reply.rot_public_uid,
            SHOW: lambda: reply[0].rot_public_uid,
            CREATE: lambda: reply.message,
        }[path]()
    )


def _run(weather, client, numbers, found):
    """Call until there were enough faults; keep every end."""
    while sum(weather.faults.values()) < FAULTS:
        number = next(numbers)
        for path in (KEYS, SHOW, CREATE):
            (call,) = UBLOX.at("POST", path)
            tally = Tally()
            try:
                reply = client.send(call.make(**_arguments(path, number)), tally=tally)
            except Exception as problem:  # noqa: BLE001 - foreign ones are what is looked for
                found.append((path, number, problem, tally))
            else:
                found.append((path, number, _is_right(path, number, reply), tally))


@pytest.fixture(scope="module")
def run():
    """Run the faults once; return the weather and how every call ended."""
    weather, found, numbers = Weather(1), [], itertools.count()
    limits = Limits(backoff=0.001, repeats=10**9, concurrency=THREADS)
    with Service() as service:
        service.accepts = lambda _: True
        service.issue = lambda number: {"AuthToken": f"token-{number}", "RefreshToken": "r"}
        service.replies = dict.fromkeys((KEYS, SHOW, CREATE), weather.reply)
        with service.client(limits=limits) as client:
            threads = [
                threading.Thread(target=_run, args=(weather, client, numbers, found)) for _ in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    return weather, found


def _ends(run, path):
    return [(number, end, tally) for each, number, end, tally in run[1] if each == path]


def test_there_were_faults_of_every_kind(run):
    """The run saw what it was to see."""
    weather, _ = run
    assert sum(weather.faults.values()) >= FAULTS
    assert set(weather.faults) == set(KINDS)


def test_no_foreign_exception(run):
    """Every call ended with its own reply, or with an error of ours."""
    for _, _, end, _ in run[1]:
        assert end is True or isinstance(end, SealwrightError), end


def test_nothing_is_lost(run):
    """Every read got its answer in the end, unless the answer was another device's and was refused."""
    for _, end, _ in _ends(run, SHOW):
        assert end is True or isinstance(end, ReplyError), end


def test_nothing_is_another_devices(run):
    """No call returned what belongs to another device."""
    assert not [end for _, _, end, _ in run[1] if end is False]


def test_nothing_is_created_twice(run):
    """A tag is created once at most; where it was and the answer was lost, the error says so."""
    weather, _ = run
    for number, end, tally in _ends(run, CREATE):
        done = weather.done[CREATE, ("TagName", f"{number:016x}")]
        assert done <= 1
        if end is True:
            assert done == 1
        elif done and isinstance(end, ServiceError):
            assert end.maybe_done or end.status == 200
        assert (tally.sent, tally.answered) == (tally.sent, min(tally.answered, tally.sent))


def test_no_key_is_paid_for_twice_unnoticed(run):
    """A key whose answer was lost is not asked for again, and the error says that it may be paid."""
    weather, _ = run
    for number, end, tally in _ends(run, KEYS):
        done = weather.done[KEYS, ("ROTPublicUID", f"{number:016x}")]
        assert done <= 1
        if isinstance(end, ServiceError) and done:
            assert end.maybe_done or end.status == 200
            assert tally.sent > tally.answered or end.status == 200
