"""The fixtures for users, as a user has them: in a test session of its own."""

import os
import subprocess
import sys

CONFTEST = 'pytest_plugins = ["sealwright.simulator.pytest_plugin"]\n'
TESTS = """
import json
import urllib.request

import pytest

from sealwright.errors import RefusedError
from sealwright.provision import (
    MaterialKind,
    import_object,
    new_material,
    new_signer_file,
    read_recipient,
    read_signer,
    wrap,
)
from sealwright.secret import Secret
from sealwright.services.el2g import EL2G
from sealwright.services.el2g.client import El2gClient


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

def imported(client, recipient):
    passphrase = Secret(b"made for testing")
    signer = read_signer(new_signer_file("A <a@example.com>", passphrase, bits=2048).encode(), passphrase)
    material = new_material(MaterialKind.AES, 32)
    request = wrap(import_object(material, name="a", object_id="83000010"), recipient, signer)
    made = client.send(EL2G.read(request.method, request.path, request.body))
    return made, material


def test_edgelock_as_it_comes(el2g_simulator, el2g_recipient):
    assert len(el2g_simulator.account.devices) == 20
    options = {"service": "http://localhost/api/v1", "transport": el2g_simulator.transport()}
    with El2gClient(el2g_simulator.token, **options) as client:
        made, material = imported(client, el2g_recipient)
    assert el2g_simulator.account.objects[made.id].material == material.secret.reveal()


@pytest.mark.el2g(
    seed=7, devices=3, rules=["GET /products:status=503,times=9"], slips=["bare-pages"], opener=None
)
def test_another_edgelock(el2g_simulator, el2g_recipient):
    assert el2g_simulator.seed == 7
    assert len(el2g_simulator.account.devices) == 3
    assert el2g_simulator.exchange.slips == {"bare-pages"}
    assert [rule.value for rule in el2g_simulator.weather.strike("GET /products")] == [503]
    options = {"service": "http://localhost/api/v1", "transport": el2g_simulator.transport()}
    with El2gClient(el2g_simulator.token, **options) as client:
        with pytest.raises(RefusedError, match="this service has no key"):
            imported(client, el2g_recipient)


FOUNDRIES = pytest.param("foundries", marks=pytest.mark.el2g(profile="foundries"))


@pytest.mark.parametrize("profile", ["nxp", FOUNDRIES])
def test_edgelock_over_a_socket(el2g_server, el2g_recipient, profile):
    assert el2g_server.profile == profile
    factory = {"factory": "f"} if profile == "foundries" else {}
    with El2gClient(el2g_server.token, profile=profile, service=el2g_server.url, **factory) as client:
        assert len(client.products.list()) == 5
    assert el2g_server.simulator.ledger.requests == {"GET /products": 1}
    assert read_recipient(el2g_server.pgp_key).pin.subkey == el2g_recipient.subkey.fingerprint
"""


def test_fixtures_for_users(tmp_path):
    """They are there, they follow the markers, and the markers are known."""
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
    assert "7 passed" in done.stdout, done.stdout
