"""The calls of AN12642 rev. 1.0 and the newer ones, as data of the tests: the facts of a table, no text.

Paths are written as the document heads them, without its misprints: `{12nc}` is a product's code.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

UID: Final = "348555491056936142262187597632590342062080"
HEX_UID: Final = "0x04005001c02edce5c8c39e04250559550000"
NC12: Final = "935389312472"
GROUP: Final = {"nc12": NC12, "device_group_id": 474}
CODE: Final = {**GROUP, "claim_code_id": 4}
SO: Final = {"secure_object_id": 702}
CA: Final = {"intermediate_ca_id": 51}


def frame(label: str, body: str = "TWFkZSBmb3IgdGVzdGluZw==") -> str:
    """Return a text in a frame of PEM or armour; what is in it is made for testing and means nothing."""
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


PGP_KEY: Final = frame("PGP PUBLIC KEY BLOCK")
PGP_MESSAGE: Final = frame("PGP MESSAGE")
CERTIFICATE: Final = frame("CERTIFICATE")
PUBLIC_KEY: Final = frame("PUBLIC KEY")


class Line(NamedTuple):
    """One line of the table."""

    section: str
    """Empty where the call is newer than the document."""
    line: str
    group: str
    name: str
    arguments: Mapping[str, Any] = MappingProxyType({})
    body: Any = None
    """What travels in the body; None where there is none."""
    query: Mapping[str, Any] = MappingProxyType({})
    reply: Any = None
    """As the document shows it; a text for answers that are no JSON, None for those without a body."""
    status: int = 200


WHO: Final = {
    "createdBy": "apiKey: ApiKey",
    "createdTs": "2021-09-28T08:33:06.5Z",
    "lastModifiedBy": "SYSTEM USER",
    "lastModifiedTs": "2021-09-28T08:33:06.5Z",
    "version": None,
}
PRODUCT: Final = {
    "nc12": NC12,
    "commercialName": "SE050C2HQ1/Z01V3",
    "hardwareType": "SE050",
    "hardwareVariant": "SE050C2",
    "hardwareFamilyType": "SE05",
    "softwareVersion": "0",
}
DEVICE: Final = {
    "id": UID,
    "deviceGroupId": 474,
    "deviceGroupName": "NewGroup",
    "productDetail": None,
    "lastConnection": None,
    "resourceMetadata": WHO,
}
DEVICE_GROUP: Final = {
    "id": 474,
    "deviceGroupName": "TestGroup",
    "deviceCount": 0,
    "productRelationship": "USER",
    "productDetails": PRODUCT,
    "resourceMetadata": WHO,
    "claimCodeOverviews": None,
}
CLAIM_CODE: Final = {
    "name": "MyClaim",
    "policy": "UNRESTRICTED",
    "behavior": "ALLOW",
    "deviceLimit": 0,
    "reusable": True,
    "id": 4,
    "deviceCount": 0,
    "status": "ACTIVE",
    "metadata": {"createdBy": "SYSTEM_USER", "createdTs": 1580291098.852, "version": 0},
}
PROVISIONING: Final = {
    "provisioningId": 29960,
    "secureObjectId": 3338,
    "secureObjectName": "MyBinaryFile",
    "secureObjectType": "BINARY_FILE",
    "deviceId": UID,
    "deviceGroupId": 474,
    "deviceGroupName": "NewGroup",
    "provisioningState": "GENERATION_COMPLETED",
    "resourceMetadata": WHO,
}
INTERMEDIATE_CA: Final = {
    "id": 51,
    "algorithm": "NIST_P256",
    "name": "TestCertificate",
    "value": CERTIFICATE,
    "commonName": "testcertificate-0000000000000033-00000000-vE200",
    "organization": "NXP",
    "orgUnit": "EdgeLock2GoRemoteTpPlugAndTrustCA",
    "country": "AT",
    "signingState": "SIGNED",
    "signingAuthority": "NXP",
    "validUntil": "2021-03-11T15:54:27.360Z",
    "hasAuthorityKeyIdentifier": False,
    "hasSubjectKeyIdentifier": False,
    "resourceMetadata": WHO,
}
RULES: Final = [
    {
        "objectId": "00000000",
        "type": "UNAUTHENTICATED",
        "accessRules": ["POLICY_OBJ_ALLOW_DELETE", "POLICY_OBJ_ALLOW_SIGN"],
    },
    {"objectId": "83000006", "type": "CUSTOM", "accessRules": ["POLICY_OBJ_FORBID_ALL"]},
    {"objectId": "F0000021", "type": "MANDATORY", "accessRules": ["POLICY_OBJ_ALLOW_DELETE"]},
]
POLICY: Final = {"policyType": "ACCESS_RULE", "policySourceType": "CUSTOM", "accessRuleConfiguration": RULES}


def page(kind: str, *content: Any, **changes: Any) -> dict[str, Any]:
    """Return a page as section 7 describes it."""
    told = {
        "current": "https://a.example/things?page=0&size=20",
        "next": None,
        "prev": None,
        "totalElements": len(content),
        "pageType": kind,
        "content": list(content),
    }
    return told | changes


def secure_object(kind: str, **more: Any) -> dict[str, Any]:
    """Return a secure object as creations are answered."""
    return {
        "secureObjectType": kind,
        "id": 5424,
        "name": "MyNewObject",
        "objectId": "83000008",
        "policySourceType": "DEFAULT",
        "generateOnDeviceConnection": False,
        "deviceGroupCount": None,
        "provisioningCount": None,
        "downloadedCount": None,
        "resourceMetadata": WHO,
        **more,
    }


NAMED: Final = {"name": "MyNewObject", "object_id": "83000008"}
DEFAULTS: Final = {
    "name": "MyNewObject",
    "objectId": "83000008",
    "generateOnDeviceConnection": False,
    "policySourceType": "DEFAULT",
}
IMPORTED: Final = {"customer_pgp_public_key": PGP_KEY, "encrypted_key": PGP_MESSAGE}
IMPORTED_BODY: Final = {"customerPgpPublicKey": PGP_KEY, "encryptedKey": PGP_MESSAGE}
CODES: Final = "POST /products/{12nc}/device-groups/{deviceGroupId}/claim-codes"
LIMITS: Final = {"policy": "UNRESTRICTED", "behavior": "ALLOW", "device_limit": 0, "reusable": True}
LIMITS_BODY: Final = {"policy": "UNRESTRICTED", "behavior": "ALLOW", "deviceLimit": 0, "reusable": True}
CREATE: Final = "POST /rtp/secure-objects"
SECRET: Final = "MDEyMzQ1Njc4OTAxMjM0NTY3ODk="
REPORT: Final = "Company Name,Company ID,Event Type,Jan-22\nCafe,19,NEW_DEVICE,0\nCafe,19,DEVICE_CLAIMED,16\n"
MONTHS: Final = {"month": 1, "year": 2022}

TABLE: Final = [
    Line("2", "GET /services", "services", "list", reply=[{"name": "RTP"}]),
    Line(
        "4.1.1",
        "POST /products/{12nc}/device-groups",
        "device_groups",
        "create",
        {"nc12": NC12, "device_group_name": "TestGroup"},
        {"deviceGroupName": "TestGroup"},
        reply=DEVICE_GROUP,
    ),
    Line(
        "4.1.2",
        "POST /products/{12nc}/device-groups/{deviceGroupId}/devices",
        "device_groups",
        "add_devices",
        {**GROUP, "device_ids": [UID]},
        {"deviceIds": [UID]},
        reply=page("DeviceServiceProvisioningPage", {"device": DEVICE, "provisionings": []}),
    ),
    Line(
        "4.1.3.1",
        CREATE,
        "secure_objects",
        "create_key_pair",
        {**NAMED, "algorithm": "NIST_P384"},
        {**DEFAULTS, "secureObjectType": "KEYPAIR", "algorithm": "NIST_P384"},
        reply=secure_object("KEYPAIR", algorithm="NIST_P384"),
    ),
    Line(
        "4.1.3.2",
        CREATE,
        "secure_objects",
        "create_certificate",
        {
            **NAMED,
            "key_pair_id": 5424,
            "intermediate_ca_id": 474,
            "common_name_prefix": "myCommonName",
            "span_in_months": 120,
        },
        {
            **DEFAULTS,
            "secureObjectType": "CERTIFICATE",
            "keyPairId": 5424,
            "intermediateCaId": 474,
            "commonNamePrefix": "myCommonName",
            "certificateValidity": {"validityType": "MONTH", "spanInMonths": 120},
            "allowSigning": True,
        },
        reply=secure_object(
            "CERTIFICATE",
            keyPairName="MyNewKeyPair",
            intermediateCaName="MySigningCertificate",
            commonNamePrefix="myCommonName",
            certificateValidity={"validityType": "MONTH", "spanInMonths": 120},
            country=None,
            state=None,
            locality=None,
            organization=None,
            organizationUnit=None,
            email=None,
            allowSigning=True,
            keyUsageExt=None,
            extendedKeyUsageExt=None,
        ),
    ),
    Line(
        "4.1.3.3",
        CREATE,
        "secure_objects",
        "create_master_key",
        {**NAMED, **IMPORTED, "key_size": "AES256"},
        {**DEFAULTS, **IMPORTED_BODY, "secureObjectType": "MASTER_KEY", "keySize": "AES256"},
        reply=secure_object("MASTER_KEY", algorithm="AES", length=256, imported=True),
    ),
    Line(
        "4.1.3.4",
        CREATE,
        "secure_objects",
        "create_hmac_key",
        {**NAMED, **IMPORTED, "key_size": "256"},
        {**DEFAULTS, **IMPORTED_BODY, "secureObjectType": "HMAC_KEY", "keySize": "256"},
        reply=secure_object("HMAC_KEY", length=256),
    ),
    Line(
        "4.1.3.5",
        CREATE,
        "secure_objects",
        "create_binary_file",
        {**NAMED, "binary_file": b"a file"},
        {
            **DEFAULTS,
            "secureObjectType": "BINARY_FILE",
            "payload": {"binaryFileType": "NON_CONFIDENTIAL", "binaryFile": "YSBmaWxl"},
        },
        reply=secure_object("BINARY_FILE", binaryFileType="NON_CONFIDENTIAL"),
    ),
    Line(
        "4.1.3.6",
        CREATE,
        "secure_objects",
        "create_confidential_binary_file",
        {**NAMED, "customer_pgp_public_key": PGP_KEY, "encrypted_binary_file": PGP_MESSAGE},
        {
            **DEFAULTS,
            "secureObjectType": "BINARY_FILE",
            "payload": {
                "binaryFileType": "CONFIDENTIAL",
                "customerPgpPublicKey": PGP_KEY,
                "encryptedBinaryFile": PGP_MESSAGE,
            },
        },
        reply=secure_object("BINARY_FILE", binaryFileType="CONFIDENTIAL"),
    ),
    Line(
        "4.1.3.7",
        CREATE,
        "secure_objects",
        "create_static_public_key",
        {**NAMED, "algorithm": "RSA_2048", "public_key": PUBLIC_KEY},
        {
            **DEFAULTS,
            "secureObjectType": "STATIC_PUBLIC_KEY",
            "algorithm": "RSA_2048",
            "publicKey": PUBLIC_KEY,
        },
        reply=secure_object("STATIC_PUBLIC_KEY", algorithm="RSA 2048", publicKey=PUBLIC_KEY),
    ),
    Line(
        "4.1.4",
        "POST /rtp/secure-objects/{secureObjectId}/assign-device-group",
        "secure_objects",
        "assign",
        {**SO, "device_group_id": "123"},
        {"deviceGroupId": 123},
        status=204,
    ),
    Line(
        "4.2.1",
        "POST /rtp/intermediate-cas",
        "intermediate_cas",
        "create_csr",
        {
            "algorithm": "NIST_P256",
            "name": "testCsr",
            "common_name": "testCsr",
            "organization": "myOrg",
            "org_unit": "myUnit",
            "country": "AT",
            "locality": "myCity",
            "state": "myState",
        },
        {
            "algorithm": "NIST_P256",
            "name": "testCsr",
            "requestType": "WITH_CSR",
            "commonName": "testCsr",
            "organization": "myOrg",
            "orgUnit": "myUnit",
            "country": "AT",
            "locality": "myCity",
            "state": "myState",
        },
        reply=INTERMEDIATE_CA
        | {
            "name": "testCSR1",
            "value": None,
            "signingState": "CSR_CREATED",
            "signingAuthority": "EXT",
            "validUntil": None,
            "locality": "myCity",
            "state": "myState",
        },
    ),
    Line(
        "4.2.2",
        "GET /rtp/intermediate-cas/{intermediateCaId}/csr",
        "intermediate_cas",
        "csr",
        CA,
        reply={"value": frame("CERTIFICATE REQUEST").replace("\n", "\\n")},
    ),
    Line(
        "4.2.3",
        "PUT /rtp/intermediate-cas/{intermediateCaId}/upload-signed-intermediate-ca",
        "intermediate_cas",
        "upload_signed",
        {**CA, "signed_certificate": CERTIFICATE, "root_ca": CERTIFICATE},
        {"signedCertificate": CERTIFICATE, "rootCa": CERTIFICATE},
        status=204,
    ),
    Line(
        "4.3.1",
        "GET /products",
        "products",
        "list",
        {"hardware_type": "SE050", "hardware_variant": "SE050C2", "nc12": NC12, "device_id": HEX_UID},
        query={"hardwareType": "SE050", "hardwareVariant": "SE050C2", "nc12": NC12, "deviceId": UID},
        reply=[PRODUCT | {"profiles": None, "customers": None}],
    ),
    Line(
        "4.3.2",
        "GET /hardware-types",
        "products",
        "hardware_types",
        reply=[{"name": "SE050", "hardwareVariants": [{"name": "SE050A1", "products": [PRODUCT]}]}],
    ),
    Line(
        "4.3.3",
        "GET /dev-boards",
        "products",
        "dev_boards",
        reply=[{"name": "SE050ARD", "color": "black", "product": PRODUCT}],
    ),
    Line(
        "4.3.4",
        "GET /products/{12nc}/device-groups",
        "device_groups",
        "list",
        {"nc12": NC12, "name": "my", "page": 0, "size": 20},
        query={"name": "my", "page": "0", "size": "20"},
        reply=page("DeviceGroupPage", DEVICE_GROUP),
    ),
    Line(
        "4.3.5",
        "GET /products/{12nc}/device-groups/{deviceGroupId}",
        "device_groups",
        "get",
        GROUP,
        reply=DEVICE_GROUP,
    ),
    Line(
        "4.3.6",
        "GET /devices",
        "devices",
        "list",
        {"device_id": HEX_UID, "product_type": "SE050", "page": 0},
        query={"device-id": UID, "producttype": "SE050", "page": "0"},
        reply=page("DevicePage", DEVICE),
    ),
    Line(
        "4.3.7",
        "GET /products/{12nc}/device-groups/{deviceGroupId}/devices/{deviceId}",
        "device_groups",
        "device",
        {**GROUP, "device_id": HEX_UID},
        reply=DEVICE,
    ),
    Line(
        "4.3.8",
        "GET /products/{12nc}/device-groups/{deviceGroupId}/devices",
        "device_groups",
        "devices",
        {**GROUP, "page": 0},
        query={"page": "0"},
        reply=page("DeviceServiceProvisioningPage", {"device": DEVICE}),
    ),
    Line(
        "4.3.9",
        "GET /devices/{deviceId}/product",
        "devices",
        "product",
        {"device_id": UID},
        reply=PRODUCT,
    ),
    Line(
        "4.3.10",
        "POST /products/{12nc}/device-groups/{deviceGroupId}/devices/unclaim",
        "device_groups",
        "unclaim_devices",
        {**GROUP, "device_ids": [UID]},
        {"deviceIds": [UID]},
        reply={"successfulDeviceIds": [UID], "failedDeviceIds": []},
    ),
    Line(
        "4.3.11",
        "POST /products/{12nc}/device-groups/{deviceGroupId}/unclaim",
        "device_groups",
        "unclaim_all",
        GROUP,
        status=202,
    ),
    Line(
        "4.3.12",
        "DELETE /products/{12nc}/device-groups/{deviceGroupId}",
        "device_groups",
        "delete",
        GROUP,
        status=204,
    ),
    Line(
        "4.3.13",
        "PUT /products/{12nc}/device-groups/{deviceGroupId}",
        "device_groups",
        "update",
        {**GROUP, "device_group_name": "newDeviceGroupName"},
        {"deviceGroupName": "newDeviceGroupName"},
        status=204,
    ),
    Line(
        "4.4.1",
        CODES,
        "claim_codes",
        "create",
        {**GROUP, **LIMITS, "name": "MyClaim", "secret": SECRET},
        {**LIMITS_BODY, "name": "MyClaim", "secret": SECRET, "status": "ALL"},
        reply=CLAIM_CODE,
    ),
    Line(
        "4.4.2",
        f"{CODES}/create-batch",
        "claim_codes",
        "create_batch",
        {**GROUP, **LIMITS, "name_prefix": "MyClaimCode", "number_of_claim_codes": 100},
        {**LIMITS_BODY, "namePrefix": "MyClaimCode", "numberOfClaimCodes": 100},
        reply={"batchId": 133},
    ),
    Line(
        "4.4.3",
        f"{CODES.replace('POST', 'GET')}/batches/{{batchId}}",
        "claim_codes",
        "batch",
        {**GROUP, "batch_id": 133},
        reply={"batchId": 133, "progressInPercentage": 100},
    ),
    Line(
        "4.4.4",
        CODES.replace("POST", "GET"),
        "claim_codes",
        "list",
        {
            **GROUP,
            "name": "My",
            "status": "active",
            "usage_status": "ALL",
            "page": 0,
            "size": 20,
            "sort_by": "name",
            "sort_by_direction": "DESC",
        },
        query={
            "name": "My",
            "status": "ACTIVE",
            "usageStatus": "ALL",
            "page": "0",
            "size": "20",
            "sortBy": "name",
            "sortByDirection": "DESC",
        },
        reply={
            "current": "https://a.example/claim-codes?usageStatus=ALL&status=ALL&page=0&size=20",
            "totalElements": 1,
            "content": [CLAIM_CODE | {"secret": None}],
        },
    ),
    Line(
        "4.4.5",
        f"{CODES.replace('POST', 'GET')}/{{claimCodeId}}",
        "claim_codes",
        "get",
        CODE,
        reply=CLAIM_CODE,
    ),
    Line(
        "4.4.6",
        f"{CODES.replace('POST', 'PUT')}/{{claimCodeId}}",
        "claim_codes",
        "update",
        {**CODE, **LIMITS, "name": "MyNewNameClaim"},
        {**LIMITS_BODY, "name": "MyNewNameClaim"},
        status=204,
    ),
    Line("4.4.7", f"{CODES}/{{claimCodeId}}/revoke", "claim_codes", "revoke", CODE, status=204),
    Line(
        "4.4.8",
        f"{CODES.replace('POST', 'GET')}/{{claimCodeId}}/decrypt",
        "claim_codes",
        "decrypt",
        CODE,
        reply="Mjc2ZDcyMGYyMS05NTc3",
    ),
    Line(
        "4.4.9",
        f"{CODES.replace('POST', 'DELETE')}/{{claimCodeId}}",
        "claim_codes",
        "delete",
        CODE,
        status=204,
    ),
    Line(
        "4.4.10",
        "POST /claim-codes/batch-delete",
        "claim_codes",
        "batch_delete",
        {"claim_code_ids": [14874, 14876]},
        {"claimCodeIds": [14874, 14876]},
        reply={"processedClaimCodeIds": [14874, 14876], "failedClaimCodeId": []},
    ),
    Line(
        "4.4.11",
        "POST /claim-codes/delete-by-criteria",
        "claim_codes",
        "delete_by_criteria",
        {"revoked": True, "max_usage_achieved": False, "created_before": "2020-10-29T13:40:52.516Z"},
        {"revoked": True, "maxUsageAchieved": False, "createdBefore": "2020-10-29T13:40:52.516Z"},
        reply={"deletedCount": 7},
    ),
    Line(
        "4.4.12",
        f"{CODES.replace('POST', 'GET')}/statistics",
        "claim_codes",
        "statistics",
        GROUP,
        reply={"groupedStatistics": [{"status": "LOW", "amount": 200}], "totalAmount": 200},
    ),
    Line(
        "4.5.1",
        "GET /rtp/secure-objects/{secureObjectId}/available-device-groups",
        "secure_objects",
        "available_groups",
        {**SO, "name": "Device"},
        query={"name": "Device"},
        reply=[{"id": 123, "deviceGroupName": "Device Group-1"}],
    ),
    Line(
        "4.5.2",
        "POST /rtp/secure-objects/{secureObjectId}/unassign-device-groups",
        "secure_objects",
        "unassign_groups",
        {**SO, "device_group_ids": [121, "125"], "hardware_family_type": "RW6"},
        [121, 125],
        {"hardware-family-type": "RW6"},
        status=204,
    ),
    Line(
        "4.5.3",
        "POST /rtp/device-groups/{deviceGroupId}/unassign-secure-objects",
        "secure_objects",
        "unassign_objects",
        {"device_group_id": 474, "secure_object_ids": [456, 678]},
        [456, 678],
        status=204,
    ),
    Line(
        "4.5.4",
        "GET /rtp/secure-objects/{secureObjectId}",
        "secure_objects",
        "get",
        SO,
        reply={
            ("secureObjectId" if name == "id" else name): value
            for name, value in secure_object("KEYPAIR", algorithm="NIST_P256").items()
        },
    ),
    Line(
        "4.5.5",
        "GET /rtp/secure-objects",
        "secure_objects",
        "list",
        {"name": "My", "secure_object_type": "MASTER_KEY", "sort_by": "name", "sort_by_direction": "DESC"},
        query={
            "name": "My",
            "secureObjectType": "MASTER_KEY",
            "sortBy": "name",
            "sortByDirection": "DESC",
        },
        reply=page("SecureObjectPage", secure_object("MASTER_KEY", algorithm="AES")),
    ),
    Line(
        "4.5.6",
        "GET /rtp/device-groups/{deviceGroupId}/assigned-secure-objects",
        "secure_objects",
        "assigned",
        {"device_group_id": 474, "secure_object_name": "My", "secure_object_type": "KEYPAIR"},
        query={"secureObjectName": "My", "secureObjectType": "KEYPAIR"},
        reply=page(
            "SecureObjectInDeviceGroupPage",
            {
                "secureObjectType": "KEYPAIR",
                "secureObjectId": 702,
                "secureObjectName": "MyKeyPair",
                "objectId": 83000004,
                "deviceGroupId": 474,
                "unassignable": True,
                "secureObjectCreatedTs": "2020-12-14T10:25:23.308Z",
                "resourceMetadata": WHO,
            },
        ),
    ),
    Line(
        "4.5.7",
        "GET /rtp/device-groups/{deviceGroupId}/available-secure-objects",
        "secure_objects",
        "available",
        {"device_group_id": 474},
        reply=[secure_object("KEYPAIR", algorithm="NIST_P384")],
    ),
    Line(
        "4.5.8",
        "GET /rtp/secure-objects/{secureObjectId}/assigned-device-groups",
        "secure_objects",
        "assigned_groups",
        {**SO, "page": 0},
        query={"page": "0"},
        reply=page(
            "DeviceGroupInSecureObjectPage",
            {"deviceId": 474, "deviceGroupName": "NewGroup", "unassignable": False},
        ),
    ),
    Line(
        "4.5.9",
        "GET /rtp/secure-objects/{secureObjectId}/provisionings",
        "provisionings",
        "of_object",
        {**SO, "device_id": HEX_UID, "provisioning_state": "GENERATION_COMPLETED"},
        query={"deviceId": UID, "provisioningState": "GENERATION_COMPLETED"},
        reply=page("SecureObjectProvisioningPage", PROVISIONING),
    ),
    Line(
        "4.5.10",
        "GET /rtp/devices/{deviceId}/secure-object-provisionings",
        "provisionings",
        "of_device",
        {"device_id": HEX_UID, "hardware_family_type": "SE05", "owner_domain_types": ["RTP", "MATTER"]},
        query={"hardware-family-type": "SE05", "owner-domain-types": ["RTP", "MATTER"]},
        reply=page("SecureObjectProvisioningPage", PROVISIONING),
    ),
    Line(
        "4.5.11",
        "GET /rtp/provisionings/{provisioningId}/download-certificate",
        "provisionings",
        "certificate",
        {"provisioning_id": 29960},
        reply=CERTIFICATE,
    ),
    Line(
        "4.5.12",
        "GET /rtp/provisionings/{provisioningId}/download-intermediate-ca",
        "provisionings",
        "intermediate_ca",
        {"provisioning_id": "29960"},
        reply=CERTIFICATE,
    ),
    Line(
        "4.5.13",
        "DELETE /rtp/secure-objects/{secureObjectId}",
        "secure_objects",
        "delete",
        SO,
        status=204,
    ),
    Line(
        "4.5.14",
        "PUT /rtp/secure-objects/{secureObjectId}",
        "secure_objects",
        "update",
        {**SO, "name": "newSecureObjectName", "policies": {"121909132103": POLICY}},
        {"name": "newSecureObjectName", "policies": {"121909132103": POLICY}},
        status=204,
    ),
    Line(
        "4.5.15",
        "GET /rtp/secure-objects/{secureObjectId}/policies",
        "secure_objects",
        "policies",
        {**SO, "nc12": NC12},
        query={"nc12": NC12},
        reply=page(
            "SecureObjectPolicyPage",
            {
                "commercialName": "SE050C2HQ1/Z01V3",
                "nc12": NC12,
                "assignedDeviceGroups": [],
                "secureObjectPolicyConfiguration": POLICY,
            },
        ),
    ),
    Line(
        "4.5.16",
        "GET /rtp/settings/secure-object/policy-template/{nc12}/{secureObjectType}",
        "settings",
        "policy_template",
        {"nc12": NC12, "secure_object_type": "KEYPAIR", "algorithm": "NIST_P256"},
        query={"algorithm": "NIST_P256", "policyType": "ACCESS_RULE"},
        reply={
            "secureObjectPolicyTemplate": {
                "secureObject": {"keyPairAlgorithmType": "NIST_P256", "type": "KEYPAIR"},
                "enabled": True,
                "policyType": "ACCESS_RULE",
                "accessRuleConfigurationTemplate": RULES[:1],
                "allowedAccessRuleOptions": ["POLICY_OBJ_ALLOW_DELETE", "POLICY_OBJ_REQUIRE_SM"],
            },
            "accessRuleOidConfiguration": {
                "mandatoryUserId": "F0000021",
                "unauthenticatedUserId": "00000000",
                "objectIdRanges": {
                    "SUGGESTED": [{"minValue": "83000000", "maxValue": "8300FFFF"}],
                    "FORBIDDEN": [{"minValue": "F0000000", "maxValue": "FFFFFFF"}],
                },
            },
        },
    ),
    Line(
        "4.5.17",
        "GET /rtp/settings/secure-object/SE05/reserved-oids",
        "settings",
        "reserved_oids",
        reply={
            "suggestedObjectIdRanges": [{"minValue": "83000000", "maxValue": "8300FFFF"}],
            "forbiddenObjectIdRanges": [{"minValue": "7FFF0204", "maxValue": "7FFF020B"}],
        },
    ),
    Line(
        "4.6.1",
        "POST /rtp/intermediate-cas",
        "intermediate_cas",
        "create",
        {"algorithm": "NIST_P256", "name": "TestCertificate"},
        {"algorithm": "NIST_P256", "name": "TestCertificate", "requestType": "WITHOUT_CSR"},
        reply=INTERMEDIATE_CA,
    ),
    Line(
        "4.6.2",
        "GET /rtp/intermediate-cas/{intermediateCaId}",
        "intermediate_cas",
        "get",
        CA,
        reply=INTERMEDIATE_CA,
    ),
    Line(
        "4.6.3",
        "GET /rtp/intermediate-cas",
        "intermediate_cas",
        "list",
        {
            "name": "My",
            "status": "SIGNED",
            "signer": "NXP",
            "validity": "VALID",
            "algorithm": "NIST_P256",
            "sort_by_direction": "DESC",
        },
        query={
            "name": "My",
            "status": "SIGNED",
            "signer": "NXP",
            "validity": "VALID",
            "algorithm": "NIST_P256",
            "sort-by-direction": "DESC",
        },
        reply=page("RtpIntermediateCertificatePage", INTERMEDIATE_CA),
    ),
    Line(
        "4.6.4",
        "GET /rtp/intermediate-cas/{intermediateCaId}/download-intermediate-ca",
        "intermediate_cas",
        "download",
        CA,
        reply=CERTIFICATE,
    ),
    Line(
        "4.6.5",
        "POST /rtp/intermediate-cas/{intermediateCaId}/create-verification-certificate",
        "intermediate_cas",
        "create_verification_certificate",
        {**CA, "verification_code": "a code"},
        {"verificationCode": "a code"},
        reply=CERTIFICATE,
    ),
    Line(
        "4.6.6",
        "GET /rtp/intermediate-cas/{intermediateCaId}/secure-objects",
        "intermediate_cas",
        "secure_objects",
        {**CA, "page": 0},
        query={"page": "0"},
        reply=page(
            "IntermediateCaCertificatesPage",
            {
                "secureObjectType": "CERTIFICATE",
                "name": "MyCertificate1",
                "assignmentDateTime": "2021-03-16T10:19:13.279Z",
            },
        ),
    ),
    Line(
        "4.6.7",
        "DELETE /rtp/intermediate-cas/{intermediateCaId}",
        "intermediate_cas",
        "delete",
        CA,
        status=204,
    ),
    Line(
        "4.6.8",
        "GET /rtp/intermediate-cas/supported-algorithms",
        "intermediate_cas",
        "supported_algorithms",
        reply={
            "supportedAlgorithms": [
                {
                    "status": "WARNING",
                    "keyPairAlgorithm": "NIST_P384",
                    "intermediateCaAlgorithm": "NIST_P256",
                }
            ]
        },
    ),
    Line(
        "4.7.1",
        "POST /audits/create-report",
        "audits",
        "create_report",
        {"start_month": 1, "start_year": 2022, "end_month": 1, "end_year": 2022},
        {"startMonthYear": MONTHS, "endMonthYear": MONTHS},
        reply=REPORT,
    ),
    Line(
        "",
        CREATE,
        "secure_objects",
        "create_oem_fw_auth_key_hash",
        {"name": "hash", "object_id": "7FFF817A", "binary_file": "YSBmaWxl", "oem_provisioned": True},
        {
            **DEFAULTS,
            "name": "hash",
            "objectId": "7FFF817A",
            "secureObjectType": "OEM_FW_AUTH_KEY_HASH",
            "binaryFile": "YSBmaWxl",
            "oemProvisioned": True,
        },
        reply=secure_object("OEM_FW_AUTH_KEY_HASH"),
    ),
    Line(
        "",
        CREATE,
        "secure_objects",
        "create_oem_fw_decrypt_key",
        {**NAMED, **IMPORTED, "key_size": "AES256"},
        {**DEFAULTS, **IMPORTED_BODY, "secureObjectType": "OEM_FW_DECRYPT_KEY", "keySize": "AES256"},
        reply=secure_object("OEM_FW_DECRYPT_KEY"),
    ),
    Line(
        "",
        "POST /products/{12nc}/device-groups/{deviceGroupId}/register-devices",
        "device_groups",
        "register_devices",
        {**GROUP, "device_ids": [UID]},
        {"deviceIds": [UID]},
        reply={"jobId": "7d9f"},
    ),
    Line(
        "",
        "POST /rtp/device-groups/{deviceGroupId}/devices/download-provisionings",
        "provisionings",
        "download",
        {
            "device_group_id": 474,
            "product_hardware_family_type": "RW6",
            "device_ids": [UID],
            "owner_domain_types": ["RTP"],
        },
        {"productHardwareFamilyType": "RW6", "deviceIds": [UID]},
        {"owner-domain-types": ["RTP"]},
        reply=[{"rtpProvisionings": [{"state": "GENERATION_COMPLETED", "provisioningId": "p"}]}],
    ),
    Line(
        "",
        "POST /rtp/product-based-provisionings/request-batch-job",
        "provisionings",
        "request_batch_job",
        {"nc12": NC12, "device_group_id": 474, "batch_size": 10},
        {"nc12": NC12, "deviceGroupId": 474, "batchSize": 10},
        reply={"jobId": "7d9f"},
    ),
    Line(
        "",
        "GET /rtp/product-based-provisionings/download-static-provisionings",
        "provisionings",
        "download_static",
        {"nc12": NC12, "device_group_id": 474},
        query={"nc12": NC12, "deviceGroupId": "474"},
        reply={"staticProvisionings": []},
    ),
    Line(
        "",
        "GET /rtp/jobs/{jobId}",
        "jobs",
        "get",
        {"job_id": "7d9f"},
        reply={"jobId": "7d9f", "state": "JOB_PROCESSING", "provisionedPercentage": 40},
    ),
    Line(
        "",
        "GET /rtp/jobs/{jobId}/download-batch-file",
        "jobs",
        "download",
        {"job_id": "7d9f"},
        reply={"staticProvisionings": [], "dynamicProvisionings": {"1": []}},
    ),
]
"""Every call, with arguments, what they make on the wire, and an answer, after the document's examples."""

IDS: Final = [f"{line.section or 'newer'} {line.group} {line.name}" for line in TABLE]
SECTIONS: Final = [f"4.1.{number}" for number in (1, 2, 3, 4)] + [
    f"4.{chapter}.{number}"
    for chapter, count in ((2, 3), (3, 13), (4, 12), (5, 17), (6, 8), (7, 1))
    for number in range(1, count + 1)
]
"""The numbered sub-sections of section 4 that describe a call."""


def plain_path(line: str) -> tuple[str, str]:
    """Return the method and the path of a line as our calls write them."""
    method, _, path = line.partition(" ")
    return method, path.replace("{12nc}", "{nc12}")
