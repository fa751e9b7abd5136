"""The answer for another device: the request as if that one had been meant."""

import json

import pytest

from sealwright.services.ublox import UBLOX
from sealwright.simulator.ublox.wrong_device import for_another_device
from simulating import furnished, uid

SIMULATOR = furnished()


def sent(path, request):
    """Return the body that a request travels with."""
    return json.loads(UBLOX.at("POST", path)[0].wire(request).body.reveal())


FIRST, SECOND = uid(SIMULATOR), uid(SIMULATOR, 1)


@pytest.mark.parametrize(
    ("path", "field", "before", "behind"),
    [
        ("/e2e/uplink/protectionparameters/get", "EncryptedHeader", "1101", "0" * 16),
        ("/e2e/uplink/protectionparameters/get", "EncryptedHeader", "28000007", "0100"),
        ("/e2e/uplink/integrityparameters/get", "EncryptedHeader", "29000007", "01"),
        ("/e2e/uplink/symmetrickey/get", "KeyID", "1101", "0" * 12),
        ("/e2e/downlink/protectionparameters/get", "ROTPublicUID", "0002", ""),
    ],
)
def test_the_device_is_the_next_one(path, field, before, behind):
    """Only the six bytes that name the device change; the last one's neighbour is the first."""
    asked, other = ({field: before + each[4:] + behind} for each in (FIRST, SECOND))
    changed = for_another_device(SIMULATOR.account, UBLOX.read("POST", path, asked))
    assert sent(path, changed) == other
    last = UBLOX.read("POST", path, {field: before + uid(SIMULATOR, 19)[4:] + behind})
    assert sent(path, for_another_device(SIMULATOR.account, last)) == asked


@pytest.mark.parametrize(
    ("path", "body"),
    [("/tag/get", {}), ("/e2e/downlink/protectionparameters/get", {"ROTPublicUID": "f" * 16})],
)
def test_where_no_device_of_the_account_is_meant(path, body):
    """Nothing changes."""
    request = UBLOX.read("POST", path, body)
    changed = for_another_device(SIMULATOR.account, request)
    assert sent(path, changed) == sent(path, request)
