"""`sealwright el2g flow`: the flows of the document as commands, and what they say."""

import json
from typing import get_args

import pytest
from cryptography import x509

from el2g_world import NC12, UIDS
from own_ca import ROOT, ROOT_NAME, signed
from sealwright.cli import el2g_flow
from sealwright.provision.receipt import verify
from sealwright.provision.signer import read_signer_key
from sealwright.services.el2g.intermediate_cas import CaAlgorithm
from sealwright.simulator.el2g import PREFIXES, serve
from submitting import taking, wrapped
from wrapping import FOLDER, asc

GROUP = ("--nc12", NC12, "--group", "meters")


@pytest.fixture
def simulator():
    """Return a service that takes envelopes of ours."""
    return taking()


@pytest.fixture
def flow(sealwright, simulator, monkeypatch, tmp_path):
    """Return a function that runs a flow against the service, in a folder with REQUEST.json and devices."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEALWRIGHT_EL2G_TOKEN", simulator.token)
    (tmp_path / "REQUEST.json").write_bytes(wrapped().to_json())
    (tmp_path / "uids").write_text("".join(f"{uid:036x}\n" for uid in UIDS[:3]))
    with serve(simulator.app, prefix=PREFIXES["nxp"]) as url:
        yield lambda *arguments, **more: sealwright("el2g", "flow", *arguments, "--service", url, **more)


def _without_ids(told):
    return [line.partition(" (")[0] for line in told.splitlines()[1:]]


def test_the_algorithms_that_help_names():
    """Help is shown without the calls, so it has a list of its own, and both lists are one."""
    (algorithm,) = (each for each in el2g_flow.intermediate_ca.params if each.name == "algorithm")
    assert algorithm.type.choices == get_args(get_args(CaAlgorithm)[0])


def test_secure_object(flow, simulator):
    """Each step is told; again all of it is found."""
    command = ("secure-object", "REQUEST.json", *GROUP, "--device", "@uids")
    receipts = ("--receipt", "R.jsonl", "--receipt-signer", FOLDER / "signers/signer_2048_secret.asc")
    done = flow(*command, *receipts)
    assert (done.code, done.out) == (0, b"")
    assert _without_ids(done.err)[1:] == [
        f"created  device group 'meters' of product {NC12}",
        "added    3 of the devices to 'meters'",
        "created  MASTER_KEY 83000010 'master'",
        "done     the assignment of 'master' to 'meters'",
    ]
    assert len(simulator.account.provisionings) == 3
    with open("R.jsonl", "rb") as file:  # noqa: PTH123
        assert verify(file, [read_signer_key(asc("signers/signer_2048"))]).receipts == 4
    again = flow(*command)
    assert {line.split()[0] for line in _without_ids(again.err)} == {"found"}


def test_a_dry_run(flow, simulator):
    """The requests are the output, and none of them is sent."""
    done = flow("secure-object", "-", *GROUP, "--device", UIDS[0], "--dry-run", stdin=wrapped().to_json())
    lines = done.out.decode().splitlines()
    assert done.code == 0
    assert [line.split()[0] for line in lines[::2]] == ["POST"] * 4
    assert lines[0].endswith(f"/api/v1/products/{NC12}/device-groups")
    assert json.loads(lines[1]) == {"deviceGroupName": "meters"}
    assert json.loads(lines[5]) == wrapped().body
    assert not simulator.account.groups
    assert "not sent MASTER_KEY 83000010 'master'" in done.err


def test_some_devices_fail(flow):
    """They are named, and the exit code says so."""
    done = flow("secure-object", "REQUEST.json", *GROUP, "--device", UIDS[0], "--device", 77)
    assert (done.code, b"EL2G does not know this device" in done.out) == (3, True)
    assert "1 device not added" in done.err


def test_what_is_wrong(flow, simulator):
    """It is said before anything is sent."""
    done = flow("secure-object", "REQUEST.json", "--nc12", "123456789012", "--group", "g")
    assert (done.code, "the account has no product 123456789012" in done.err) == (2, True)
    assert not simulator.account.groups


NAMED = ("--name", "mine", "--common-name", "mine")


def test_intermediate_ca(flow, simulator, tmp_path):
    """A CSR for the user's CA, and what that makes of it; both may be repeated."""
    done = flow("intermediate-ca", *NAMED, "--country", "AT", "-o", "csr.pem")
    assert (done.code, _without_ids(done.err)[0]) == (0, "created  intermediate CA 'mine'")
    assert "let your CA sign the CSR" in done.err
    again = flow("intermediate-ca", "--name", "mine")
    assert again.out == (tmp_path / "csr.pem").read_bytes()
    key = x509.load_pem_x509_csr(again.out).public_key()
    (tmp_path / "signed.pem").write_text(signed(key, days=LONG))
    root = signed(ROOT.public_key(), subject=ROOT_NAME, days=LONG, basic=(True, None))
    (tmp_path / "root.pem").write_text(root)
    upload = ("intermediate-ca", "--name", "mine", "--certificate", "signed.pem", "--root-ca", "root.pem")
    shown = flow(*upload, "--dry-run").out.decode().splitlines()
    assert shown[0].startswith("PUT http")
    assert json.loads(shown[1])["rootCa"] == root
    (ca,) = simulator.account.cas.values()
    assert ca.certificate is None
    assert _without_ids(flow(*upload).err) == ["done     the certificate of 'mine'"]
    assert ca.certificate is not None
    assert _without_ids(flow(*upload).err) == ["found    the certificate of 'mine'"]


LONG = (-1, 30_000)


def test_intermediate_cas_that_cannot_be(flow, simulator, tmp_path):
    """One file without the other, a CSR that would be overwritten, a certificate that does not do."""
    done = flow("intermediate-ca", *NAMED, "--certificate", "c.pem")
    assert (done.code, "give both, or none of them" in done.err) == (2, True)
    (tmp_path / "csr.pem").touch()
    done = flow("intermediate-ca", *NAMED, "-o", "csr.pem")
    assert (done.code, "exists already" in done.err, len(simulator.account.cas)) == (2, True, 0)
    assert flow("intermediate-ca", *NAMED, "-o", "csr.pem", "--force").code == 0
    (tmp_path / "c.pem").write_text(signed(ROOT.public_key(), days=(-9, -1)))
    done = flow("intermediate-ca", "--name", "mine", "--certificate", "c.pem", "--root-ca", "c.pem")
    assert done.code == 2
    for unmet in ("valid_now: ", "public_key: "):
        assert unmet in done.err
