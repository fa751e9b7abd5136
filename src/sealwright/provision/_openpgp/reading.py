"""A message of ours, read again before it leaves: by its bytes, and not by how they were made."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import TYPE_CHECKING, Final

from sealwright.errors import CertificateError, EnvelopeError
from sealwright.provision._openpgp import packets as tags
from sealwright.provision._openpgp.cipher import BLOCK, cfb_decrypt
from sealwright.provision._openpgp.packets import Octets, Packet, read_packets
from sealwright.provision._openpgp.signatures import BINARY, SHA256, read_signature
from sealwright.secret import Secret, quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.provision._openpgp.cipher import SymmetricCipher
    from sealwright.provision._openpgp.keys import PublicKey

_ZLIB: Final = b"\x02"
_LONGEST: Final = 64 * 1024
_CODE_OCTETS: Final = 22
_PREFIX: Final = BLOCK + 2


@quiet
def read_message(
    message: bytes,
    session_key: Secret,
    *,
    recipient: PublicKey,
    signer: PublicKey,
    cipher: SymmetricCipher,
    compressed: bool | None,
) -> Secret:
    """Return the payload of a message that is in every respect what section 12 of AN12642 asks for.

    Whether it is `compressed` is what was asked for when it was made; None takes it either way.

    The session key stands for the recipient's secret key, which is not here. Raises EnvelopeError
    for the first thing that is otherwise.
    """
    try:
        outer = read_packets(message)
        _expect(outer, [tags.SESSION_KEY, tags.PROTECTED], "the message")
        _check_session_key(outer[0].body, recipient)
        _check(len(session_key) == cipher.key_octets, "its session key has another length than the cipher's")
        inner = _decompressed(_decrypted(outer[1].body, session_key), compressed=compressed)
        _expect(inner, [tags.ONE_PASS, tags.LITERAL, tags.SIGNATURE], "what is encrypted")
        _check_one_pass(inner[0].body, signer)
        payload = _literal(inner[1].body)
        _check_signature(inner[2].body, payload, signer)
    except CertificateError as problem:
        raise EnvelopeError(f"envelope: {problem}") from None
    return Secret(payload)


def _check(holds: bool, problem: str) -> None:  # noqa: FBT001  # the condition itself
    if not holds:
        raise EnvelopeError(f"envelope: {problem}")


def _expect(found: Sequence[Packet], wanted: Sequence[int], what: str) -> None:
    row = [each.tag for each in found]
    _check(row == list(wanted), f"{what} has the packets {row}, and must have {list(wanted)}")


def _check_session_key(body: bytes, recipient: PublicKey) -> None:
    source = Octets(body)
    _check(source.take(1) == b"\x03", "its session key packet is not of version 3")
    _check(source.take(8) == recipient.key_id, "it is encrypted to another key than the recipient's")
    _check(source.number(1) == 1, "its session key is not encrypted with RSA")
    value = source.mpi()
    assert recipient.rsa is not None  # noqa: S101  # a recipient is looked at when it is read
    _check(1 < value < recipient.rsa.public_numbers().n, "its session key is no number below the modulus")
    _check(not source, "there is something behind its session key")


def _decrypted(body: bytes, session_key: Secret) -> list[Packet]:
    _check(body[:1] == b"\x01", "its data is not integrity-protected in version 1")
    text = cfb_decrypt(session_key.reveal(), body[1:])
    _check(len(text) >= _PREFIX + _CODE_OCTETS, "its data is too short")
    _check(text[BLOCK - 2 : BLOCK] == text[BLOCK:_PREFIX], "its data is not encrypted with its session key")
    *packets, code = read_packets(text[_PREFIX:])
    digest = hashlib.sha1(text[:-20]).digest()  # noqa: S324  # the format's own
    _check(
        code.tag == tags.DETECTION and hmac.compare_digest(code.body, digest),
        "its modification detection code does not agree",
    )
    return packets


def _decompressed(found: list[Packet], *, compressed: bool | None) -> list[Packet]:
    if compressed is None:
        compressed = [each.tag for each in found] == [tags.COMPRESSED]
    if not compressed:
        return found
    _expect(found, [tags.COMPRESSED], "what is encrypted")
    _check(found[0].body[:1] == _ZLIB, "it is not compressed with ZLIB")
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(found[0].body[1:], _LONGEST)
    except zlib.error:
        raise EnvelopeError("envelope: what is compressed in it cannot be read") from None
    _check(engine.eof and not engine.unused_data, "what is compressed in it is longer than it may be")
    return read_packets(text)


def _check_one_pass(body: bytes, signer: PublicKey) -> None:
    wanted = bytes([3, BINARY, SHA256, 1]) + signer.key_id + b"\x01"
    _check(body == wanted, "it announces another signature than one with SHA-256 of the signer")


def _literal(body: bytes) -> bytes:
    _check(body[:1] == b"b", "its literal data is not in binary mode")
    name_length = body[1] if len(body) > 1 else 0
    return body[2 + name_length + 4 :]


def _check_signature(body: bytes, payload: bytes, signer: PublicKey) -> None:
    signature = read_signature(body)
    if signature is None:
        raise EnvelopeError("envelope: its signature is not of version 4 with RSA")
    _check(signature.kind == BINARY, "its signature is not one over binary data")
    _check(signature.hash_algorithm == SHA256, "its signature does not use SHA-256")
    _check(signature.claims(signer), "its signature is not from the signer")
    _check(signature.verifies(signer, payload), "its signature does not verify with the signer's public key")
