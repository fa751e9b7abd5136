"""Fixtures for tests of programs that talk to the u-blox service or to EdgeLock 2GO.

In `conftest.py`: `pytest_plugins = ["sealwright.simulator.pytest_plugin"]`. Then

- `ublox_simulator` is a fresh service with a fleet, in this process: look at its `account` and
  `ledger`, let calls fail with `disturb`, move its `clock`, pass `transport()` to a client;
- `ublox_server` is the same over a loopback socket: `url`, `api_key`, `api_secret`, `simulator`;
- `ublox_fleet` is the fleet: `rows()` are its messages, `day()` the truth about each.

A test chooses another world with `@pytest.mark.ublox(seed=…, devices=…, messages=…, faults=…, days=…,
rules=[…], quirks=[…], scheme=…)`; `devices=0` is an account without any.

- `el2g_simulator` is a fresh EdgeLock 2GO that knows twenty devices (`account.devices`), in this
  process, and really opens what is imported: `connect` lets a device talk to it, `holdings` is what
  the device has then;
- `el2g_server` is the same over a loopback socket: `url`, `token`, `profile`, `pgp_key`, `simulator`;
- `el2g_recipient` is its key, to `wrap` for; `pgp_key` is the same key as a file holds it.

Another world is `@pytest.mark.el2g(seed=…, devices=…, rules=[…], slips=[…], profile="foundries",
opener=…)`; with `opener=None` imports are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from sealwright.provision import Receiver
from sealwright.simulator.el2g import PREFIXES, El2gSimulator, pgp_key, pgp_secret_key, some_uids
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.ublox import UbloxSimulator, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.provision import Recipient

_OF_THE_FLEET: Final = ("seed", "devices", "messages", "faults", "days")
_DEVICES: Final = 20


class UbloxServer(NamedTuple):
    """A service that listens, and who may call it."""

    url: str
    api_key: str
    api_secret: str
    simulator: UbloxSimulator


class El2gServer(NamedTuple):
    """EdgeLock 2GO that listens, who may call it, and the key that imports are encrypted to."""

    url: str
    token: str
    profile: str
    pgp_key: bytes
    simulator: El2gSimulator


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", "ublox(**options): the world of the simulated u-blox service")
    config.addinivalue_line("markers", "el2g(**options): the world of the simulated EdgeLock 2GO")


@pytest.fixture
def ublox_fleet(request: pytest.FixtureRequest) -> Fleet | None:
    """Return the fleet whose devices the service knows, None where it shall know none."""
    wanted = _wanted(request, "ublox")
    if wanted.get("devices") == 0:
        return None
    return Fleet(served=True, **{name: wanted[name] for name in _OF_THE_FLEET if name in wanted})


@pytest.fixture
def ublox_simulator(request: pytest.FixtureRequest, ublox_fleet: Fleet | None) -> UbloxSimulator:
    """Return a service in this process."""
    wanted = _wanted(request, "ublox")
    options = {name: wanted[name] for name in ("seed", "rules", "quirks", "scheme") if name in wanted}
    simulator = UbloxSimulator(**options)
    if ublox_fleet is not None:
        simulator.furnish(ublox_fleet)
    return simulator


@pytest.fixture
def ublox_server(ublox_simulator: UbloxSimulator) -> Iterator[UbloxServer]:
    """Yield the service over a loopback socket."""
    credentials = ublox_simulator.credentials
    with serve(ublox_simulator.app) as url:
        yield UbloxServer(url, credentials.api_key, credentials.api_secret, ublox_simulator)


@pytest.fixture(scope="session")
def _el2g_receiver() -> Receiver:
    return Receiver(pgp_secret_key())


@pytest.fixture
def el2g_recipient(_el2g_receiver: Receiver) -> Recipient:
    """Return the key that the service opens imports with, pinned."""
    return _el2g_receiver.recipient


@pytest.fixture
def el2g_simulator(request: pytest.FixtureRequest, _el2g_receiver: Receiver) -> El2gSimulator:
    """Return EdgeLock 2GO in this process."""
    wanted = {"opener": _el2g_receiver} | _wanted(request, "el2g")
    options = {name: wanted[name] for name in ("seed", "rules", "slips", "opener") if name in wanted}
    simulator = El2gSimulator(**options)
    simulator.register(some_uids(wanted.get("devices", _DEVICES)))
    return simulator


@pytest.fixture
def el2g_server(request: pytest.FixtureRequest, el2g_simulator: El2gSimulator) -> Iterator[El2gServer]:
    """Yield EdgeLock 2GO over a loopback socket."""
    profile = _wanted(request, "el2g").get("profile", "nxp")
    with serve(el2g_simulator.app, prefix=PREFIXES[profile]) as url:
        yield El2gServer(url, el2g_simulator.token, profile, pgp_key(), el2g_simulator)


def _wanted(request: pytest.FixtureRequest, service: str) -> dict[str, Any]:
    marker = request.node.get_closest_marker(service)
    return dict(marker.kwargs) if marker else {}
