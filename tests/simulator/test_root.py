"""The root: what a device and the service derive alike, in the service's own forms."""

from base64 import b64decode

import pytest

from sealwright.simulator.root import KIND_OF_LENGTH, Root
from sealwright.telemetry import Kind, Purpose, read_reply

UID = bytes.fromhex("0002000089282245")
V1 = bytes.fromhex("1101 000089282245 621f7593c47f 0000")
V2 = bytes.fromhex("28 000007 000089282245 01 00")
SIGNED = bytes.fromhex("29 00000f 000089282245 01")


@pytest.mark.parametrize("header", [V1, V2, SIGNED])
@pytest.mark.parametrize("uid", [UID, UID[:7] + b"\x46"])
def test_every_reply_is_one_that_the_strict_reader_takes(header, uid):
    """Fields, lengths and UID agree, with short keys and with long ones, and nothing is irregular."""
    own = header.replace(UID[2:], uid[2:])
    kind = KIND_OF_LENGTH[len(own)]
    root = Root(1, uid)
    purpose = Purpose.INTEGRITY if kind is Kind.INTEGRITY else Purpose.PROTECTION
    parameters = read_reply(root.reply(own), header=own, purpose=purpose)
    assert parameters.kind is kind
    assert parameters.uid == uid
    assert parameters.irregular == frozenset()
    length = 32 if uid[-1] == 0x46 else 16
    assert {len(key) for key in (parameters.key, parameters.mac_key) if len(key)} == {length}


def test_the_fields_are_those_of_the_document():
    """Every field of the samples of "/e2e/…/get" is there, and no other."""
    root = Root(1, UID)
    common = {"ROTPublicUID", "MACLength", "CipherSuite", "KIV"}
    assert root.reply(V1).keys() == common | {"Key", "Nonce"}
    assert root.reply(SIGNED).keys() == common | {"AuthenticationKey", "AuthKeyLength"}
    assert root.reply(V2).keys() == common | {
        "KeyLength",
        "EncryptionKey",
        "AuthenticationKey",
        "AuthKeyLength",
        "AESIV",
    }


def test_v1_keys_follow_from_14_bytes_and_nonces_from_the_header():
    """Counters share a key and differ in the nonce, which is header[4:16]."""
    root = Root(1, UID)
    first, other = root.reply(V1), root.reply(V1[:14] + b"\0\1")
    assert first["Key"] == other["Key"]
    assert b64decode(first["Nonce"]) == V1[4:]
    assert b64decode(other["Nonce"]) == V1[4:14] + b"\0\1"
    assert root.reply(V1[:13] + b"\0\0\0")["Key"] != first["Key"]


def test_crooked_nonces_do_not():
    """Then each header's nonce is known from its reply alone."""
    root = Root(1, UID, crooked=True)
    assert b64decode(root.reply(V1)["Nonce"]) != V1[4:]
    assert root.reply(V1)["Key"] == Root(1, UID).reply(V1)["Key"]
    assert "nonce" in read_reply(root.reply(V1), header=V1).irregular


@pytest.mark.parametrize(("header", "field"), [(V2, "EncryptionKey"), (SIGNED, "AuthenticationKey")])
def test_key_sets_share_keys_among_counters(header, field):
    """Key set 1 has a key for each header; a higher one has the same key for every counter."""
    root = Root(1, UID)
    later = header[:3] + b"\x63" + header[4:]
    assert root.reply(header)[field] != root.reply(later)[field]
    shared, shared_later = (each[:10] + b"\2" + each[11:] for each in (header, later))
    assert root.reply(shared)[field] == root.reply(shared_later)[field]
    if header is V2:
        assert root.reply(shared)["AESIV"] != root.reply(shared_later)["AESIV"]


def test_everything_follows_from_seed_and_uid():
    """Another seed or UID has other keys, and the same ones the same."""
    keys = {Root(seed, uid).reply(V1)["Key"] for seed in (1, 2) for uid in (UID, UID[:7] + b"\x47")}
    assert len(keys) == 4
    assert Root(1, UID).reply(V1) == Root(1, UID).reply(V1)
    assert Root(1, UID).psk(V1[:14], 16) == Root(1, UID).psk(V1[:14], 32)[:16]
    assert Root(1, UID).psk(V1[:14], 16) != b64decode(Root(1, UID).reply(V1)["Key"])
