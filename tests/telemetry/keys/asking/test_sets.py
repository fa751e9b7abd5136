"""ServiceSets: a new downlink set for each message."""

from contextlib import ExitStack

import pytest

from sealwright import ServiceSets, UbloxClient, seal_messages
from sealwright.errors import RefusedError, UnavailableError
from sealwright.services._http import Limits
from sealwright.simulator.fleet import Fleet
from sealwright.telemetry import Problem
from simulating import furnished, uid

PROTECTION, INTEGRITY = (f"/e2e/downlink/{each}parameters/get" for each in ("protection", "integrity"))
TEXT = b"turn the light on, all of it"


@pytest.fixture
def sets():
    """Return a function that gives the sets of a simulated service."""
    with ExitStack() as stack:

        def connect(simulator):
            credentials = simulator.credentials
            client = UbloxClient(
                credentials.api_key,
                credentials.api_secret,
                service="http://127.0.0.1/v1",
                transport=simulator.transport(),
                limits=Limits(backoff=0.002, deadline=10),
            )
            return ServiceSets(stack.enter_context(client))

        yield connect


@pytest.fixture
def store(file_place):
    """Return a store whose ledger lasts."""
    return file_place.open()


@pytest.mark.parametrize(("purpose", "path"), [("protection", PROTECTION), ("integrity", INTEGRITY)])
def test_what_is_sealed_opens_at_the_device(sets, store, purpose, path):
    """A set a message, none of them billed, stored or used twice; two for one text differ."""
    fleet = Fleet()
    devices = fleet.made_devices()[:3]
    simulator = furnished(fleet=fleet)
    asked = [(devices[number % 3].uid, TEXT) for number in range(9)]
    sealed = seal_messages(asked, sets(simulator), store, purpose=purpose)
    assert simulator.ledger.requests[path] == 9
    assert simulator.ledger.total_paid() == 0
    assert list(store.entries()) == []
    assert len({each.kiv for each in sealed}) == 9
    for number, each in enumerate(sealed):
        assert devices[number % 3].receive(each.require()).text == TEXT


def test_a_device_that_nobody_knows(sets, store):
    """Its text is not sealed, the others are."""
    simulator = furnished()
    asked = [("00020000ffffffff", TEXT), (uid(simulator), TEXT)]
    sealed = seal_messages(asked, sets(simulator), store)
    assert [each.problem for each in sealed] == [Problem.NO_SETS, None]


@pytest.mark.parametrize(("status", "error"), [(500, UnavailableError), (409, RefusedError)])
def test_a_service_that_gives_none_ends_it(sets, store, status, error):
    """Nothing is given out."""
    simulator = furnished(rules=[f"/e2e/downlink/*:status={status}"])
    with pytest.raises(error, match=str(status)):
        seal_messages([(uid(simulator), TEXT)], sets(simulator), store)


def test_a_set_of_another_device_is_not_used(sets, store):
    """The client compares it with what was asked for."""
    simulator = furnished(rules=["/e2e/downlink/*:wrong-device"])
    [sealed] = seal_messages([(uid(simulator), TEXT)], sets(simulator), store)
    assert sealed.problem is Problem.UNUSABLE_SET
    assert "ROTPublicUID" in sealed.detail


def test_nothing_secret_is_shown(sets):
    """Not in its repr."""
    shown = repr(sets(furnished()))
    assert shown.startswith("<ServiceSets over <UbloxClient")
