"""The document's calls, walked: the simulator answers each, and the client reads what it answers."""

import pytest

from el2g_world import KEY_PAIR, LIMITS, NC12, OTHER_NC12, UIDS, client_of, world
from sealwright.errors import RefusedError
from sealwright.services.el2g import EL2G
from sealwright.simulator.el2g import PREFIXES, Slip
from sealwright.simulator.el2g.answers import ANSWERS
from services.el2g.document import IDS, SECRET, TABLE

IMPORTS = {
    "create_master_key",
    "create_hmac_key",
    "create_confidential_binary_file",
    "create_oem_fw_decrypt_key",
}
REAL_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----
"""


def test_every_call_is_answered():
    """The simulator has an answer to each request of the registry, and to nothing else."""
    assert ANSWERS.requests() == {call.request for call in EL2G}


def furnished(**options):
    """Return a service in which each call of the table makes sense, and what its ids are."""
    simulator = world(**options)
    ids = {}
    with client_of(simulator) as client:
        group = client.device_groups.create(nc12=NC12, device_group_name="TestGroup")
        place = {"nc12": NC12, "device_group_id": int(group.id)}
        client.device_groups.add_devices(**place, device_ids=UIDS[:2])
        ca = client.intermediate_cas.create(name="MyCa", algorithm="NIST_P256")
        csr = client.intermediate_cas.create_csr(
            name="Csr", algorithm="NIST_P256", common_name="c", country="AT"
        )
        pair = client.secure_objects.create_key_pair(**KEY_PAIR)
        named = {"name": "certificate", "object_id": "83000009", "common_name_prefix": "cn"}
        made = client.secure_objects.create_certificate(
            **named, key_pair_id=pair.id, intermediate_ca_id=ca.id, span_in_months=12
        )
        custom = client.secure_objects.create_key_pair(
            **KEY_PAIR | {"name": "custom"},
            policy_source_type="CUSTOM",
            policies={NC12: POLICY},
        )
        for each in (pair, made):
            client.secure_objects.assign(secure_object_id=each.id, device_group_id=int(group.id))
        code = client.claim_codes.create(
            **place, **LIMITS, name="MyClaim", secret=b"another secret of some length"
        )
        batch = client.claim_codes.create_batch(
            **place, **LIMITS, name_prefix="Batch", number_of_claim_codes=100
        )
        simulator.clock.advance(60)
        for uid in UIDS[:2]:
            simulator.connect(uid)
        provisionings = list(client.provisionings.of_object_all(secure_object_id=made.id))
        job = client.provisionings.request_batch_job(**place, batch_size=2)
        simulator.clock.advance(60)
        ids.update(
            device_group_id=int(group.id),
            claim_code_id=int(code.id),
            batch_id=int(batch.batch_id),
            secure_object_id=int(pair.id),
            custom_object_id=int(custom.id),
            intermediate_ca_id=int(ca.id),
            csr_id=int(csr.id),
            key_pair_id=int(pair.id),
            provisioning_id=provisionings[0].provisioning_id,
            job_id=str(job.job_id),
            claim_code_ids=[int(code.id)],
            device_ids=[str(UIDS[0])],
            device_id=str(UIDS[0]),
        )
    return simulator, ids


TABLE_OF = {f"{line.group} {line.name}": line.arguments for line in TABLE}
POLICY = TABLE_OF["secure_objects update"]["policies"]["121909132103"]


def arguments_of(line, ids):
    """Return a line's arguments with ids that are there."""
    given = {name: ids.get(name, value) for name, value in line.arguments.items()}
    changes = {
        "secure_objects update": {"secure_object_id": ids["custom_object_id"], "policies": {NC12: POLICY}},
        "secure_objects delete": {"secure_object_id": ids["custom_object_id"]},
        "secure_objects assign": {"secure_object_id": ids["secure_object_id"]},
        "secure_objects unassign_groups": {"device_group_ids": [ids["device_group_id"]]},
        "secure_objects unassign_objects": {"secure_object_ids": [ids["secure_object_id"]]},
        "secure_objects create_static_public_key": {"algorithm": "NIST_P256", "public_key": REAL_KEY},
        "intermediate_cas csr": {"intermediate_ca_id": ids["csr_id"]},
        "intermediate_cas upload_signed": {"intermediate_ca_id": ids["csr_id"]},
        "intermediate_cas delete": {"intermediate_ca_id": ids["csr_id"]},
        "device_groups update": {"device_group_name": "other"},
        "claim_codes create": {"secret": SECRET},
    }
    return given | changes.get(f"{line.group} {line.name}", {})


REFUSED = {
    **dict.fromkeys((f"secure_objects {name}" for name in IMPORTS), "no key to decrypt messages with"),
    "intermediate_cas upload_signed": "cannot be read",
    "device_groups delete": "has devices, services or claim codes",
}
"""Calls whose examples cannot be done here, and why."""


@pytest.mark.parametrize("slips", [[], list(Slip)], ids=["regular", "all slips"])
@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_each_call_of_the_table(line, slips):
    """Each call does its work through the client, with and without the irregularities of the document."""
    simulator, ids = furnished(slips=slips)
    call = f"{line.group} {line.name}"
    with client_of(simulator) as client:
        method = getattr(getattr(client, line.group), line.name)
        if call in REFUSED:
            with pytest.raises(RefusedError, match=REFUSED[call]):
                method(**arguments_of(line, ids))
        else:
            assert (method(**arguments_of(line, ids)) is None) is (line.reply is None)


@pytest.mark.parametrize("line", [line for line in TABLE if line.name in IMPORTS], ids=lambda line: line.name)
def test_nothing_counts_as_imported_that_was_not_decrypted(line):
    """Without anybody to open messages, every import of a secret is refused, and nothing is made."""
    simulator = world()
    with client_of(simulator) as client, pytest.raises(RefusedError, match="no key to decrypt messages with"):
        getattr(client.secure_objects, line.name)(**line.arguments)
    assert simulator.account.objects == {}


@pytest.mark.parametrize("profile", PREFIXES)
def test_both_profiles(profile):
    """The service answers in both profiles, each at its place and with its header."""
    simulator = world()
    with client_of(simulator, profile=profile) as client:
        made = client.device_groups.create(nc12=NC12, device_group_name="a")
        assert [each.id for each in client.device_groups.list_all(nc12=NC12)] == [made.id]
        assert list(client.device_groups.list_all(nc12=OTHER_NC12)) == []
