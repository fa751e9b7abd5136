"""Creates whose answer is lost: nothing is made twice, and what nobody can tell is told as that."""

import itertools
import json
import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import structs

from sealwright.errors import UnavailableError
from sealwright.services._each import Fate, fate_of
from sealwright.services._http import Limits, Tally, Timing
from sealwright.services.el2g import EL2G
from sealwright.services.el2g._secure_object import SecureObject
from services.el2g.document import CLAIM_CODE, DEVICE_GROUP, INTERMEDIATE_CA, TABLE, page, secure_object
from services.el2g.playing import Service
from serving import answer, hang_up, reset

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
CREATES = {
    "device_groups create": DEVICE_GROUP,
    "claim_codes create": CLAIM_CODE,
    "intermediate_cas create": INTERMEDIATE_CA,
    "intermediate_cas create_csr": INTERMEDIATE_CA | {"name": "testCSR"},
    **{
        f"secure_objects {line.name}": line.reply
        | {"name": line.arguments["name"], "objectId": line.body["objectId"]}
        for line in TABLE
        if line.name.startswith("create_") and line.group == "secure_objects"
    },
}
REFUSALS = {"401", "403", "409", "422", "429"}
LINES = {f"{line.group} {line.name}": line for line in TABLE}


class World:
    """A service that keeps what it makes, and loses answers by a script: `lose` is told for each create.

    Its clock is another than ours.
    """

    def __init__(self, *lose, made=(), skew=timedelta(hours=5), tells_time=True):
        self.time = 0.0
        self.lose = list(lose)
        self.made = list(made)
        self.late = []
        """What is made and not listed yet; a refusal of its name shows that it is there."""
        self.skew = skew
        self.tells_time = tells_time
        self.lock = threading.Lock()
        self.ids = itertools.count(1)
        self.creates = 0

    def now(self):
        """Return our time."""
        return NOW + timedelta(seconds=self.time)

    def stamp(self, back=0):
        """Return the service's time, some seconds back, as it writes it."""
        moment = self.now() + self.skew - timedelta(seconds=back)
        return {"createdTs": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}

    def sleep(self, seconds):
        """Let time pass."""
        self.time += seconds

    def answer(self, value, status=200):
        """Return an answer with the service's date, where it tells it."""
        date = {"Date": format_datetime(self.now() + self.skew, usegmt=True)} if self.tells_time else {}
        return answer(value, status, **date)

    def create(self, sample):
        """Return what creates something like a sample, unless that is lost."""

        def reply(_heard):
            self.creates += 1
            how = self.lose.pop(0) if self.lose else "made"
            made = {
                **sample,
                "id": next(self.ids),
                "metadata": self.stamp(),
                "resourceMetadata": self.stamp(),
            }
            if how in {"made", "made and lost", "made, 502", "made, HTML"}:
                self.made.append(made)
            if how.startswith("late"):
                self.late.append(made)
            if how in REFUSALS:
                self.made, self.late = self.made + self.late, []
                return answer({"message": "no"}, int(how), Retry_After="0")
            if how == "made":
                return self.answer(made)
            return {
                "502": self.answer({}, 502),
                "made, 502": self.answer({}, 502),
                "late, 502": self.answer({}, 502),
                "made, HTML": self.answer(b"<html>"),
            }.get(how, hang_up)

        return reply

    def list(self, _heard):
        """List all that was made."""
        return self.answer(page("", *self.made))

    def script(self, name, sample):
        """Return the script of a service in which one call creates."""
        line = LINES[name]
        call = EL2G.find(line.group, line.name)
        made, listed = call.wire(call.make(**line.arguments)), call.make(**line.arguments).look_up()
        return {f"POST {made.path}": self.create(sample), f"GET {listed.call.wire(listed).path}": self.list}

    def client(self, service, **limits):
        """Return a client of the service."""
        timing = Timing(monotonic=lambda: self.time, now=self.now, sleep=self.sleep, random=lambda: 0.5)
        return service.client(timing=timing, limits=Limits(**{"backoff": 0.01, "deadline": 60.0, **limits}))


def _create(client, name, **options):
    line = LINES[name]
    return client.send(EL2G.find(line.group, line.name).make(**line.arguments), **options)


@pytest.mark.parametrize("how", ["made and lost", "made, 502", "made, HTML"])
@pytest.mark.parametrize(("name", "sample"), CREATES.items(), ids=CREATES)
def test_made_and_lost(name, sample, how):
    """What was made before its answer was lost is found by its name and returned; it is made once."""
    world = World(how)
    with Service(world.script(name, sample)) as service, world.client(service) as client:
        reply = _create(client, name)
        assert (reply.id, len(world.made), world.creates) == (1, 1, 1)


@pytest.mark.parametrize("how", ["lost", "502"])
def test_lost_and_not_made(how):
    """What was not made is looked for twice, with a pause before each, and then made."""
    world = World(how)
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        tally = Tally()
        assert _create(client, "device_groups create", tally=tally).id == 2
        assert (len(world.made), world.creates) == (1, 2)
        assert tally.sent == 2
        assert [line.partition(" ")[0] for line in service.lines()] == ["POST", "GET", "GET", "POST"]
        assert world.time >= 4


def test_what_was_there_before_does_not_count():
    """An older thing of the same name, by the service's own clock, is not what was just made."""
    world = World("lost", skew=timedelta(days=-400))
    world.made.append({**DEVICE_GROUP, "id": 99, "resourceMetadata": world.stamp(back=60)})
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        assert _create(client, "device_groups create").id == 2


@pytest.mark.parametrize("back", [60, 3600 * 24 * 400])
def test_a_service_that_does_not_tell_the_time(back):
    """Its clock may be behind, and no Date header says by how much: what was made is not made again."""
    world = World("made and lost", skew=-timedelta(seconds=back), tells_time=False)
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        assert _create(client, "device_groups create").id == 1
        assert (len(world.made), world.creates) == (1, 1)
        assert client.now() is None


def test_things_that_only_look_alike():
    """Another name that holds ours, another type, and another object id are other things."""
    name = "secure_objects create_key_pair"
    sample = CREATES[name]
    world = World("lost")
    for other in ({"name": "MyNewObject2"}, {"secureObjectType": "CERTIFICATE"}, {"objectId": "83000009"}):
        world.made.append({**sample, **other, "id": 99, "resourceMetadata": world.stamp()})
    with Service(world.script(name, sample)) as service, world.client(service) as client:
        assert _create(client, name).id == 2


@pytest.mark.parametrize("object_id", ["", "not hex", "8300 0008", None])
def test_an_object_id_that_cannot_be_read(object_id):
    """What is listed under our name with an id that is none is not ours, and ends nothing."""
    request = EL2G.find("secure_objects", "create_key_pair").make(
        name="key", object_id="83000008", algorithm="NIST_P256"
    )
    found = SecureObject(id=1, name="key", secure_object_type="KEYPAIR", object_id=object_id)
    assert not request.has_made(found)
    assert request.has_made(structs.replace(found, object_id="083000008"))
    assert not request.has_made(structs.replace(found, object_id="83000008", name="other"))


def test_several_that_it_could_be():
    """Two new things of one name, or one without a time beside another: nobody can tell which is ours."""
    world = World("made and lost")
    world.made.append({**DEVICE_GROUP, "id": 99, "resourceMetadata": None})
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        with pytest.raises(UnavailableError, match="2 things of this name have been made since") as lost:
            _create(client, "device_groups create")
        assert lost.value.maybe_done
        assert lost.value.correlation == service.heard[0].headers["el2g-correlation-id"]
        assert world.creates == 1


def test_lost_again_and_again():
    """After as many attempts as are allowed the end is said, and that it may still appear."""
    world = World(*["lost"] * 9)
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        with pytest.raises(UnavailableError, match="not found, it may still appear"):
            _create(client, "device_groups create")
        assert world.creates == 4
    world = World(*["lost"] * 9)
    with Service(world.script("device_groups create", DEVICE_GROUP)) as service:
        with world.client(service, deadline=6.0) as client, pytest.raises(UnavailableError, match="appear"):
            _create(client, "device_groups create")
        assert world.creates == 2


@pytest.mark.parametrize("first", ["late", "late, 502"])
@pytest.mark.parametrize("refusal", sorted(REFUSALS))
def test_a_refusal_after_a_lost_one(first, refusal):
    """A second create that is refused, for the first one was done after all: that is what is returned."""
    world = World(first, *[refusal] * 4)
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        assert _create(client, "device_groups create").id == 1
        assert len(world.made) == 1


@pytest.mark.parametrize("first", ["lost", "502"])
@pytest.mark.parametrize("refusal", sorted(REFUSALS))
def test_a_refusal_after_a_lost_one_that_nothing_is_seen_of(first, refusal):
    """It does not tell that nothing was done, and is no end of its own: the first one is what counts."""
    world = World(first, *[refusal] * 4)
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        tally = Tally(7, 7)
        with pytest.raises(UnavailableError, match=f"then el2g .*: {refusal} .*it may still appear") as lost:
            _create(client, "device_groups create", tally=tally)
        assert (lost.value.maybe_done, lost.value.sent) == (True, world.creates)
        assert lost.value.status == (502 if first == "502" else None)
        assert lost.value.correlation == service.heard[0].headers["el2g-correlation-id"]
        assert tally.sent == 7 + world.creates
        assert fate_of(lost.value) is Fate.UNKNOWN


def test_a_repeat_that_does_not_leave():
    """A service that is not to be reached any more has told nothing of the first create either."""
    world = World("lost")
    script = world.script("device_groups create", DEVICE_GROUP)
    looks = []

    def listed(heard):
        looks.append(heard)
        if len(looks) == 2:
            client._channel._pause.extend(1e6)
        return world.list(heard)

    script = {line: (listed if line.startswith("GET") else reply) for line, reply in script.items()}
    with Service(script) as service, world.client(service) as client:
        with pytest.raises(UnavailableError, match=r"then el2g .* asks for a pause.*looked for") as lost:
            _create(client, "device_groups create")
        assert (lost.value.maybe_done, lost.value.sent, lost.value.answered) == (True, 1, 0)


@pytest.mark.parametrize(
    ("listed", "words"),
    [(answer({}, 403), "el2g device-groups list: 403"), (answer({"content": 5}), "content: must be a list")],
    ids=["refused", "no list"],
)
def test_a_list_that_is_lost_too(listed, words):
    """Where it cannot be looked for, that is said, and nothing is sent again."""
    world = World("made and lost")
    script = world.script("device_groups create", DEVICE_GROUP)
    script = {line: (listed if line.startswith("GET") else reply) for line, reply in script.items()}
    with Service(script) as service, world.client(service) as client:
        with pytest.raises(UnavailableError, match=f"could not be looked for: {words}") as lost:
            _create(client, "device_groups create")
        assert lost.value.maybe_done
        assert world.creates == 1


def test_what_was_not_done_is_not_looked_for():
    """A create that was told to wait is repeated by itself, and nobody asks a service that is not there."""
    world = World("429")
    script = world.script("device_groups create", DEVICE_GROUP)
    with Service(script) as service, world.client(service) as client:
        assert _create(client, "device_groups create").id == 2
        assert [line.partition(" ")[0] for line in service.lines()] == ["POST", "POST"]
        world.lose = ["429"] * 9
        with pytest.raises(UnavailableError, match="429"):
            _create(client, "device_groups create")
        assert not any(line.startswith("GET") for line in service.lines())
    with world.client(service) as client, pytest.raises(UnavailableError, match="no connection") as nobody:
        _create(client, "device_groups create")
    assert nobody.value.sent == 0


def test_a_create_that_nothing_lists():
    """A batch of claim codes cannot be looked for by an id that never came: it is told as unknown."""
    line = LINES["claim_codes create_batch"]
    path = (
        EL2G.find("claim_codes", "create_batch")
        .wire(EL2G.find("claim_codes", "create_batch").make(**line.arguments))
        .path
    )
    with Service({f"POST {path}": lambda _: hang_up}) as service, service.client() as client:
        with pytest.raises(UnavailableError, match="it may have been carried out all the same"):
            client.claim_codes.create_batch(**line.arguments)
        assert len(service.heard) == 1


def test_many_creates_under_lost_answers():
    """Hundreds of creates by several threads, one in twenty lost before or after: each is made once."""
    world, dice, made = World(), random.Random(5), Counter()

    def create(heard):
        with world.lock:
            fault = dice.choice(["before", "after", *[""] * 38])
            if fault != "before":
                made[heard.json["name"]] += 1
                sample = secure_object("KEYPAIR", **heard.json, id=made.total())
                world.made.append(sample | {"resourceMetadata": world.stamp()})
            return world.answer(world.made[-1]) if not fault else reset

    def listed(heard):
        name = parse_qs(urlsplit(heard.path).query)["name"][0]
        with world.lock:
            return world.answer(page("", *[each for each in world.made if name in each["name"]]))

    script = {"POST /rtp/secure-objects": create, "GET /rtp/secure-objects": listed}
    call = EL2G.find("secure_objects", "create_key_pair")
    replies = []

    def work(client, start):
        for number in range(start, 400, 4):
            request = call.make(name=f"key {number}", object_id="83000008", algorithm="NIST_P256")
            replies.append((f"key {number}", client.send(request)))

    with Service(script) as service, world.client(service, deadline=1e6) as client:
        threads = [threading.Thread(target=work, args=(client, start)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(line.startswith("GET") for line in service.lines()) > 0
    assert made == Counter(f"key {number}" for number in range(400))
    assert len(replies) == 400
    assert all(reply.name == name for name, reply in replies)
    assert json.dumps(sorted(name for name, _ in replies)) == json.dumps(sorted(made))
