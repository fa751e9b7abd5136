"""Provisioning objects: read, merged and shown."""

import pytest

from sealwright.simulator.clock import START
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.devices import Properties
from sealwright.simulator.ublox.provisioning import merge, read_properties, shown

NOW = START.timestamp()
TOLD = {
    "Authorizations": [
        {"Name": "LocalDPR", "State": "ENABLED"},
        {"Name": "ZTPV1", "State": "DISABLED"},
    ],
    "SecurityHeartbeatInSec": 86_400,
    "CAName": "ca.example.com",
    "Anything": {"else": 1},
}


def test_what_is_set_is_shown():
    """In the form of the document's event, with the date under either name."""
    properties = read_properties(TOLD, NOW)
    assert properties == Properties(
        {"LocalDPR": (True, NOW), "ZTPV1": (False, NOW)}, 86_400, "ca.example.com"
    )
    assert shown(properties, "SyncDate") == {
        "Authorizations": [
            {"Name": "LocalDPR", "State": "ENABLED", "SyncDate": "2026-01-15T00:00:00Z"},
            {"Name": "ZTPV1", "State": "DISABLED", "SyncDate": "2026-01-15T00:00:00Z"},
        ],
        "SecurityHeartbeatInSec": 86_400,
        "CAName": "ca.example.com",
    }
    assert shown(Properties(), "SyncDate") == {"Authorizations": []}


def test_later_settings_lie_over_earlier_ones():
    """What is not said stays."""
    before = read_properties(TOLD, NOW)
    after = merge(before, Properties({"ZTPV1": (True, NOW + 1)}))
    assert after == Properties({"LocalDPR": (True, NOW), "ZTPV1": (True, NOW + 1)}, 86_400, "ca.example.com")
    assert merge(before, Properties({}, 60, "other")) == Properties(before.features, 60, "other")


@pytest.mark.parametrize(
    "bad",
    [
        {"SecurityHeartbeatInSec": 0},
        {"SecurityHeartbeatInSec": "60"},
        {"SecurityHeartbeatInSec": True},
        {"CAName": 1},
    ],
)
def test_what_cannot_be_set(bad):
    """400 that names the member."""
    with pytest.raises(RefusalError, match=f"400 .*{next(iter(bad))}"):
        read_properties(bad, NOW)
