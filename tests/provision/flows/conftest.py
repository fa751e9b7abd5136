"""A service that takes requests, and who sends them."""

import pytest

from sealwright.provision.flows import Sender
from submitting import client_at_once, taking


@pytest.fixture
def simulator():
    """Return a service that takes envelopes of ours."""
    return taking()


@pytest.fixture
def receipts():
    """Return the list of what was done."""
    return []


@pytest.fixture
def sender(simulator, receipts):
    """Return what sends requests, and tells `receipts`."""
    with client_at_once(simulator) as client:
        yield Sender(client, receipts.append)
