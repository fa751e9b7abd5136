"""The REST document's sample requests (1.1.29), and an account in which each of them makes sense.

Samples stand in the document with their lists cut to `[ ]`; here they are filled with what the
simulated account has. Dates are the document's own, so the clock stands in March 2020.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sealwright.simulator.clock import ManualClock
from sealwright.simulator.fleet import Fleet
from sealwright.simulator.root import Root
from sealwright.simulator.ublox import UbloxSimulator
from sealwright.simulator.ublox.heartbeat import bootstrap

SAMPLE_UID = "0002000089282245"
SAMPLE_UIDS = (SAMPLE_UID, "0002000089282257", "0002000005b52001", "00020008002f3124")
"""The devices that the samples name."""
OTHER_UID = "00020000b5200144"
DATES = {"FromDate": "2020-02-01T00:00:00+00:00", "ToDate": "2020-03-01T23:59:00+00:00"}
PROVISIONING = {
    "Authorizations": [{"Name": "LocalDPR", "State": "ENABLED"}],
    "SecurityHeartbeatInSec": 86_400,
}
CA = {
    "CAName": "example.com",
    "CACertificateValidity": 3650,
    "DeviceCertificateValidity": 3650,
    "RenewBeforeExpiration": 180,
}
UIDS = {"ROTPublicUIDs": [SAMPLE_UID]}
TAGS = {"TagNames": ["downtown"]}
TAGS_AND_UIDS = {**TAGS, **UIDS}
CERTIFIED = {"CAName": "ca.example.com"}


CERTIFIED_DEVICE = {**CERTIFIED, "ROTPublicUIDs": ["{certified}"]}
HOOK = {"NotificationURL": "https://example.com", "AuthorizationToken": "Bearer eiuytreuihkjfghdlyreuiyt"}
VERBS = {"set": {"Provisioning": PROVISIONING}, "get": {}, "delete": {}}
SAMPLES = [
    ("/deviceprofile/get", {**TAGS, "PageNumber": 1}),
    ("/deviceprofile/get", {"ProfileName": "meters"}),
    *[
        (f"/deviceprofile/bootstrapprovisioning/{verb}", {"DeviceProfileUID": "{profile}", **more})
        for verb, more in VERBS.items()
    ],
    ("/device/list/get", {"Filter": "BLACKLISTED", "PageNumber": 1}),
    ("/device/whitelist/add", {**UIDS, "Action": "ADD"}),
    ("/device/whitelist/add", {"IMEIs": ["862618583984360"], "Action": "DELETE"}),
    ("/device/whitelist/get", {"PageNumber": 1}),
    *[
        (f"/device/provisioning/{verb}", {**who, **more})
        for verb, more in VERBS.items()
        for who in (UIDS, TAGS)
    ],
    ("/e2e/key/rotate", {**UIDS, "Type": "AUTOMATIC", "Days": 1}),
    ("/e2e/key/rotate", {**TAGS, "Type": "CONTINUOUS"}),
    ("/e2e/uplink/symmetrickey/get", {"KeyID": "1101000005B52001443F8C16C7EC"}),
    ("/e2e/uplink/protectionparameters/get", {"EncryptedHeader": "1101000089282257621f7593c47f0000"}),
    ("/e2e/uplink/integrityparameters/get", {"EncryptedHeader": "2900000f0008002f312401"}),
    # The document's sample sends the UID as a bare number.
    ("/e2e/downlink/protectionparameters/get", {"ROTPublicUID": 2000089282245}),
    ("/e2e/downlink/integrityparameters/get", {"ROTPublicUID": 2000089282245}),
    ("/device/info/get", {**UIDS, "Options": ["CORE", "PROVISIONING", "ZTP"]}),
    ("/device/info/get", {"DeviceSerialNumbers": ["123234354"]}),
    ("/notification/get", {**DATES, **UIDS, "NotificationType": "DEVICE_INFO_CHANGE"}),
    ("/device/clone/get", {**DATES, **UIDS}),
    ("/device/suspicious/get", UIDS),
    ("/device/activity/get", {**DATES, "ROTPublicUID": SAMPLE_UID, "PageNumber": 1}),
    ("/device/usage/get", {"FromDate": "2020-02-01"}),
    ("/device/rotpublicuid/get", {"DeviceProfileUID": "{profile}", "PageNumber": 1}),
    ("/apiversion", {}),
    ("/ztp/rootca/create", CA),
    ("/ztp/rootca/update", {**CERTIFIED, "RenewBeforeExpiration": 180}),
    ("/ztp/rootca/get", {"PageNumber": 1}),
    ("/ztp/rootca/crl/get", {"CANames": ["ca.example.com"]}),
    ("/ztp/rootca/device/get", CERTIFIED),
    (
        "/ztp/rootca/popcertificate/generate",
        {**CERTIFIED, "RegistrationCode": "930783746273459058465785786283467236543874968549"},
    ),
    ("/ztp/rootca/delete", {"CAName": "unused.example.com"}),
    ("/ztp/devicecertificate/renew", {**CERTIFIED_DEVICE, "DeviceCertificateValidity": 1000}),
    ("/ztp/devicecertificate/update", CERTIFIED_DEVICE),
    ("/ztp/devicecertificate/delete", {"ROTPublicUIDs": ["{certified}"]}),
    ("/ztp/devicecertificate/revoke", {**CERTIFIED, "ROTPublicUID": "{certified}"}),
    (
        "/ztp/devicecertificate/rootca/transfer",
        {"ROTPublicUIDs": ["{certified}"], "FromCA": "ca.example.com", "ToCA": "unused.example.com"},
    ),
    ("/notification/webhook/create", {**HOOK, "NotificationType": "DEVICE_BOOTSTRAP_EVENT"}),
    ("/notification/webhook/update", {**HOOK, "NotificationURL": "https://example.com/hook"}),
    ("/notification/webhook/delete", {"NotificationURL": "https://example.com/hook"}),
    ("/notification/webhook/get", {}),
    ("/tag/create", {"TagName": "uptown"}),
    ("/tag/delete", {"TagName": "spare"}),
    ("/tag/get", {"PageNumber": 1}),
    ("/tag/assign", TAGS_AND_UIDS),
    ("/tag/assign", {**TAGS, "DeviceProfileUIDs": ["{profile}"], "SyncRequired": True}),
    ("/tag/remove", TAGS_AND_UIDS),
    ("/tag/remove", {"TagNames": ["{*}"], "ROTPublicUIDs": ["{*}"]}),
]
"""Each path, and a request of the document's for it."""


TOKENLESS = {"/authenticate", "/refreshauthtoken"}


def world() -> UbloxSimulator:
    """Return a service with an account in which every sample makes sense."""
    simulator = UbloxSimulator(clock=ManualClock(datetime(2020, 3, 2, tzinfo=UTC)))
    simulator.furnish(Fleet())
    account = simulator.account
    for number in SAMPLE_UIDS:
        bootstrap(account, Root(1, bytes.fromhex(number)))
    account.cas.create("unused.example.com", 3_650, 365, None, account.now())
    account.hooks.create("https://example.com/hook", "a", "DEVICE_ERRORS_EVENT", account.now())
    return simulator


def filled(simulator: UbloxSimulator, body: Any) -> Any:
    """Return a request with its placeholders replaced by what the account has."""
    account = simulator.account
    profile = next(iter(account.profiles)).uid
    certified = next(record for record in account.devices if account.cas.certificate_of(record.uid))
    text = json.dumps(body).replace("{profile}", profile).replace("{certified}", certified.uid.hex())
    return json.loads(text)
