"""REQUEST.json: a request that is complete and holds no key, for whoever may submit it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from sealwright.errors import InputError

if TYPE_CHECKING:
    from sealwright.provision.envelope import Envelope
    from sealwright.provision.recipient import Recipient
    from sealwright.provision.secure_object import ImportObject
    from sealwright.provision.signer import SignerKey

_LONGEST: Final = 256 * 1024


class ImportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The request that creates a secure object (AN12642 section 4.1.3), and what may be known of it.

    `sha256` is the digest of the body as JSON with its members in this order (a client may send them
    in another), `envelope_sha256` that of the envelope in it.
    The fingerprints are those of the recipient's two keys and of the key that has signed. The key
    check values are those of an AES key; of other material nothing stands here.
    """

    format: Literal["sealwright request 1"] = "sealwright request 1"
    method: Literal["POST"] = "POST"
    path: Literal["/rtp/secure-objects"] = "/rtp/secure-objects"
    recipient: str
    recipient_subkey: str
    signer: str
    kcv_cmac: str | None = None
    kcv_legacy: str | None = None
    envelope_sha256: str
    sha256: str
    body: dict[str, Any]

    @property
    def octets(self) -> bytes:
        """The body as JSON: what `sha256` is the digest of."""
        return _octets(self.body)

    def to_json(self) -> bytes:
        """Return the request as one line of JSON, without its line end."""
        return msgspec.json.encode(self)


def complete(
    wanted: ImportObject, envelope: Envelope, recipient: Recipient, signer: SignerKey
) -> ImportRequest:
    """Return the request that imports an object in its envelope."""
    values = wanted.material.check_values
    body = wanted.body(signer.armored, envelope)
    return ImportRequest(
        recipient=recipient.primary.fingerprint,
        recipient_subkey=recipient.subkey.fingerprint,
        signer=signer.key.fingerprint,
        kcv_cmac=values.cmac if values else None,
        kcv_legacy=values.legacy if values else None,
        envelope_sha256=envelope.sha256,
        sha256=_sha256(body),
        body=body,
    )


def read_request(text: bytes) -> ImportRequest:
    """Read what `to_json` has written. Raises InputError for other texts, and for a changed body."""
    if len(text) > _LONGEST:
        raise InputError(f"request: it has more than {_LONGEST} bytes: is it a file of `sealwright wrap`?")
    try:
        request = msgspec.json.decode(text, type=ImportRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(
            "request: it is no file of `sealwright wrap`, or it is damaged: make it again"
        ) from None
    if _sha256(request.body) != request.sha256:
        raise InputError("request: its body is not the one that its digest names: make it again")
    return request


def _octets(body: dict[str, Any]) -> bytes:
    """Return a body as JSON, in one way: the members in their order, without spaces, in UTF-8."""
    return msgspec.json.encode(body)


def _sha256(body: dict[str, Any]) -> str:
    return hashlib.sha256(_octets(body)).hexdigest()
