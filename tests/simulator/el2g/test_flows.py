"""What the service does with calls, as its document tells it: the two flows, limits, refusals, and time."""

import pytest

from el2g_world import KEY_PAIR, NC12, OTHER_NC12, UIDS
from sealwright.errors import RefusedError
from sealwright.services._each import Fate
from services.el2g.document import POLICY


def states(client, uid=UIDS[0]):
    """Return the states of a device's provisionings."""
    return [each.provisioning_state for each in client.provisionings.of_device_all(device_id=uid)]


def test_the_first_flow(simulator, client, group):
    """Section 4.1: a group, devices, objects, an assignment; each is generated and provisioned in time."""
    client.device_groups.add_devices(**group, device_ids=UIDS[:2])
    pair = client.secure_objects.create_key_pair(**KEY_PAIR)
    late = client.secure_objects.create_key_pair(
        name="late", object_id="8300000A", algorithm="NIST_P256", generate_on_device_connection=True
    )
    for each in (pair, late):
        client.secure_objects.assign(secure_object_id=each.id, device_group_id=group["device_group_id"])
    assert states(client) == ["GENERATION_TRIGGERED", "GENERATION_ON_CONNECTION"]
    simulator.clock.advance(5)
    assert states(client) == ["GENERATION_COMPLETED", "GENERATION_ON_CONNECTION"]
    assert simulator.connect(UIDS[0]) == ["pair"]
    assert states(client) == ["PROVISIONING_COMPLETED", "GENERATION_TRIGGERED"]
    simulator.clock.advance(5)
    assert simulator.connect(UIDS[0]) == ["pair", "late"]
    assert states(client, UIDS[1]) == ["GENERATION_COMPLETED", "GENERATION_ON_CONNECTION"]
    shown = client.secure_objects.get(secure_object_id=pair.id)
    assert (shown.device_group_count, shown.provisioning_count, shown.downloaded_count) == (1, 2, 1)
    done = client.provisionings.of_object(
        secure_object_id=pair.id, provisioning_state="PROVISIONING_COMPLETED"
    )
    assert [each.device_id for each in done.content] == [str(UIDS[0])]


def test_a_device_that_fails(simulator, client, group):
    """What is generated for such a device fails, and stays so: it never has the object."""
    simulator.account.devices[UIDS[0]].fails = True
    client.device_groups.add_devices(**group, device_ids=UIDS[:2])
    pair = client.secure_objects.create_key_pair(**KEY_PAIR)
    client.secure_objects.assign(secure_object_id=pair.id, device_group_id=group["device_group_id"])
    simulator.clock.advance(5)
    assert states(client) == ["GENERATION_FAILED"]
    assert [simulator.connect(uid) for uid in UIDS[:2]] == [[], ["pair"]]
    assert states(client) == ["PROVISIONING_FAILED"]
    assert states(client, UIDS[1]) == ["PROVISIONING_COMPLETED"]
    shown = client.secure_objects.get(secure_object_id=pair.id)
    assert (shown.provisioning_count, shown.downloaded_count) == (2, 1)


def test_devices_that_cannot_be_added(simulator, client, group):
    """Devices that NXP does not know, or that are elsewhere, are named, and the others are added."""
    other = client.device_groups.create(nc12=NC12, device_group_name="other")
    client.device_groups.add_devices(nc12=NC12, device_group_id=int(other.id), device_ids=UIDS[:1])
    answers = list(client.device_groups.add_devices_each(**group, device_ids=[5, *UIDS[:4]]))
    assert {each.item: each.words for each in answers if each.fate is Fate.FAILED} == {
        "5": "EL2G does not know this device",
        str(UIDS[0]): f"the device is in device group {other.id}",
    }
    assert {int(each.device.id) for each in client.device_groups.devices_all(**group)} == set(UIDS[1:4])
    client.device_groups.add_devices(**group, device_ids=UIDS[1:3])
    assert client.device_groups.get(**group).device_count == 3
    simulator.register([77], None)
    told = list(client.device_groups.register_devices_each(**group, device_ids=[77]))
    assert told[0].fate is Fate.DONE
    assert client.jobs.get(job_id=told[0].reply.job_id).provisioned_percentage == 0
    simulator.clock.advance(10)
    assert client.wait_for_job(job_id=told[0].reply.job_id).state == "JOB_COMPLETED_SUCCESSFULLY"


def test_leaving_a_group(client, group):
    """Devices leave one by one, each with its answer, or all at once; only then can a group go."""
    client.device_groups.add_devices(**group, device_ids=UIDS[:3])
    answers = list(client.device_groups.unclaim_devices_each(**group, device_ids=[*UIDS[:1], UIDS[9]]))
    assert [each.fate for each in answers] == [Fate.DONE, Fate.FAILED]
    with pytest.raises(RefusedError, match=r"409 .*has devices, services or claim codes"):
        client.device_groups.delete(**group)
    assert client.device_groups.unclaim_all(**group) is None
    assert list(client.device_groups.devices_all(**group)) == []
    client.device_groups.update(**group, device_group_name="renamed")
    assert client.device_groups.get(**group).device_group_name == "renamed"
    client.device_groups.delete(**group)
    with pytest.raises(RefusedError, match=r"404 .*Device group with id .* not found"):
        client.device_groups.get(**group)


def test_what_goes_with_a_device_or_an_object(simulator, client, group):
    """Provisionings end where a device leaves its group, or the group's object is taken from it."""
    client.device_groups.add_devices(**group, device_ids=UIDS[:3])
    number = group["device_group_id"]
    first = client.secure_objects.create_key_pair(**KEY_PAIR)
    second = client.secure_objects.create_key_pair(**KEY_PAIR | {"name": "b", "object_id": "8300000A"})
    for each in (first, second):
        client.secure_objects.assign(secure_object_id=each.id, device_group_id=number)

    def counts():
        shown = [client.secure_objects.get(secure_object_id=each.id) for each in (first, second)]
        have = {
            each.device.id: [one["secureObjectName"] for one in each.provisionings]
            for each in client.device_groups.devices_all(**group)
        }
        return [each.provisioning_count for each in shown], have

    assert counts() == ([3, 3], {str(uid): ["pair", "b"] for uid in UIDS[:3]})
    client.device_groups.unclaim_devices(**group, device_ids=UIDS[:1] * 2)
    assert counts() == ([2, 2], {str(uid): ["pair", "b"] for uid in UIDS[1:3]})
    client.secure_objects.unassign_groups(secure_object_id=first.id, device_group_ids=[number])
    assert counts() == ([0, 2], {str(uid): ["b"] for uid in UIDS[1:3]})
    client.device_groups.add_devices(**group, device_ids=UIDS[:1])
    assert counts() == ([0, 3], {str(uid): ["b"] for uid in (*UIDS[1:3], UIDS[0])})
    client.device_groups.unclaim_all(**group)
    assert counts() == ([0, 0], {})
    assert simulator.account.provisionings == {}


def test_assignments(client, group):
    """The same object id twice, a product without a policy, and what is assigned or used are refused."""
    number = group["device_group_id"]
    pair = client.secure_objects.create_key_pair(**KEY_PAIR)
    twin = client.secure_objects.create_key_pair(**KEY_PAIR | {"name": "twin"})
    custom = client.secure_objects.create_key_pair(
        name="custom",
        object_id="8300000C",
        algorithm="NIST_P256",
        policy_source_type="CUSTOM",
        policies={OTHER_NC12: POLICY},
    )
    client.secure_objects.assign(secure_object_id=pair.id, device_group_id=number)
    client.secure_objects.assign(secure_object_id=pair.id, device_group_id=number)
    with pytest.raises(RefusedError, match="Object id 83000008 is taken"):
        client.secure_objects.assign(secure_object_id=twin.id, device_group_id=number)
    with pytest.raises(RefusedError, match=f"no policy for product {NC12}"):
        client.secure_objects.assign(secure_object_id=custom.id, device_group_id=number)
    assert client.secure_objects.available(device_group_id=number) == []
    assert client.secure_objects.available_groups(secure_object_id=twin.id) == []
    client.secure_objects.update(secure_object_id=custom.id, policies={NC12: POLICY})
    assert [each.name for each in client.secure_objects.available(device_group_id=number)] == ["custom"]
    assert [each.id for each in client.secure_objects.available_groups(secure_object_id=custom.id)] == [
        number
    ]
    with pytest.raises(RefusedError, match="created with default policies"):
        client.secure_objects.update(secure_object_id=pair.id, policies={NC12: POLICY})
    (mine,) = client.secure_objects.policies_all(secure_object_id=pair.id)
    assert mine.secure_object_policy_configuration.policy_source_type == "DEFAULT"
    (theirs,) = client.secure_objects.policies_all(secure_object_id=custom.id, nc12=NC12)
    assert theirs.secure_object_policy_configuration.policy_source_type == "CUSTOM"
    with pytest.raises(RefusedError, match="assigned to a device group"):
        client.secure_objects.delete(secure_object_id=pair.id)
    client.secure_objects.unassign_objects(device_group_id=number, secure_object_ids=[pair.id])
    ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P256")
    named = {"name": "certificate", "object_id": "83000009", "common_name_prefix": "device"}
    client.secure_objects.create_certificate(
        **named, key_pair_id=pair.id, intermediate_ca_id=ca.id, span_in_months=1
    )
    with pytest.raises(RefusedError, match="used by a certificate"):
        client.secure_objects.delete(secure_object_id=pair.id)
    client.secure_objects.delete(secure_object_id=twin.id)
    with pytest.raises(RefusedError, match="is not a key pair"):
        client.secure_objects.create_certificate(
            **named | {"name": "b"},
            key_pair_id=_certificate_id(client),
            intermediate_ca_id=ca.id,
            span_in_months=1,
        )
    with pytest.raises(RefusedError, match="Device group with id 9 not found"):
        client.secure_objects.unassign_groups(secure_object_id=pair.id, device_group_ids=[9])


def _certificate_id(client):
    (made,) = client.secure_objects.list(secure_object_type="CERTIFICATE").content
    return made.id


@pytest.mark.parametrize(
    ("policies", "words"),
    [
        ({"121909132103": POLICY}, "unknown product 121909132103"),
        (
            {
                NC12: POLICY
                | {
                    "accessRuleConfiguration": [
                        {
                            "objectId": "00000000",
                            "type": "UNAUTHENTICATED",
                            "accessRules": ["POLICY_MADE_UP"],
                        },
                        POLICY["accessRuleConfiguration"][2],
                    ]
                }
            },
            f"POLICY_MADE_UP is not allowed for product {NC12}",
        ),
    ],
)
def test_policies_that_are_refused(client, policies, words):
    """A product and a rule that the service does not know are named."""
    with pytest.raises(RefusedError, match=words):
        client.secure_objects.create_key_pair(**KEY_PAIR, policy_source_type="CUSTOM", policies=policies)


def test_products_of_a_job(simulator, client, group):
    """A batch of provisionings is made by a job; a group without dynamic objects has none."""
    with pytest.raises(RefusedError, match=r"ERR_RTP_400_20") as no:
        client.provisionings.request_batch_job(**group, batch_size=2)
    assert no.value.code == "ERR_RTP_400_20"
    number = group["device_group_id"]
    file = client.secure_objects.create_binary_file(name="file", object_id="8300000B", binary_file=b"x")
    pair = client.secure_objects.create_key_pair(**KEY_PAIR)
    for each in (file, pair):
        client.secure_objects.assign(secure_object_id=each.id, device_group_id=number)
    job = client.provisionings.request_batch_job(**group, batch_size=2)
    with pytest.raises(RefusedError, match="has no file"):
        client.jobs.download(job_id=job.job_id)
    assert client.jobs.get(job_id=job.job_id).state == "JOB_PROCESSING"
    simulator.clock.advance(10)
    made = client.jobs.download(job_id=job.job_id)
    assert ([len(made.static_provisionings)], len(made.dynamic_provisionings)) == ([1], 2)
    assert client.provisionings.download_static(**group).static_provisionings == made.static_provisionings
    client.device_groups.add_devices(**group, device_ids=UIDS[:2])
    told = client.provisionings.download(
        device_group_id=number, product_hardware_family_type="SE05", device_ids=UIDS[:2]
    )
    assert [len(each.rtp_provisionings) for each in told] == [2, 2]
    with pytest.raises(RefusedError, match="404"):
        client.provisionings.download(
            device_group_id=number, product_hardware_family_type="SE05", device_ids=UIDS[5:6]
        )
    with pytest.raises(RefusedError, match="404"):
        client.jobs.get(job_id="nothing")


def test_filters(client, group):
    """Lists are filtered, sorted and paged as asked for."""
    for number in range(25):
        client.secure_objects.create_key_pair(
            name=f"pair {number:02}", object_id=f"8300{number:04X}", algorithm="NIST_P256"
        )
    first = client.secure_objects.list()
    assert (len(first.content), first.total_elements, first.prev) == (20, 25, None)
    assert "page=1" in first.next
    last = client.secure_objects.list(page=1)
    assert (len(last.content), last.next, "page=0" in last.prev) == (5, None, True)
    down = client.secure_objects.list(sort_by="name", sort_by_direction="DESC", size=2)
    assert [each.name for each in down.content] == ["pair 24", "pair 23"]
    assert [each.name for each in client.secure_objects.list_all(name="PAIR 07")] == ["pair 07"]
    assert list(client.secure_objects.list_all(secure_object_type="CERTIFICATE")) == []
    client.device_groups.add_devices(**group, device_ids=UIDS[:3])
    assert [each.id for each in client.devices.list_all(device_id=UIDS[1])] == [str(UIDS[1])]
    assert len(list(client.devices.list_all(product_type="SE050"))) == 3
    assert list(client.devices.list_all(product_type="SE051")) == []
    assert len(client.products.list(hardware_type="SE051")) == 1
    assert [each.nc12 for each in client.products.list(device_id=UIDS[9])] == [NC12]
    assert client.products.list(device_id=5) == []
    assert list(client.provisionings.of_device_all(device_id=UIDS[0], owner_domain_types=["MATTER"])) == []
    for status, signer in (("SIGNED", "NXP"), ("CSR_CREATED", "EXT")):
        if signer == "NXP":
            client.intermediate_cas.create(name="one", algorithm="NIST_P521")
        else:
            client.intermediate_cas.create_csr(name="two", algorithm="NIST_P256", common_name="x")
        (found,) = client.intermediate_cas.list_all(status=status, signer=signer, validity="VALID")
        assert found.signing_state == status
    assert list(client.intermediate_cas.list_all(validity="EXPIRED")) == []


def names(found):
    """Return the names of what was listed."""
    return [each.name for each in found]


def test_sorting(simulator, client, group):
    """Numbers are sorted as numbers, what is in the metadata too, and what has no such field comes first."""
    while simulator.account.number() < 994:
        pass
    for number in range(12):
        client.secure_objects.create_key_pair(
            name=f"{(7 * number) % 12}", object_id=f"8300{number:04X}", algorithm="NIST_P256"
        )
    file = client.secure_objects.create_binary_file(name="file", object_id="8300000F", binary_file=b"x")
    everything = client.secure_objects.list().content
    assert names(client.secure_objects.list_all(sort_by="id")) == names(everything)
    assert names(client.secure_objects.list_all(sort_by="name")) == sorted(names(everything))
    simulator.clock.advance(days=31)
    client.secure_objects.update(secure_object_id=everything[0].id, name="renamed")
    everything = client.secure_objects.list().content
    by_change = client.secure_objects.list_all(sort_by="lastModifiedTs")
    assert names(by_change) == [*names(everything)[1:], "renamed"]
    down = client.secure_objects.list_all(sort_by="lastModifiedTs", sort_by_direction="DESC")
    assert names(down) == ["renamed", *names(everything)[:0:-1]]
    by_algorithm = client.secure_objects.list_all(sort_by="algorithm")
    assert names(by_algorithm) == ["file", *names(everything)[:-1]]
    for odd in ("resourceMetadata", "nothing"):
        assert names(client.secure_objects.list_all(sort_by=odd)) == names(everything)
    simulator.register([9, 10**40, 10])
    client.device_groups.add_devices(**group, device_ids=[10**40, 9, 10])
    client.secure_objects.assign(secure_object_id=file.id, device_group_id=group["device_group_id"])
    found = client.provisionings.of_object_all(secure_object_id=file.id, sort_by="deviceId")
    assert [int(each.device_id) for each in found] == [9, 10, 10**40]


def test_reports(simulator, client, group):
    """Events are counted by month."""
    client.device_groups.add_devices(**group, device_ids=UIDS[:3])
    simulator.clock.advance(days=31)
    client.device_groups.unclaim_all(**group)
    text = client.audits.create_report(start_month=1, start_year=2026, end_month=2, end_year=2026)
    lines = text.splitlines()
    assert lines[0] == "Company Name,Company ID,Event Type,Jan-26,Feb-26"
    assert "Simulated,19,DEVICE_CLAIMED,3,0" in lines
    assert "Simulated,19,DEVICE_UNCLAIMED,0,3" in lines
    assert "Simulated,19,NEW_DEVICE,20,0" in lines


def test_settings(client):
    """What may be asked about policies and object ids."""
    told = client.settings.policy_template(nc12=NC12, secure_object_type="HMAC_KEY")
    assert "POLICY_OBJ_ALLOW_SIGN" in told.secure_object_policy_template.allowed_access_rule_options
    with pytest.raises(RefusedError, match="algorithm is mandatory"):
        client.settings.policy_template(nc12=NC12, secure_object_type="KEYPAIR")
    with pytest.raises(RefusedError, match="404"):
        client.settings.policy_template(nc12="121909132103", secure_object_type="HMAC_KEY")
    assert client.settings.reserved_oids().forbidden_object_id_ranges[-1].max_value == "FFFFFFFF"
