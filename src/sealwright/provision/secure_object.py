"""Secure objects that are imported: what EdgeLock 2GO's API takes them as (AN12642 section 4.1.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sealwright.errors import InputError, MaterialError
from sealwright.provision.envelope import Envelope
from sealwright.provision.material import MaterialKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.provision.material import Material

_OBJECT_ID: Final = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{1,8})")
_FORBIDDEN: Final = (
    (0x00000000, 0x00000000),
    (0x7FFF0200, 0x7FFF0202),
    (0x7FFF0204, 0x7FFF020B),
    (0xF0000000, 0xFFFFFFFF),
)
"""The union of what sections 4.5.16 and 4.5.17 forbid, whose ends differ."""

_LONGEST_NAME: Final = 255


SUGGESTED: Final = (0x83000000, 0x8300FFFF)
"""Where EdgeLock 2GO suggests that object ids lie (4.5.17)."""

SUGGESTED_RANGE: Final = "{:08X} to {:08X}".format(*SUGGESTED)


class ImportType(StrEnum):
    """The types of secure objects whose contents come in an envelope, in the API's words."""

    MASTER_KEY = "MASTER_KEY"
    HMAC_KEY = "HMAC_KEY"
    BINARY_FILE = "BINARY_FILE"
    OEM_FW_DECRYPT_KEY = "OEM_FW_DECRYPT_KEY"

    @property
    def kind(self) -> MaterialKind:
        """What its contents are."""
        return _KINDS[self]


_KINDS: Final = {
    ImportType.MASTER_KEY: MaterialKind.AES,
    ImportType.HMAC_KEY: MaterialKind.HMAC,
    ImportType.BINARY_FILE: MaterialKind.BINARY,
    ImportType.OEM_FW_DECRYPT_KEY: MaterialKind.AES,
}


@dataclass(frozen=True, slots=True, eq=False)
class ImportObject:
    """A secure object that is to be: what it is called, and the material that it holds."""

    type: ImportType
    name: str
    object_id: str
    material: Material

    def body(self, public_key: str, envelope: Envelope) -> dict[str, Any]:
        """Return the whole body of the request that creates it (4.1.3.3, 4.1.3.4, 4.1.3.6).

        `public_key` is the signer's, armoured. OEM_FW_DECRYPT_KEY is newer than the document: NXP's
        own client sends it with the members of MASTER_KEY.
        """
        body: dict[str, Any] = {
            "name": self.name,
            "secureObjectType": str(self.type),
            "objectId": self.object_id,
        }
        if self.type is ImportType.BINARY_FILE:
            body["payload"] = {
                "binaryFileType": "CONFIDENTIAL",
                "customerPgpPublicKey": public_key,
                "encryptedBinaryFile": envelope.text,
            }
        else:
            body["keySize"] = self.material.key_size
            body["customerPgpPublicKey"] = public_key
            body["encryptedKey"] = envelope.text
        return body | {"generateOnDeviceConnection": False, "policySourceType": "DEFAULT"}


def sealed_in(body: dict[str, Any]) -> tuple[str, Envelope] | None:
    """Return the signer's public key and the envelope of a body; None where they are not in their places."""
    is_binary = body.get("secureObjectType") == ImportType.BINARY_FILE
    held = body.get("payload") if is_binary else body
    if not isinstance(held, dict):
        return None
    public_key = held.get("customerPgpPublicKey")
    text = held.get("encryptedBinaryFile" if is_binary else "encryptedKey")
    if not (isinstance(public_key, str) and isinstance(text, str) and text.isascii()):
        return None
    return public_key, Envelope(text)


def import_object(
    material: Material,
    *,
    name: str,
    object_id: str,
    object_type: str | None = None,
    key_size: str | None = None,
) -> ImportObject:
    """Return a secure object, checked as far as that can be done without the service.

    Without a type it is the master key, HMAC key or binary file that the material is for; a
    `key_size` must agree with the material. Raises InputError.
    """
    kind = read_object_type(object_type) if object_type else _TYPES[material.kind]
    _check_material(kind, material, key_size)
    return ImportObject(kind, _read_name(name), read_object_id(object_id), material)


_TYPES: Final = {
    MaterialKind.AES: ImportType.MASTER_KEY,
    MaterialKind.HMAC: ImportType.HMAC_KEY,
    MaterialKind.BINARY: ImportType.BINARY_FILE,
}


def read_object_type(text: str) -> ImportType:
    """Read the API's word for a type, in either case. Raises InputError."""
    try:
        return ImportType(text.strip().upper())
    except ValueError:
        raise InputError(
            f"type {text[:40]!r}: it must be one of {', '.join(ImportType)}; others have nothing to encrypt"
        ) from None


def read_object_id(text: str) -> str:
    """Read an object id: 1 to 8 hex digits, with or without 0x. Returns it in upper case.

    Raises InputError for other texts and for ids that EdgeLock 2GO keeps for itself (4.5.17).
    """
    found = _OBJECT_ID.fullmatch(text.strip())
    if found is None:
        raise InputError(f"object id {text[:40]!r}: it must be 1 to 8 hex digits, such as 83000009")
    number = int(found[1], 16)
    for first, last in _FORBIDDEN:
        if first <= number <= last:
            raise InputError(
                f"object id {found[1].upper()}: EdgeLock 2GO keeps {first:08X} to {last:08X} for itself:"
                f" choose another, best from {SUGGESTED_RANGE}"
            )
    return found[1].upper()


def object_id_hints(object_id: str) -> Iterator[str]:
    """Yield what is unusual about the object id of an import.

    That key pairs have even ones and certificates odd ones says nothing of what comes in an envelope.
    """
    first, last = SUGGESTED
    if not first <= int(object_id, 16) <= last:
        yield f"object id {object_id} is not in the range that EL2G suggests, {SUGGESTED_RANGE}"


def _read_name(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_NAME:
        raise InputError(
            f"name {text[:60]!r}: it must be 1 to {_LONGEST_NAME} characters that can be printed"
        )
    return text


def _check_material(wanted: ImportType, material: Material, key_size: str | None) -> None:
    """Raise MaterialError where material is not for this type, or has another size than was said."""
    if material.kind is not wanted.kind:
        raise MaterialError(
            f"material: a {wanted} is made of {wanted.kind} material, and this is {material.kind} material"
        )
    if key_size is not None and key_size.strip().upper() != material.key_size:
        raise MaterialError(
            f"material: keySize is {key_size[:20]!r}, and the material has {len(material)} bytes, which is"
            f" keySize {material.key_size}"
        )
