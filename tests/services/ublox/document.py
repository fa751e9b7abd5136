"""The 47 calls of the u-blox document 1.1.29, as data of the tests: group, path and right arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

NOW: Final = datetime.now(UTC)
RECENT: Final = (NOW - timedelta(days=7)).date().isoformat()
UID: Final = "0002000089282245"
CA: Final = {"ca_name": "example.com"}
UIDS: Final = {"rot_public_uids": [UID]}
HEADER: Final = "1101000089282257621f7593c47f0000"

CALLS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "authentication": {
        "/authenticate": {"api_key": "key", "api_secret": "secret"},
        "/refreshauthtoken": {"api_key": "key", "refresh_token": "token"},
    },
    "device_profiles": {
        "/deviceprofile/get": {"tag_names": ["downtown"], "page_number": 1},
        "/deviceprofile/bootstrapprovisioning/set": {
            "device_profile_uid": "AyvylmHVdUiHQzUaCjOmC",
            "provisioning": {"Authorizations": [{"Name": "LocalDPR", "State": "ENABLED"}]},
        },
        "/deviceprofile/bootstrapprovisioning/get": {"device_profile_uid": "AyvylmHVdUiHQzUaCjOmC"},
        "/deviceprofile/bootstrapprovisioning/delete": {"device_profile_uid": "AyvylmHVdUiHQzUaCjOmC"},
    },
    "devices": {
        "/device/list/get": {"filter": "BLACKLISTED", "page_number": 1},
        "/device/whitelist/add": {**UIDS, "action": "ADD"},
        "/device/whitelist/get": {"page_number": 1},
        "/device/provisioning/set": {**UIDS, "provisioning": {"SecurityHeartbeatInSec": 86400}},
        "/device/provisioning/get": UIDS,
        "/device/provisioning/delete": {"tag_names": ["downtown"]},
    },
    "e2e": {
        "/e2e/key/rotate": {**UIDS, "type": "AUTOMATIC", "days": 1},
        "/e2e/uplink/symmetrickey/get": {"key_id": "1101000005B52001443F8C16C7EC", "key_length": 128},
        "/e2e/uplink/protectionparameters/get": {"encrypted_header": HEADER},
        "/e2e/uplink/integrityparameters/get": {"encrypted_header": "2900000f0008002f312401"},
        "/e2e/downlink/protectionparameters/get": {"rot_public_uid": UID},
        "/e2e/downlink/integrityparameters/get": {"rot_public_uid": UID},
    },
    "information": {
        "/device/info/get": {**UIDS, "options": ["CORE", "ZTP"]},
        "/notification/get": {"from_date": RECENT, **UIDS, "notification_type": "DEVICE_INFO_CHANGE"},
        "/device/clone/get": {"from_date": "2020-02-01T00:00:00+00:00", **UIDS},
        "/device/suspicious/get": {"device_profile_uid": "UNATTRIBUTED DEVICE PROFILE"},
        "/device/activity/get": {
            "from_date": "2020-02-01T00:00:00+00:00",
            "rot_public_uid": UID,
            "page_number": 1,
        },
        "/device/usage/get": {"from_date": RECENT},
        "/device/rotpublicuid/get": {"device_profile_uid": "mbYbAX-CoEqE97TMFBsUKQ", "page_number": 1},
        "/apiversion": {},
    },
    "zero_touch": {
        "/ztp/rootca/create": {**CA, "ca_certificate_validity": 3650, "device_certificate_validity": 3650},
        "/ztp/rootca/update": {**CA, "renew_before_expiration": 180},
        "/ztp/rootca/get": {"page_number": 1},
        "/ztp/rootca/crl/get": {"ca_names": ["example.com"]},
        "/ztp/rootca/device/get": CA,
        "/ztp/rootca/popcertificate/generate": {**CA, "registration_code": "9307837462734590"},
        "/ztp/rootca/delete": CA,
        "/ztp/devicecertificate/renew": {**CA, **UIDS, "device_certificate_validity": 1000},
        "/ztp/devicecertificate/update": {**CA, "serial_numbers": ["73068c914de40cca"]},
        "/ztp/devicecertificate/delete": UIDS,
        "/ztp/devicecertificate/revoke": {**CA, "rot_public_uid": UID},
        "/ztp/devicecertificate/rootca/transfer": {**UIDS, "from_ca": "from.com", "to_ca": "to.com"},
    },
    "notifications": {
        "/notification/webhook/create": {
            "notification_url": "https://example.com",
            "authorization_token": "Bearer eiuytreuihkjfghdlyreuiyt",
            "notification_type": "DEVICE_BOOTSTRAP_EVENT",
        },
        "/notification/webhook/update": {
            "notification_url": "https://example.com/hook",
            "authorization_token": "Bearer eiuytreuihkjfghdlyreuiyt",
        },
        "/notification/webhook/delete": {"notification_url": "https://example.com"},
        "/notification/webhook/get": {},
    },
    "tags": {
        "/tag/create": {"tag_name": "downtown"},
        "/tag/delete": {"tag_name": "downtown"},
        "/tag/get": {"page_number": 1},
        "/tag/assign": {"tag_names": ["downtown"], **UIDS},
        "/tag/remove": {"tag_names": ["{*}"], "rot_public_uids": ["{*}"]},
    },
}
"""By group as UBLOX 1.1.29 orders them: each call's path, and arguments after the document's samples."""

EACH: Final = [
    (group, path, arguments) for group, calls in CALLS.items() for path, arguments in calls.items()
]

KEY: Final = "lTZfP2dO5IAXvJT8FlXV5A=="
REPLIES: Final[dict[str, Any]] = {
    "/authenticate": {"AuthToken": "marker", "RefreshToken": "marker"},
    "/refreshauthtoken": {"AuthToken": "marker"},
    "/device/provisioning/get": [{}],
    "/notification/webhook/get": [{}],
    "/device/usage/get": {"2000089282256": {}},
    "/e2e/uplink/symmetrickey/get": {"Key": "oCa2JO0sqs4F4L//fMScNA==", "ROTPublicUID": "0002000005B52001"},
    "/e2e/uplink/protectionparameters/get": {
        "Nonce": "BbUgA2S3/b938wAA",
        "MACLength": 128,
        "CipherSuite": "AES_128_CCM",
        "Key": KEY,
        "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
        "ROTPublicUID": 2000089282245,
    },
    "/e2e/uplink/integrityparameters/get": {
        "MACLength": 128,
        "CipherSuite": "AES_128_CCM",
        "AuthenticationKey": KEY,
        "AuthKeyLength": 128,
        "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
        "ROTPublicUID": 2000089282245,
    },
    "/e2e/downlink/protectionparameters/get": {
        "MACLength": 128,
        "KeyLength": 128,
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "AuthenticationKey": KEY,
        "AuthKeyLength": 128,
        "EncryptionKey": "EuPzZxheaAoGAQ/+X2mYbg==",
        "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
        "AESIV": "KgXYZgAAiSgisgADBBBBBB",
        "ROTPublicUID": 2000089282245,
    },
    "/e2e/downlink/integrityparameters/get": {
        "MACLength": 128,
        "CipherSuite": "AES_128_CS1_HMAC_SHA256",
        "AuthenticationKey": KEY,
        "AuthKeyLength": 128,
        "KIV": "EQEBAIkoIrZnYX4vnjgCCC==",
        "ROTPublicUID": 2000089282245,
    },
}
"""The document's sample replies, where they are more than `{}`."""
