"""Certificates of intermediate CAs: each requirement of section 6, met and broken by itself."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sealwright.errors import InputError
from sealwright.provision.certificates import (
    Requirement,
    as_one_string,
    check_intermediate_ca,
    read_certificate,
    read_request,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ROOT_KEY, KEY, OTHER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
RSA_KEY = rsa.generate_private_key(65537, 2048)


def name(**parts):
    """Return a name with a common name, and more of what is given."""
    oids = {"cn": NameOID.COMMON_NAME, "o": NameOID.ORGANIZATION_NAME, "c": NameOID.COUNTRY_NAME}
    return x509.Name([x509.NameAttribute(oids[part], value) for part, value in parts.items()])


FLAGS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
ROOT_NAME = name(cn="root made for testing")
SUBJECT = name(cn="made for testing", o="nobody", c="AT")


@dataclass
class Wanted:
    """What a certificate is made of; each test changes one part."""

    subject: x509.Name = SUBJECT
    issuer: x509.Name = ROOT_NAME
    key: Any = KEY
    signer: Any = ROOT_KEY
    hashed: Any = field(default_factory=hashes.SHA256)
    begin: datetime = NOW - DAY
    end: datetime = NOW + 100 * DAY
    ca: bool = True
    path_length: int | None = 0
    constraints: bool | None = True
    usage: bool | None = True
    cert_sign: bool = True

    def make(self):
        """Sign it. `constraints` and `usage` are whether they are critical; None leaves them out."""
        builder = x509.CertificateBuilder(
            self.issuer, self.subject, self.key.public_key(), 1234, self.begin, self.end
        )
        if self.constraints is not None:
            length = self.path_length if self.ca else None
            builder = builder.add_extension(x509.BasicConstraints(self.ca, length), self.constraints)
        if self.usage is not None:
            flags = dict.fromkeys(FLAGS, False)
            usage = x509.KeyUsage(**flags | {"key_cert_sign": self.cert_sign, "crl_sign": True})
            builder = builder.add_extension(usage, self.usage)
        return builder.sign(self.signer, self.hashed)


def root(**changes):
    """Return the root CA's certificate."""
    made = {"subject": ROOT_NAME, "key": ROOT_KEY, "end": NOW + 1000 * DAY, "path_length": None}
    return Wanted(**made | changes).make()


def request(subject=SUBJECT, key=KEY):
    """Return a CSR as the service makes it."""
    return x509.CertificateSigningRequestBuilder(subject).sign(key, hashes.SHA256())


def unmet(certificate, issuer=None, asked=None, now=NOW):
    """Return the requirements that are not met, and what stands there instead."""
    found = check_intermediate_ca(certificate, issuer or root(), asked or request(), now)
    return {each.requirement: each.found for each in found}


def test_one_that_may_be_uploaded():
    """Nothing is unmet, with the CSR and without it; a SHA-384 and an RSA signature are as good."""
    assert unmet(Wanted().make()) == {}
    assert check_intermediate_ca(Wanted().make(), root(), None, NOW) == []
    assert unmet(Wanted(hashed=hashes.SHA384()).make()) == {}
    by_rsa = root(key=RSA_KEY, signer=RSA_KEY)
    assert unmet(Wanted(signer=RSA_KEY).make(), by_rsa) == {}


@pytest.mark.parametrize(
    ("changes", "requirement", "found"),
    [
        ({"hashed": hashes.SHA512()}, "signature_algorithm", "ecdsa-with-SHA512"),
        ({"issuer": name(cn="another")}, "issuer", "CN=another, and the root CA is CN=root made for testing"),
        ({"signer": OTHER_KEY}, "signature", "one that does not"),
        ({"begin": NOW + DAY}, "valid_now", "2026-11-21 12:00 to 2027-02-28 12:00 (UTC)"),
        (
            {"begin": NOW - 9 * DAY, "end": NOW - DAY},
            "valid_now",
            "2026-11-11 12:00 to 2026-11-19 12:00 (UTC)",
        ),
        ({"end": NOW + 1001 * DAY}, "valid_to", "2029-08-17, and the root CA 2029-08-16"),
        ({"subject": name(cn="made for testing", c="AT")}, "subject", "no O=nobody"),
        (
            {"subject": name(cn="made", o="nobody", c="AT")},
            "subject",
            "no CN=made for testing",
        ),
        ({"key": OTHER_KEY}, "public_key", "another one"),
        ({"constraints": None}, "basic_constraints", "no basicConstraints"),
        ({"constraints": False}, "basic_constraints", "not critical, CA true, pathLen 0"),
        ({"path_length": None}, "basic_constraints", "critical, CA true, pathLen None"),
        ({"path_length": 1}, "basic_constraints", "critical, CA true, pathLen 1"),
        ({"ca": False}, "basic_constraints", "critical, CA false, pathLen None"),
        ({"usage": None}, "key_usage", "no keyUsage"),
        ({"usage": False}, "key_usage", "one that is not critical"),
        ({"cert_sign": False}, "key_usage", "no keyCertSign"),
    ],
)
def test_each_requirement(changes, requirement, found):
    """One part is wrong: that requirement is unmet by name, and no other."""
    assert unmet(Wanted(**changes).make()) == {requirement: found}
    [told] = check_intermediate_ca(Wanted(**changes).make(), root(), request(), NOW)
    assert str(told) == f"{requirement}: {told.requirement.explanation}; it has {found}"
    assert not told.requirement.advice


@pytest.mark.parametrize(
    ("key", "found"), [(ec.generate_private_key(ec.SECP384R1()), "secp384r1"), (RSA_KEY, "RSA-2048")]
)
def test_other_keys_are_advised_against(key, found):
    """The document offers five algorithms in one place and P-256 alone in another: told, not refused."""
    assert unmet(Wanted(key=key).make(), asked=request(key=key)) == {Requirement.CURVE: found}
    assert [each for each in Requirement if each.advice] == [Requirement.CURVE]


def test_a_root_that_is_none():
    """A certificate of no CA signs nothing."""
    assert unmet(Wanted().make(), root(ca=False)) == {Requirement.ROOT: "critical, CA false, pathLen None"}
    assert unmet(Wanted().make(), root(constraints=None)) == {Requirement.ROOT: "no basicConstraints"}


def test_several_at_once():
    """All are told, in the order of the document."""
    found = unmet(Wanted(usage=None, constraints=None, key=OTHER_KEY, end=NOW + 2000 * DAY).make())
    assert list(found) == ["valid_to", "public_key", "basic_constraints", "key_usage"]


def _pem(made):
    return made.public_bytes(Encoding.PEM)


def test_reading():
    """PEM as bytes or text, with other line ends and words around it."""
    pem = _pem(Wanted().make())
    for given in (pem, pem.decode(), pem.replace(b"\n", b"\r\n"), b"subject: x\n" + pem):
        assert read_certificate(given).public_bytes(Encoding.PEM) == pem
    assert read_request(_pem(request())).subject == SUBJECT


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"", "give one CERTIFICATE in PEM; this holds 0 objects"),
        (2 * _pem(Wanted().make()), "this holds 2 objects"),
        (_pem(request()), "give one CERTIFICATE in PEM"),
        (
            KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "this holds a private key, which stays where it is",
        ),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "root: it is no X.509 certificate",
        ),
        (b"x" * 70_000, "70,000 bytes are too many for one certificate"),
        ("-----BEGIN CERTIFICATE-----\u2014", "it is no X.509 certificate"),
    ],
    ids=range(7),
)
def test_what_is_no_certificate(given, words):
    """It is an error that names the part."""
    with pytest.raises(InputError, match=words):
        read_certificate(given, "root")


def _pem_of(der, label):
    """Write PEM around octets that cryptography would not write."""
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


VERSION_3, VERSION_1 = bytes.fromhex("a003020102"), bytes.fromhex("020100")


@pytest.mark.parametrize(("number", "told"), [(1, "version 2"), (5, "version 6")])
def test_other_versions(number, told):
    """They are told as the requirement that is not met; of a CSR, as what it is not."""
    der = Wanted().make().public_bytes(Encoding.DER)
    changed = der.replace(VERSION_3, VERSION_3[:-1] + bytes([number]), 1)
    with pytest.raises(InputError, match=rf"^root: version: it must be X\.509 version 3; it has {told}$"):
        read_certificate(_pem_of(changed, "CERTIFICATE"), "root")
    der = request().public_bytes(Encoding.DER)
    changed = der.replace(VERSION_1, VERSION_1[:-1] + bytes([number]), 1)
    with pytest.raises(InputError, match="CSR: it is no certificate signing request"):
        read_request(_pem_of(changed, "CERTIFICATE REQUEST"))


def _split(der):
    """Return the contents of a DER element, and what follows it."""
    size = der[1] & 0x7F if der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + size]) if size else der[1]
    return der[2 + size : 2 + size + length], der[2 + size + length :]


def _sequence(contents):
    length = len(contents).to_bytes(2).lstrip(b"\0")
    head = length if len(contents) < 0x80 else bytes([0x80 + len(length)]) + length
    return b"\x30" + head + contents


def test_version_1():
    """It is read, and told as what it has; a version that is 1 is left out (RFC 5280 section 4.1)."""
    signed, behind = _split(_split(Wanted(constraints=None, usage=None).make().public_bytes(Encoding.DER))[0])
    der = _sequence(_sequence(signed.removeprefix(VERSION_3)) + behind)
    assert unmet(read_certificate(_pem_of(der, "CERTIFICATE")))["version"] == "version 1"


UNKNOWN = x509.ObjectIdentifier("2.5.29.99")


@pytest.mark.parametrize(
    ("oid", "value", "known_as"),
    [
        (UNKNOWN, b"\x30\x00", b"\x06\x03\x55\x1d\x13"),
        (x509.ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x04\xa3\x02\x30\x00", None),
    ],
    ids=["basicConstraints twice", "x400Address"],
)
def test_strange_extensions(oid, value, known_as):
    """One that stands twice, and a name of a type that cryptography does not have."""
    made = Wanted()
    parts = (made.issuer, made.subject, made.key.public_key(), 1234, made.begin, made.end)
    builder = x509.CertificateBuilder(*parts).add_extension(x509.BasicConstraints(True, 0), True)
    builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), False)
    der = builder.sign(ROOT_KEY, hashes.SHA256()).public_bytes(Encoding.DER)
    if known_as:
        der = der.replace(b"\x06\x03\x55\x1d\x63", known_as)
    with pytest.raises(InputError, match="certificate: it cannot be read to its end"):
        unmet(read_certificate(_pem_of(der, "CERTIFICATE")))


def test_a_request_that_was_changed():
    """Its signature does not verify any more."""
    der = bytearray(request().public_bytes(Encoding.DER))
    der[der.index(b"nobody")] ^= 1
    with pytest.raises(InputError, match="its signature does not verify"):
        read_request(_pem(x509.load_der_x509_csr(bytes(der))))
    with pytest.raises(InputError, match="it is no certificate signing request"):
        read_request(b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")


def test_one_string():
    """Line feeds alone, one at the end: what a JSON string takes."""
    pem = _pem(Wanted().make())
    for given in (pem, pem.decode(), pem.replace(b"\n", b"\r\n"), b"\n\n" + pem + b"\r\n"):
        assert as_one_string(given) == as_one_string(pem)
    assert as_one_string(pem).endswith("-----END CERTIFICATE-----\n")
