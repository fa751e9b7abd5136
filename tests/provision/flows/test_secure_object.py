"""The flow of section 4.1: each step once, whenever it is interrupted, and first of all what is wrong."""

import itertools
import json

import pytest

from el2g_killing import MOMENTS, killed_at
from el2g_world import KEY_PAIR, NC12, OTHER_NC12, UIDS
from sealwright.errors import InputError, RequestError, UnavailableError
from sealwright.provision.flows import Rehearsal, SecureObjectFlow, Sender, read_object_request
from sealwright.simulator.el2g import Slip
from services.el2g.document import POLICY
from submitting import client_at_once, names, taking, wrapped

PAIR = {
    "name": "pair",
    "secureObjectType": "KEYPAIR",
    "objectId": "83000008",
    "algorithm": "NIST_P256",
}
ASSIGN = "assign-device-group"
WRITES = (
    f"POST /products/{NC12}/device-groups",
    "POST /rtp/secure-objects",
)


def flow(wanted=None, devices=UIDS[:3], **changes):
    """Return the flow that most tests run."""
    given = {"nc12": NC12, "group": "meters", "devices": devices, "wanted": wanted or wrapped()}
    return SecureObjectFlow.of(**given | changes)


def written(simulator):
    """Return how many requests came in that change something."""
    return sum(count for line, count in simulator.ledger.requests.items() if not line.startswith("GET"))


def state(simulator):
    """Return all that the flow is to bring about."""
    return (
        [group.name for group in simulator.account.groups.values()],
        [device.uid for device in simulator.account.devices.values() if device.group],
        [(each.name, len(each.groups)) for each in simulator.account.objects.values()],
        len(simulator.account.provisionings),
    )


ALL_DONE = (["meters"], list(UIDS[:3]), [("master", 1)], 3)


def test_from_nothing_and_again(simulator, sender, receipts):
    """Each step is told and has its receipt; the second time all is found and nothing is sent."""
    told = []
    assert flow().run(sender, told.append) == []
    assert state(simulator) == ALL_DONE
    assert [each.became for each in told] == ["created", "added", "created", "done"]
    assert [each.action for each in receipts] == [
        "create-device-group",
        "add-devices",
        "create-secure-object",
        "assign-device-group",
    ]
    assert {each.status for each in receipts} == {200, 204}
    assert receipts[2].envelope_sha256 == wrapped().envelope_sha256
    before, told = written(simulator), []
    assert flow().run(sender, told.append) == []
    assert ([each.became for each in told], written(simulator)) == (["found"] * 4, before)
    flow(devices=UIDS[:5]).run(sender)
    assert len([device for device in simulator.account.devices.values() if device.group]) == 5


def test_an_object_that_needs_no_envelope(simulator, sender):
    """Its creation is the body of section 4.1.3.1."""
    wanted = read_object_request(json.dumps(PAIR).encode())
    flow(wanted, devices=[hex(UIDS[0])]).run(sender)
    assert names(simulator) == ["pair"]
    assert len(simulator.account.provisionings) == 1


def test_a_rehearsal(simulator, sender):
    """Every request as it would go out, and nothing is changed; ids to come are in braces."""
    shown, told = [], []
    flow().run(Rehearsal(sender.client, shown.append), told.append)
    assert written(simulator) == 0
    assert [each.became for each in told] == ["not sent"] * 4
    service = sender.client.service
    assert [(each.method, each.url.removeprefix(service)) for each in shown] == [
        ("POST", f"/products/{NC12}/device-groups"),
        ("POST", f"/products/{NC12}/device-groups/{{deviceGroupId}}/devices"),
        ("POST", "/rtp/secure-objects"),
        ("POST", "/rtp/secure-objects/{secureObjectId}/assign-device-group"),
    ]
    assert json.loads(shown[1].body) == {"deviceIds": [str(uid) for uid in UIDS[:3]]}
    assert json.loads(shown[2].body) == wrapped().body
    assert shown[3].body == '{"deviceGroupId":{deviceGroupId}}'
    flow().run(sender)
    again = []
    flow(devices=UIDS[:4]).run(Rehearsal(sender.client, again.append))
    (group,) = simulator.account.groups
    assert [each.url.removeprefix(service) for each in again] == [
        f"/products/{NC12}/device-groups/{group}/devices"
    ]


def test_a_long_rehearsal(sender):
    """A list goes in parts."""
    shown = []
    flow(devices=range(1, 1002)).run(Rehearsal(sender.client, shown.append))
    assert [len(json.loads(each.body)["deviceIds"]) for each in shown[1:4]] == [500, 500, 1]


def test_devices_that_cannot_be_added(simulator, sender):
    """They are named with the reason, and the others have the object all the same."""
    failed = flow(devices=[*UIDS[:2], 77]).run(sender)
    assert [(each.item, each.words) for each in failed] == [("77", "EL2G does not know this device")]
    assert len(simulator.account.provisionings) == 2


def test_a_service_that_fails_between(simulator, sender, receipts):
    """Its error ends the flow, and what was done is found the next time."""
    simulator.disturb("POST */devices:status=503,times=4")
    with pytest.raises(UnavailableError, match="503"):
        flow().run(sender)
    assert [each.action for each in receipts] == ["create-device-group", "add-devices"]
    flow().run(sender)
    assert state(simulator) == ALL_DONE


@pytest.mark.parametrize("end", ["device-groups", "devices", "secure-objects", "assign-device-group"])
def test_lost_answers(simulator, sender, end):
    """Whichever answer is lost, it is looked for or the request is repeated, and each thing is there once."""
    flow().run(Rehearsal(sender.client, lambda _: None))
    usual = simulator.ledger.requests.total() + 4
    simulator.ledger.requests.clear()
    simulator.disturb(f"POST */{end}:lose,times=1")
    assert flow().run(sender) == []
    assert state(simulator) == ALL_DONE
    assert simulator.ledger.requests.total() == usual + 1


def _other_group(client, name="other", nc12=NC12, wanted=None):
    group = client.device_groups.create(nc12=nc12, device_group_name=name)
    if wanted is not None:
        made = client.secure_objects.create_key_pair(**wanted)
        client.secure_objects.assign(secure_object_id=made.id, device_group_id=group.id)
    return group


def test_what_is_wrong_is_found_first(simulator, sender):
    """A product, a policy, a name, an object id of the group: nothing is sent."""
    custom = PAIR | {"policySourceType": "CUSTOM", "policies": {OTHER_NC12: POLICY}}
    _other_group(sender.client, "taken", wanted=KEY_PAIR | {"object_id": "83000010"})
    for _ in range(2):
        _other_group(sender.client, "twice")
    before = written(simulator)
    for wrong, words in (
        (flow(nc12="123456789012"), "the account has no product 123456789012"),
        (flow(read_object_request(json.dumps(custom).encode())), f"has none for product {NC12}"),
        (flow(wrapped("pair", "83000010")), "the name 'pair' is taken by secure object"),
        (flow(group="taken"), "object id 83000010 is taken in device group 'taken' by .* 'pair'"),
        (flow(group="twice"), "'twice' is the name of"),
    ):
        with pytest.raises(InputError, match=words):
            wrong.run(sender)
    assert written(simulator) == before


def test_an_object_id_that_is_none(simulator, sender):
    """What the service tells of another object is irregular at times, and then it is another's."""
    _other_group(sender.client, "meters", wanted=KEY_PAIR)
    (other,) = simulator.account.objects.values()
    for told in ("", "no id"):
        other.oid = told
        shown = []
        flow().run(Rehearsal(sender.client, shown.append))
        assert [each.url.rpartition("/")[2] for each in shown] == ["devices", "secure-objects", ASSIGN]


def test_the_same_object_id_elsewhere(simulator, sender):
    """Another group's object may have it, and a group of this name on another product is another."""
    _other_group(sender.client, wanted=KEY_PAIR | {"object_id": "83000010"})
    _other_group(sender.client, "meters", OTHER_NC12)
    flow().run(sender)
    assert names(simulator) == ["master", "pair"]
    assert len(simulator.account.groups) == 3


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (b"{", InputError, "it is no JSON"),
        (b"[]", InputError, "it is no JSON object"),
        (b'{"format": "another"}', InputError, "it is no file of `sealwright wrap`"),
        (json.dumps(PAIR | {"algorithm": "X"}).encode(), RequestError, "algorithm"),
    ],
)
def test_no_object(text, error, words):
    """What the file holds instead is told."""
    with pytest.raises(error, match=words):
        read_object_request(text)


@pytest.mark.parametrize("slip", Slip)
def test_irregular_answers(slip):
    """However the service writes its answers, what is there is found, and nothing is done twice."""
    simulator = taking(slips=[slip])
    with client_at_once(simulator) as client:
        for _ in range(2):
            assert flow().run(Sender(client)) == []
    assert state(simulator) == ALL_DONE
    assert written(simulator) == 4


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_every_request(moment):
    """After kill -9 at any request the flow is run again, and nothing is created twice."""
    wanted = wrapped()
    for number in itertools.count(1):
        simulator = taking()
        killed = killed_at(simulator, number, moment, lambda client: flow(wanted).run(Sender(client)))
        if not killed:
            break
        assert not killed_at(simulator, 0, moment, lambda client: flow(wanted).run(Sender(client)))
        assert state(simulator) == ALL_DONE
        assert [simulator.ledger.answers[line, 200] for line in WRITES] == [1, 1]
    assert state(simulator) == ALL_DONE
    assert number > 7
