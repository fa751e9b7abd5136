"""The one message that EdgeLock 2GO takes, written: signed, then encrypted (AN12642 section 12).

session key (PKESK v3) · protected data (SEIPD v1) around
    [ZLIB of] one-pass signature · literal data · signature, and a modification detection code
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from sealwright.provision._openpgp import packets as tags
from sealwright.provision._openpgp.cipher import cfb_encrypt, random_block
from sealwright.provision._openpgp.keys import RSA
from sealwright.provision._openpgp.packets import length_octets, mpi, packet
from sealwright.provision._openpgp.signatures import BINARY, CREATED, ISSUER, ISSUER_FINGERPRINT, SHA256
from sealwright.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.provision._openpgp.cipher import SymmetricCipher
    from sealwright.provision._openpgp.keys import PublicKey

_ZLIB: Final = b"\x02"
_NAMELESS_BINARY: Final = b"b\x00" + bytes(4)  # no name, and no time but the signature's
_CODE_HEAD: Final = b"\xd3\x14"
_PADDING: Final = PKCS1v15()


class Written(NamedTuple):
    """A message, and the session key with which it can be read again."""

    message: bytes
    session_key: Secret


def write_message(
    payload: Secret,
    *,
    recipient: PublicKey,
    signer: PublicKey,
    sign: Callable[[bytes], bytes],
    cipher: SymmetricCipher,
    compress: bool,
    now: int,
) -> Written:
    """Sign a payload and encrypt it; `sign` turns a SHA-256 digest into an RSA signature (PKCS #1 v1.5)."""
    literal = packet(tags.LITERAL, _NAMELESS_BINARY + payload.reveal())
    signed = _one_pass(signer) + literal + _signature(payload.reveal(), signer, sign, now)
    if compress:
        signed = packet(tags.COMPRESSED, _ZLIB + zlib.compress(signed))
    session_key = Secret(secrets.token_bytes(cipher.key_octets))
    return Written(
        _session_key(session_key, cipher, recipient) + _protected(session_key, signed), session_key
    )


def _one_pass(signer: PublicKey) -> bytes:
    """Return the packet that announces a signature (section 5.4); it is the last one: 1."""
    return packet(tags.ONE_PASS, bytes([3, BINARY, SHA256, RSA]) + signer.key_id + b"\x01")


def _signature(payload: bytes, signer: PublicKey, sign: Callable[[bytes], bytes], now: int) -> bytes:
    fingerprint = b"\x04" + bytes.fromhex(signer.fingerprint)
    hashed = _subpacket(CREATED, now.to_bytes(4)) + _subpacket(ISSUER_FINGERPRINT, fingerprint)
    head = bytes([4, BINARY, RSA, SHA256]) + len(hashed).to_bytes(2) + hashed
    digest = hashlib.sha256(payload + head + b"\x04\xff" + len(head).to_bytes(4)).digest()
    unhashed = _subpacket(ISSUER, signer.key_id)
    value = int.from_bytes(sign(digest))
    return packet(tags.SIGNATURE, head + len(unhashed).to_bytes(2) + unhashed + digest[:2] + mpi(value))


def _subpacket(kind: int, body: bytes) -> bytes:
    return length_octets(1 + len(body)) + bytes([kind]) + body


def _session_key(session_key: Secret, cipher: SymmetricCipher, recipient: PublicKey) -> bytes:
    """Return the session key, encrypted to the recipient's subkey (section 5.1)."""
    key = session_key.reveal()
    checked = bytes([cipher.number]) + key + (sum(key) & 0xFFFF).to_bytes(2)
    assert recipient.rsa is not None  # noqa: S101  # a recipient is looked at when it is read
    encrypted = recipient.rsa.encrypt(checked, _PADDING)
    return packet(
        tags.SESSION_KEY, b"\x03" + recipient.key_id + bytes([RSA]) + mpi(int.from_bytes(encrypted))
    )


def _protected(session_key: Secret, text: bytes) -> bytes:
    """Return the text encrypted, with the code that notices every change (sections 5.13, 5.14)."""
    whole = random_block() + text + _CODE_HEAD
    code = hashlib.sha1(whole).digest()  # noqa: S324  # the format's own
    return packet(tags.PROTECTED, b"\x01" + cfb_encrypt(session_key.reveal(), whole + code))
