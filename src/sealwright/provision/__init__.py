"""Wing two: key material goes out.

Material is made or read (`material`), signed by a `signer` and encrypted to a `recipient` in an
`envelope`, and becomes the body of a request (`secure_object`, `request`) that holds no key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.provision.agent import GPG, AgentSigner, exported_key
from sealwright.provision.bulk import in_order
from sealwright.provision.envelope import Envelope, EnvelopeMaker
from sealwright.provision.manifest import read_manifest
from sealwright.provision.material import (
    CheckValues,
    Material,
    MaterialKind,
    combine,
    new_material,
    read_hex_material,
)
from sealwright.provision.receipt import ReceiptBook, Verified
from sealwright.provision.receipt import verify as verify_receipts
from sealwright.provision.receiving import Receiver
from sealwright.provision.recipient import (
    Pin,
    Recipient,
    UnpinnedRecipient,
    read_fingerprint,
    read_pin,
    read_recipient,
)
from sealwright.provision.request import ImportRequest, complete, read_request
from sealwright.provision.secure_object import (
    SUGGESTED_RANGE,
    ImportObject,
    ImportType,
    import_object,
    object_id_hints,
)
from sealwright.provision.signer import (
    KeyFileSigner,
    Signer,
    SignerKey,
    is_locked,
    new_signer_file,
    read_signer,
    read_signer_key,
)
from sealwright.provision.verifying import VerifyingKey, read_verifying_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "GPG",
    "SUGGESTED_RANGE",
    "AgentSigner",
    "CheckValues",
    "Envelope",
    "EnvelopeMaker",
    "ImportObject",
    "ImportRequest",
    "ImportType",
    "KeyFileSigner",
    "Material",
    "MaterialKind",
    "Pin",
    "ReceiptBook",
    "Receiver",
    "Recipient",
    "Signer",
    "SignerKey",
    "UnpinnedRecipient",
    "Verified",
    "VerifyingKey",
    "combine",
    "exported_key",
    "import_object",
    "is_locked",
    "new_material",
    "new_signer_file",
    "object_id_hints",
    "read_fingerprint",
    "read_hex_material",
    "read_manifest",
    "read_pin",
    "read_recipient",
    "read_request",
    "read_signer",
    "read_signer_key",
    "read_verifying_keys",
    "verify_receipts",
    "wrap",
    "wrap_all",
]


def wrap(
    wanted: ImportObject,
    recipient: Recipient,
    signer: Signer,
    *,
    cipher: str = "AES256",
    compress: bool = False,
) -> ImportRequest:
    """Sign and encrypt the material of an object, and return the request that imports it.

    The request holds no key and needs none to be submitted. `cipher` is AES256, AES192 or AES128
    (AN12642 section 12); with `compress` the envelope is compressed with ZLIB. Raises SignerError
    where the signer cannot sign, EnvelopeError for an envelope that is not right when it is read again.
    """
    payload = wanted.material.payload()
    envelope = EnvelopeMaker(recipient, signer, cipher=cipher, compress=compress).seal(payload)
    return complete(wanted, envelope, recipient, signer.public_key)


def wrap_all(
    objects: Iterable[ImportObject],
    recipient: Recipient,
    signer: Signer,
    *,
    cipher: str = "AES256",
    compress: bool = False,
    threads: int = 1,
) -> Iterator[ImportRequest]:
    """Yield the request of each object, as `wrap` makes it and in their order.

    Few of them are in memory at a time, whatever their number. More threads than one help where
    there are as many processors.
    """
    envelopes = EnvelopeMaker(recipient, signer, cipher=cipher, compress=compress)

    def wrapped(wanted: ImportObject) -> ImportRequest:
        envelope = envelopes.seal(wanted.material.payload())
        return complete(wanted, envelope, recipient, signer.public_key)

    return in_order(wrapped, objects, threads)
