"""A service with devices, a client of it, and a device group."""

import pytest

from el2g_world import NC12, client_of, world


@pytest.fixture
def simulator():
    """Return a service that knows twenty devices."""
    return world()


@pytest.fixture
def client(simulator):
    """Return a client of the service."""
    with client_of(simulator) as made:
        yield made


@pytest.fixture
def group(client):
    """Return the place of a device group."""
    made = client.device_groups.create(nc12=NC12, device_group_name="group")
    return {"nc12": NC12, "device_group_id": int(made.id)}
