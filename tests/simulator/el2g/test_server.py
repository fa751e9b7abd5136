"""The service over a loopback socket, in both profiles, and by the command line."""

import json

import pytest

from el2g_world import NC12, UIDS, world
from sealwright.services.el2g.client import El2gClient
from sealwright.simulator.el2g import PREFIXES, serve


@pytest.mark.parametrize("profile", PREFIXES)
def test_over_a_socket(profile):
    """The URL of a profile is all that a client needs beside the token."""
    simulator = world()
    factory = {"factory": "f"} if profile == "foundries" else {}
    with serve(simulator.app, prefix=PREFIXES[profile]) as url:
        with El2gClient(simulator.token, service=url, profile=profile, **factory) as client:
            group = client.device_groups.create(nc12=NC12, device_group_name="a")
            place = {"nc12": NC12, "device_group_id": int(group.id)}
            client.device_groups.add_devices(**place, device_ids=UIDS)
            assert len(list(client.device_groups.devices_all(**place))) == 20
            assert "127.0.0.1" in client.device_groups.devices(**place).current
    assert json.dumps(simulator.ledger.answers[f"POST /products/{NC12}/device-groups", 200]) == "1"
