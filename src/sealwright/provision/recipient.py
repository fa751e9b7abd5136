"""Who an envelope is for: an OpenPGP key that is verified, and then compared with the user's pin."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from sealwright.errors import CertificateError, InputError
from sealwright.provision._openpgp.armor import dearmor
from sealwright.provision._openpgp.certificate import MAY_ENCRYPT, read_certificate, usable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sealwright.provision._openpgp.keys import PublicKey

BITS: Final = 4096
"""The size of NXP's key (AN12642 section 12), and the only one that EdgeLock 2GO decrypts with."""

_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}")


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two fingerprints that the user has compared with the published ones, once.

    Both count: the primary key's stays the same when somebody puts in another subkey, and the
    subkey is what is encrypted to. `revoked` is set when a revocation has been seen, so that a copy
    of the key without it is of no use.
    """

    primary: str
    subkey: str
    revoked: bool = False

    def __post_init__(self) -> None:
        for name in ("primary", "subkey"):
            if not _FINGERPRINT.fullmatch(getattr(self, name)):
                raise ValueError(f"the {name} fingerprint is not 40 hex digits")

    def to_json(self) -> bytes:
        """Return the pin as `read_pin` reads it."""
        return msgspec.json.encode(self)


@dataclass(frozen=True, slots=True)
class UnpinnedRecipient:
    """A key that is what its owner made, whoever that is: nobody has said yet that it is the right one."""

    user_ids: tuple[str, ...]
    primary: PublicKey
    subkey: PublicKey
    """The key that is encrypted to: the newest valid one that the primary key has bound."""
    revoked: tuple[str, ...] = ()
    """The fingerprints of other subkeys, which its owner has revoked."""

    @property
    def pin(self) -> Pin:
        """The pin that this key would have."""
        return Pin(self.primary.fingerprint, self.subkey.fingerprint)

    def pinned(self, pin: Pin) -> Recipient:
        """Return the recipient.

        Raises CertificateError where a fingerprint is not the pinned one, or what is pinned is revoked.
        """
        if pin.revoked:
            raise CertificateError(
                "recipient: a revocation of this key has been seen, and it is pinned as revoked: get the key"
                " that is published now and pin it with --replace",
                primary=pin.primary,
                revoked=[pin.primary, pin.subkey],
            )
        if pin.primary == self.primary.fingerprint and pin.subkey in self.revoked:
            raise CertificateError(
                f"recipient: the subkey {pin.subkey} that is pinned is revoked by its owner: compare the"
                " fingerprints of the new one with the published ones, and pin it with --replace",
                primary=pin.primary,
                revoked=self.revoked,
            )
        for name in ("primary", "subkey"):
            found, wanted = getattr(self.pin, name), getattr(pin, name)
            if found != wanted:
                raise CertificateError(
                    f"recipient: its {name} key is {found}, and {wanted} is pinned: this is another key: pin"
                    " it anew only if NXP has published it"
                )
        return Recipient(self.user_ids, self.primary, self.subkey)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The key that envelopes are encrypted to: verified, and the pinned one."""

    user_ids: tuple[str, ...]
    primary: PublicKey
    subkey: PublicKey


def read_recipient(octets: bytes, *, clock: Callable[[], float] = time.time) -> UnpinnedRecipient:
    """Read a recipient's public key, armoured or binary, and verify all that it rests on.

    Self-signatures, the subkey's binding and revocations are verified with the primary key. SHA-1 is
    taken in them and nowhere else, because the key that NXP publishes has it. Raises
    CertificateError, each fault with a text of its own.
    """
    now = int(clock())
    try:
        certificate = read_certificate(dearmor(octets, "PUBLIC KEY BLOCK"), now=now)
    except CertificateError as problem:
        raise _of_recipient(problem, problem.primary, problem.revoked) from None
    primary, revoked = certificate.primary.key, certificate.revoked
    try:
        subkey = usable(certificate.subkeys, MAY_ENCRYPT, now, "encryption subkey")[0].key
        _check_size("primary key", primary)
        _check_size("encryption subkey", subkey)
    except CertificateError as problem:
        raise _of_recipient(problem, primary.fingerprint, revoked) from None
    return UnpinnedRecipient(certificate.user_ids, primary, subkey, revoked)


def _of_recipient(problem: CertificateError, primary: str, revoked: Sequence[str]) -> CertificateError:
    return CertificateError(f"recipient: {problem}", primary=primary, revoked=revoked)


def _check_size(what: str, key: PublicKey) -> None:
    if key.bits != BITS:
        raise CertificateError(
            f"its {what} is {key.algorithm}: EdgeLock 2GO's is RSA-{BITS} (AN12642 section 12)"
        )


def read_fingerprint(text: str) -> str:
    """Read a whole fingerprint as people write it. Raises CertificateError; a key id is not enough."""
    digits = "".join(text.split()).replace(":", "").removeprefix("0x").upper()
    if not _FINGERPRINT.fullmatch(digits):
        raise CertificateError(
            f"recipient: {text!r} is no fingerprint of 40 hex digits: a shorter key id can be made to order"
        )
    return digits


def read_pin(text: bytes) -> Pin:
    """Read a pin as JSON. Raises InputError for any other text."""
    try:
        return msgspec.json.decode(text, type=Pin)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InputError("pin: the file is damaged, or no pin: pin the recipient again") from None
