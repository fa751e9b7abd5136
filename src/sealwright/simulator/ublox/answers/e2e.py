"""Service APIs: keys, their rotation and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.services.ublox.e2e import (
    DownlinkIntegrityParametersGet,
    DownlinkProtectionParametersGet,
    KeyRotate,
    UplinkIntegrityParametersGet,
    UplinkProtectionParametersGet,
    UplinkSymmetricKeyGet,
)
from sealwright.simulator.rotation import RotationType
from sealwright.simulator.service.desk import Desk
from sealwright.telemetry import Kind

if TYPE_CHECKING:
    from sealwright.simulator.ublox.account import Account

DESK = Desk()

_DEFAULT_DAYS = 7
_DEFAULT_BITS = 256


@DESK.to(KeyRotate)
def rotate(account: Account, asked: KeyRotate) -> dict[str, str]:
    """Set how keys rotate, and rotate them."""
    records = account.chosen(uids=asked.rot_public_uids, tags=asked.tag_names)
    words = account.keys.rotate(records, RotationType(asked.type), asked.days or _DEFAULT_DAYS, account.now())
    for record in records:
        account.expect(record)
    return {"Message": words}


@DESK.to(UplinkSymmetricKeyGet)
def symmetric_key(account: Account, asked: UplinkSymmetricKeyGet) -> dict[str, Any]:
    """Give the pre-shared key of a KeyID."""
    return account.keys.symmetric_key(bytes.fromhex(asked.key_id), asked.key_length or _DEFAULT_BITS)


@DESK.to(UplinkProtectionParametersGet)
def uplink_protection(account: Account, asked: UplinkProtectionParametersGet) -> dict[str, Any]:
    """Give what opens the messages with a header."""
    return account.keys.uplink(bytes.fromhex(asked.encrypted_header), {Kind.V1, Kind.V2})


@DESK.to(UplinkIntegrityParametersGet)
def uplink_integrity(account: Account, asked: UplinkIntegrityParametersGet) -> dict[str, Any]:
    """Give what verifies the messages with a header."""
    return account.keys.uplink(bytes.fromhex(asked.encrypted_header), {Kind.INTEGRITY})


@DESK.to(DownlinkProtectionParametersGet)
def downlink_protection(account: Account, asked: DownlinkProtectionParametersGet) -> dict[str, Any]:
    """Give a set that seals one message."""
    return account.keys.downlink(asked.rot_public_uid, Kind.V2, account.now())


@DESK.to(DownlinkIntegrityParametersGet)
def downlink_integrity(account: Account, asked: DownlinkIntegrityParametersGet) -> dict[str, Any]:
    """Give a set that signs one message."""
    return account.keys.downlink(asked.rot_public_uid, Kind.INTEGRITY, account.now())
