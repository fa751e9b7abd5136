"""Secure objects that are imported: checked, and in the API's own words."""

import pytest

from sealwright.errors import InputError, MaterialError
from sealwright.provision.envelope import Envelope
from sealwright.provision.material import MaterialKind, new_material
from sealwright.provision.secure_object import (
    ImportType,
    import_object,
    object_id_hints,
    read_object_id,
    read_object_type,
)

AES = new_material(MaterialKind.AES, 32)
ENVELOPE = Envelope("the envelope\n")


def wanted(material=AES, name="name", object_id="83000009", **options):
    """Return an object to import."""
    return import_object(material, name=name, object_id=object_id, **options)


COMMON = {"generateOnDeviceConnection": False, "policySourceType": "DEFAULT"}


@pytest.mark.parametrize(
    ("material", "options", "body"),
    [
        (
            AES,
            {},
            {
                "name": "name",
                "secureObjectType": "MASTER_KEY",
                "objectId": "83000009",
                "keySize": "AES256",
                "customerPgpPublicKey": "key\n",
                "encryptedKey": "the envelope\n",
                **COMMON,
            },
        ),
        (
            new_material(MaterialKind.HMAC, 256),
            {"object_id": "8300000A"},
            {
                "name": "name",
                "secureObjectType": "HMAC_KEY",
                "objectId": "8300000A",
                "keySize": "256",
                "customerPgpPublicKey": "key\n",
                "encryptedKey": "the envelope\n",
                **COMMON,
            },
        ),
        (
            new_material(MaterialKind.BINARY, 500),
            {"object_id": "8300000C"},
            {
                "name": "name",
                "secureObjectType": "BINARY_FILE",
                "objectId": "8300000C",
                "payload": {
                    "binaryFileType": "CONFIDENTIAL",
                    "customerPgpPublicKey": "key\n",
                    "encryptedBinaryFile": "the envelope\n",
                },
                **COMMON,
            },
        ),
        (
            new_material(MaterialKind.AES, 16),
            {"object_type": "oem_fw_decrypt_key"},
            {
                "name": "name",
                "secureObjectType": "OEM_FW_DECRYPT_KEY",
                "objectId": "83000009",
                "keySize": "AES128",
                "customerPgpPublicKey": "key\n",
                "encryptedKey": "the envelope\n",
                **COMMON,
            },
        ),
    ],
    ids=["4.1.3.3", "4.1.3.4", "4.1.3.6", "newer"],
)
def test_bodies(material, options, body):
    """Member for member, and in the order, of the document's examples."""
    made = wanted(material, **options).body("key\n", ENVELOPE)
    assert made == body
    assert list(made) == list(body)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("83000009", "83000009"),
        ("0x8300000a", "8300000A"),
        (" 1 ", "1"),
        ("EFFFFFFF", "EFFFFFFF"),
        ("7FFF0203", "7FFF0203"),
    ],
)
def test_object_ids(text, read):
    """One to eight hex digits, and what lies just beside the forbidden ranges."""
    assert read_object_id(text) == read


@pytest.mark.parametrize("text", ["", "0x", "830000091", "8300000G", "-1", "83 00", "٨٣"])
def test_what_is_no_object_id(text):
    """Other texts."""
    with pytest.raises(InputError, match="it must be 1 to 8 hex digits"):
        read_object_id(text)


@pytest.mark.parametrize(
    "text",
    ["0", "00000000", "7fff0200", "7FFF0202", "7FFF0204", "7FFF020B", "F0000000", "FFFFFFFF", "F0000021"],
)
def test_forbidden_object_ids(text):
    """The union of sections 4.5.16 and 4.5.17."""
    with pytest.raises(InputError, match=f"{text.upper()}: EdgeLock 2GO keeps .* for itself"):
        read_object_id(text)


@pytest.mark.parametrize(
    ("text", "usual"),
    [("82FFFFFF", False), ("83000000", True), ("8300FFFF", True), ("83010000", False), ("1", False)],
)
def test_hints(text, usual):
    """What lies where EdgeLock 2GO does not suggest it is told, and taken all the same."""
    hint = f"object id {text} is not in the range that EL2G suggests, 83000000 to 8300FFFF"
    assert list(object_id_hints(text)) == ([] if usual else [hint])


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x00", "x" * 256])
def test_names_that_are_refused(name):
    """Nobody could read them in a list."""
    with pytest.raises(InputError, match=r"name .* characters that can be printed"):
        wanted(name=name)


def test_types():
    """The API's words, in either case; without one the material tells."""
    assert read_object_type(" Master_Key ") is ImportType.MASTER_KEY
    assert {kind.kind for kind in ImportType} == set(MaterialKind)
    with pytest.raises(
        InputError, match="must be one of MASTER_KEY, HMAC_KEY, BINARY_FILE, OEM_FW_DECRYPT_KEY"
    ):
        read_object_type("KEYPAIR")
    with pytest.raises(MaterialError, match="a HMAC_KEY is made of hmac material, and this is aes material"):
        wanted(object_type="HMAC_KEY")


@pytest.mark.parametrize("size", ["AES256", "aes256", " AES256 "])
def test_key_sizes_that_agree(size):
    """As the API has it."""
    assert wanted(key_size=size).material is AES


@pytest.mark.parametrize("size", ["AES128", "256", "32", "", "AES 256"])
def test_key_sizes_that_disagree(size):
    """Said with both sizes."""
    with pytest.raises(MaterialError, match="and the material has 32 bytes, which is keySize AES256"):
        wanted(key_size=size)
    with pytest.raises(MaterialError, match=r"which is keySize 12$"):
        wanted(new_material(MaterialKind.HMAC, 12), key_size="96")
