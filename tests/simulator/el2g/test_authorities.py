"""Certificates and requests are real X.509, and section 6 is held to (AN12642, sections 4.2, 4.6 and 6)."""

from base64 import b64encode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from el2g_world import KEY_PAIR, UIDS
from own_ca import ROOT_NAME, ROOT_PEM, SUBJECT, signed
from sealwright.errors import RefusedError
from sealwright.simulator.clock import START


def certificate_object(client, ca, **more):
    """Make a key pair and a certificate of it."""
    pair = client.secure_objects.create_key_pair(**KEY_PAIR)
    named = {"name": "certificate", "object_id": "83000009", "common_name_prefix": "device"}
    return client.secure_objects.create_certificate(
        **named, key_pair_id=pair.id, intermediate_ca_id=ca, **(more or {"span_in_months": 12})
    )


def provisioned(simulator, client, group, made):
    """Let a device be provisioned with a certificate object, and return the provisioning's id."""
    client.device_groups.add_devices(**group, device_ids=UIDS[:1])
    client.secure_objects.assign(secure_object_id=made.id, device_group_id=group["device_group_id"])
    simulator.clock.advance(5)
    (one,) = client.provisionings.of_object_all(secure_object_id=made.id)
    return one.provisioning_id


@pytest.mark.parametrize(
    "validity", [{"span_in_months": 12}, {"validity_type": "DATE", "valid_until": "2026-02-28"}], ids=str
)
def test_certificates_are_real(simulator, client, group, validity):
    """A device's certificate is signed by its intermediate CA, valid as long as asked for, and names it."""
    ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P384")
    made = certificate_object(client, ca.id, **validity)
    client.device_groups.add_devices(**group, device_ids=UIDS[:1])
    client.secure_objects.assign(secure_object_id=made.id, device_group_id=group["device_group_id"])
    (one,) = client.provisionings.of_object_all(secure_object_id=made.id)
    with pytest.raises(RefusedError, match="has no certificate"):
        client.provisionings.certificate(provisioning_id=one.provisioning_id)
    simulator.clock.advance(5)
    pem = client.provisionings.certificate(provisioning_id=one.provisioning_id)
    issuer = client.provisionings.intermediate_ca(provisioning_id=one.provisioning_id)
    certificate, signer = (x509.load_pem_x509_certificate(each.encode()) for each in (pem, issuer))
    certificate.verify_directly_issued_by(signer)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == f"device-{UIDS[0]}"
    days = (certificate.not_valid_after_utc - START).days
    assert days == (360 if "span_in_months" in validity else 45)
    assert client.provisionings.certificate(provisioning_id=one.provisioning_id) == pem
    assert issuer == client.intermediate_cas.download(intermediate_ca_id=ca.id) == ca.value
    (told,) = client.intermediate_cas.secure_objects_all(intermediate_ca_id=ca.id)
    assert told.name == "certificate"
    with pytest.raises(RefusedError, match="used by secure objects"):
        client.intermediate_cas.delete(intermediate_ca_id=ca.id)


@pytest.fixture
def csr(client):
    """Return an intermediate CA that waits for a certificate, and its public key."""
    made = client.intermediate_cas.create_csr(
        name="csr", algorithm="NIST_P256", common_name="mine", country="AT"
    )
    assert (made.signing_state, made.signing_authority, made.value) == ("CSR_CREATED", "EXT", None)
    pem = client.intermediate_cas.csr(intermediate_ca_id=made.id).value
    request = x509.load_pem_x509_csr(pem.encode())
    assert request.is_signature_valid
    assert request.subject == SUBJECT
    return made.id, request.public_key()


def test_the_second_flow(client, csr):
    """Section 4.2: a request, a certificate of another CA, and certificates of devices under it."""
    number, key = csr
    with pytest.raises(RefusedError, match="not signed yet"):
        client.intermediate_cas.download(intermediate_ca_id=number)
    client.intermediate_cas.upload_signed(
        intermediate_ca_id=number, signed_certificate=signed(key), root_ca=ROOT_PEM
    )
    assert client.intermediate_cas.get(intermediate_ca_id=number).signing_state == "SIGNED"
    pem = client.intermediate_cas.create_verification_certificate(
        intermediate_ca_id=number, verification_code="a code"
    )
    proof = x509.load_pem_x509_certificate(pem.encode())
    proof.verify_directly_issued_by(x509.load_pem_x509_certificate(signed(key).encode()))
    assert proof.subject.rfc4514_string() == "CN=a code"
    assert certificate_object(client, number).id
    with pytest.raises(RefusedError, match="does not wait for a certificate"):
        client.intermediate_cas.upload_signed(
            intermediate_ca_id=number, signed_certificate=signed(key), root_ca=ROOT_PEM
        )


OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
BAD_CERTIFICATES = {
    "public key is not the one of the CSR": {"key": OTHER_KEY.public_key()},
    "signature must be made with SHA256 or SHA384": {"digest": hashes.SHA512()},
    "it is not signed by the root CA": {"issuer": OTHER_KEY},
    "it is not valid now": {"days": (1, 100)},
    "it is valid longer than its issuer": {"days": (-1, 300)},
    "subject lacks fields of the CSR": {"subject": ROOT_NAME},
    "basic constraints must be critical": {"basic": (True, 1)},
    "key usage must be critical": {"sign": False},
    "basic constraints must be": {"extensions": False},
}


@pytest.mark.parametrize(("words", "changes"), BAD_CERTIFICATES.items())
def test_certificates_that_are_refused(client, csr, words, changes):
    """Each requirement of section 6 is looked at, and named."""
    number, key = csr
    pem = signed(**{"key": key, **changes})
    with pytest.raises(RefusedError, match=words):
        client.intermediate_cas.upload_signed(
            intermediate_ca_id=number, signed_certificate=pem, root_ca=ROOT_PEM
        )


def test_certificates_that_cannot_be_read(client, csr):
    """A frame around nothing is no certificate; extensions that are not there are not met."""
    nothing = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    with pytest.raises(RefusedError, match="cannot be read"):
        client.intermediate_cas.upload_signed(
            intermediate_ca_id=csr[0], signed_certificate=nothing, root_ca=ROOT_PEM
        )
    made = client.intermediate_cas.create(name="a", algorithm="RSA_2048")
    with pytest.raises(RefusedError, match=r"422 .*: Intermediate CA is signed by the NXP root"):
        client.intermediate_cas.csr(intermediate_ca_id=made.id)


def test_a_certificate_of_another_version(client, csr):
    """Version 2 is none that X.509 has certificates of."""
    number, key = csr
    right = x509.load_pem_x509_certificate(signed(key).encode()).public_bytes(Encoding.DER)
    assert right.count(VERSION_3) == 1
    body = b64encode(right.replace(VERSION_3, VERSION_3[:-1] + b"\1")).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    for mine, root in ((pem, ROOT_PEM), (signed(key), pem)):
        with pytest.raises(RefusedError, match=r"422 .*: Certificate cannot be read"):
            client.intermediate_cas.upload_signed(
                intermediate_ca_id=number, signed_certificate=mine, root_ca=root
            )


VERSION_3 = b"\xa0\x03\x02\x01\x02"


@pytest.mark.parametrize(
    ("call", "named"),
    [
        ("create", {"name": "n" * 48, "algorithm": "NIST_P256"}),
        ("create_csr", {"name": "n", "algorithm": "NIST_P256", "common_name": "c" * 80}),
        ("create_csr", {"name": "n", "algorithm": "NIST_P256", "common_name": "c" * 63 + "ü"}),
    ],
)
def test_names_that_x509_has_no_room_for(simulator, client, call, named):
    """64 bytes are a common name at most: more is refused, and nothing is made."""
    with pytest.raises(RefusedError, match=r"422 .*: Subject not accepted: common_name: .*<= 64, but it was"):
        getattr(client.intermediate_cas, call)(**named)
    assert simulator.account.cas == {}
    shorter = {name: value if name == "algorithm" else value[: 64 - 17] for name, value in named.items()}
    assert getattr(client.intermediate_cas, call)(**shorter).id


def test_a_day_that_is_past(simulator, client, group):
    """A certificate that would have ended before its provisioning begins is refused."""
    ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P256")
    made = certificate_object(client, ca.id, validity_type="DATE", valid_until="2026-02-28")
    simulator.clock.advance(days=60)
    number = provisioned(simulator, client, group, made)
    with pytest.raises(RefusedError, match=r"422 .*: Certificate would have ended .*: at 2026-03-01"):
        client.provisionings.certificate(provisioning_id=number)


@pytest.mark.parametrize(
    "validity",
    [{"span_in_months": 10**12}, {"validity_type": "DATE", "valid_until": "9999-12-31"}],
    ids=["span", "date"],
)
def test_as_long_as_its_ca(simulator, client, group, validity):
    """A certificate ends with its CA, however long it was asked for."""
    ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P256")
    number = provisioned(simulator, client, group, certificate_object(client, ca.id, **validity))
    pem = client.provisionings.certificate(provisioning_id=number)
    issued, issuer = (x509.load_pem_x509_certificate(each.encode()) for each in (pem, ca.value))
    assert issued.not_valid_after_utc == issuer.not_valid_after_utc


def test_a_ca_that_has_expired(simulator, client):
    """It proves nothing any more."""
    ca = client.intermediate_cas.create(name="ca", algorithm="NIST_P256")
    simulator.clock.advance(days=15 * 365 + 1)
    assert [each.id for each in client.intermediate_cas.list_all(validity="EXPIRED")] == [ca.id]
    with pytest.raises(RefusedError, match=r"422 .*: Certificate would have ended before it begins"):
        client.intermediate_cas.create_verification_certificate(
            intermediate_ca_id=ca.id, verification_code="a code"
        )


@pytest.mark.parametrize("number", ["1" * 5_000, "nothing", "²"])
def test_ids_of_no_provisioning(client, number):
    """Nothing has them, of whatever length they are."""
    with pytest.raises(RefusedError, match=r"404 .*Provisioning with id"):
        client.provisionings.certificate(provisioning_id=number)
