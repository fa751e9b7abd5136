"""Secure objects: what they are made of, and who gets them (AN12642, sections 4.1.3, 4.1.4 and 4.5)."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

import msgspec

from sealwright.services.el2g._secure_object import ListSecureObjects
from sealwright.services.el2g.creations import (
    CreateBinaryFile,
    CreateCertificate,
    CreateConfidentialBinaryFile,
    CreateHmacKey,
    CreateKeyPair,
    CreateMasterKey,
    CreateOemFwAuthKeyHash,
    CreateOemFwDecryptKey,
    CreateStaticPublicKey,
)
from sealwright.services.el2g.secure_objects import (
    AssignDeviceGroup,
    AssignedDeviceGroups,
    AssignedSecureObjects,
    AvailableDeviceGroups,
    AvailableSecureObjects,
    DeleteSecureObject,
    GetSecureObject,
    PoliciesOfSecureObject,
    UnassignDeviceGroups,
    UnassignSecureObjects,
    UpdateSecureObject,
)
from sealwright.simulator.clock import iso
from sealwright.simulator.el2g.account import found
from sealwright.simulator.el2g.answers.paging import named, page
from sealwright.simulator.el2g.answers.products import DEFAULT_RULES, RULES
from sealwright.simulator.el2g.answers.showing import secure_object
from sealwright.simulator.el2g.catalog import PRODUCTS
from sealwright.simulator.el2g.imports import received
from sealwright.simulator.el2g.public_keys import check_public_key
from sealwright.simulator.el2g.records import SecureObject
from sealwright.simulator.service.desk import Desk
from sealwright.simulator.service.refusal import RefusalError

if TYPE_CHECKING:
    from sealwright.simulator.el2g.account import Account
    from sealwright.simulator.el2g.records import DeviceGroup

DESK = Desk()


def _object(account: Account, number: int) -> SecureObject:
    return found(account.objects, number, "Secure object")


def _policies(policies: Any) -> dict[str, Any] | None:
    """Return policies as they are kept. Raises RefusalError (422) for a product or a rule that is unknown."""
    kept: dict[str, Any] | None = msgspec.to_builtins(policies)
    for nc12, each in (kept or {}).items():
        if nc12 not in PRODUCTS:
            raise RefusalError(422, f"Policy for unknown product {nc12}")
        rules = {rule for entry in each["accessRuleConfiguration"] for rule in entry["accessRules"]}
        if wrong := sorted(rules - set(RULES)):
            raise RefusalError(422, f"Policy rule {wrong[0]} is not allowed for product {nc12}")
    return kept


def _made(account: Account, asked: Any, **more: Any) -> dict[str, Any]:
    """Make an object of what a request says, and return it as it is shown."""
    now = account.now()
    made = SecureObject(
        account.number(),
        asked.name,
        now,
        now,
        kind=asked.secure_object_type,
        oid=asked.object_id,
        on_connection=asked.generate_on_device_connection,
        policies=_policies(asked.policies),
        **more,
    )
    account.objects[made.id] = made
    return secure_object(made)


@DESK.to(CreateKeyPair)
def create_key_pair(account: Account, asked: CreateKeyPair) -> dict[str, Any]:
    """Make a key pair."""
    return _made(account, asked, shown={"algorithm": asked.algorithm})


@DESK.to(CreateCertificate)
def create_certificate(account: Account, asked: CreateCertificate) -> dict[str, Any]:
    """Make a certificate for a key pair, signed by a CA that is signed itself."""
    pair = _object(account, asked.key_pair_id)
    if pair.kind != "KEYPAIR":
        raise RefusalError(422, f"Secure object {pair.id} is not a key pair")
    ca = found(account.cas, asked.intermediate_ca_id, "Intermediate CA")
    ca.signed()
    validity: dict[str, Any] = {"validityType": asked.validity_type}
    validity |= (
        {"spanInMonths": asked.span_in_months} if asked.span_in_months else {"date": asked.valid_until}
    )
    shown = {
        "keyPairName": pair.name,
        "intermediateCaName": ca.name,
        "commonNamePrefix": asked.common_name_prefix,
        "certificateValidity": validity,
        "country": asked.country,
        "state": asked.state,
        "locality": asked.locality,
        "organization": asked.organization,
        "organizationUnit": asked.organization_unit,
        "email": asked.email,
        "allowSigning": asked.allow_signing,
        "keyUsageExt": None,
        "extendedKeyUsageExt": None,
    }
    return _made(account, asked, shown=shown, key_pair=pair, ca=ca)


@DESK.to(CreateMasterKey)
@DESK.to(CreateOemFwDecryptKey)
def create_master_key(account: Account, asked: CreateMasterKey | CreateOemFwDecryptKey) -> dict[str, Any]:
    """Take an AES key that was encrypted for the service."""
    material = _received(account, asked, asked.encrypted_key, asked.key_size)
    shown = {"algorithm": "AES", "length": 8 * len(material), "imported": True}
    return _made(account, asked, shown=shown, material=material)


@DESK.to(CreateHmacKey)
def create_hmac_key(account: Account, asked: CreateHmacKey) -> dict[str, Any]:
    """Take an HMAC key that was encrypted for the service."""
    material = _received(account, asked, asked.encrypted_key, asked.key_size)
    return _made(account, asked, shown={"length": len(material)}, material=material)


@DESK.to(CreateConfidentialBinaryFile)
def create_confidential(account: Account, asked: CreateConfidentialBinaryFile) -> dict[str, Any]:
    """Take a file that was encrypted for the service."""
    material = _received(account, asked, asked.encrypted_binary_file)
    return _made(account, asked, shown={"binaryFileType": "CONFIDENTIAL"}, material=material)


def _received(account: Account, asked: Any, message: str, size: str = "") -> bytes:
    kind = asked.secure_object_type
    return received(account.opener, message, asked.customer_pgp_public_key, kind, size)


@DESK.to(CreateBinaryFile)
def create_binary_file(account: Account, asked: CreateBinaryFile) -> dict[str, Any]:
    """Take a file that is no secret."""
    shown = {"binaryFileType": "NON_CONFIDENTIAL"}
    return _made(account, asked, shown=shown, material=b64decode(asked.binary_file))


@DESK.to(CreateOemFwAuthKeyHash)
def create_hash(account: Account, asked: CreateOemFwAuthKeyHash) -> dict[str, Any]:
    """Take the hash of a firmware key."""
    shown = {"oemProvisioned": asked.oem_provisioned}
    return _made(account, asked, shown=shown, material=b64decode(asked.binary_file))


@DESK.to(CreateStaticPublicKey)
def create_public_key(account: Account, asked: CreateStaticPublicKey) -> dict[str, Any]:
    """Take a public key that is of the algorithm that it is said to be of."""
    check_public_key(asked.public_key, asked.algorithm)
    return _made(account, asked, shown={"algorithm": asked.algorithm, "publicKey": asked.public_key})


@DESK.to(ListSecureObjects)
def objects(account: Account, asked: ListSecureObjects) -> dict[str, Any]:
    """List objects by name and type."""
    mine = [
        each
        for each in account.objects.values()
        if named(asked.name, each.name) and asked.secure_object_type in {None, each.kind}
    ]
    return page(account, asked, mine, secure_object, "SecureObjectPage")


@DESK.to(GetSecureObject)
def get(account: Account, asked: GetSecureObject) -> dict[str, Any]:
    """Show an object."""
    return secure_object(_object(account, asked.secure_object_id))


@DESK.to(UpdateSecureObject)
def update(account: Account, asked: UpdateSecureObject) -> None:
    """Rename an object, or set its policies."""
    one = _object(account, asked.secure_object_id)
    if asked.policies is not None:
        if one.policies is None:
            raise RefusalError(409, "Secure object was created with default policies")
        one.policies = _policies(asked.policies)
    one.name = asked.name or one.name
    one.touch(account.now())


@DESK.to(DeleteSecureObject)
def delete(account: Account, asked: DeleteSecureObject) -> None:
    """Remove an object that nobody has."""
    one = _object(account, asked.secure_object_id)
    if one.groups:
        raise RefusalError(409, "Secure object is assigned to a device group")
    if any(each.key_pair is one for each in account.objects.values()):
        raise RefusalError(409, "Key pair is used by a certificate")
    del account.objects[one.id]


def _why_not(account: Account, one: SecureObject, group: DeviceGroup) -> str:
    """Say why a group cannot be given an object; empty where it can."""
    if one.policies is not None and group.product.nc12 not in one.policies:
        return f"Secure object has no policy for product {group.product.nc12}"
    taken = {int(each.oid, 16) for each in account.objects_of(group) if each is not one}
    return f"Object id {one.oid} is taken in the device group" if int(one.oid, 16) in taken else ""


@DESK.to(AssignDeviceGroup)
def assign(account: Account, asked: AssignDeviceGroup) -> None:
    """Give an object to a group."""
    one = _object(account, asked.secure_object_id)
    group = found(account.groups, asked.device_group_id, "Device group")
    if group.id in one.groups:
        return
    if why := _why_not(account, one, group):
        raise RefusalError(422, why)
    account.assign(one, group)


@DESK.to(UnassignDeviceGroups)
def unassign_groups(account: Account, asked: UnassignDeviceGroups) -> None:
    """Take an object from groups."""
    one = _object(account, asked.secure_object_id)
    for number in asked.device_group_ids:
        account.unassign(one, found(one.groups, number, "Device group"))


@DESK.to(UnassignSecureObjects)
def unassign_objects(account: Account, asked: UnassignSecureObjects) -> None:
    """Take objects from a group."""
    group = found(account.groups, asked.device_group_id, "Device group")
    mine = {each.id: each for each in account.objects_of(group)}
    for number in asked.secure_object_ids:
        account.unassign(found(mine, number, "Secure object"), group)


@DESK.to(AvailableDeviceGroups)
def available_groups(account: Account, asked: AvailableDeviceGroups) -> list[dict[str, Any]]:
    """List the groups that can be given an object."""
    one = _object(account, asked.secure_object_id)
    return [
        {"id": each.id, "deviceGroupName": each.name}
        for each in account.groups.values()
        if each.id not in one.groups and named(asked.name, each.name) and not _why_not(account, one, each)
    ]


@DESK.to(AvailableSecureObjects)
def available(account: Account, asked: AvailableSecureObjects) -> list[dict[str, Any]]:
    """List the objects that a group can be given."""
    group = found(account.groups, asked.device_group_id, "Device group")
    return [
        secure_object(each)
        for each in account.objects.values()
        if group.id not in each.groups and not _why_not(account, each, group)
    ]


@DESK.to(AssignedSecureObjects)
def assigned(account: Account, asked: AssignedSecureObjects) -> dict[str, Any]:
    """List the objects of a group."""
    group = found(account.groups, asked.device_group_id, "Device group")
    mine = [
        each
        for each in account.objects_of(group)
        if named(asked.secure_object_name, each.name) and asked.secure_object_type in {None, each.kind}
    ]

    def show(each: SecureObject) -> dict[str, Any]:
        return {
            "secureObjectType": each.kind,
            "secureObjectId": each.id,
            "secureObjectName": each.name,
            "objectId": each.oid,
            "deviceGroupId": group.id,
            "unassignable": True,
            "secureObjectCreatedTs": iso(each.created),
            "resourceMetadata": each.metadata,
        }

    return page(account, asked, mine, show, "SecureObjectInDeviceGroupPage")


@DESK.to(AssignedDeviceGroups)
def assigned_groups(account: Account, asked: AssignedDeviceGroups) -> dict[str, Any]:
    """List the groups of an object."""
    mine = _object(account, asked.secure_object_id).groups.values()
    return page(account, asked, mine, _assigned_group, "DeviceGroupInSecureObjectPage")


def _assigned_group(each: DeviceGroup) -> dict[str, Any]:
    return {"id": each.id, "deviceGroupName": each.name, "unassignable": True}


@DESK.to(PoliciesOfSecureObject)
def policies(account: Account, asked: PoliciesOfSecureObject) -> dict[str, Any]:
    """List the policies of an object: default ones for the products of the groups that have it."""
    one = _object(account, asked.secure_object_id)
    usual = {
        "policyType": "ACCESS_RULE",
        "policySourceType": "DEFAULT",
        "accessRuleConfiguration": DEFAULT_RULES,
    }
    mine = one.policies
    if mine is None:
        mine = {each.product.nc12: usual for each in one.groups.values()}

    def show(nc12: str) -> dict[str, Any]:
        return {
            "commercialName": PRODUCTS[nc12].commercial_name,
            "nc12": nc12,
            "assignedDeviceGroups": [
                {"id": each.id, "deviceGroupName": each.name}
                for each in one.groups.values()
                if each.product.nc12 == nc12
            ],
            "secureObjectPolicyConfiguration": mine[nc12],
        }

    wanted = [nc12 for nc12 in mine if asked.nc12 in {None, nc12}]
    return page(account, asked, wanted, show, "SecureObjectPolicyPage")
