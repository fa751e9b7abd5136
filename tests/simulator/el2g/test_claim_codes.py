"""Claim codes: who joins by one, limits, batches, and how they go (AN12642, sections 4.4 and 10)."""

from datetime import UTC, datetime, timedelta

import pytest

from el2g_world import LIMITS, NC12, UIDS
from sealwright.errors import RefusedError
from sealwright.services._each import Fate


def test_claim_codes(simulator, client, group):
    """A device that shows a code joins its group, as often and as many as the code allows."""
    limits = {"policy": "RESTRICTED", "behavior": "DENY", "device_limit": 2, "reusable": False}
    code = client.claim_codes.create(**group, **limits, name="code", secret=b"a secret of some length")
    secret = client.claim_codes.decrypt(**group, claim_code_id=code.id).reveal().decode()
    assert [simulator.claim(uid, secret) for uid in UIDS[:3]] == [True, True, False]
    assert not simulator.claim(UIDS[5], "another secret")
    assert client.claim_codes.get(**group, claim_code_id=code.id).device_count == 2
    assert client.claim_codes.statistics(**group).grouped_statistics[0].status == "HIGH"
    client.device_groups.unclaim_devices(**group, device_ids=UIDS[:1])
    assert not simulator.claim(UIDS[0], secret)
    client.claim_codes.update(**group, claim_code_id=code.id, name="code", **limits | {"reusable": True})
    assert simulator.claim(UIDS[0], secret)
    client.claim_codes.update(**group, claim_code_id=code.id, name="code", **limits | {"behavior": "ALLOW"})
    assert simulator.claim(UIDS[2], secret)
    assert [each.id for each in client.claim_codes.list_all(**group, usage_status="REACHED")] == [code.id]
    client.claim_codes.revoke(**group, claim_code_id=code.id)
    assert not simulator.claim(UIDS[4], secret)
    assert [each.id for each in client.claim_codes.list_all(**group, status="REVOKED")] == [code.id]
    with pytest.raises(RefusedError, match="revoked"):
        client.claim_codes.update(**group, claim_code_id=code.id, name="x", **limits)
    with pytest.raises(RefusedError, match="with this secret exists"):
        client.claim_codes.create(**group, **limits, name="code", secret=b"a secret of some length")
    client.claim_codes.delete(**group, claim_code_id=code.id)
    assert list(client.claim_codes.list_all(**group)) == []


def test_batches_of_claim_codes(simulator, client, group):
    """Codes of a batch come into being as time passes, each with a secret of its own."""
    batch = client.claim_codes.create_batch(**group, **LIMITS, name_prefix="b", number_of_claim_codes=200)
    assert client.claim_codes.batch(**group, batch_id=batch.batch_id).progress_in_percentage == 0
    simulator.clock.advance(5)
    assert len(list(client.claim_codes.list_all(**group))) == 100
    seen = []

    def tell(told):
        seen.append(told.progress_in_percentage)
        simulator.clock.advance(5)

    client.wait_for_batch(**group, batch_id=batch.batch_id, every=0.0, on_progress=tell)
    assert seen == [50, 100]
    codes = list(client.claim_codes.list_all(**group))
    secrets = {client.claim_codes.decrypt(**group, claim_code_id=each.id).reveal() for each in codes[:5]}
    assert (len(codes), len(secrets)) == (200, 5)
    answers = list(client.claim_codes.batch_delete_each(claim_code_ids=[codes[0].id, 9]))
    assert [each.fate for each in answers] == [Fate.DONE, Fate.FAILED]
    client.claim_codes.revoke(**group, claim_code_id=codes[1].id)
    assert client.claim_codes.delete_by_criteria(revoked=True).deleted_count == 1
    moment = datetime.fromtimestamp(simulator.clock(), UTC) + timedelta(seconds=1)
    assert client.claim_codes.delete_by_criteria(revoked=True, created_before=moment).deleted_count == 0
    assert client.claim_codes.delete_by_criteria(created_before=moment).deleted_count == 198
    assert client.claim_codes.delete_by_criteria(max_usage_achieved=True).deleted_count == 0


def test_batches_of_one_prefix(simulator, client, group):
    """Two batches at one instant have secrets of their own: a device joins the group whose code it shows."""
    other = client.device_groups.create(nc12=NC12, device_group_name="other")
    places = [group, {"nc12": NC12, "device_group_id": int(other.id)}]
    for place in places:
        client.claim_codes.create_batch(**place, **LIMITS, name_prefix="b", number_of_claim_codes=100)
    simulator.clock.advance(10)
    assert [len(list(client.claim_codes.list_all(**place))) for place in places] == [100, 100]
    codes = [simulator.account.groups[place["device_group_id"]].codes.values() for place in places]
    assert len({code.secret for code in (*codes[0], *codes[1])}) == 200
    assert simulator.claim(UIDS[0], next(iter(codes[1])).secret)
    assert client.device_groups.get(**places[1]).device_count == 1
