"""The document's calls, walked: each is in the registry, client, commands, OpenAPI and simulator."""

import click
import pytest

from sealwright.cli import cli
from sealwright.services.ublox import UBLOX
from sealwright.services.ublox.client import UbloxClient
from sealwright.services.ublox.openapi import document
from sealwright.simulator.service.exchange import Asked
from sealwright.simulator.ublox import UbloxSimulator
from sealwright.simulator.ublox.answers import ANSWERS
from services.ublox.document import CALLS, EACH

OPENAPI = document()
SIMULATOR = UbloxSimulator()


def test_there_are_47():
    """The list itself is whole."""
    assert sum(map(len, CALLS.values())) == len({path for _, path, _ in EACH}) == 47


@pytest.mark.parametrize(("group", "path"), [(group, path) for group, path, _ in EACH])
def test_each_call_is_everywhere(group, path):
    """One call of the registry is a method, a command and an operation, under one name."""
    (call,) = UBLOX.at("POST", path)
    assert call.group == group
    with UbloxClient("key", "secret") as client:
        assert callable(getattr(getattr(client, group), call.name))
    command = cli
    for word in ("ublox", group.replace("_", "-"), call.name.replace("_", "-")):
        command = command.get_command(click.Context(command), word)
        assert command is not None, word
    assert OPENAPI["paths"][path]["post"]["operationId"] == f"{group}.{call.name}"
    assert call.request in ANSWERS.requests()
    asked = Asked("POST", path, "", "application/json", b"")
    assert SIMULATOR.exchange.answer(asked).status in {400, 401}
