"""Zero Touch Provisioning APIs: root CAs and device certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sealwright.services.ublox.zero_touch import (
    DeviceCertificateDelete,
    DeviceCertificateRenew,
    DeviceCertificateRevoke,
    DeviceCertificateRootCaTransfer,
    DeviceCertificateUpdate,
    RootCaCreate,
    RootCaCrlGet,
    RootCaDelete,
    RootCaDeviceGet,
    RootCaGet,
    RootCaPopCertificateGenerate,
    RootCaUpdate,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError, bad_request
from sealwright.simulator.ublox.answers.desk import DONE, page
from sealwright.simulator.ublox.certificates import RENEWED, UPDATED, Change, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.simulator.ublox.account import Account
    from sealwright.simulator.ublox.certificates import DeviceCertificate, RootCa

DESK = Desk()

_IN_USE: Final = "Request aborted. This Root CA is linked to a device or a device profile"


@DESK.to(RootCaCreate)
def create(account: Account, asked: RootCaCreate) -> dict[str, Any]:
    """Make a root CA."""
    made = account.cas.create(
        asked.ca_name,
        asked.ca_certificate_validity,
        asked.device_certificate_validity,
        asked.renew_before_expiration,
        account.now(),
    )
    return _row(made)


def _row(ca: RootCa) -> dict[str, Any]:
    told = {
        "CAName": ca.name,
        "CACertificateValidity": ca.validity,
        "DeviceCertificateValidity": ca.device_validity,
        "Certificate": ca.pem,
        "CreatedDate": iso(ca.created),
    }
    return told if ca.renew_before is None else {**told, "RenewBeforeExpiration": ca.renew_before}


@DESK.to(RootCaUpdate)
def update(account: Account, asked: RootCaUpdate) -> dict[str, str]:
    """Set when device certificates are renewed."""
    account.cas.get(asked.ca_name).renew_before = asked.renew_before_expiration
    return DONE


@DESK.to(RootCaGet)
def get(account: Account, asked: RootCaGet) -> dict[str, Any]:
    """List root CAs, or the one of a name."""
    found = list(account.cas) if asked.ca_name is None else [account.cas.get(asked.ca_name)]
    return page([_row(ca) for ca in found], asked.page_number, "CAs")


@DESK.to(RootCaCrlGet)
def revocation_lists(account: Account, asked: RootCaCrlGet) -> dict[str, Any]:
    """Show the CRLs of some root CAs, or of all."""
    found = list(account.cas) if asked.ca_names is None else map(account.cas.get, asked.ca_names)
    return {
        "CRLs": [
            {
                "CAName": ca.name,
                "CRL": ca.revocation_list(account.now()),
                "SerialNumbers": [each.serial_number for each in ca.revoked],
            }
            for ca in found
        ]
    }


@DESK.to(RootCaDeviceGet)
def certified_devices(account: Account, asked: RootCaDeviceGet) -> dict[str, Any]:
    """List the devices with a certificate of a root CA."""
    rows = [
        {
            "ROTPublicUID": each.uid.hex(),
            "SerialNumber": each.serial_number,
            "ExpirationDate": iso(each.expires),
        }
        for each in account.cas.get(asked.ca_name).devices.values()
    ]
    return page(rows, asked.page_number, "Devices")


@DESK.to(RootCaPopCertificateGenerate)
def proof(account: Account, asked: RootCaPopCertificateGenerate) -> dict[str, str]:
    """Sign a registration code."""
    ca = account.cas.get(asked.ca_name)
    return {"CAName": ca.name, "PoPCertificate": ca.proof(asked.registration_code, account.now())}


@DESK.to(RootCaDelete)
def delete(account: Account, asked: RootCaDelete) -> dict[str, str]:
    """Remove a root CA that nothing is linked to."""
    name = account.cas.get(asked.ca_name).name
    linked = {each for record in account.devices for each in (record.desired.root_ca, record.current.root_ca)}
    linked |= {record.change.ca_name for record in account.devices if record.change}
    linked |= {profile.desired.root_ca for profile in account.profiles if profile.desired}
    if name in linked:
        raise RefusalError(400, _IN_USE)
    account.cas.delete(name)
    return DONE


@DESK.to(DeviceCertificateRenew)
def renew(account: Account, asked: DeviceCertificateRenew) -> dict[str, str]:
    """Let devices get another certificate for the same key pair at their next heartbeat."""
    days = asked.device_certificate_validity
    for each in _meant(account, asked.ca_name, asked.rot_public_uids, asked.serial_numbers):
        _order(account, each, Change(Step.RENEW, each.ca_name, days, billed=RENEWED))
    return DONE


@DESK.to(DeviceCertificateUpdate)
def update_certificates(account: Account, asked: DeviceCertificateUpdate) -> dict[str, str]:
    """Let devices get another certificate and key pair within two heartbeats."""
    for each in _meant(account, asked.ca_name, asked.rot_public_uids, asked.serial_numbers):
        _order(account, each, Change(Step.REMOVE, each.ca_name, None, each.key_number + 1, UPDATED))
    return DONE


@DESK.to(DeviceCertificateDelete)
def delete_certificates(account: Account, asked: DeviceCertificateDelete) -> dict[str, str]:
    """Let devices lose their certificate at their next heartbeat."""
    for each in _meant(account, None, asked.rot_public_uids, None):
        _order(account, each, Change(Step.DELETE))
    return DONE


@DESK.to(DeviceCertificateRevoke)
def revoke(account: Account, asked: DeviceCertificateRevoke) -> dict[str, str]:
    """Put a certificate on the CRL at once; it stays on the device."""
    uids = [asked.rot_public_uid] if asked.rot_public_uid else None
    serials = [asked.serial_number] if asked.serial_number else None
    for each in _meant(account, asked.ca_name, uids, serials):
        _refuse_while_updating(account, each)
        if each.revoked is None:
            each.revoked = account.now()
            account.cas.get(each.ca_name).revoked.append(each)
    return DONE


@DESK.to(DeviceCertificateRootCaTransfer)
def transfer(account: Account, asked: DeviceCertificateRootCaTransfer) -> dict[str, str]:
    """Let devices get a certificate of another root CA at their next heartbeat."""
    target = account.cas.get(asked.to_ca)
    for each in _meant(account, asked.from_ca, asked.rot_public_uids, None):
        _order(account, each, Change(Step.REPLACE, target.name, key_number=each.key_number))
    return DONE


def _meant(
    account: Account, ca_name: str | None, uids: Sequence[str] | None, serials: Sequence[str] | None
) -> list[DeviceCertificate]:
    """Return the certificates that devices have or that serial numbers name, all of the same CA."""
    records = account.devices.all_of(uids or ())
    found = [account.cas.certificate_of(record.uid) for record in records]
    certificates = [each for each in found if each is not None]
    if len(certificates) < len(records):
        raise bad_request("A device has no certificate")
    certificates += account.cas.with_serials(serials or ())
    if ca_name is not None and any(each.ca_name != account.cas.get(ca_name).name for each in certificates):
        raise bad_request("A certificate is not of this Root CA")
    return certificates


def _order(account: Account, certificate: DeviceCertificate, change: Change) -> None:
    _refuse_while_updating(account, certificate)
    account.devices.get(certificate.uid.hex()).change = change


def _refuse_while_updating(account: Account, certificate: DeviceCertificate) -> None:
    waiting = account.devices.get(certificate.uid.hex()).change
    if waiting is not None and waiting.billed == UPDATED:
        raise bad_request("A device certificate update is still on-going")
