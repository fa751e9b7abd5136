"""REQUEST.json: a request that is complete and holds no key, for whoever may submit it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from sealwright.errors import EnvelopeError, InputError, SignerError
from sealwright.provision.secure_object import sealed_in
from sealwright.provision.verifying import read_verifying_keys

if TYPE_CHECKING:
    from sealwright.provision.envelope import Envelope
    from sealwright.provision.recipient import Recipient
    from sealwright.provision.secure_object import ImportObject
    from sealwright.provision.signer import SignerKey

_LONGEST: Final = 256 * 1024
_Fingerprint = Annotated[str, msgspec.Meta(pattern=r"\A[0-9A-F]{40}\Z")]


class ImportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The request that creates a secure object (AN12642 section 4.1.3), and what may be known of it.

    The fingerprints are those of the recipient's two keys and of the key that has signed. The key
    check values are those of an AES key; of other material nothing stands here. `envelope_sha256` is
    the digest of the envelope in the body, and `sha256` that of all this as one line of JSON with
    nothing in the place of `sha256`.

    Whoever has no key can check that digests, signer and recipient's subkey agree with the body, and
    `read_request` does. That the material is the one of the key check values, and the envelope signed,
    is told by whoever can open it.
    """

    format: Literal["sealwright request 1"] = "sealwright request 1"
    method: Literal["POST"] = "POST"
    path: Literal["/rtp/secure-objects"] = "/rtp/secure-objects"
    recipient: _Fingerprint
    recipient_subkey: _Fingerprint
    signer: _Fingerprint
    kcv_cmac: str | None = None
    kcv_legacy: str | None = None
    envelope_sha256: str
    sha256: str
    body: dict[str, Any]

    def digest(self) -> str:
        """Return what `sha256` must be: that of the line without it, in hex."""
        return hashlib.sha256(msgspec.structs.replace(self, sha256="").to_json()).hexdigest()

    def to_json(self) -> bytes:
        """Return the request as one line of JSON, without its line end."""
        return msgspec.json.encode(self)


def complete(
    wanted: ImportObject, envelope: Envelope, recipient: Recipient, signer: SignerKey
) -> ImportRequest:
    """Return the request that imports an object in its envelope."""
    values = wanted.material.check_values
    made = ImportRequest(
        recipient=recipient.primary.fingerprint,
        recipient_subkey=recipient.subkey.fingerprint,
        signer=signer.key.fingerprint,
        kcv_cmac=values.cmac if values else None,
        kcv_legacy=values.legacy if values else None,
        envelope_sha256=envelope.sha256,
        sha256="",
        body=wanted.body(signer.armored, envelope),
    )
    return msgspec.structs.replace(made, sha256=made.digest())


def read_request(text: bytes) -> ImportRequest:
    """Read what `to_json` has written, and check all that can be checked without a key.

    Raises InputError for other texts, and for a request that was changed or says of its body what is
    not so.
    """
    if len(text) > _LONGEST:
        raise InputError(f"request: it has more than {_LONGEST} bytes: is it a file of `sealwright wrap`?")
    try:
        request = msgspec.json.decode(text, type=ImportRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(
            "request: it is no file of `sealwright wrap`, or it is damaged: make it again"
        ) from None
    if request.digest() != request.sha256:
        raise InputError("request: it is not the one that its digest names: make it again")
    _check_claims(request)
    return request


def _check_claims(request: ImportRequest) -> None:
    """Raise InputError where a request says of its body what is not so: receipts repeat and sign it."""
    sealed = sealed_in(request.body)
    if sealed is None:
        raise InputError("request: its body has no customerPgpPublicKey, or no envelope: make it again")
    public_key, envelope = sealed
    if envelope.sha256 != request.envelope_sha256:
        raise InputError(
            "request: the envelope in it is not the one that envelope_sha256 names: make it again"
        )
    try:
        signers = _signers(public_key)
        key_id = envelope.recipient_key_id.hex().upper()
    except (SignerError, EnvelopeError) as problem:
        raise InputError(f"request: {problem}: make it again") from None
    if request.signer not in signers:
        raise InputError(
            f"request: {request.signer} is not its signer: customerPgpPublicKey is the key of"
            f" {', '.join(sorted(signers))}: make it again"
        )
    if not request.recipient_subkey.endswith(key_id):
        raise InputError(
            f"request: its envelope is encrypted to the key id {key_id}, and not to"
            f" {request.recipient_subkey}: make it again"
        )


@lru_cache(maxsize=8)
def _signers(public_key: str) -> frozenset[str]:
    """Return the fingerprints of the keys that may have signed; a file of many has one signer's."""
    return frozenset(
        each.key.fingerprint for each in read_verifying_keys(public_key.encode(errors="replace"))
    )
