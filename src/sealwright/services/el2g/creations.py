"""Creating secure objects: a call for each type (AN12642, section 4.1.3, and two types that are newer).

Seven of them share a path, and their bodies tell which is meant. None is repeated blindly: a secure
object of the same name is looked for first.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from msgspec import Meta, field

from sealwright.services._fields import digits
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne, AtMostOne, OnlyWhen, Rule
from sealwright.services.el2g import oid
from sealwright.services.el2g._armour import (
    Base64,
    Checksum,
    ChecksumOf,
    PgpMessage,
    PgpPublicKey,
    PublicKey,
)
from sealwright.services.el2g._fields import DOCUMENT, El2gRequest, Id, Name
from sealwright.services.el2g._secure_object import GROUP, ListSecureObjects, SecureObject
from sealwright.services.el2g.policies import Policies, UsagePolicies
from sealwright.services.el2g.times import Day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.services._call import Request

_LINE: Final = "POST /rtp/secure-objects"
_USAGE: Final = UsagePolicies("policy_source_type")

KeyAlgorithm = Annotated[
    Literal[
        "NIST_P192",
        "NIST_P224",
        "NIST_P256",
        "NIST_P384",
        "NIST_P521",
        "RSA_1024",
        "RSA_2048",
        "RSA_3072",
        "RSA_4096",
        "ECC_ED_25519",
        "ECC_MONT_DH_25519",
        "ECC_MONT_DH_448",
        "BRAINPOOLP160R1",
        "BRAINPOOLP192R1",
        "BRAINPOOLP224R1",
        "BRAINPOOLP256R1",
        "BRAINPOOLP320R1",
        "BRAINPOOLP384R1",
        "BRAINPOOLP512R1",
        "SECP160K1",
        "SECP192K1",
        "SECP224K1",
        "SECP256K1",
    ],
    Meta(description="The algorithm of the key."),
]


def _aes_size(value: object) -> object:
    return f"AES{value}" if type(value) is int else value


AesSize = Annotated[
    Literal["AES128", "AES256"],
    Meta(
        description="The size of the key: AES128 or AES256.",
        extra={"read": _aes_size, "takes": 'Literal["AES128", "AES256"] | int'},
    ),
]
HmacSize = Annotated[
    str,
    Meta(
        pattern="^(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-6])$",
        description="The size of the key in bytes: 1 to 256.",
        extra={
            "read": digits,
            "must": "must be a number of bytes from 1 to 256",
            "takes": "str | int",
        },
    ),
]
EncryptedKey = Annotated[
    PgpMessage,
    Meta(description="The hex digits of the key, encrypted for EL2G and signed: a PGP message in armour."),
]


class Creation(El2gRequest[SecureObject], kw_only=True, frozen=True, eq=False):
    """What all secure objects are created with."""

    rules: ClassVar[tuple[Rule, ...]] = (_USAGE,)

    name: Annotated[Name, Meta(description="The name of the secure object.")]
    object_id: oid.Oid
    generate_on_device_connection: Annotated[
        bool, Meta(description="Whether it is made when a device connects, and not before.")
    ] = False
    policy_source_type: Annotated[
        Literal["DEFAULT", "CUSTOM"],
        Meta(description="Whose usage policies: DEFAULT are those of each product."),
    ] = "DEFAULT"
    policies: Policies | None = None

    def hints(self) -> Iterator[str]:
        """Say what is unusual about the object id."""
        return oid.hints(self.object_id, self.kind)

    @property
    def kind(self) -> str:
        """The type, in the API's word."""
        kind: str = getattr(self, "secure_object_type", "")
        return kind

    def look_up(self) -> Request[Any]:
        """Return what lists the secure objects of this name."""
        return ListSecureObjects(name=self.name, secure_object_type=self.kind)

    def has_made(self, found: SecureObject) -> bool:
        """Compare name, type and object id; what is listed with an id that cannot be read is another's."""
        if (found.name, found.secure_object_type) != (self.name, self.kind):
            return False
        with suppress(ValueError):
            return int(found.object_id or "", 16) == int(self.object_id, 16)
        return False


@GROUP.at("4.1.3.1", _LINE, "create_key_pair", Retry.CREATE)
class CreateKeyPair(Creation, kw_only=True, frozen=True, eq=False):
    """Create a key pair, another one for each device."""

    secure_object_type: Literal["KEYPAIR"]
    algorithm: KeyAlgorithm


@GROUP.at("4.1.3.2", _LINE, "create_certificate", Retry.CREATE)
class CreateCertificate(Creation, kw_only=True, frozen=True, eq=False):
    """Create an X.509 certificate for the key pair of each device, signed by an intermediate CA."""

    rules = (
        _USAGE,
        AtLeastOne("span_in_months", "valid_until"),
        AtMostOne("span_in_months", "valid_until"),
        OnlyWhen("span_in_months", "validity_type", "MONTH"),
        OnlyWhen("valid_until", "validity_type", "DATE"),
    )

    secure_object_type: Literal["CERTIFICATE"]
    key_pair_id: Annotated[Id, Meta(description="The id of the key pair's secure object.")]
    intermediate_ca_id: Annotated[Id, Meta(description="The id of the intermediate CA.")]
    common_name_prefix: Annotated[str, Meta(min_length=1, description="What the common name begins with.")]
    validity_type: Annotated[
        Literal["MONTH", "DATE"], Meta(description=f"MONTH, or DATE, which is newer than {DOCUMENT}.")
    ] = field(name="certificateValidity.validityType", default="MONTH")
    span_in_months: Annotated[
        Annotated[int, Meta(ge=1)] | None, Meta(description="For how many months, with MONTH.")
    ] = field(name="certificateValidity.spanInMonths", default=None)
    valid_until: Annotated[Day | None, Meta(description="The last day, yyyy-mm-dd, with DATE.")] = field(
        name="certificateValidity.date", default=None
    )
    allow_signing: Annotated[bool, Meta(description="Whether the key may sign.")] = True
    country: Annotated[str | None, Meta(description="Of the subject: two letters.")] = None
    state: Annotated[str | None, Meta(description="Of the subject.")] = None
    locality: Annotated[str | None, Meta(description="Of the subject.")] = None
    organization: Annotated[str | None, Meta(description="Of the subject.")] = None
    organization_unit: Annotated[str | None, Meta(description="Of the subject.")] = None
    email: Annotated[str | None, Meta(description="Of the subject.")] = None


@GROUP.at("4.1.3.3", _LINE, "create_master_key", Retry.CREATE)
class CreateMasterKey(Creation, kw_only=True, frozen=True, eq=False):
    """Import an AES master key: the same for all devices, encrypted for EL2G and signed by you."""

    secure_object_type: Literal["MASTER_KEY"]
    key_size: AesSize
    customer_pgp_public_key: PgpPublicKey
    encrypted_key: EncryptedKey


@GROUP.at("4.1.3.4", _LINE, "create_hmac_key", Retry.CREATE)
class CreateHmacKey(Creation, kw_only=True, frozen=True, eq=False):
    """Import an HMAC master key: the same for all devices, encrypted for EL2G and signed by you."""

    secure_object_type: Literal["HMAC_KEY"]
    key_size: HmacSize
    customer_pgp_public_key: PgpPublicKey
    encrypted_key: EncryptedKey


@GROUP.at("4.1.3.5", _LINE, "create_binary_file", Retry.CREATE)
class CreateBinaryFile(Creation, kw_only=True, frozen=True, eq=False):
    """Import a file that is no secret."""

    rules = (_USAGE, ChecksumOf("checksum", "binary_file"))

    secure_object_type: Literal["BINARY_FILE"]
    binary_file_type: Literal["NON_CONFIDENTIAL"] = field(name="payload.binaryFileType")
    binary_file: Annotated[Base64, Meta(description="The file, as bytes or in base64.")] = field(
        name="payload.binaryFile"
    )
    checksum: Checksum | None = field(name="payload.checksum", default=None)


@GROUP.at("4.1.3.6", _LINE, "create_confidential_binary_file", Retry.CREATE)
class CreateConfidentialBinaryFile(Creation, kw_only=True, frozen=True, eq=False):
    """Import a secret file of at most 500 bytes, encrypted for EL2G and signed by you."""

    secure_object_type: Literal["BINARY_FILE"]
    binary_file_type: Literal["CONFIDENTIAL"] = field(name="payload.binaryFileType")
    customer_pgp_public_key: PgpPublicKey = field(name="payload.customerPgpPublicKey")
    encrypted_binary_file: Annotated[
        PgpMessage,
        Meta(description="The hex digits of the file, encrypted for EL2G and signed: a PGP message."),
    ] = field(name="payload.encryptedBinaryFile")


@GROUP.at("4.1.3.7", _LINE, "create_static_public_key", Retry.CREATE)
class CreateStaticPublicKey(Creation, kw_only=True, frozen=True, eq=False):
    """Import a public key: the same for all devices."""

    rules = (_USAGE, ChecksumOf("checksum", "public_key"))

    secure_object_type: Literal["STATIC_PUBLIC_KEY"]
    algorithm: KeyAlgorithm
    public_key: PublicKey
    checksum: Checksum | None = None


@GROUP.at("", _LINE, "create_oem_fw_auth_key_hash", Retry.CREATE)
class CreateOemFwAuthKeyHash(Creation, kw_only=True, frozen=True, eq=False):
    """Import the hash of the key that authenticates an OEM's firmware."""

    secure_object_type: Literal["OEM_FW_AUTH_KEY_HASH"]
    binary_file: Annotated[Base64, Meta(description="The hash, as bytes or in base64.")]
    oem_provisioned: Annotated[bool, Meta(description="Whether the OEM has put it into devices already.")]


@GROUP.at("", _LINE, "create_oem_fw_decrypt_key", Retry.CREATE)
class CreateOemFwDecryptKey(Creation, kw_only=True, frozen=True, eq=False):
    """Import the key that decrypts an OEM's firmware, encrypted for EL2G and signed by you."""

    secure_object_type: Literal["OEM_FW_DECRYPT_KEY"]
    key_size: AesSize
    customer_pgp_public_key: PgpPublicKey
    encrypted_key: EncryptedKey
