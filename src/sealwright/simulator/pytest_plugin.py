"""Fixtures for tests of programs that talk to the u-blox service.

In `conftest.py`: `pytest_plugins = ["sealwright.simulator.pytest_plugin"]`. Then

- `ublox_simulator` is a fresh service with a fleet, in this process: look at its `account` and
  `ledger`, let calls fail with `disturb`, move its `clock`, pass `transport()` to a client;
- `ublox_server` is the same over a loopback socket: `url`, `api_key`, `api_secret`, `simulator`;
- `ublox_fleet` is the fleet: `rows()` are its messages, `day()` the truth about each.

A test chooses another world with `@pytest.mark.ublox(seed=…, devices=…, messages=…, faults=…, days=…,
rules=[…], quirks=[…], scheme=…)`; `devices=0` is an account without any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from sealwright.simulator.fleet import Fleet
from sealwright.simulator.ublox import UbloxSimulator, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_THE_FLEET: Final = ("seed", "devices", "messages", "faults", "days")


class UbloxServer(NamedTuple):
    """A service that listens, and who may call it."""

    url: str
    api_key: str
    api_secret: str
    simulator: UbloxSimulator


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "ublox(**options): the world of the simulated u-blox service")


@pytest.fixture
def ublox_fleet(request: pytest.FixtureRequest) -> Fleet | None:
    """Return the fleet whose devices the service knows, None where it shall know none."""
    wanted = _wanted(request)
    if wanted.get("devices") == 0:
        return None
    return Fleet(served=True, **{name: wanted[name] for name in _OF_THE_FLEET if name in wanted})


@pytest.fixture
def ublox_simulator(request: pytest.FixtureRequest, ublox_fleet: Fleet | None) -> UbloxSimulator:
    """Return a service in this process."""
    wanted = _wanted(request)
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


def _wanted(request: pytest.FixtureRequest) -> dict[str, Any]:
    marker = request.node.get_closest_marker("ublox")
    return dict(marker.kwargs) if marker else {}
