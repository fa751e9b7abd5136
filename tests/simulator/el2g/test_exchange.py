"""Admission, refusals, permissions, faults and lost answers."""

import json
from datetime import UTC, datetime

import pytest
from cryptography import x509

from el2g_world import KEY_PAIR, NC12, UIDS, client_of, world
from sealwright.errors import CredentialsError, InputError, UnavailableError
from sealwright.services._http import Timing
from sealwright.simulator.el2g import Slip
from sealwright.simulator.service.exchange import LARGEST_BODY, Asked


def ask(simulator, method, path, body=b"", content_type="application/json", query="", **headers):
    """Make one call by hand."""
    shown = {
        "el2g-api-key": simulator.token,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    answered = simulator.exchange.answer(Asked(method, path, "", content_type, body, query, shown))
    return answered, json.loads(answered.body) if answered.body else None


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("GET", "/api/v1/nowhere", {}, 404),
        ("GET", "/api/v2/products", {}, 404),
        ("GET", "/api/v1/rtp/jobs/a", {}, 404),
        ("DELETE", "/api/v1/products", {}, 405),
        ("GET", "/api/v1/products", {"el2g_api_key": "wrong"}, 401),
        ("GET", "/ota/factories/f/el2g-proxy/products", {}, 401),
        ("POST", "/api/v1/rtp/secure-objects", {"body": b"{"}, 400),
        ("POST", "/api/v1/rtp/secure-objects", {"body": b"{}", "content_type": "text/plain"}, 415),
        ("POST", "/api/v1/rtp/secure-objects", {"body": b" " * (LARGEST_BODY + 1)}, 413),
        ("POST", "/api/v1/rtp/secure-objects", {"body": b"{}"}, 400),
        ("GET", "/api/v1/rtp/secure-objects", {"query": "size=101"}, 400),
        ("GET", "/api/v1/rtp/secure-objects/5", {}, 404),
        ("GET", "/api/v1/products/111111111111/device-groups", {}, 404),
    ],
)
def test_refusals(simulator, method, path, options, status):
    """What is wrong with a call has the status of section 5, words, a code, and the id that it came with."""
    answered, told = ask(simulator, method, path, el2g_correlation_id="id-1", **options)
    assert answered.status == status
    assert told["message"]
    assert told["code"].endswith(str(status))
    assert answered.headers["EL2G-Correlation-ID"] == "id-1"


def test_both_headers_of_foundries(simulator):
    """The other profile takes its own header, and OAuth2."""
    path = "/ota/factories/f/el2g-proxy/services"
    for header in ({"osf_token": simulator.token}, {"authorization": f"Bearer {simulator.token}"}):
        assert ask(simulator, "GET", path, el2g_api_key="", **header)[0].status == 200


def test_permissions(simulator):
    """A token may do what it was granted, and nothing else; one that was revoked nothing at all."""
    simulator.account.access.grant("reader", ["device-groups:read", "secure-objects:write"])
    with client_of(simulator, token="reader") as client:
        assert list(client.device_groups.list_all(nc12=NC12)) == []
        client.secure_objects.create_key_pair(**KEY_PAIR)
        with pytest.raises(CredentialsError, match=r"403 .*device-groups:write is missing"):
            client.device_groups.create(nc12=NC12, device_group_name="a")
        with pytest.raises(CredentialsError, match=r"403 .*secure-objects:read is missing"):
            client.secure_objects.list()
        simulator.account.access.revoke("reader")
        with pytest.raises(CredentialsError, match="401"):
            client.device_groups.list(nc12=NC12)


def test_lost_creates_over_the_simulator(simulator):
    """Answers that are lost after the work was done: the client finds what was made, and makes it once."""
    simulator.disturb("POST /rtp/secure-objects:lose,share=0.2")
    clock = simulator.clock
    timing = Timing(monotonic=clock, now=lambda: datetime.fromtimestamp(clock(), UTC), sleep=clock.advance)
    with client_of(simulator, timing=timing) as client:
        for number in range(60):
            client.secure_objects.create_key_pair(**KEY_PAIR | {"name": f"pair {number}"})
    names = [each.name for each in simulator.account.objects.values()]
    assert sorted(names) == sorted(f"pair {number}" for number in range(60))
    assert simulator.ledger.created["secure_objects create_key_pair"] == 60
    assert simulator.ledger.requests["GET /rtp/secure-objects"] > 3


def test_faults(simulator):
    """Faults strike calls by method and path; those of another service are not known."""
    simulator.disturb("GET /services:status=503,times=9")
    with client_of(simulator) as client:
        with pytest.raises(UnavailableError, match="503"):
            client.services.list()
        assert client.products.list()
    for fault in ("expired-token", "wrong-device"):
        with pytest.raises(InputError, match="of another service"):
            simulator.disturb(f"*:{fault}")


def test_a_stray_link_is_not_followed():
    """A next page on another host is not asked for there: pages are counted."""
    simulator = world(slips=[Slip.STRAY_NEXT])
    with client_of(simulator) as client:
        for number in range(150):
            client.device_groups.create(nc12=NC12, device_group_name=f"{number}")
        assert "elsewhere.example" in client.device_groups.list(nc12=NC12).next
        assert len(list(client.device_groups.list_all(nc12=NC12))) == 150


def certificates(simulator):
    """Return what a service says of a CA, of one that waits, of a device's certificate, and of a proof."""
    with client_of(simulator) as client:
        group = client.device_groups.create(nc12=NC12, device_group_name="a")
        ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P384")
        csr = client.intermediate_cas.create_csr(name="csr", algorithm="NIST_P256", common_name="mine")
        pair = client.secure_objects.create_key_pair(**KEY_PAIR)
        made = client.secure_objects.create_certificate(
            name="certificate",
            object_id="83000009",
            common_name_prefix="device",
            key_pair_id=pair.id,
            intermediate_ca_id=ca.id,
            span_in_months=12,
        )
        client.device_groups.add_devices(nc12=NC12, device_group_id=int(group.id), device_ids=UIDS[:2])
        client.secure_objects.assign(secure_object_id=made.id, device_group_id=int(group.id))
        simulator.clock.advance(5)
        given = client.provisionings.of_object_all(secure_object_id=made.id)
        proof = client.intermediate_cas.create_verification_certificate(
            intermediate_ca_id=ca.id, verification_code="a code"
        )
        return [
            group.reveal(),
            ca.value,
            client.intermediate_cas.csr(intermediate_ca_id=csr.id).value,
            *(client.provisionings.certificate(provisioning_id=each.provisioning_id) for each in given),
            proof,
        ]


def test_the_same_seed():
    """The same seed, clock and calls give the same token and the same answers, certificates too."""
    one, same, other = (world(seed=seed) for seed in (7, 7, 8))
    assert (one.token == same.token, one.token == other.token) == (True, False)
    told = certificates(one)
    assert told == certificates(same)
    assert not set(told[1:]) & set(certificates(other)[1:])
    serials = {x509.load_pem_x509_certificate(told[at].encode()).serial_number for at in (1, 3, 4, 5)}
    assert len(serials) == 4
