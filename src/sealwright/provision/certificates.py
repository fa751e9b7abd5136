"""Certificates of intermediate CAs, checked before they are uploaded (AN12642 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import SignatureAlgorithmOID

from sealwright.errors import Explained, InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_LONGEST: Final = 64 * 1024
"""Bytes of a file with one certificate or CSR, at most."""

_SIGNATURES: Final = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    }
)

_UNREADABLE: Final = (
    *(ValueError, UnsupportedAlgorithm, x509.InvalidVersion),
    *(x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
"""What cryptography raises of certificates and CSRs that are damaged, or strange: some are no ValueErrors."""

_E = TypeVar("_E", bound=x509.ExtensionType)


class Requirement(Explained):
    """What section 6 asks of the certificate of an intermediate CA.

    Those that are `advice` are told and keep nothing back: the document contradicts itself there.
    """

    advice: bool

    def __init__(self, word: str, explanation: str, advice: bool = False) -> None:  # noqa: FBT001, FBT002
        super().__init__(word, explanation)
        self.advice = advice

    VERSION = "version", "it must be X.509 version 3"
    SERIAL_NUMBER = "serial_number", "its serial number must be more than 0"
    SIGNATURE_ALGORITHM = "signature_algorithm", "it must be signed with RSA or ECDSA over SHA-256 or SHA-384"
    ISSUER = "issuer", "its issuer must be the subject of the root CA"
    SIGNATURE = "signature", "its signature must verify with the root CA's key"
    ROOT = "root", "the root CA's certificate must be one of a CA (basicConstraints, CA true)"
    VALID_NOW = "valid_now", "it must be valid at this moment"
    VALID_TO = "valid_to", "it must not be valid for longer than the root CA"
    SUBJECT = "subject", "its subject must have every name of the CSR"
    PUBLIC_KEY = "public_key", "its public key must be the one of the CSR"
    CURVE = "curve", "its key should be on P-256: section 4.2.1 takes others, section 6 names no other", True
    BASIC_CONSTRAINTS = "basic_constraints", "basicConstraints must be critical, with CA true and pathLen 0"
    KEY_USAGE = "key_usage", "keyUsage must be critical and have keyCertSign"


class Unmet(NamedTuple):
    """A requirement that a certificate does not meet, and what stands there instead."""

    requirement: Requirement
    found: str

    def __str__(self) -> str:
        """Return a line for people."""
        return f"{self.requirement}: {self.requirement.explanation}; it has {self.found}"


class _Case(NamedTuple):
    certificate: x509.Certificate
    root: x509.Certificate
    request: x509.CertificateSigningRequest | None
    now: datetime


def read_certificate(pem: str | bytes, what: str = "certificate") -> x509.Certificate:
    """Read one X.509 certificate in PEM. Raises InputError for anything else; `what` names it there."""
    octets = _one(pem, what, "CERTIFICATE")
    try:
        return x509.load_pem_x509_certificate(octets)
    except x509.InvalidVersion as problem:
        unmet = Unmet(Requirement.VERSION, f"version {problem.parsed_version + 1}")
        raise InputError(f"{what}: {unmet}") from None
    except ValueError as problem:
        raise InputError(f"{what}: it is no X.509 certificate: {_first_line(problem)}") from None


def read_request(pem: str | bytes, what: str = "CSR") -> x509.CertificateSigningRequest:
    """Read one certificate signing request in PEM, and verify its signature. Raises InputError."""
    octets = _one(pem, what, "CERTIFICATE REQUEST")
    try:
        request = x509.load_pem_x509_csr(octets)
        valid = request.is_signature_valid
    except _UNREADABLE as problem:
        raise InputError(f"{what}: it is no certificate signing request: {_first_line(problem)}") from None
    if not valid:
        raise InputError(f"{what}: its signature does not verify: fetch it again from the service")
    return request


def check_intermediate_ca(
    certificate: x509.Certificate,
    root: x509.Certificate,
    request: x509.CertificateSigningRequest | None,
    now: datetime,
) -> list[Unmet]:
    """Return every requirement of section 6 that an intermediate CA's certificate does not meet, in order.

    `root` is the certificate that has signed it, `request` the CSR of the service: without it nothing
    is said of subject and public key. `now` has a time zone. Where the list holds nothing but advice
    the certificate may be uploaded. Raises InputError for one whose extensions or key cannot be read.
    """
    case = _Case(certificate, root, request, now)
    try:
        found = {requirement: look(case) for requirement, look in _FOUND.items()}
    except _UNREADABLE as problem:
        raise InputError(f"certificate: it cannot be read to its end: {_first_line(problem)}") from None
    return [Unmet(requirement, instead) for requirement, instead in found.items() if instead is not None]


def as_one_string(pem: str | bytes) -> str:
    """Return PEM with line feeds alone, as a JSON string takes it (AN12642 section 11)."""
    text = pem.decode("ascii", "replace") if isinstance(pem, bytes) else pem
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


def _one(pem: str | bytes, what: str, label: str) -> bytes:
    octets = pem.encode(errors="replace") if isinstance(pem, str) else pem
    if len(octets) > _LONGEST:
        raise InputError(f"{what}: {len(octets):,} bytes are too many for one certificate")
    count = octets.count(b"-----BEGIN ")
    if count != 1 or f"-----BEGIN {label}-----".encode() not in octets:
        held = (
            "a private key, which stays where it is" if b"PRIVATE KEY-----" in octets else f"{count} objects"
        )
        raise InputError(f"{what}: give one {label} in PEM; this holds {held}")
    return octets


def _first_line(problem: Exception) -> str:
    return str(problem).split("\n", 1)[0] or type(problem).__name__


# What a certificate has instead of what is required, one function a requirement; None where it meets it.


def _version(case: _Case) -> str | None:
    version = case.certificate.version
    return None if version is x509.Version.v3 else f"version {version.value + 1}"


def _serial_number(case: _Case) -> str | None:
    number = case.certificate.serial_number
    return None if number > 0 else str(number)


def _signature_algorithm(case: _Case) -> str | None:
    oid = case.certificate.signature_algorithm_oid
    return None if oid in _SIGNATURES else oid._name  # noqa: SLF001  # there is no public way to it


def _issuer(case: _Case) -> str | None:
    issuer, subject = case.certificate.issuer, case.root.subject
    return None if issuer == subject else f"{_shown(issuer)}, and the root CA is {_shown(subject)}"


def _signature(case: _Case) -> str | None:
    if case.certificate.issuer != case.root.subject:
        return None  # this is told already, and cryptography looks at it first
    try:
        case.certificate.verify_directly_issued_by(case.root)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return "one that does not"
    return None


def _root(case: _Case) -> str | None:
    found = _extension(case.root, x509.BasicConstraints)
    return None if found and found.value.ca else _constraints(found)


def _valid_now(case: _Case) -> str | None:
    begin, end = case.certificate.not_valid_before_utc, case.certificate.not_valid_after_utc
    return None if begin <= case.now <= end else f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} (UTC)"


def _valid_to(case: _Case) -> str | None:
    end, last = case.certificate.not_valid_after_utc, case.root.not_valid_after_utc
    return None if end <= last else f"{end:%Y-%m-%d}, and the root CA {last:%Y-%m-%d}"


def _subject(case: _Case) -> str | None:
    held = {(name.oid, name.value) for name in case.certificate.subject}
    wanted = case.request.subject if case.request else ()
    missing = [name.rfc4514_string() for name in wanted if (name.oid, name.value) not in held]
    return f"no {', '.join(missing)}" if missing else None


def _public_key(case: _Case) -> str | None:
    if case.request is None or _octets(case.certificate) == _octets(case.request):
        return None
    return "another one"


def _curve(case: _Case) -> str | None:
    key = case.certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return None if isinstance(key.curve, ec.SECP256R1) else key.curve.name
    return f"RSA-{key.key_size}" if isinstance(key, rsa.RSAPublicKey) else type(key).__name__


def _basic_constraints(case: _Case) -> str | None:
    found = _extension(case.certificate, x509.BasicConstraints)
    met = found and found.critical and found.value.ca and found.value.path_length == 0
    return None if met else _constraints(found)


def _key_usage(case: _Case) -> str | None:
    found = _extension(case.certificate, x509.KeyUsage)
    if found is None:
        return "no keyUsage"
    if not found.value.key_cert_sign:
        return "no keyCertSign"
    return None if found.critical else "one that is not critical"


_FOUND: Final[dict[Requirement, Callable[[_Case], str | None]]] = {
    Requirement.VERSION: _version,
    Requirement.SERIAL_NUMBER: _serial_number,
    Requirement.SIGNATURE_ALGORITHM: _signature_algorithm,
    Requirement.ISSUER: _issuer,
    Requirement.SIGNATURE: _signature,
    Requirement.ROOT: _root,
    Requirement.VALID_NOW: _valid_now,
    Requirement.VALID_TO: _valid_to,
    Requirement.SUBJECT: _subject,
    Requirement.PUBLIC_KEY: _public_key,
    Requirement.CURVE: _curve,
    Requirement.BASIC_CONSTRAINTS: _basic_constraints,
    Requirement.KEY_USAGE: _key_usage,
}


def _extension(certificate: x509.Certificate, kind: type[_E]) -> x509.Extension[_E] | None:
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _constraints(found: x509.Extension[x509.BasicConstraints] | None) -> str:
    if found is None:
        return "no basicConstraints"
    critical = "critical" if found.critical else "not critical"
    return f"{critical}, CA {str(found.value.ca).lower()}, pathLen {found.value.path_length}"


def _octets(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _shown(name: x509.Name) -> str:
    return name.rfc4514_string() or "(no name)"
