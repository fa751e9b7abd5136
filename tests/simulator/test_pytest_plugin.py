"""The fixtures for users, as a user has them: in a test session of its own."""

import os
import subprocess
import sys

CONFTEST = 'pytest_plugins = ["sealwright.simulator.pytest_plugin"]\n'
TESTS = """
import json
import urllib.request

import pytest


def test_the_world_as_it_comes(ublox_simulator, ublox_fleet):
    assert len(ublox_simulator.account.devices) == 20
    assert len(ublox_fleet.rows()) == 2_000


@pytest.mark.ublox(seed=7, devices=4, messages=60, rules=["/tag/*:cut"], quirks=["bare-uids"], scheme="bare")
def test_another_world(ublox_simulator, ublox_fleet):
    assert ublox_fleet.seed == ublox_simulator.seed == 7
    assert len(ublox_simulator.account.devices) == 4
    assert ublox_simulator.account.tokens.scheme == "bare"
    assert [rule.fault for rule in ublox_simulator.weather.strike("/tag/get")] == ["cut"]


@pytest.mark.ublox(devices=0)
def test_over_a_socket(ublox_server, ublox_fleet):
    assert ublox_fleet is None
    body = {"APIKey": ublox_server.api_key, "APISecret": ublox_server.api_secret}
    with urllib.request.urlopen(f"{ublox_server.url}/authenticate", json.dumps(body).encode()) as answered:
        assert json.load(answered).keys() == {"AuthToken", "RefreshToken"}
    assert ublox_server.simulator.ledger.requests == {"/authenticate": 1}
"""


def test_fixtures_for_users(tmp_path):
    """They are there, they follow the marker, and the marker is known."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--strict-markers",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            ".",
        ],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout
