"""The calls of EL2G: each is there once, makes what the document shows, and keeps its rules."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from sealwright.errors import RequestError
from sealwright.secret import Secret
from sealwright.services._retry import Retry
from sealwright.services.el2g import EL2G, checksum, policy
from services.el2g.document import (
    CERTIFICATE,
    CODE,
    GROUP,
    HEX_UID,
    IDS,
    IMPORTED,
    LIMITS,
    NAMED,
    PGP_KEY,
    PGP_MESSAGE,
    POLICY,
    PUBLIC_KEY,
    RULES,
    SECRET,
    TABLE,
    UID,
    frame,
    plain_path,
)


def _body(request):
    body = request.call.wire(request).body
    return None if body is None else json.loads(body.reveal())


def _make(group, name, /, **arguments):
    return EL2G.find(group, name).make(**arguments)


def _create(name, /, **arguments):
    return _make("secure_objects", f"create_{name}", **{**NAMED, **arguments})


@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_each_call_on_the_wire(line):
    """Arguments make the method, path, query and body that the document shows, and read the same there."""
    call = EL2G.find(line.group, line.name)
    assert (call.method, call.path) == plain_path(line.line)
    wire = call.wire(call.make(**line.arguments))
    assert wire.query == line.query
    assert (None if wire.body is None else json.loads(wire.body.reveal())) == line.body
    read = EL2G.read(wire.method, wire.path, line.body, wire.query)
    assert read.call is call
    again = call.wire(read)
    assert (again.path, again.query) == (wire.path, wire.query)
    assert _body(read) == line.body


@pytest.mark.parametrize("line", TABLE, ids=IDS)
def test_each_answer(line):
    """The document's answers are read, answer their requests, and leave nothing undeclared."""
    call = EL2G.find(line.group, line.name)
    request = call.make(**line.arguments)
    reply = call.read_reply(line.reply)
    request.accept(reply)
    for each in reply if isinstance(reply, list) and line.group != "services" else [reply]:
        assert getattr(each, "extra", {}) == {}


def test_each_is_described():
    """Every call has a summary and its source, every field that a user gives has words."""
    for call in EL2G:
        assert call.words.splitlines()[0].endswith(".")
        assert f"{call.method} {call.path}" in call.source
    assert set(Counter((call.group, call.name) for call in EL2G).values()) == {1}


def test_what_cannot_be_undone_or_repeated():
    """Finality and retry classes are as the document's words have them."""
    assert {f"{call.group} {call.name}" for call in EL2G if call.irreversible} == {
        "device_groups unclaim_all",
        "device_groups delete",
        "claim_codes revoke",
        "claim_codes delete",
        "claim_codes batch_delete",
        "claim_codes delete_by_criteria",
        "secure_objects delete",
        "intermediate_cas delete",
    }
    creates = {f"{call.group} {call.name}" for call in EL2G if call.retry is Retry.CREATE}
    assert creates == {
        "device_groups create",
        "device_groups unclaim_devices",
        "device_groups register_devices",
        "claim_codes create",
        "claim_codes create_batch",
        "claim_codes batch_delete",
        "claim_codes delete_by_criteria",
        "intermediate_cas create",
        "intermediate_cas create_csr",
        "provisionings request_batch_job",
        *(
            f"secure_objects {call.name}"
            for call in EL2G
            if call.name.startswith("create_") and "rtp/secure" in call.path
        ),
    }
    assert {call.method for call in EL2G if call.retry is Retry.READ} == {"GET", "POST"}
    assert {call.name for call in EL2G if call.retry is Retry.READ and call.method == "POST"} == {
        "create_report",
        "download",
    }


POLICIES = {"policy_source_type": "CUSTOM", "policies": {"935389312472": POLICY}}


def _with_rules(*rules):
    return {**POLICIES, "policies": {"935389312472": {**POLICY, "accessRuleConfiguration": list(rules)}}}


CUSTOM = [{"objectId": f"8300000{number}", "type": "CUSTOM", "accessRules": []} for number in range(6)]
KEY_PAIR = {"algorithm": "NIST_P256"}
AES = {**IMPORTED, "key_size": "AES256"}
HMAC = {**IMPORTED, "key_size": 32}
CERTIFIED = {"key_pair_id": 1, "intermediate_ca_id": 2, "common_name_prefix": "a"}

BAD = [
    ("secure_objects", "create_key_pair", {**NAMED, "algorithm": "NIST_P255"}, "algorithm must be one of "),
    ("secure_objects", "create_key_pair", {**NAMED, **KEY_PAIR, "name": ""}, "name must not be empty"),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, "policy_source_type": "OWN"},
        "policySourceType",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, "policies": POLICIES["policies"]},
        "policies may be given only when policySourceType is CUSTOM",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, "policy_source_type": "CUSTOM"},
        "policies is missing: policySourceType is CUSTOM",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **POLICIES, "policies": {f"{number:012}": POLICY for number in range(6)}},
        "policies must be for at most 5 products",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **POLICIES, "policies": {"93538931247": POLICY}},
        "must be a 12NC: 12 digits",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[2])},
        r"policies\.935389312472\.accessRuleConfiguration must have one UNAUTHENTICATED entry",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0])},
        "must have one MANDATORY entry, and its objectId must be F0000021",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0], RULES[0], RULES[2])},
        "must have one UNAUTHENTICATED entry",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0] | {"objectId": "00000001"}, RULES[2])},
        "its objectId must be 00000000",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0], RULES[2] | {"accessRules": ["POLICY_OBJ_ALLOW_READ"]})},
        "must allow POLICY_OBJ_ALLOW_DELETE and nothing else",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0], RULES[2], *CUSTOM)},
        "must have at most 5 CUSTOM entries",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0], RULES[2], CUSTOM[0], CUSTOM[0])},
        "must name another authentication object in each CUSTOM entry",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0], RULES[2], RULES[2] | {"type": "CUSTOM"})},
        "must name another authentication object",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0] | {"accessRules": ["ALLOW"]}, RULES[2])},
        r"accessRules\[0\] must be a rule such as",
    ),
    (
        "secure_objects",
        "create_key_pair",
        {**NAMED, **KEY_PAIR, **_with_rules(RULES[0] | {"type": "ANYBODY"}, RULES[2])},
        r"\[0\]\.type must be one of CUSTOM, MANDATORY, UNAUTHENTICATED",
    ),
    ("secure_objects", "update", {"secure_object_id": 1}, "name or policies is missing"),
    (
        "secure_objects",
        "update",
        {"secure_object_id": 1, "policies": {"935389312472": {**POLICY, "accessRuleConfiguration": []}}},
        "must have one UNAUTHENTICATED entry.*must have one MANDATORY entry",
    ),
    (
        "secure_objects",
        "create_certificate",
        {**NAMED, **CERTIFIED},
        r"certificateValidity\.spanInMonths or ",
    ),
    (
        "secure_objects",
        "create_certificate",
        {**NAMED, **CERTIFIED, "span_in_months": 1, "valid_until": "2030-01-01"},
        "exclude each other",
    ),
    (
        "secure_objects",
        "create_certificate",
        {**NAMED, **CERTIFIED, "valid_until": "2030-01-01"},
        r"certificateValidity\.date may be given only when certificateValidity\.validityType is DATE",
    ),
    (
        "secure_objects",
        "create_certificate",
        {**NAMED, **CERTIFIED, "validity_type": "DATE", "valid_until": "2030-02-30"},
        r"certificateValidity\.date must be a date",
    ),
    (
        "secure_objects",
        "create_certificate",
        {**NAMED, **CERTIFIED, "span_in_months": 0},
        r"certificateValidity\.spanInMonths must be a whole number of at least 1",
    ),
    (
        "secure_objects",
        "create_master_key",
        {**NAMED, **AES, "key_size": 192},
        "keySize must be one of AES128",
    ),
    (
        "secure_objects",
        "create_hmac_key",
        {**NAMED, **HMAC, "key_size": 0},
        "a number of bytes from 1 to 256",
    ),
    (
        "secure_objects",
        "create_hmac_key",
        {**NAMED, **HMAC, "key_size": 257},
        "a number of bytes from 1 to 256",
    ),
    (
        "secure_objects",
        "create_hmac_key",
        {**NAMED, **HMAC, "key_size": "032"},
        "a number of bytes from 1 to 256",
    ),
    (
        "secure_objects",
        "create_master_key",
        {**NAMED, **AES, "encrypted_key": PGP_KEY},
        "encryptedKey must be a PGP message in ASCII armour",
    ),
    (
        "secure_objects",
        "create_master_key",
        {**NAMED, **AES, "customer_pgp_public_key": frame("PGP PRIVATE KEY BLOCK")},
        "customerPgpPublicKey must be a PGP public key",
    ),
    (
        "secure_objects",
        "create_master_key",
        {**NAMED, **AES, "customer_pgp_public_key": PGP_KEY + frame("PGP PRIVATE KEY BLOCK")},
        "customerPgpPublicKey must be a PGP public key",
    ),
    (
        "secure_objects",
        "create_confidential_binary_file",
        {**NAMED, "customer_pgp_public_key": PGP_KEY, "encrypted_binary_file": "00ff"},
        r"payload\.encryptedBinaryFile must be a PGP message",
    ),
    (
        "secure_objects",
        "create_static_public_key",
        {**NAMED, "algorithm": "RSA_2048", "public_key": frame("PRIVATE KEY")},
        "publicKey must be a public key in PEM",
    ),
    (
        "secure_objects",
        "create_binary_file",
        {**NAMED, "binary_file": "a=b"},
        r"payload\.binaryFile must be base64",
    ),
    (
        "secure_objects",
        "create_binary_file",
        {**NAMED, "binary_file": b""},
        r"payload\.binaryFile must be base64",
    ),
    (
        "secure_objects",
        "create_binary_file",
        {**NAMED, "binary_file": "YSBmaWxl", "checksum": "00" * 64},
        r"payload\.checksum is not the SHA3-512 of payload\.binaryFile",
    ),
    (
        "secure_objects",
        "create_binary_file",
        {**NAMED, "binary_file": "YSBmaWxl", "checksum": "00" * 32},
        r"payload\.checksum must be a SHA3-512 in hex",
    ),
    ("secure_objects", "list", {"secure_object_type": "keypair"}, "secureObjectType must be a type"),
    ("secure_objects", "list", {"size": 101}, "size must be a whole number from 1 to 100"),
    ("secure_objects", "list", {"page": -1}, "page must be a whole number of at least 0"),
    ("secure_objects", "list", {"sort_by_direction": "UP"}, "sortByDirection must be one of ASC, DESC"),
    ("secure_objects", "get", {"secure_object_id": "5a"}, "secureObjectId must be a whole number"),
    ("secure_objects", "get", {"secure_object_id": True}, "secureObjectId must be a whole number"),
    ("secure_objects", "unassign_groups", {"secure_object_id": 1, "device_group_ids": []}, "an empty list"),
    ("device_groups", "get", {"nc12": "93538931247", "device_group_id": 1}, "must be a 12NC: 12 digits"),
    (
        "device_groups",
        "add_devices",
        {**GROUP, "device_ids": [UID, 3.5e41]},
        r"deviceIds\[1\] must be a device",
    ),
    ("device_groups", "add_devices", {**GROUP, "device_ids": []}, "deviceIds must not be an empty list"),
    (
        "claim_codes",
        "create",
        {**GROUP, **LIMITS, "name": "a", "secret": "c2hvcnQ="},
        "secret must be base64 of 16",
    ),
    (
        "claim_codes",
        "create",
        {**GROUP, **LIMITS, "name": "a", "secret": "A" * 256},
        "secret must be base64 of 16",
    ),
    (
        "claim_codes",
        "create",
        {**GROUP, **LIMITS, "name": "a", "secret": "marker!" * 4},
        "secret must be base64",
    ),
    (
        "claim_codes",
        "create",
        {**GROUP, **LIMITS, "name": "a", "secret": SECRET, "device_limit": -1},
        "deviceLimit must be a whole number of at least 0",
    ),
    (
        "claim_codes",
        "create_batch",
        {**GROUP, **LIMITS, "name_prefix": "a", "number_of_claim_codes": 99},
        "numberOfClaimCodes must be a whole number from 100 to 1000",
    ),
    ("claim_codes", "list", {**GROUP, "status": "used"}, "status must be one of ACTIVE, ALL, REVOKED"),
    ("claim_codes", "delete_by_criteria", {}, "revoked or maxUsageAchieved or createdBefore must be given"),
    (
        "claim_codes",
        "delete_by_criteria",
        {"revoked": False, "max_usage_achieved": False},
        "revoked or maxUsageAchieved or createdBefore must be given",
    ),
    (
        "claim_codes",
        "delete_by_criteria",
        {"created_before": "2026-01-31T00:00:00"},
        "createdBefore must be a date and time in ISO 8601 with its time zone",
    ),
    ("intermediate_cas", "create", {"name": "a", "algorithm": "RSA_3072"}, "algorithm must be one of"),
    (
        "intermediate_cas",
        "create_csr",
        {"name": "a", "algorithm": "NIST_P256", "common_name": "a", "country": "AUT"},
        "country must be two letters",
    ),
    (
        "intermediate_cas",
        "upload_signed",
        {"intermediate_ca_id": 1, "signed_certificate": CERTIFICATE * 2, "root_ca": CERTIFICATE},
        "signedCertificate must be one certificate in PEM",
    ),
    (
        "audits",
        "create_report",
        {"start_month": 2, "start_year": 2022, "end_month": 1, "end_year": 2022},
        "endMonthYear must not be before startMonthYear",
    ),
    (
        "audits",
        "create_report",
        {"start_month": 13, "start_year": 2022, "end_month": 1, "end_year": 2023},
        r"startMonthYear\.month must be a whole number from 1 to 12",
    ),
    ("jobs", "get", {"job_id": "../x"}, "jobId must be the id of a job"),
    (
        "provisionings",
        "of_device",
        {"device_id": UID, "owner_domain_types": ["rtp"]},
        r"owner-domain-types\[0\]",
    ),
    (
        "provisionings",
        "of_device",
        {"device_id": UID, "hardware_family_type": "a b"},
        "must be a family such as",
    ),
]


@pytest.mark.parametrize(("group", "name", "arguments", "words"), BAD)
def test_rules(group, name, arguments, words):
    """What breaks a rule is not sent, and the error names the field and never the value."""
    with pytest.raises(RequestError, match=words) as caught:
        _make(group, name, **arguments)
    assert "nothing was sent" in str(caught.value)
    assert "marker" not in str(caught.value)


@pytest.mark.parametrize(
    "oid", ["1", "83000007", "0x8300000a", "7FFF0203", "7fff81ff", "EFFFFFFF", "F000000"]
)
def test_object_ids(oid):
    """An object id is 1 to 8 hex digits outside of what is forbidden."""
    sent = _body(_create("key_pair", object_id=oid, algorithm="NIST_P256"))["objectId"]
    assert int(sent, 16) == int(oid, 16)
    assert sent == sent.upper()


@pytest.mark.parametrize(
    "oid",
    [
        "0",
        "00000000",
        "7FFF0200",
        "7fff0202",
        "7FFF0204",
        "7FFF020b",
        "F0000000",
        "F0000021",
        "FFFFFFFF",
        "",
        "830000071",
        "8300000G",
        0x83000007,
        None,
    ],
)
def test_object_ids_that_are_refused(oid):
    """The union of both sections' ranges is forbidden; a number may be meant as digits, so it is refused."""
    with pytest.raises(RequestError, match="objectId"):
        _create("key_pair", object_id=oid, algorithm="NIST_P256")


@pytest.mark.parametrize("kind", ["KEYPAIR", "X509_CERTIFICATE", "AES_256", "NEW_TYPE_2"])
def test_types_that_are_newer(kind):
    """A type of object may have digits in its name; what is written small is none."""
    for name in ("list", "assigned"):
        where = {} if name == "list" else {"device_group_id": 1}
        request = _make("secure_objects", name, **where, secure_object_type=kind)
        assert request.call.wire(request).query == {"secureObjectType": kind}
        with pytest.raises(RequestError, match="upper case letters and digits"):
            _make("secure_objects", name, **where, secure_object_type=kind.lower())


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("key_pair", {**KEY_PAIR, "object_id": "83000008"}, []),
        ("key_pair", {**KEY_PAIR, "object_id": "83000007"}, ["is odd"]),
        ("key_pair", {**KEY_PAIR, "object_id": "1"}, ["suggests, 83000000 to 8300FFFF", "is odd"]),
        ("certificate", {**CERTIFIED, "span_in_months": 1, "object_id": "83000009"}, []),
        ("certificate", {**CERTIFIED, "span_in_months": 1, "object_id": "83000008"}, ["is even"]),
        ("hmac_key", {**HMAC, "object_id": "83010000"}, ["suggests, 83000000 to 8300FFFF"]),
    ],
)
def test_hints(name, arguments, words):
    """What is allowed and unusual about an object id is a hint, and nothing more."""
    hints = list(_create(name, **arguments).hints())
    assert len(hints) == len(words)
    assert all(word in hint for word, hint in zip(words, hints, strict=True))


def test_hints_of_other_calls():
    """An algorithm that section 6 will not let be uploaded is a hint; most calls have none."""
    csr = {"name": "a", "common_name": "a"}
    assert list(_make("intermediate_cas", "create_csr", **csr, algorithm="NIST_P256").hints()) == []
    (hint,) = _make("intermediate_cas", "create_csr", **csr, algorithm="RSA_4096").hints()
    assert "section 6" in hint
    assert list(_make("claim_codes", "get", **CODE).hints()) == []


@pytest.mark.parametrize(
    "uid", [UID, int(UID), HEX_UID, HEX_UID.upper().replace("0X", ""), bytes.fromhex(HEX_UID[2:])], ids=repr
)
def test_device_ids_in_every_form(uid):
    """A device may be named in any form, and is sent as its decimal number."""
    assert _body(_make("device_groups", "add_devices", **GROUP, device_ids=[uid])) == {"deviceIds": [UID]}


def test_checksums():
    """The SHA3-512 of the bytes or of their encoding is taken; a wrong one is refused before it is sent."""
    for right in (checksum(b"a file"), checksum(b"YSBmaWxl").upper()):
        assert (
            _body(_create("binary_file", binary_file=b"a file", checksum=right))["payload"]["checksum"]
            == right
        )
    for right in (PUBLIC_KEY.encode(), PUBLIC_KEY.rstrip().encode(), b"Made for testing"):
        assert _create(
            "static_public_key", algorithm="RSA_2048", public_key=PUBLIC_KEY, checksum=checksum(right)
        )
    with pytest.raises(RequestError, match="checksum is not the SHA3-512 of publicKey"):
        _create("static_public_key", algorithm="RSA_2048", public_key=PUBLIC_KEY, checksum=checksum(b"other"))
    odd = frame("PUBLIC KEY", "not base64 at all!?x")
    with pytest.raises(RequestError, match="checksum is not the SHA3-512 of publicKey"):
        _create("static_public_key", algorithm="RSA_2048", public_key=odd, checksum=checksum(b""))


def test_frames_have_plain_line_ends():
    """Line ends that were escaped by hand, or come from another system, are sent as one character each."""
    for text in (
        PGP_MESSAGE,
        PGP_MESSAGE.replace("\n", "\r\n"),
        PGP_MESSAGE.replace("\n", "\\n"),
        PGP_MESSAGE.encode(),
        f"\n{PGP_MESSAGE}\n\n",
    ):
        assert _body(_create("master_key", **{**AES, "encrypted_key": text}))["encryptedKey"] == PGP_MESSAGE


def test_claim_secrets():
    """A claim secret may be base64 or bytes, is sent as base64, and stays quiet."""
    for secret in (SECRET, Secret(SECRET.encode()), b"01234567890123456789"):
        made = _make("claim_codes", "create", **GROUP, **LIMITS, name="a", secret=secret)
        assert _body(made)["secret"] == SECRET
        assert SECRET not in repr(made)


def test_moments_and_days():
    """Moments are sent in UTC with milliseconds, days as they are."""

    def sent(moment):
        return _body(_make("claim_codes", "delete_by_criteria", created_before=moment))["createdBefore"]

    assert sent(datetime(2026, 1, 31, 1, 2, 3, tzinfo=UTC)) == "2026-01-31T01:02:03.000Z"
    assert (
        sent(datetime(2026, 1, 31, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))))
        == "2026-01-31T00:02:03.000Z"
    )
    assert sent("2026-01-31T00:00:00+01:00") == "2026-01-30T23:00:00.000Z"
    beyond = "0001-01-01T00:00:00+14:00"
    for wrong in (date(2026, 1, 31), datetime(2026, 1, 31), 5, beyond):  # noqa: DTZ001 - one has no zone
        with pytest.raises(RequestError, match="createdBefore"):
            sent(wrong)
    for day in (date(2035, 1, 31), "2035-01-31"):
        made = _create("certificate", **CERTIFIED, validity_type="DATE", valid_until=day)
        assert _body(made)["certificateValidity"] == {"validityType": "DATE", "date": "2035-01-31"}
    with pytest.raises(RequestError, match="must be a date"):
        _create("certificate", **CERTIFIED, validity_type="DATE", valid_until=5)


def test_policies_in_python():
    """A policy made in Python has the entries that every one must have."""
    made = policy(RULES[0]["accessRules"], {"83000006": RULES[1]["accessRules"]})
    request = _create("key_pair", **KEY_PAIR, policy_source_type="CUSTOM", policies={935389312472: made})
    assert _body(request)["policies"] == {"935389312472": POLICY}
    assert _create("key_pair", **KEY_PAIR, policy_source_type="CUSTOM", policies={"935389312472": policy([])})
