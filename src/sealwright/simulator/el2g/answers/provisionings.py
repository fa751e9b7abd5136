"""Provisionings and jobs (AN12642, sections 4.5.9 to 4.5.12, and what is newer)."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any

from sealwright.services.el2g.jobs import DownloadBatchFile, GetJob
from sealwright.services.el2g.provisionings import (
    DownloadCertificate,
    DownloadIntermediateCa,
    DownloadProvisionings,
    DownloadStatic,
    ProvisioningsOfDevice,
    ProvisioningsOfObject,
    RequestBatchJob,
)
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import page
from sealwright.simulator.el2g.answers.showing import provisioning
from sealwright.simulator.el2g.authorities import pem_of
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account
    from sealwright.simulator.el2g.records import DeviceGroup, Provisioning, SecureObject

DESK = Desk()
_FOR_EACH = {"KEYPAIR", "CERTIFICATE"}
"""Types whose objects are others for each device."""
_LONGEST_ID = 20
"""Digits: no more are counted, and Python turns no more than some thousands into a number."""


class NothingDynamicError(RefusalError):
    """A group has no objects that are others for each device."""

    def __init__(self) -> None:
        super().__init__(400, "No dynamic secure objects are assigned to the device group")
        self.code = "ERR_RTP_400_20"


@DESK.to(ProvisioningsOfObject)
def of_object(account: Account, asked: ProvisioningsOfObject) -> dict[str, Any]:
    """List the provisionings of an object."""
    one = found(account.objects, asked.secure_object_id, "Secure object")
    now = account.now()
    mine = [
        each
        for each in one.provisionings.values()
        if asked.device_id in {None, str(each.device.uid)}
        and asked.provisioning_state in {None, each.state(now)}
    ]
    return page(account, asked, mine, partial(provisioning, now), "SecureObjectProvisioningPage")


@DESK.to(ProvisioningsOfDevice)
def of_device(account: Account, asked: ProvisioningsOfDevice) -> dict[str, Any]:
    """List the provisionings of a device."""
    device = found(account.devices, int(asked.device_id), "Device")
    fits = asked.hardware_family_type in {None, device.product.family}
    fits = fits and (asked.owner_domain_types is None or "RTP" in asked.owner_domain_types)
    mine = device.provisionings.values() if fits else ()
    return page(account, asked, mine, partial(provisioning, account.now()), "SecureObjectProvisioningPage")


def _one(account: Account, text: str) -> Provisioning:
    is_number = text.isdecimal() and len(text) <= _LONGEST_ID
    return found(account.provisionings, int(text) if is_number else -1, "Provisioning")


@DESK.to(DownloadCertificate)
def certificate(account: Account, asked: DownloadCertificate) -> str:
    """Show the certificate of a device."""
    return account.certificate_of(_one(account, asked.provisioning_id))


@DESK.to(DownloadIntermediateCa)
def intermediate_ca(account: Account, asked: DownloadIntermediateCa) -> str:
    """Show the certificate of the CA that has signed a device's."""
    one = _one(account, asked.provisioning_id)
    account.certificate_of(one)
    return pem_of(one.object.ca.signed())


@DESK.to(DownloadProvisionings)
def download(account: Account, asked: DownloadProvisionings) -> list[dict[str, Any]]:
    """Show what is to be written to devices of a group."""
    group = found(account.groups, asked.device_group_id, "Device group")
    inside = group.devices
    if missing := [uid for uid in asked.device_ids if int(uid) not in inside]:
        raise RefusalError(404, f"Device with id {missing[0]} not found in device group {group.id}")
    return [
        {
            "deviceId": uid,
            "rtpProvisionings": [
                _blob(account, each.object, uid)
                | {"provisioningId": each.id, "state": each.state(account.now())}
                for each in inside[int(uid)].provisionings.values()
            ],
        }
        for uid in asked.device_ids
    ]


def _blob(account: Account, thing: SecureObject, label: str) -> dict[str, Any]:
    """Return an object for a device; the blob itself is made up, because its format is nobody's business."""
    blob = b64encode(account.drawn(f"blob {thing.id}/{label}", 64)).decode()
    return {
        "apdus": {"createApdu": {"apdu": blob}},
        "secureObject": {
            "id": thing.id,
            "name": thing.name,
            "type": thing.kind,
            "objectId": thing.oid,
        },
    }


def _static(account: Account, group: DeviceGroup) -> list[dict[str, Any]]:
    return [_blob(account, each, "") for each in account.objects_of(group) if each.kind not in _FOR_EACH]


@DESK.to(RequestBatchJob)
def request_batch_job(account: Account, asked: RequestBatchJob) -> dict[str, Any]:
    """Begin to make objects for devices that are not known yet."""
    group = account.group(asked.nc12, asked.device_group_id)
    dynamic = [each for each in account.objects_of(group) if each.kind in _FOR_EACH]
    if not dynamic:
        raise NothingDynamicError
    made = {
        str(number): [_blob(account, each, f"batch {number}") for each in dynamic]
        for number in range(asked.batch_size)
    }
    return {
        "jobId": account.start_job(
            {"staticProvisionings": _static(account, group), "dynamicProvisionings": made}
        ).id
    }


@DESK.to(DownloadStatic)
def download_static(account: Account, asked: DownloadStatic) -> dict[str, Any]:
    """Show the objects that are the same for all devices."""
    return {"staticProvisionings": _static(account, account.group(asked.nc12, asked.device_group_id))}


@DESK.to(GetJob)
def job(account: Account, asked: GetJob) -> dict[str, Any]:
    """Show how far a job is."""
    state, done = found(account.jobs, asked.job_id, "Job").state(account.now())
    return {"jobId": asked.job_id, "state": state, "provisionedPercentage": done}


@DESK.to(DownloadBatchFile)
def download_batch(account: Account, asked: DownloadBatchFile) -> dict[str, Any]:
    """Show what a job has made."""
    one = found(account.jobs, asked.job_id, "Job")
    if one.result is None or one.state(account.now())[1] < 100:
        raise RefusalError(404, f"Job {one.id} has no file")
    return one.result
