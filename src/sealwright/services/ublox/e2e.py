"""End-to-end protection: keys and parameters (REST document 1.1.29, "Service APIs").

Replies hold key material as the service sends it, in base64 and quiet. `sealwright.read_reply` checks
`reply.reveal()` strictly and decodes it; what is compared here is only that a reply answers what was asked.
"""

from __future__ import annotations

from binascii import a2b_base64
from typing import Annotated, Literal

from msgspec import Meta

from sealwright.errors import ReplyError
from sealwright.services._fields import QuietText
from sealwright.services._retry import Retry
from sealwright.services._rules import AtLeastOne, OnlyWhen
from sealwright.services.ublox._fields import (
    Header,
    KeyId,
    Message,
    SignedHeader,
    TagNames,
    UbloxReply,
    UbloxRequest,
    Uid,
    Uids,
    group,
)

GROUP = group("e2e", "Service APIs", "Keys and parameters of end-to-end protection.")

_PAID = "each call is billed"


class SymmetricKey(UbloxReply, kw_only=True, frozen=True, eq=False):
    """A DTLS pre-shared key."""

    key: QuietText
    rot_public_uid: Uid


class UplinkParameters(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What opens messages with a header: `key` and `nonce` for AES-CCM; two keys and `aes_iv` for CS1."""

    rot_public_uid: Uid
    cipher_suite: str | None = None
    mac_length: int | None = None
    key: QuietText | None = None
    nonce: str | None = None
    key_length: int | None = None
    encryption_key: QuietText | None = None
    authentication_key: QuietText | None = None
    auth_key_length: int | None = None
    aes_iv: str | None = None
    kiv: str | None = None


class IntegrityParameters(UbloxReply, kw_only=True, frozen=True, eq=False):
    """What verifies or signs messages."""

    authentication_key: QuietText
    rot_public_uid: Uid
    cipher_suite: str | None = None
    mac_length: int | None = None
    auth_key_length: int | None = None
    kiv: str | None = None


class DownlinkParameters(IntegrityParameters, kw_only=True, frozen=True, eq=False):
    """What seals one message for a device: the set is spent with it."""

    encryption_key: QuietText
    key_length: int | None = None
    aes_iv: str | None = None


@GROUP.call("/e2e/key/rotate", "key_rotate", Retry.IDEMPOTENT, irreversible=True, splits=("rot_public_uids",))
class KeyRotate(UbloxRequest[Message], kw_only=True, frozen=True, eq=False):
    """Say how the keys of devices rotate.

    CONTINUOUS: with every end-to-end call. AUTOMATIC: after a number of days, and until then every
    call returns the same key. The security heartbeat is shortened where it is longer than that.
    """

    rules = (AtLeastOne("rot_public_uids", "tag_names"), OnlyWhen("days", "type", "AUTOMATIC"))

    rot_public_uids: Uids | None = None
    tag_names: TagNames | None = None
    type: Annotated[Literal["CONTINUOUS", "AUTOMATIC"], Meta(description="How keys rotate.")]
    days: Annotated[
        Annotated[int, Meta(ge=1, le=30)] | None,
        Meta(description="Days after which a key rotates, only with AUTOMATIC; 7 if not given."),
    ] = None


@GROUP.call("/e2e/uplink/symmetrickey/get", "uplink_symmetric_key_get", Retry.E2E_GET, paid=_PAID)
class UplinkSymmetricKeyGet(UbloxRequest[SymmetricKey], kw_only=True, frozen=True, eq=False):
    """Get the symmetric key for a key id: the pre-shared key of a DTLS connection."""

    key_id: KeyId
    key_length: Annotated[
        Literal[128, 256] | None, Meta(description="Bits of the key: 128 or 256; 256 if not given.")
    ] = None

    def accept(self, reply: SymmetricKey) -> None:
        """Compare the key's length and the device with what was asked."""
        bits = 8 * len(_decoded(reply.key.reveal(), "Key"))
        if bits != (self.key_length or 256):
            raise ReplyError("Key", f"has {bits} bits where {self.key_length or 256} were asked for")
        if self.key_id[4:16].lower() != reply.rot_public_uid[4:].lower():
            raise ReplyError("ROTPublicUID", "is not the device that the key id names")


@GROUP.call(
    "/e2e/uplink/protectionparameters/get", "uplink_protection_parameters_get", Retry.E2E_GET, paid=_PAID
)
class UplinkProtectionParametersGet(UbloxRequest[UplinkParameters], kw_only=True, frozen=True, eq=False):
    """Get what decrypts and verifies the uplink messages with a header."""

    encrypted_header: Header


@GROUP.call("/e2e/uplink/integrityparameters/get", "uplink_integrity_parameters_get", Retry.E2E_GET)
class UplinkIntegrityParametersGet(UbloxRequest[IntegrityParameters], kw_only=True, frozen=True, eq=False):
    """Get what verifies the signed uplink messages with a header."""

    encrypted_header: SignedHeader


@GROUP.call("/e2e/downlink/protectionparameters/get", "downlink_protection_parameters_get", Retry.E2E_GET)
class DownlinkProtectionParametersGet(UbloxRequest[DownlinkParameters], kw_only=True, frozen=True, eq=False):
    """Get what encrypts one downlink message for a device. The set is for one message only."""

    rot_public_uid: Uid

    def accept(self, reply: DownlinkParameters) -> None:
        """Compare the device with the one that was asked for."""
        _same_device(self.rot_public_uid, reply.rot_public_uid)


@GROUP.call("/e2e/downlink/integrityparameters/get", "downlink_integrity_parameters_get", Retry.E2E_GET)
class DownlinkIntegrityParametersGet(UbloxRequest[IntegrityParameters], kw_only=True, frozen=True, eq=False):
    """Get what signs one downlink message for a device."""

    rot_public_uid: Uid

    def accept(self, reply: IntegrityParameters) -> None:
        """Compare the device with the one that was asked for."""
        _same_device(self.rot_public_uid, reply.rot_public_uid)


def _same_device(asked: str, answered: str) -> None:
    if asked.lower() != answered.lower():
        raise ReplyError("ROTPublicUID", "is not the device that was asked for")


def _decoded(text: bytes, field: str) -> bytes:
    try:
        return a2b_base64(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), strict_mode=True)
    except ValueError:
        raise ReplyError(field, "is not base64") from None
