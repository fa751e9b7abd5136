"""Intermediate CAs: real X.509, signed by the simulated NXP root or by a CA of the user's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sealwright.simulator.el2g.records import Record
from sealwright.simulator.key_pairs import ec_key
from sealwright.simulator.serials import serial_number
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

CA_DAYS: Final = 15 * 365
_MONTH: Final = timedelta(days=30)
_CURVES: Final = {"NIST_P256": ec.SECP256R1(), "NIST_P384": ec.SECP384R1(), "NIST_P521": ec.SECP521R1()}
_SUBJECT: Final = {
    "common_name": NameOID.COMMON_NAME,
    "organization": NameOID.ORGANIZATION_NAME,
    "org_unit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "country": NameOID.COUNTRY_NAME,
    "locality": NameOID.LOCALITY_NAME,
    "state": NameOID.STATE_OR_PROVINCE_NAME,
}
_UNREADABLE: Final = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What comes of a certificate that is damaged, or of a kind that is not known here."""
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _key_of(algorithm: str, label: str) -> Key:
    """Return a key pair; RSA keys are made anew at every run, because nothing derives them."""
    if algorithm in _CURVES:
        return ec_key(label, _CURVES[algorithm])
    return rsa.generate_private_key(65537, int(algorithm.removeprefix("RSA_")))


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(int(now), UTC)


def end_of(validity: dict[str, Any], start: float) -> datetime:
    """Return when a device's certificate ends by its object's validity; no later than dates go."""
    try:
        if validity["validityType"] == "MONTH":
            return _moment(start) + int(validity["spanInMonths"]) * _MONTH
        return datetime.fromisoformat(validity["date"]).replace(tzinfo=UTC) + timedelta(days=1)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _name(fields: dict[str, str]) -> x509.Name:
    """Return a distinguished name. Raises RefusalError (422) for a field that X.509 has no room for."""
    return x509.Name([_attribute(name, value) for name, value in fields.items()])


def _attribute(name: str, value: str) -> x509.NameAttribute[str]:
    try:
        return x509.NameAttribute(_SUBJECT[name], value)
    except ValueError as problem:
        raise RefusalError(422, f"Subject not accepted: {name}: {problem}") from None


def _deterministic(key: Key) -> bool | None:
    """Return what lets a signature follow from key and text; one of RSA does so by itself."""
    return True if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _sign(
    issuer: x509.Name,
    signer: Key,
    subject: x509.Name,
    key: Any,
    span: tuple[datetime, datetime],
    *,
    serial: int,
    ca: bool,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
    )
    return builder.sign(signer, SHA256(), ecdsa_deterministic=_deterministic(signer))


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem_of(certificate: x509.Certificate) -> str:
    """Return a certificate in PEM."""
    return certificate.public_bytes(Encoding.PEM).decode()


@dataclass(eq=False)
class IntermediateCa(Record):
    """An intermediate CA."""

    algorithm: str = ""
    subject: dict[str, str] = field(default_factory=dict)
    """By the names of the request's fields."""
    external: bool = False
    distinguished_name: x509.Name = field(kw_only=True)
    """The subject as certificates have it."""
    label: str = field(kw_only=True)
    """What its key and the serial numbers that it gives follow from."""
    key: Key = field(kw_only=True)
    certificate: x509.Certificate | None = None
    issued: int = 0

    @cached_property
    def csr(self) -> str:
        """Its signing request in PEM."""
        builder = x509.CertificateSigningRequestBuilder().subject_name(self.distinguished_name)
        made = builder.sign(self.key, SHA256(), ecdsa_deterministic=_deterministic(self.key))
        return made.public_bytes(Encoding.PEM).decode()

    @property
    def state(self) -> str:
        """Whether it has a certificate, in EL2G's words."""
        return "CSR_CREATED" if self.certificate is None else "SIGNED"

    @property
    def authority(self) -> str:
        """Who signs it, in EL2G's words."""
        return "EXT" if self.external else "NXP"

    def signed(self) -> x509.Certificate:
        """Return its certificate. Raises RefusalError (422) where it has none yet."""
        if self.certificate is None:
            raise RefusalError(422, f"Intermediate CA {self.id} is not signed yet")
        return self.certificate

    def issue(self, common_name: str, now: float, until: datetime, key: Key) -> str:
        """Sign a certificate, which never outlives the CA's own; returns it in PEM.

        Raises RefusalError (422) where it would have ended before it begins.
        """
        mine = self.signed()
        span = (_moment(now), min(until, mine.not_valid_after_utc))
        if span[1] < span[0]:
            raise RefusalError(422, f"Certificate would have ended before it begins: at {span[1]:%Y-%m-%d}")
        subject = _name({"common_name": common_name})
        self.issued += 1
        serial = serial_number(f"{self.label}/{self.issued}")
        return pem_of(_sign(mine.subject, self.key, subject, key.public_key(), span, serial=serial, ca=False))


class Authorities:
    """The intermediate CAs of an account, and the root that signs them."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._root_key = ec_key(f"{seed}/el2g root")
        self._root_name = _name({"common_name": "Simulated EL2G root", "organization": "NXP"})

    def create(self, number: int, name: str, algorithm: str, now: float) -> IntermediateCa:
        """Make a CA that the root signs."""
        subject = {
            "common_name": f"{name}-{number:016x}",
            "organization": "NXP",
            "org_unit": "EdgeLock2GoRemoteTpPlugAndTrustCA",
            "country": "AT",
        }
        made = self._made(number, name, algorithm, now, subject)
        span = (_moment(now), _moment(now) + timedelta(days=CA_DAYS))
        made.certificate = _sign(
            self._root_name,
            self._root_key,
            made.distinguished_name,
            made.key.public_key(),
            span,
            serial=serial_number(made.label),
            ca=True,
        )
        return made

    def request(
        self, number: int, name: str, algorithm: str, now: float, subject: dict[str, str]
    ) -> IntermediateCa:
        """Make a CA that somebody else is to sign."""
        made = self._made(number, name, algorithm, now, subject)
        made.external = True
        return made

    def _made(
        self, number: int, name: str, algorithm: str, now: float, subject: dict[str, str]
    ) -> IntermediateCa:
        label = f"{self._seed}/el2g ca/{number}"
        return IntermediateCa(
            number,
            name,
            now,
            now,
            algorithm=algorithm,
            subject=subject,
            distinguished_name=_name(subject),
            label=label,
            key=_key_of(algorithm, label),
        )

    def device_key(self, label: str) -> ec.EllipticCurvePrivateKey:
        """Return the key pair of a device."""
        return ec_key(f"{self._seed}/el2g device/{label}")


def accept(ca: IntermediateCa, signed: str, root: str, now: float) -> x509.Certificate:
    """Return a certificate that was uploaded, if it meets section 6. Raises RefusalError (422) otherwise."""
    try:
        certificate, issuer = (x509.load_pem_x509_certificate(pem.encode()) for pem in (signed, root))
        problem = next(_problems(ca, certificate, issuer, _moment(now)), None)
    except _UNREADABLE:
        raise RefusalError(422, "Certificate cannot be read") from None
    if problem:
        raise RefusalError(422, f"Certificate not accepted: {problem}")
    return certificate


def _problems(
    ca: IntermediateCa, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> Iterator[str]:
    """Yield the requirements of section 6 that are not met."""
    key = certificate.public_key()
    if key != ca.key.public_key():
        yield "public key is not the one of the CSR"
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        yield "public key must be on ECDSA_P256"
    if not isinstance(certificate.signature_hash_algorithm, (SHA256, SHA384)):
        yield "signature must be made with SHA256 or SHA384"
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        yield "it is not signed by the root CA that was uploaded with it"
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        yield "it is not valid now"
    if certificate.not_valid_after_utc > issuer.not_valid_after_utc:
        yield "it is valid longer than its issuer"
    if not set(ca.distinguished_name) <= set(certificate.subject):
        yield "subject lacks fields of the CSR"
    yield from _extension_problems(certificate.extensions)


def _extension_problems(extensions: x509.Extensions) -> Iterator[str]:
    basic = _extension(extensions, x509.BasicConstraints)
    if basic is None or not (basic.critical and basic.value.ca and basic.value.path_length == 0):
        yield "basic constraints must be critical, of a CA, with path length 0"
    usage = _extension(extensions, x509.KeyUsage)
    if usage is None or not (usage.critical and usage.value.key_cert_sign):
        yield "key usage must be critical and allow certificate signing"


def _extension(extensions: x509.Extensions, kind: Any) -> Any:
    try:
        return extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
