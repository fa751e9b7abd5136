"""The other end of an envelope: decrypted with the recipient's secret key, and its signer verified.

EdgeLock 2GO does this when an object is imported (AN12642 section 12). Here it is for services that are
simulated, and for whoever wants to know what would arrive.
"""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from sealwright.errors import CertificateError, EnvelopeError
from sealwright.provision._openpgp import packets as tags
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision._openpgp.cipher import CIPHERS, SymmetricCipher
from sealwright.provision._openpgp.packets import Octets, read_packets
from sealwright.provision._openpgp.reading import read_message
from sealwright.provision._openpgp.secret_keys import read_secret_keys
from sealwright.provision.recipient import read_recipient
from sealwright.provision.signer import private_key, read_signer_key, secret_numbers
from sealwright.secret import Secret, quiet

if TYPE_CHECKING:
    from collections.abc import Callable

_BY_NUMBER: Final = {cipher.number: cipher for cipher in CIPHERS.values()}
_HEAD: Final = 10
"""Octets before the encrypted session key: a version, a key id, an algorithm."""


class Receiver:
    """Opens envelopes that were encrypted to one recipient.

    `secret_key` is the recipient's secret key file, armoured or binary. Raises CertificateError for
    a key that EdgeLock 2GO's is not like, SignerError where its secret half cannot be unlocked.
    """

    @quiet
    def __init__(
        self, secret_key: bytes, passphrase: Secret | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        try:
            keys = read_secret_keys(dearmor(secret_key, "PRIVATE KEY BLOCK"))
        except CertificateError as problem:
            raise CertificateError(f"recipient: {problem}") from None
        found = read_recipient(keys.public, clock=clock)
        self.recipient = found.pinned(found.pin)
        half = keys.halves.get(self.recipient.subkey.fingerprint)
        if half is None:
            raise CertificateError("recipient: the secret half of its encryption subkey is not there")
        self._private = private_key(secret_numbers(half, passphrase), self.recipient.subkey)
        self._clock = clock

    @quiet
    def open(self, envelope: str, signer_key: str) -> Secret:
        """Return the payload of an armoured envelope whose signer's public key is given.

        Raises EnvelopeError and SignerError for the first thing that is not as section 12 asks for.
        """
        signer = read_signer_key(signer_key.encode(), clock=self._clock)
        try:
            message = dearmor(envelope.encode(), "MESSAGE")
            cipher, session_key = self._session_key(message)
        except CertificateError as problem:
            raise EnvelopeError(f"envelope: {problem}") from None
        subkey = self.recipient.subkey
        return read_message(
            message, session_key, recipient=subkey, signer=signer.key, cipher=cipher, compressed=None
        )

    def _session_key(self, message: bytes) -> tuple[SymmetricCipher, Secret]:
        found = read_packets(message)
        if not found or found[0].tag != tags.SESSION_KEY:
            raise EnvelopeError("envelope: it does not begin with a session key")
        source = Octets(found[0].body)
        source.take(_HEAD)
        value = source.mpi()
        octets = self.recipient.subkey.modulus_octets
        if value.bit_length() > 8 * octets:
            raise EnvelopeError("envelope: its session key is longer than the recipient's key")
        try:
            text = self._private.decrypt(value.to_bytes(octets), PKCS1v15())
        except ValueError:
            text = b""
        # A key that does not decrypt and one that decrypts to nonsense are told in the same words.
        cipher = _BY_NUMBER.get(text[0]) if text else None
        key, told = text[1:-2], text[-2:]
        right = cipher is not None and len(key) == cipher.key_octets
        if not right or cipher is None or not hmac.compare_digest((sum(key) & 0xFFFF).to_bytes(2), told):
            raise EnvelopeError(
                "envelope: its session key cannot be had: it is encrypted to another key, or for another "
                "cipher than AES"
            )
        return cipher, Secret(key)

    def __repr__(self) -> str:
        return f"<Receiver {self.recipient.subkey.fingerprint}>"
