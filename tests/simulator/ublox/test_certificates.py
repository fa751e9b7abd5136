"""Root CAs and device certificates: real X.509 that verifies, the same for the same seed."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sealwright.simulator.clock import START
from sealwright.simulator.service.refusal import RefusalError
from sealwright.simulator.ublox.certificates import RootCas

NOW = START.timestamp()
UID, OTHER = bytes.fromhex("0002000089282245"), bytes.fromhex("0002000089282246")


@pytest.fixture
def cas():
    """Return the root CAs of an account: one."""
    cas = RootCas(1)
    cas.create("ca.example.com", 1_825, 365, 30, NOW)
    return cas


def read(pem):
    """Return a certificate."""
    return x509.load_pem_x509_certificate(pem.encode())


def days(certificate):
    """Return for how many days a certificate is valid."""
    return (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days


def test_a_root_ca_signs_itself(cas):
    """Its certificate verifies under its own key and is valid for as long as was asked."""
    certificate = read(cas.get("ca.example.com").pem)
    certificate.verify_directly_issued_by(certificate)
    assert days(certificate) == 1_825
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)


def test_device_certificates_verify_under_their_ca(cas):
    """They name the device; renewing keeps the key, another key number is another key."""
    ca = cas.get("ca.example.com")
    first, renewed, updated = (ca.issue(UID, NOW, key_number=number) for number in (0, 0, 1))
    certificates = [read(each.pem) for each in (first, renewed, updated)]
    for certificate in certificates:
        certificate.verify_directly_issued_by(read(ca.pem))
        assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == UID.hex()
        assert days(certificate) == 365
    keys = [certificate.public_key() for certificate in certificates]
    assert keys[0] == keys[1] != keys[2]
    assert len({each.serial_number for each in (first, renewed, updated)}) == 3
    assert {f"{certificate.serial_number:x}" for certificate in certificates} == {
        each.serial_number for each in (first, renewed, updated)
    }


def test_no_device_outlives_its_ca(cas):
    """A certificate that would end later ends with the CA's own."""
    ca = cas.get("ca.example.com")
    late = ca.issue(UID, NOW + 1_800 * 86_400, validity=3_650, key_number=0)
    assert late.expires == ca.expires
    assert read(late.pem).not_valid_after_utc == datetime.fromtimestamp(ca.expires, UTC)


def test_proof_of_possession(cas):
    """The registration code is the common name, and the CA has signed it."""
    ca = cas.get("ca.example.com")
    certificate = read(ca.proof("930783746273459058465785", NOW))
    certificate.verify_directly_issued_by(read(ca.pem))
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name == "930783746273459058465785"


def test_the_revocation_list(cas):
    """It is signed by the CA and has the serial numbers that were revoked."""
    ca = cas.get("ca.example.com")
    kept, gone = ca.issue(UID, NOW, key_number=0), ca.issue(OTHER, NOW, key_number=0)
    gone.revoked = NOW + 60
    ca.revoked.append(gone)
    crl = x509.load_pem_x509_crl(ca.revocation_list(NOW + 60).encode())
    assert crl.is_signature_valid(read(ca.pem).public_key())
    assert [entry.serial_number for entry in crl] == [gone.serial]
    assert crl.get_revoked_certificate_by_serial_number(kept.serial) is None


def test_names_are_unique_and_devices_do_not_outlive(cas):
    """400 for a name that is taken and for a validity that cannot be; 404 for what is not there."""
    with pytest.raises(RefusalError, match=r"400 .*CAName already exists"):
        cas.create("ca.example.com", 1_825, 365, None, NOW)
    with pytest.raises(RefusalError, match=r"400 .*DeviceCertificateValidity"):
        cas.create("other", 1_825, 1_826, None, NOW)
    for ask in (lambda: cas.get("other"), lambda: cas.delete("other")):
        with pytest.raises(RefusalError, match=r"404 .*other"):
            ask()
    cas.delete("ca.example.com")
    assert list(cas) == []


def test_certificates_are_found(cas):
    """By device and by serial number, until they are removed."""
    made = cas.get("ca.example.com").issue(UID, NOW, key_number=0)
    assert cas.certificate_of(UID) is made
    assert cas.with_serials([made.serial_number.upper()]) == [made]
    with pytest.raises(RefusalError, match=r"400 .*Invalid SerialNumbers"):
        cas.with_serials([made.serial_number, "00"])
    cas.remove(UID)
    assert cas.certificate_of(UID) is None
    assert cas.certificate_of(OTHER) is None


def test_the_same_seed_gives_the_same_certificates():
    """To the bit: signatures are deterministic."""

    def made(seed):
        ca = RootCas(seed).create("ca.example.com", 1_825, 365, None, NOW)
        return ca.pem, ca.issue(UID, NOW, key_number=0).pem, ca.proof("1", NOW), ca.revocation_list(NOW)

    assert made(1) == made(1)
    assert not set(made(1)) & set(made(2))
