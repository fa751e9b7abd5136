"""How records are shown in answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.simulator.clock import iso
from sealwright.simulator.el2g.authorities import pem_of

if TYPE_CHECKING:
    from sealwright.simulator.el2g.authorities import IntermediateCa
    from sealwright.simulator.el2g.records import ClaimCode, Device, DeviceGroup, Provisioning, SecureObject


def device(each: Device) -> dict[str, Any]:
    """Return a device; its UID is always decimal (section 4.1.2)."""
    return {
        "id": str(each.uid),
        "deviceGroupId": each.group and each.group.id,
        "deviceGroupName": each.group and each.group.name,
        "productDetail": None,
        "lastConnection": None if each.connected is None else iso(each.connected),
        "resourceMetadata": {
            "createdBy": "SYSTEM_USER",
            "createdTs": iso(each.registered),
            "lastModifiedBy": "SYSTEM_USER",
            "lastModifiedTs": iso(each.registered),
            "version": 0,
        },
    }


def device_group(each: DeviceGroup) -> dict[str, Any]:
    """Return a device group."""
    return {
        "id": each.id,
        "deviceGroupName": each.name,
        "deviceCount": len(each.devices),
        "productRelationship": "USER",
        "productDetails": each.product.shown,
        "resourceMetadata": each.metadata,
        "claimCodeOverviews": None,
    }


def secure_object(each: SecureObject) -> dict[str, Any]:
    """Return a secure object."""
    return {
        "secureObjectType": each.kind,
        "id": each.id,
        "name": each.name,
        "objectId": each.oid,
        "policySourceType": "DEFAULT" if each.policies is None else "CUSTOM",
        "generateOnDeviceConnection": each.on_connection,
        "deviceGroupCount": len(each.groups),
        "provisioningCount": len(each.provisionings),
        "downloadedCount": sum(one.held for one in each.provisionings.values()),
        "resourceMetadata": each.metadata,
        **each.shown,
    }


def provisioning(now: float, each: Provisioning) -> dict[str, Any]:
    """Return a provisioning in its state of a moment."""
    return {
        "provisioningId": each.id,
        "secureObjectId": each.object.id,
        "secureObjectName": each.object.name,
        "secureObjectType": each.object.kind,
        "deviceId": str(each.device.uid),
        "deviceGroupId": each.group.id,
        "deviceGroupName": each.group.name,
        "provisioningState": each.state(now),
        "resourceMetadata": {
            "createdBy": "SYSTEM_USER",
            "createdTs": iso(each.since),
            "lastModifiedBy": "SYSTEM_USER",
            "lastModifiedTs": iso(each.written or each.since),
            "version": None,
        },
    }


def claim_code(each: ClaimCode) -> dict[str, Any]:
    """Return a claim code without its secret."""
    return {
        "name": each.name,
        "policy": each.policy,
        "behavior": each.behavior,
        "deviceLimit": each.limit,
        "reusable": each.reusable,
        "id": each.id,
        "secret": None,
        "deviceCount": len(set(each.uses)),
        "status": "REVOKED" if each.revoked else "ACTIVE",
        "metadata": each.metadata,
    }


def intermediate_ca(each: IntermediateCa) -> dict[str, Any]:
    """Return an intermediate CA."""
    subject = each.subject
    certificate = each.certificate
    names = {"org_unit": "orgUnit", "common_name": "commonName"}
    fields = ("common_name", "organization", "org_unit", "country", "locality", "state")
    return {
        "id": each.id,
        "algorithm": each.algorithm,
        "name": each.name,
        "value": None if certificate is None else pem_of(certificate),
        **{names.get(field, field): subject.get(field) for field in fields},
        "signingState": each.state,
        "signingAuthority": each.authority,
        "validUntil": None if certificate is None else iso(certificate.not_valid_after_utc.timestamp()),
        "hasAuthorityKeyIdentifier": False,
        "hasSubjectKeyIdentifier": False,
        "resourceMetadata": each.metadata,
    }
