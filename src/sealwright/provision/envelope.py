"""The envelope: key material, signed by the signer and encrypted to the recipient."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sealwright.errors import CertificateError, EnvelopeError, InputError
from sealwright.provision._openpgp.armor import armor, dearmor
from sealwright.provision._openpgp.cipher import CIPHERS
from sealwright.provision._openpgp.message import write_message
from sealwright.provision._openpgp.packets import PROTECTED, SESSION_KEY, Octets, packet, read_packets
from sealwright.provision._openpgp.reading import read_message
from sealwright.provision._pgpy import pgpy_at_work
from sealwright.secret import Secret, quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.provision._openpgp.message import Written
    from sealwright.provision.recipient import Recipient
    from sealwright.provision.signer import Signer

SECOND_OPINION: Final = 1000
"""PGPy reads the first envelope of a run, and one of this many after it."""

_KEY_ID_OCTETS: Final = 8
_MESSAGE: Final = "MESSAGE"


@dataclass(frozen=True, slots=True)
class Envelope:
    """An armoured OpenPGP message, as `encryptedKey` and `encryptedBinaryFile` take it."""

    text: str

    @property
    def sha256(self) -> str:
        """The digest by which receipts name it, in hex."""
        return hashlib.sha256(self.text.encode("ascii")).hexdigest()

    @property
    def recipient_key_id(self) -> bytes:
        """The id of the key that it says to be encrypted to. Raises EnvelopeError for what is no envelope."""
        try:
            outer = read_packets(dearmor(self.text.encode("ascii"), _MESSAGE))
            if [each.tag for each in outer] != [SESSION_KEY, PROTECTED]:
                raise EnvelopeError("envelope: it is no message to one recipient")
            source = Octets(outer[0].body)
            source.take(1)
            return source.take(_KEY_ID_OCTETS)
        except CertificateError as problem:
            raise EnvelopeError(f"envelope: {problem}") from None


class EnvelopeMaker:
    """Makes envelopes for one recipient by one signer; several threads may share it.

    Every envelope is read again before it leaves: its shape, its algorithms, its code, the signature
    and the payload. One in `second_opinion` is read by PGPy too, the first one always.
    """

    def __init__(
        self,
        recipient: Recipient,
        signer: Signer,
        *,
        cipher: str = "AES256",
        compress: bool = False,
        clock: Callable[[], float] = time.time,
        second_opinion: int = SECOND_OPINION,
    ) -> None:
        if cipher not in CIPHERS:
            raise InputError(f"envelope: cipher {cipher!r}: EdgeLock 2GO takes {', '.join(CIPHERS)}")
        self.recipient, self.signer = recipient, signer
        self._cipher, self._compress = CIPHERS[cipher], compress
        self._clock, self._every = clock, second_opinion
        self._made, self._lock = 0, threading.Lock()

    @quiet
    def seal(self, payload: Secret) -> Envelope:
        """Return an envelope around a payload. Raises SignerError, and EnvelopeError for a wrong one."""
        signer = self.signer.public_key
        written = write_message(
            payload,
            recipient=self.recipient.subkey,
            signer=signer.key,
            sign=self.signer.sign,
            cipher=self._cipher,
            compress=self._compress,
            now=int(self._clock()),
        )
        text = armor(_MESSAGE, written.message)
        self._reread(text, written, payload)
        return Envelope(text)

    def _reread(self, text: str, written: Written, payload: Secret) -> None:
        try:
            message = dearmor(text.encode("ascii"), _MESSAGE)
        except CertificateError as problem:
            raise EnvelopeError(f"envelope: {problem}") from None
        if message != written.message:
            raise EnvelopeError("envelope: its armour holds another message than was written")
        signer = self.signer.public_key.key
        found = read_message(
            message,
            written.session_key,
            recipient=self.recipient.subkey,
            signer=signer,
            cipher=self._cipher,
            compressed=self._compress,
        )
        if not found.matches(payload):
            raise EnvelopeError("envelope: what is in it is not the payload that it was made for")
        if self._is_turn():
            self._ask_pgpy(message, written.session_key, payload)

    def _is_turn(self) -> bool:
        with self._lock:
            self._made += 1
            return self._made % self._every == 1 % self._every

    def _ask_pgpy(self, message: bytes, session_key: Secret, payload: Secret) -> None:
        """Let PGPy decrypt the message with its session key and verify it with the signer's public key."""
        with pgpy_at_work("envelope: an independent reader cannot read it", EnvelopeError) as pgpy:
            algorithm = pgpy.constants.SymmetricKeyAlgorithm(self._cipher.number)
            protected = pgpy.packet.Packet(bytearray(packet(*read_packets(message)[1])))
            inner = pgpy.PGPMessage()
            inner.parse(protected.decrypt(session_key.reveal(), algorithm))
            key, _ = pgpy.PGPKey.from_blob(self.signer.public_key.armored)
            right = payload.matches(Secret(bytes(inner.message))) and bool(key.verify(inner))
        if not right:
            raise EnvelopeError("envelope: an independent reader finds something else in it")
