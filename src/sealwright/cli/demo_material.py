"""What `sealwright demo --provision` wraps, for whom, and by whom."""

from __future__ import annotations

from hashlib import shake_256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sealwright.provision import ImportObject, ImportRequest, Receiver, Recipient, Signer

OBJECTS: Final = (("aes", 32, "master"), ("hmac", 64, "hmac"), ("binary", 200, "file"))
"""Kind, bytes and name of each object."""
_FIRST_OBJECT_ID: Final = 0x83000010
_USER_ID: Final = "Made For Testing <demo@example.com>"


def made_objects(seed: int) -> list[ImportObject]:
    """Return the objects. Their material follows from the seed, because it is made for testing."""
    from sealwright.provision import MaterialKind, import_object, new_material

    made = []
    for number, (kind, length, name) in enumerate(OBJECTS):
        drawn = shake_256(f"sealwright demo {seed}/{name}".encode())
        material = new_material(MaterialKind(kind), length, random=drawn.digest)
        oid = f"{_FIRST_OBJECT_ID + number:08X}"
        made.append(import_object(material, name=name, object_id=oid))
    return made


def pinned(receiver: Receiver) -> Recipient:
    """Return the service's public key, held to fingerprints that came by another way than the key."""
    from sealwright.provision import Pin, read_recipient
    from sealwright.simulator.el2g import pgp_key

    own = receiver.recipient
    return read_recipient(pgp_key()).pinned(Pin(own.primary.fingerprint, own.subkey.fingerprint))


def new_signer() -> Signer:
    """Make a signer; its key has 2048 bits, because those of 4096 take seconds."""
    from sealwright.provision import new_signer_file, read_signer
    from sealwright.secret import Secret

    passphrase = Secret(b"made for testing")
    return read_signer(new_signer_file(_USER_ID, passphrase, bits=2048).encode(), passphrase)


def forged(request: ImportRequest) -> dict[str, Any]:
    """Return the body of a request with the public key of somebody else who has not signed it."""
    return request.body | {"customerPgpPublicKey": new_signer().public_key.armored}
