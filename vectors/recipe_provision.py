"""The recipe of provision/: keys of recipients and signers, good and bad, and envelopes between them."""

from __future__ import annotations

from openpgp_maker import (
    MADE,
    YEAR,
    Key,
    Shape,
    armored,
    binding,
    flags,
    key,
    lifetime,
    locked_body,
    message,
    packet,
    secret_body,
    signature,
    subpacket,
    user,
)

PUBLIC, SECRET = "PUBLIC KEY BLOCK", "PRIVATE KEY BLOCK"
NAME = "Made For Testing <recipient@example.com>"
SIGNER = "Made For Testing <signer@example.com>"
PASSPHRASE = "made for testing"  # and says so
LATER = MADE + YEAR
NOW = MADE + 2 * YEAR
"""When the keys are looked at: a year after the last signature."""


def recipients() -> dict[str, str]:
    """Return keys that must be taken, and their secret halves for whoever decrypts."""
    own, subkey = key("owner"), key("owner_subkey")
    good = packet(6, own.body) + user(own, NAME) + packet(14, subkey.body) + binding(own, subkey)
    secret = packet(5, secret_body(own)) + user(own, NAME)
    secret += packet(7, secret_body(subkey)) + binding(own, subkey)
    return {
        "recipient": armored(PUBLIC, good),
        "recipient_secret": armored(SECRET, secret),
        "bound_with_sha1": armored(
            PUBLIC, _bound_with_sha1(own, subkey), "self-signatures with SHA-1, as NXP's"
        ),
        "renewed": armored(PUBLIC, _renewed(own, subkey), "had expired, and its owner has renewed it"),
        "certified_by_others": armored(PUBLIC, _certified(own, subkey), "with a stranger's certification"),
    }


def _bound_with_sha1(own: Key, subkey: Key) -> bytes:
    """Return a key whose self-signatures are with SHA-1 and have no other subpackets than NXP's."""
    prefers = subpacket(11, bytes([9, 8, 7])) + subpacket(21, bytes([8, 2])) + subpacket(22, b"\x02")
    names = user(own, NAME, digest=2, hashed=flags(0x03) + prefers)
    return packet(6, own.body) + names + packet(14, subkey.body) + binding(own, subkey, digest=2)


def _renewed(own: Key, subkey: Key) -> bytes:
    area = flags(0x03) + lifetime(YEAR)
    names = user(own, NAME, hashed=area) + user(own, NAME, made=LATER)[len(packet(13, NAME.encode())) :]
    bound = binding(own, subkey, hashed=flags(0x0C) + lifetime(YEAR)) + binding(own, subkey, made=LATER)
    return packet(6, own.body) + names + packet(14, subkey.body) + bound


def _certified(own: Key, subkey: Key) -> bytes:
    stranger = key("stranger")
    signed = own.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
    names = user(own, NAME) + signature(stranger, 0x10, signed)
    return packet(6, own.body) + names + packet(14, subkey.body) + binding(own, subkey) + packet(12, b"\x05")


def refused() -> dict[str, str]:
    """Return keys that must be refused as recipients, each with one fault."""
    own, subkey, stranger = key("owner"), key("owner_subkey"), key("stranger")
    small = key("signer_3072")
    sign_only = subkey._replace(body=subkey.body[:5] + b"\x03" + subkey.body[6:])
    head, names = packet(6, own.body), user(own, NAME)
    bound = packet(14, subkey.body) + binding(own, subkey)
    revocation = signature(own, 0x20, own.hashed, made=LATER)
    damaged = revocation[:-1] + bytes([revocation[-1] ^ 1])
    ended = binding(own, subkey, hashed=flags(0x0C) + lifetime(YEAR + 9), made=LATER)
    disguised = signature(own, 0x20, own.hashed, made=LATER, issuer=stranger.fingerprint)
    keys = {
        "subkey_swapped": head + names + packet(14, stranger.body) + binding(own, subkey),
        "subkey_unbound": head + names + packet(14, subkey.body),
        "subkey_bound_by_a_stranger": head + names + packet(14, stranger.body) + binding(stranger, stranger),
        "binding_forged": head
        + names
        + packet(14, stranger.body)
        + signature(stranger, 0x18, own.hashed + stranger.hashed, hashed=flags(0x0C), issuer=own.fingerprint),
        "subkey_revoked": head + names + bound + binding(own, subkey, kind=0x28, hashed=b"", made=LATER),
        "subkey_revocation_damaged": head
        + names
        + bound
        + _spoilt(binding(own, subkey, kind=0x28, hashed=b"", made=LATER)),
        "subkey_revocation_moved": head
        + names
        + binding(own, subkey, kind=0x28, hashed=b"", made=LATER)
        + bound,
        "binding_moved": head + names + ended + bound,
        "subkey_expired": head
        + names
        + packet(14, subkey.body)
        + binding(own, subkey, hashed=flags(0x0C) + lifetime(YEAR)),
        "subkey_only_signs": head + names + packet(14, subkey.body) + _signing(own, subkey),
        "subkey_algorithm_only_signs": head
        + names
        + packet(14, sign_only.body)
        + binding(own, sign_only, hashed=b""),
        "subkey_small": head + names + packet(14, small.body) + binding(own, small),
        "no_subkey": head + names,
        "revoked": head + revocation + names + bound,
        "revocation_damaged": head + damaged + names + bound,
        "revocation_moved": head + names + bound + revocation,
        "revocation_disguised": head + disguised + names + bound,
        "expired": head + user(own, NAME, hashed=flags(0x03) + lifetime(YEAR)) + bound,
        "expired_beside_another_signature": head
        + signature(own, 0x1F, own.hashed, hashed=flags(0x03))
        + user(own, NAME, hashed=flags(0x03) + lifetime(YEAR + 9), made=LATER)
        + bound,
        "user_id_changed": head + names.replace(b"Made For Testing", b"Made For Robbing") + bound,
        "user_id_unsigned": head + packet(13, NAME.encode()) + bound,
        "user_id_revoked": head + names + _user_revocation(own) + bound,
        "user_id_revocation_moved": head + names + bound + _user_revocation(own),
        "made_in_the_future": _future(),
        "condition_unknown": head + user(own, NAME, hashed=flags(0x03) + _critical()) + bound,
        "primary_small": packet(6, small.body)
        + user(small, NAME)
        + packet(14, subkey.body)
        + binding(small, subkey),
        "two_keys": head + names + bound + packet(6, stranger.body) + user(stranger, NAME),
        "version_3": packet(6, b"\x03" + own.body[1:]) + names + bound,
        "cut_short": (head + names + bound)[:-40],
        "not_packets": b"this is no key but a sentence",
    }
    texts = {name: armored(PUBLIC, octets, name.replace("_", " ")) for name, octets in keys.items()}
    good = armored(PUBLIC, head + names + bound, "the checksum is another's")
    lines = good.splitlines()
    return texts | {
        "checksum_wrong": good.replace(lines[-2], "=AAAA"),
        "base64_damaged": good.replace(lines[5], lines[5][:-3] + "*" + lines[5][-2:]),
        "end_missing": "\n".join(lines[:-1]) + "\n",
        "a_secret_key": armored(SECRET, packet(5, secret_body(own)) + names),
    }


def _spoilt(octets: bytes) -> bytes:
    return octets[:-1] + bytes([octets[-1] ^ 1])


def _signing(own: Key, subkey: Key) -> bytes:
    """Bind a subkey that signs, and has confirmed it."""
    inner = signature(subkey, 0x19, own.hashed + subkey.hashed)
    return binding(own, subkey, hashed=flags(0x02) + subpacket(32, inner[3:]))


def _user_revocation(own: Key) -> bytes:
    signed = own.hashed + b"\xb4" + len(NAME).to_bytes(4) + NAME.encode()
    return signature(own, 0x30, signed, made=LATER)


def _critical() -> bytes:
    """Return a subpacket of a private type that must not be overlooked."""
    return bytes([2, 0x80 | 101, 1])


def _future() -> bytes:
    late = key("owner", made=NOW + YEAR)
    subkey = key("owner_subkey")
    return packet(6, late.body) + user(late, NAME) + packet(14, subkey.body) + binding(late, subkey)


def signers() -> dict[str, str]:
    """Return keys of signers: open and locked ones, and those that must be refused."""
    files = {}
    for size in (2048, 3072, 4096):
        own = key(f"signer_{size}")
        name = user(own, SIGNER)
        files[f"signer_{size}"] = armored(PUBLIC, packet(6, own.body) + name)
        files[f"signer_{size}_secret"] = armored(SECRET, packet(5, secret_body(own)) + name)
    own = key("signer_4096")
    locked = packet(5, locked_body(own, PASSPHRASE.encode(), "signer")) + user(own, SIGNER)
    files["signer_4096_locked"] = armored(SECRET, locked, f"its passphrase is: {PASSPHRASE}")
    owner, signer = key("owner"), key("signer_2048")
    by_subkey = packet(5, secret_body(owner)) + user(owner, SIGNER, hashed=flags(0x01))
    by_subkey += packet(7, secret_body(signer)) + _signing(owner, signer)
    files["signer_by_subkey_secret"] = armored(SECRET, by_subkey)
    unconfirmed = packet(5, secret_body(owner)) + user(owner, SIGNER, hashed=flags(0x01))
    unconfirmed += packet(7, secret_body(signer)) + binding(owner, signer, hashed=flags(0x02))
    files["signer_unconfirmed_secret"] = armored(SECRET, unconfirmed)
    files["signer_never_secret"] = armored(
        SECRET, packet(5, secret_body(owner)) + user(owner, SIGNER, hashed=flags(0x01))
    )
    mixed = packet(5, own.body + secret_body(key("owner"))[len(key("owner").body) :]) + user(own, SIGNER)
    files["signer_halves_of_two_keys_secret"] = armored(SECRET, mixed)
    return files


PAYLOAD = bytes(range(32)).hex().encode()
"""The AES-256 key 00 01 02 … 1F, as hexadecimal text."""

SHAPES = {
    "aes256": Shape(),
    "aes192": Shape(cipher=8),
    "aes128": Shape(cipher=7),
    "zlib": Shape(compression=2),
    "refused_cipher": Shape(cipher=11),
    "refused_sha512": Shape(digest=10),
    "refused_sha1": Shape(digest=2),
    "refused_zip": Shape(compression=1),
    "refused_text_mode": Shape(mode=b"t", kind=0x01),
    "refused_code_wrong": Shape(code=False),
}


def envelopes() -> dict[str, str]:
    """Return messages to the recipient: as section 12 asks for, and each with one fault."""
    to = key("owner_subkey")
    files = {
        name: armored("MESSAGE", message(PAYLOAD, to, key("signer_4096"), name, shape))
        for name, shape in SHAPES.items()
    }
    for size in (2048, 3072):
        name = "signer_2048" if size == 2048 else "refused_signer_3072"
        files[name] = armored("MESSAGE", message(PAYLOAD, to, key(f"signer_{size}"), name))
    return files
