"""Each request that leaves has its receipt, and a receipt that cannot be written is no silence."""

import pytest

from el2g_world import NC12, UIDS
from sealwright.errors import RefusedError, UnavailableError
from sealwright.provision.flows.sending import digest_of
from sealwright.services.el2g import EL2G

CREATE = EL2G.find("device_groups", "create")
ADD = EL2G.find("device_groups", "add_devices")


def test_a_request_and_its_receipt(sender, receipts):
    """The digest is that of the body as it went out."""
    request = CREATE.make(nc12=NC12, device_group_name="meters")
    sent = sender.send(request, action="create-device-group", name="meters", nc12=NC12)
    (receipt,) = receipts
    assert receipt.request_sha256 == digest_of(request)
    assert (receipt.identifier, receipt.nc12) == (str(sent.reply.id), NC12)
    assert (receipt.status, receipt.correlation) == (sent.status, sent.correlation)
    assert digest_of(EL2G.find("device_groups", "list").make(nc12=NC12)) is None


def test_a_refusal(sender, receipts):
    """It is written down as well."""
    request = CREATE.make(nc12="000000000000", device_group_name="meters")
    with pytest.raises(RefusedError) as no:
        sender.send(request, action="create-device-group", name="meters")
    assert (receipts[0].status, receipts[0].correlation) == (no.value.status, no.value.correlation)


def test_a_list(simulator, sender, receipts):
    """One receipt for the list; where the service ends to answer, its error, behind the receipt."""
    group = sender.client.device_groups.create(nc12=NC12, device_group_name="meters")
    arguments = {"nc12": NC12, "device_group_id": int(group.id), "device_ids": list(UIDS[:2])}
    answers = sender.each(ADD, arguments, action="add-devices", name="meters")
    assert [each.fate for each in answers] == ["done", "done"]
    simulator.disturb("POST *:status=503")
    with pytest.raises(UnavailableError):
        sender.each(ADD, arguments, action="add-devices", name="meters")
    assert [each.status for each in receipts] == [200, 503]
