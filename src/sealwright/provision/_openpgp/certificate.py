"""A public key with its user ids and subkeys: read, and every signature that it rests on verified.

Libraries that load a key do not all verify what binds its parts: a subkey that somebody has put in
the place of another leaves the primary key's fingerprint as it was. So nothing counts here but what
the primary key has signed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sealwright.errors import CertificateError
from sealwright.provision._openpgp import packets as tags
from sealwright.provision._openpgp.keys import (
    RSA_ENCRYPT_ONLY,
    RSA_SIGN_ONLY,
    PublicKey,
    fingerprint_of,
    hashed_key,
    read_public_key,
)
from sealwright.provision._openpgp.packets import Packet, packet, read_packets
from sealwright.provision._openpgp.signatures import (
    CERTIFICATION_REVOCATION,
    CERTIFICATIONS,
    DIRECT,
    KEY_REVOCATION,
    PRIMARY_BINDING,
    SUBKEY_BINDING,
    SUBKEY_REVOCATION,
    Signature,
    read_signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAY_SIGN: Final = 0x02
MAY_ENCRYPT: Final = 0x04 | 0x08
_ABLE: Final = {RSA_ENCRYPT_ONLY: MAY_ENCRYPT, RSA_SIGN_ONLY: MAY_SIGN}
_KEPT: Final = {
    tags.SIGNATURE,
    tags.PUBLIC_KEY,
    tags.USER_ID,
    tags.PUBLIC_SUBKEY,
    tags.USER_ATTRIBUTE,
}
_NAME_HEADS: Final = {tags.USER_ID: b"\xb4", tags.USER_ATTRIBUTE: b"\xd1"}
_ABOUT: Final = {
    **{kind: {tags.USER_ID, tags.USER_ATTRIBUTE} for kind in CERTIFICATIONS},
    SUBKEY_BINDING: {tags.PUBLIC_SUBKEY},
    DIRECT: {tags.PUBLIC_KEY},
    KEY_REVOCATION: {tags.PUBLIC_KEY},
    SUBKEY_REVOCATION: {tags.PUBLIC_SUBKEY},
    CERTIFICATION_REVOCATION: {tags.USER_ID, tags.USER_ATTRIBUTE},
}
"""What each type of signature can be about (RFC 4880 section 5.2.1)."""

_REVOCATIONS: Final = {
    KEY_REVOCATION: "a revocation of the key",
    SUBKEY_REVOCATION: "a revocation of its subkey",
    CERTIFICATION_REVOCATION: "a revocation of its user id",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A key whose signatures have been verified, and what they say of it."""

    key: PublicKey
    flags: int | None
    expires: int | None
    """In seconds since 1970; None for never."""
    revoked: bool = False

    def may(self, flags: int) -> bool:
        """Tell whether it may do this; where nothing is said, whatever its algorithm can do.

        Two of the RSA algorithms can do one thing alone (RFC 4880 section 13.5), whatever is said.
        """
        able = flags & _ABLE.get(self.key.algorithm_number, flags)
        return bool(able if self.flags is None else self.flags & able)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A public key that rests on valid signatures of its own."""

    primary: Bound
    user_ids: tuple[str, ...]
    subkeys: tuple[Bound, ...]
    octets: bytes
    """The packets, without what belongs to one keyring alone."""

    @property
    def revoked(self) -> tuple[str, ...]:
        """The fingerprints of its revoked subkeys."""
        return tuple(each.key.fingerprint for each in self.subkeys if each.revoked)


@dataclass(slots=True)
class _Part:
    """A key, a user id, a user attribute or a subkey, with the signatures that follow it."""

    packet: Packet
    signatures: list[Signature] = field(default_factory=list)
    revocations: list[Signature] = field(default_factory=list)
    """Those that the primary key has made over it, wherever they stand."""

    def signed(self, key: PublicKey) -> bytes:
        """Return what the primary key's signatures over it begin with (RFC 4880 section 5.2.4)."""
        tag, body = self.packet
        if tag == tags.PUBLIC_KEY:
            return key.hashed()
        if tag == tags.PUBLIC_SUBKEY:
            return key.hashed() + hashed_key(body)
        return key.hashed() + _NAME_HEADS[tag] + len(body).to_bytes(4) + body

    @property
    def is_revoked_key(self) -> bool:
        """Whether it is a key or subkey that the primary key has revoked."""
        return bool(self.revocations) and self.packet.tag in {tags.PUBLIC_KEY, tags.PUBLIC_SUBKEY}


def read_certificate(octets: bytes, *, now: int | None) -> Certificate:
    """Read and verify a public key; `now` is in seconds since 1970.

    Raises CertificateError for damage, for whatever is not bound by the primary key, and where
    that is expired or revoked. Whether a subkey is, is told by `usable`. Without `now` it is read as
    whoever verifies old signatures needs it: what has ended or was taken back was once, so it counts.
    """
    found = [each for each in read_packets(octets) if each.tag != tags.TRUST]
    primary, parts = _arrange(found)
    key = read_public_key(primary.packet.body)
    if key.rsa is None:
        raise CertificateError(f"its primary key is {key.algorithm}: EdgeLock 2GO works with RSA keys")
    _hand_out(key, [primary, *parts])
    try:
        bound, names, subkeys = _bindings(key, primary, parts, now)
    except CertificateError as problem:
        problem.primary = key.fingerprint
        problem.revoked = tuple(
            fingerprint_of(part.packet.body) for part in [primary, *parts] if part.is_revoked_key
        )
        raise
    kept = b"".join(packet(*each) for each in found if each.tag in _KEPT)
    return Certificate(bound, names, subkeys, kept)


def _bindings(
    key: PublicKey, primary: _Part, parts: Sequence[_Part], now: int | None
) -> tuple[Bound, tuple[str, ...], tuple[Bound, ...]]:
    """Return the primary key, the names and the subkeys that it has signed. Raises CertificateError."""
    _check_clock(key, now, "it")
    if primary.revocations and now is not None:
        raise CertificateError("it is revoked by its owner: get the key that is published now")
    _check_places(key, [primary, *parts])
    ids = [part for part in parts if part.packet.tag == tags.USER_ID]
    valid = [(part.packet.body, _certification(key, part, now)) for part in ids]
    certifying = [signature for _, signature in valid if signature is not None]
    direct = _newest(
        _verified(key, primary.signatures, [DIRECT], key.hashed(), "a signature over its primary key", now)
    )
    if not certifying:
        raise CertificateError(
            "no user id of it has a valid signature of its own: it is not what its owner published"
        )
    bound = _primary(primary, key, direct, _newest(certifying))
    if now is not None and bound.expires is not None and bound.expires <= now:
        raise CertificateError("it has expired: get the key that is published now")
    subkeys = tuple(_subkey(key, part, now) for part in parts if part.packet.tag == tags.PUBLIC_SUBKEY)
    return (
        bound,
        tuple(dict.fromkeys(_text(name) for name, signature in valid if signature is not None)),
        subkeys,
    )


def usable(bounds: Iterable[Bound], flags: int, now: int, what: str) -> list[Bound]:
    """Return the RSA keys that may do this now, the newest first.

    Raises CertificateError with the reason why there is none; `what` names them, such as
    `encryption subkey`.
    """
    able = [each for each in bounds if each.key.rsa is not None and each.may(flags)]
    if not able:
        raise CertificateError(f"it has no RSA {what}")
    unrevoked = [each for each in able if not each.revoked]
    if not unrevoked:
        raise CertificateError(f"its {what} is revoked: get the key that is published now")
    alive = [each for each in unrevoked if each.expires is None or each.expires > now]
    if not alive:
        raise CertificateError(f"its {what} has expired: get the key that is published now")
    return sorted(alive, key=lambda each: each.key.created, reverse=True)


def _arrange(found: Sequence[Packet]) -> tuple[_Part, list[_Part]]:
    """Return the primary key and what follows it, each with its signatures."""
    if not found:
        raise CertificateError("there is nothing in it")
    if found[0].tag in {tags.SECRET_KEY, tags.SECRET_SUBKEY}:
        raise CertificateError("it is a secret key, and a public one is asked for")
    if found[0].tag != tags.PUBLIC_KEY:
        raise CertificateError("it does not begin with a public key")
    parts: list[_Part] = []
    for each in found:
        if each.tag == tags.SIGNATURE:
            signature = read_signature(each.body)
            if signature is not None:
                parts[-1].signatures.append(signature)
        elif each.tag == tags.PUBLIC_KEY and parts:
            raise CertificateError("there is more than one key in it: give a file with one")
        elif each.tag in _KEPT:
            parts.append(_Part(each))
        else:
            raise CertificateError(f"it has a packet that no public key has (tag {each.tag})")
    return parts[0], parts[1:]


def _check_clock(key: PublicKey, now: int | None, what: str) -> None:
    if now is not None and key.created > now:
        raise CertificateError(f"{what} was made in the future: is this machine's clock right?")


def _hand_out(key: PublicKey, parts: Sequence[_Part]) -> None:
    """Give each part the revocations that are about it.

    A genuine one counts wherever it stands: key servers, and people who mean no good, have moved some. Who
    it says that it is from does not matter either: that stands where anybody can change it.
    """
    for revocation in (each for part in parts for each in part.signatures if each.kind in _REVOCATIONS):
        for part in parts:
            fits = part.packet.tag in _ABOUT[revocation.kind]
            if fits and revocation.verifies(key, part.signed(key)):
                part.revocations.append(revocation)


def _check_places(key: PublicKey, parts: Sequence[_Part]) -> None:
    """Look that no signature of the key itself is overlooked because it is damaged or out of its place.

    Raises CertificateError for a revocation that is about no part, and for another signature behind a
    part that it cannot be about.
    """
    told = [revocation for part in parts for revocation in part.revocations]
    for part in parts:
        for signature in part.signatures:
            own = signature.claims(key)
            # Strangers may take back what they have certified; whoever else revokes is not known here.
            if signature.kind in _REVOCATIONS and (own or signature.kind != CERTIFICATION_REVOCATION):
                if signature not in told:
                    raise CertificateError(
                        f"it has {_REVOCATIONS[signature.kind]} that does not verify: it is damaged, or was"
                        " tampered with"
                    )
            elif part.packet.tag not in _ABOUT.get(signature.kind, _KEPT) and own:
                raise CertificateError(
                    f"it has a signature of type 0x{signature.kind:02X} behind a packet that it cannot be"
                    " about: it is damaged, or was tampered with"
                )


def _verified(
    key: PublicKey,
    signatures: Iterable[Signature],
    kinds: Sequence[int],
    signed: bytes,
    what: str,
    now: int | None,
) -> Iterator[Signature]:
    """Yield the signatures that count: of these kinds, of the primary key itself, and in force.

    Raises CertificateError where one says that the primary key has made it, and it has not.
    """
    for signature in signatures:
        if signature.kind not in kinds or not signature.claims(key):
            continue
        if not signature.verifies(key, signed):
            raise CertificateError(f"{what} does not verify: it is damaged, or was tampered with")
        if _in_force(signature, what, now):
            yield signature


def _in_force(signature: Signature, what: str, now: int | None) -> bool:
    """Tell whether a verified signature has not ended. Raises CertificateError where that cannot be told."""
    if signature.unknown:
        raise CertificateError(
            f"{what} has a condition that is not known here (subpacket {min(signature.unknown)})"
        )
    if now is None:
        return True
    if signature.created > now:
        raise CertificateError(f"{what} was made in the future: is this machine's clock right?")
    return signature.expires is None or signature.expires > now


def _newest(signatures: Iterable[Signature]) -> Signature | None:
    return max(signatures, key=lambda each: each.created, default=None)


def _primary(part: _Part, key: PublicKey, *about: Signature | None) -> Bound:
    """Return a primary key by the signature over itself and the newest one of its user ids.

    Either may say when it ends, and the earlier end counts; what it may do is what the first one that
    speaks of it says.
    """
    said = [each for each in about if each is not None]
    flags = [each.flags for each in said if each.flags is not None]
    ends = [end for each in said if (end := _expiry(key, each)) is not None]
    return Bound(key, flags[0] if flags else None, min(ends, default=None), bool(part.revocations))


def _certification(key: PublicKey, part: _Part, now: int | None) -> Signature | None:
    """Return the newest valid self-signature of a user id; None where there is none, or it was taken back."""
    signed = part.signed(key)
    newest = _newest(
        _verified(key, part.signatures, CERTIFICATIONS, signed, "the signature of its user id", now)
    )
    if newest is None or now is None:
        return newest
    what = _REVOCATIONS[CERTIFICATION_REVOCATION]
    taken_back = _newest(each for each in part.revocations if _in_force(each, what, now))
    return None if taken_back is not None and taken_back.created >= newest.created else newest


def _subkey(primary: PublicKey, part: _Part, now: int | None) -> Bound:
    """Return a subkey. Raises CertificateError unless the primary key has bound it."""
    key = read_public_key(part.packet.body)
    what = f"its subkey {key.fingerprint}"
    signed = part.signed(primary)
    binding = _newest(
        _verified(primary, part.signatures, [SUBKEY_BINDING], signed, f"the signature that binds {what}", now)
    )
    if binding is None:
        raise CertificateError(
            f"{what} is not bound to it: its owner has not signed that it belongs to the key"
        )
    _check_clock(key, now, what)
    if key.rsa is not None and (binding.flags or 0) & MAY_SIGN:
        _check_confirmation(key, binding, signed, what)
    return Bound(key, binding.flags, _expiry(key, binding), bool(part.revocations))


def _check_confirmation(key: PublicKey, binding: Signature, signed: bytes, what: str) -> None:
    """Raise CertificateError unless a subkey that signs has signed that it belongs to the primary key.

    Else somebody could call another's signing key one of his own (RFC 4880 section 5.2.1, 0x19).
    """
    inner = read_signature(binding.embedded) if binding.embedded else None
    if inner is None or inner.kind != PRIMARY_BINDING or not inner.verifies(key, signed):
        raise CertificateError(f"{what} signs, and has not confirmed that it belongs to the key")


def _expiry(key: PublicKey, about: Signature) -> int | None:
    return key.created + about.key_lifetime if about.key_lifetime else None


def _text(name: bytes) -> str:
    text = name.decode(errors="replace")
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
