"""Root CAs and device certificates ("/ztp/…"): real X.509, by keys that follow from the seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sealwright.simulator.key_pairs import ec_key
from sealwright.simulator.serials import serial_number
from sealwright.simulator.service.refusal import RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(slots=True)
class DeviceCertificate:
    """The certificate of one device."""

    uid: bytes
    ca_name: str
    serial: int
    validity: int
    """Days."""
    expires: float
    key_number: int
    """Which of the device's key pairs it is for: renewing keeps it, updating takes the next."""
    pem: str
    revoked: float | None = None

    @property
    def serial_number(self) -> str:
        """The serial number in hex, as the document writes it."""
        return f"{self.serial:x}"


RENEWED: Final = "/ztp/devicecertificate/renew"
UPDATED: Final = "/ztp/devicecertificate/update"
"""What the usage log calls new certificates."""


class Step(StrEnum):
    """What the next security heartbeat does to a device's certificate."""

    RENEW = "renew"
    """Another certificate for the same key pair."""
    REMOVE = "remove"
    """The first half of an update: another key pair comes with the heartbeat after it."""
    REPLACE = "replace"
    """The second half of an update, and all of a transfer."""
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that waits for a security heartbeat."""

    step: Step
    ca_name: str = ""
    validity: int | None = None
    """Days, None for as long as the CA says."""
    key_number: int = 0
    billed: str = ""
    """What the usage log says when the new certificate is there; empty where it costs nothing."""


@dataclass(eq=False)
class RootCa:
    """A root CA, and the certificates that it has signed."""

    seed: int
    name: str
    validity: int
    """Days."""
    device_validity: int
    renew_before: int | None
    created: float
    devices: dict[bytes, DeviceCertificate] = field(default_factory=dict)
    revoked: list[DeviceCertificate] = field(default_factory=list)
    signed: int = 0

    @property
    def expires(self) -> float:
        """When its certificate ends, in seconds since 1970."""
        return self.created + self.validity * 86_400

    @cached_property
    def pem(self) -> str:
        """Its self-signed certificate."""
        basic = x509.BasicConstraints(ca=True, path_length=0)
        serial = self.next_serial()
        return self._sign(self.name, self._key.public_key(), serial, self.created, self.expires, basic)

    def proof(self, registration_code: str, now: float) -> str:
        """Return a certificate whose common name is the code, signed by this CA."""
        key = ec_key(f"{self.seed}/proof/{self.name}/{registration_code}")
        basic = x509.BasicConstraints(ca=False, path_length=None)
        serial = self.next_serial()
        return self._sign(registration_code, key.public_key(), serial, now, now + 86_400, basic)

    def issue(
        self, uid: bytes, now: float, *, validity: int | None = None, key_number: int
    ) -> DeviceCertificate:
        """Sign a certificate for a device; it never outlives the CA's own."""
        days = validity or self.device_validity
        expires = min(now + days * 86_400, self.expires)
        key = ec_key(f"{self.seed}/device/{uid.hex()}/{key_number}")
        basic = x509.BasicConstraints(ca=False, path_length=None)
        serial = self.next_serial()
        pem = self._sign(uid.hex(), key.public_key(), serial, now, expires, basic)
        made = DeviceCertificate(uid, self.name, serial, days, expires, key_number, pem)
        self.devices[uid] = made
        return made

    def revocation_list(self, now: float) -> str:
        """Return the CRL in PEM: every certificate that was revoked."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_named(self.name))
            .last_update(_moment(now))
            .next_update(_moment(now) + timedelta(days=7))
        )
        for each in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(_moment(each.revoked or now)).build()
            )
        signed = builder.sign(self._key, SHA256(), ecdsa_deterministic=True)
        return signed.public_bytes(Encoding.PEM).decode()

    def next_serial(self) -> int:
        """Return the next serial number."""
        self.signed += 1
        return serial_number(f"{self.seed}/{self.name}/{self.signed}")

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec_key(f"{self.seed}/ca/{self.name}")

    def _sign(
        self,
        subject: str,
        key: ec.EllipticCurvePublicKey,
        serial: int,
        start: float,
        end: float,
        basic: x509.BasicConstraints,
    ) -> str:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_named(subject))
            .issuer_name(_named(self.name))
            .public_key(key)
            .serial_number(serial)
            .not_valid_before(_moment(start))
            .not_valid_after(_moment(end))
            .add_extension(basic, critical=True)
        )
        signed = builder.sign(self._key, SHA256(), ecdsa_deterministic=True)
        return signed.public_bytes(Encoding.PEM).decode()


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(int(now), UTC)


class RootCas:
    """The root CAs of an account, by name."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._by_name: dict[str, RootCa] = {}

    def __iter__(self) -> Iterator[RootCa]:
        return iter(self._by_name.values())

    def create(
        self, name: str, validity: int, device_validity: int, renew_before: int | None, now: float
    ) -> RootCa:
        """Make a CA. Raises RefusalError (400) where the name is taken or devices would outlive it."""
        if name in self._by_name:
            raise bad_request("CAName already exists")
        if device_validity > validity:
            raise bad_request("DeviceCertificateValidity cannot be greater than CACertificateValidity")
        made = RootCa(self._seed, name, validity, device_validity, renew_before, now)
        self._by_name[name] = made
        return made

    def get(self, name: str) -> RootCa:
        """Return the CA of this name. Raises RefusalError (404) where there is none."""
        if name not in self._by_name:
            raise RefusalError(404, f"Not Found. There is no Root CA {name}")
        return self._by_name[name]

    def delete(self, name: str) -> None:
        """Remove a CA."""
        self.get(name)
        del self._by_name[name]

    def certificate_of(self, uid: bytes) -> DeviceCertificate | None:
        """Return the certificate that a device has, None where it has none."""
        return next((ca.devices[uid] for ca in self if uid in ca.devices), None)

    def with_serials(self, serials: Iterable[str]) -> list[DeviceCertificate]:
        """Return certificates by serial number. Raises RefusalError (400) where one is not there."""
        known = {each.serial_number: each for ca in self for each in ca.devices.values()}
        if any(serial.lower() not in known for serial in serials):
            raise bad_request("Invalid SerialNumbers")
        return [known[serial.lower()] for serial in serials]

    def remove(self, uid: bytes) -> None:
        """Take the certificate off a device; one that was revoked stays on the list."""
        for ca in self:
            ca.devices.pop(uid, None)
