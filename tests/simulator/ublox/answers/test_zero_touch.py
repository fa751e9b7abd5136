"""Zero touch: root CAs and what happens to device certificates, heartbeat by heartbeat."""

import pytest

from simulating import call, furnished, refused, uid

CA = "ca.example.com"


@pytest.fixture
def simulator():
    """Return a furnished service, whose second device has a certificate."""
    return furnished()


def certificate(simulator, number=1):
    """Return a device's certificate, None where it has none."""
    return simulator.account.cas.certificate_of(bytes.fromhex(uid(simulator, number)))


def heartbeat(simulator):
    """Let all devices talk to the service once."""
    simulator.clock.advance(days=7)
    call(simulator, "/apiversion")


def usage(simulator, what):
    """Return how often something was billed to the second device."""
    simulator.clock.advance(300)
    told = call(simulator, "/device/usage/get", FromDate="2026-01-01", ROTPublicUIDs=[uid(simulator, 1)])
    return told[uid(simulator, 1)].get(what, 0)


def test_a_root_ca_lives(simulator):
    """Created, shown, changed, and deleted while nothing is linked to it."""
    wanted = {"CAName": "new", "CACertificateValidity": 1_825, "DeviceCertificateValidity": 365}
    made = call(simulator, "/ztp/rootca/create", **wanted)
    assert made["Certificate"].startswith("-----BEGIN CERTIFICATE-----\n")
    assert {name: made[name] for name in wanted} == wanted
    assert "RenewBeforeExpiration" not in made
    call(simulator, "/ztp/rootca/update", CAName="new", RenewBeforeExpiration=10)
    (shown,) = call(simulator, "/ztp/rootca/get", CAName="new")["CAs"]
    assert shown == {**made, "RenewBeforeExpiration": 10}
    assert call(simulator, "/ztp/rootca/get")["TotalRecords"] == 2
    call(simulator, "/ztp/rootca/delete", CAName="new")
    assert refused(simulator, "/ztp/rootca/get", CAName="new")[0] == 404


def test_devices_of_a_root_ca(simulator):
    """Those that have a certificate of it."""
    told = call(simulator, "/ztp/rootca/device/get", CAName=CA)
    assert told["TotalRecords"] == 7
    assert told["Devices"][0]["ROTPublicUID"] == uid(simulator, 1)
    assert told["Devices"][0]["SerialNumber"] == certificate(simulator).serial_number


def test_renewing(simulator):
    """At the next heartbeat, by UID or serial number, and billed."""
    before = certificate(simulator)
    call(
        simulator,
        "/ztp/devicecertificate/renew",
        CAName=CA,
        SerialNumbers=[before.serial_number],
        DeviceCertificateValidity=90,
    )
    assert certificate(simulator) is before
    heartbeat(simulator)
    assert certificate(simulator).validity == 90
    assert usage(simulator, "/ztp/devicecertificate/renew") == 1


def test_updating(simulator):
    """Two heartbeats; until the second nothing else may be done with it."""
    chosen = {"CAName": CA, "ROTPublicUIDs": [uid(simulator, 1)]}
    before = certificate(simulator)
    call(simulator, "/ztp/devicecertificate/update", **chosen)
    for path, more in (
        ("renew", {**chosen, "DeviceCertificateValidity": 90}),
        ("delete", {"ROTPublicUIDs": chosen["ROTPublicUIDs"]}),
        ("revoke", {"CAName": CA, "SerialNumber": before.serial_number}),
    ):
        status, words = refused(simulator, f"/ztp/devicecertificate/{path}", **more)
        assert (status, words) == (400, "Bad Request. A device certificate update is still on-going")
    heartbeat(simulator)
    assert certificate(simulator) is None
    heartbeat(simulator)
    assert certificate(simulator).key_number == before.key_number + 1
    assert usage(simulator, "/ztp/devicecertificate/update") == 1
    call(simulator, "/ztp/devicecertificate/renew", **chosen, DeviceCertificateValidity=90)


def test_deleting(simulator):
    """At the next heartbeat; then there is nothing to do anything with."""
    call(simulator, "/ztp/devicecertificate/delete", ROTPublicUIDs=[uid(simulator, 1)])
    assert certificate(simulator) is not None
    heartbeat(simulator)
    assert certificate(simulator) is None
    status, words = refused(simulator, "/ztp/devicecertificate/delete", ROTPublicUIDs=[uid(simulator, 1)])
    assert (status, words) == (400, "Bad Request. A device has no certificate")


def test_revoking(simulator):
    """At once and once, on the list, while the device keeps it."""
    chosen = {"CAName": CA, "ROTPublicUID": uid(simulator, 1)}
    for _ in range(2):
        call(simulator, "/ztp/devicecertificate/revoke", **chosen)
    (crl,) = call(simulator, "/ztp/rootca/crl/get")["CRLs"]
    assert crl["SerialNumbers"] == [certificate(simulator).serial_number]
    assert crl["CRL"].startswith("-----BEGIN X509 CRL-----")
    assert call(simulator, "/ztp/rootca/crl/get", CANames=[CA])["CRLs"] == [crl]


def test_transferring(simulator):
    """At the next heartbeat the other root CA has signed; both are linked until then."""
    call(
        simulator,
        "/ztp/rootca/create",
        CAName="new",
        CACertificateValidity=1_825,
        DeviceCertificateValidity=30,
    )
    call(
        simulator,
        "/ztp/devicecertificate/rootca/transfer",
        FromCA=CA,
        ToCA="new",
        ROTPublicUIDs=[uid(simulator, 1)],
    )
    assert refused(simulator, "/ztp/rootca/delete", CAName="new")[0] == 400
    heartbeat(simulator)
    assert certificate(simulator).ca_name == "new"
    assert certificate(simulator).key_number == 0


def test_proof_of_possession(simulator):
    """The code comes back in a certificate."""
    told = call(simulator, "/ztp/rootca/popcertificate/generate", CAName=CA, RegistrationCode="12345")
    assert told["CAName"] == CA
    assert told["PoPCertificate"].startswith("-----BEGIN CERTIFICATE-----")
