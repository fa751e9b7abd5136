"""Makes OpenPGP keys and messages from raw RSA keys, each octet written out here.

Nothing of sealwright is imported, so that faults can be made which sealwright would never make, and
so that what it reads was written by somebody else (RFC 4880). Signatures follow from the keys, random
octets from labels: the same files on every machine.

`python vectors/openpgp_maker.py --new-keys` makes the RSA keys of provision/keys anew.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEYS = Path(__file__).parent / "provision" / "keys"
MADE = 1_577_836_800
"""2020-01-01, when every key here was made."""

YEAR = 365 * 86_400
COMMENT = "made for testing sealwright: protects nothing"
HASHES = {2: "sha1", 8: "sha256", 10: "sha512"}
SIZES = {
    "owner": 4096,
    "owner_subkey": 4096,
    "stranger": 4096,
    "signer_4096": 4096,
    "signer_2048": 2048,
    "signer_3072": 3072,
}


class Key(NamedTuple):
    """An RSA key in OpenPGP's clothes."""

    private: rsa.RSAPrivateKey
    body: bytes

    @property
    def hashed(self) -> bytes:
        """What signatures over the key begin with."""
        return b"\x99" + len(self.body).to_bytes(2) + self.body

    @property
    def fingerprint(self) -> bytes:
        """Its 20 bytes."""
        return hashlib.sha1(self.hashed).digest()

    @property
    def bits(self) -> int:
        """The length of its modulus."""
        return self.private.key_size


@cache
def key(name: str, made: int = MADE) -> Key:
    """Return one of the RSA keys by name."""
    loaded = serialization.load_pem_private_key((KEYS / f"{name}.pem").read_bytes(), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    numbers = loaded.public_key().public_numbers()
    return Key(loaded, b"\x04" + made.to_bytes(4) + b"\x01" + mpi(numbers.n) + mpi(numbers.e))


def mpi(value: int) -> bytes:
    """Write a multiprecision integer."""
    return value.bit_length().to_bytes(2) + value.to_bytes((value.bit_length() + 7) // 8)


def packet(tag: int, body: bytes) -> bytes:
    """Write a packet with a header of the old format, which sealwright does not write."""
    if tag > 15:
        return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4) + body
    return bytes([0x80 | tag << 2 | 1]) + len(body).to_bytes(2) + body


def subpacket(kind: int, body: bytes) -> bytes:
    """Write a subpacket of a signature; a long one in five octets of length."""
    head = bytes([len(body) + 1]) if len(body) < 191 else b"\xff" + (len(body) + 1).to_bytes(4)
    return head + bytes([kind]) + body


def signature(
    by: Key,
    kind: int,
    signed: bytes,
    *,
    digest: int = 8,
    made: int = MADE,
    hashed: bytes = b"",
    issuer: bytes | None = None,
) -> bytes:
    """Return a signature packet; `issuer` lets it say that another key has made it."""
    area = subpacket(2, made.to_bytes(4)) + hashed
    head = bytes([4, kind, 1, digest]) + len(area).to_bytes(2) + area
    text = signed + head + b"\x04\xff" + len(head).to_bytes(4)
    hasher = {2: hashes.SHA1, 8: hashes.SHA256, 10: hashes.SHA512}[digest]()
    value = int.from_bytes(by.private.sign(text, padding.PKCS1v15(), hasher))
    unhashed = subpacket(16, (by.fingerprint if issuer is None else issuer)[-8:])
    left = hashlib.new(HASHES[digest], text).digest()[:2]
    return packet(2, head + len(unhashed).to_bytes(2) + unhashed + left + mpi(value))


def lifetime(seconds: int) -> bytes:
    """Return the subpacket that says for how long a key is valid."""
    return subpacket(9, seconds.to_bytes(4))


def flags(value: int) -> bytes:
    """Return the subpacket that says what a key may do."""
    return subpacket(27, bytes([value]))


def user(by: Key, name: str, *, digest: int = 8, hashed: bytes | None = None, **options: int) -> bytes:
    """Return a user id with its self-signature; it prefers what NXP's key prefers."""
    prefers = subpacket(11, bytes([9, 8, 7])) + subpacket(21, b"\x08") + subpacket(22, b"\x02")
    area = flags(0x03) + prefers if hashed is None else hashed
    signed = by.hashed + b"\xb4" + len(name).to_bytes(4) + name.encode()
    return packet(13, name.encode()) + signature(by, 0x13, signed, digest=digest, hashed=area, **options)


def binding(
    by: Key,
    subkey: Key,
    *,
    kind: int = 0x18,
    digest: int = 8,
    hashed: bytes | None = None,
    issuer: bytes | None = None,
    made: int = MADE,
) -> bytes:
    """Return the signature by which a primary key binds a subkey, or takes that back (kind 0x28)."""
    area = flags(0x0C) if hashed is None else hashed
    signed = by.hashed + subkey.hashed
    return signature(by, kind, signed, digest=digest, hashed=area, issuer=issuer, made=made)


def armored(kind: str, octets: bytes, comment: str = "") -> str:
    """Return octets as armoured text with a comment that says what they are for."""
    register = 0xB704CE
    for octet in octets:
        register ^= octet << 16
        for _ in range(8):
            register = (register << 1) ^ (0x1864CFB if register & 0x800000 else 0)
    text = base64.b64encode(octets).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    checksum = base64.b64encode((register & 0xFFFFFF).to_bytes(3)).decode()
    about = [f"Comment: {COMMENT}"] + ([f"Comment: {comment}"] if comment else [])
    return "\n".join(
        [f"-----BEGIN PGP {kind}-----", *about, "", *lines, f"={checksum}", f"-----END PGP {kind}-----", ""]
    )


def _secret_numbers(of: Key) -> bytes:
    """Return d, p, q and the inverse of p modulo q; p < q (section 5.5.3).

    gpg relies on that: with the primes the other way round one decryption in a hundred fails.
    """
    numbers = of.private.private_numbers()
    p, q = sorted((numbers.p, numbers.q))
    return mpi(numbers.d) + mpi(p) + mpi(q) + mpi(pow(p, -1, q))


def secret_body(of: Key) -> bytes:
    """Return the body of a secret key packet that is not locked."""
    secret = _secret_numbers(of)
    return of.body + b"\x00" + secret + (sum(secret) & 0xFFFF).to_bytes(2)


def locked_body(of: Key, passphrase: bytes, label: str) -> bytes:
    """Return the body of a secret key packet under a passphrase: AES-128, SHA-256, salted and iterated."""
    secret = _secret_numbers(of)
    salt, iv = octets(f"{label} salt", 8), octets(f"{label} iv", 16)
    fed = salt + passphrase
    hashed = hashlib.sha256((fed * (65536 // len(fed) + 1))[:65536]).digest()[:16]
    text = cfb(hashed, secret + hashlib.sha1(secret).digest(), iv)
    return of.body + b"\xfe\x07\x03\x08" + salt + b"\x60" + iv + text


def octets(label: str, length: int) -> bytes:
    """Return octets that follow from a label."""
    return hashlib.shake_256(f"sealwright test vector: {label}".encode()).digest(length)


def cfb(key_: bytes, text: bytes, iv: bytes = bytes(16)) -> bytes:
    """Encrypt in CFB mode, a block at a time."""
    block = Cipher(algorithms.AES(key_), modes.ECB()).encryptor()
    out, register = b"", iv
    for start in range(0, len(text), 16):
        piece = text[start : start + 16]
        register = bytes(a ^ b for a, b in zip(piece, block.update(register), strict=False))
        out += register
    return out


class Shape(NamedTuple):
    """How a message departs, or does not, from what AN12642 section 12 asks for."""

    cipher: int = 9
    """What the session key says: 7 to 9 for AES. It is AES all the same where that is another."""
    digest: int = 8
    compression: int = 0
    mode: bytes = b"b"
    kind: int = 0x00
    code: bool = True
    """Whether the modification detection code is right."""


def message(payload: bytes, to: Key, by: Key, label: str, shape: Shape = Shape()) -> bytes:  # noqa: B008  # unchanging
    """Return a message, signed and encrypted."""
    one_pass = packet(4, bytes([3, shape.kind, shape.digest, 1]) + by.fingerprint[-8:] + b"\x01")
    literal = packet(11, shape.mode + b"\x00" + MADE.to_bytes(4) + payload)
    text = one_pass + literal + signature(by, shape.kind, payload, digest=shape.digest)
    if shape.compression:
        engine = zlib.compressobj(9, zlib.DEFLATED, 15 if shape.compression == 2 else -13)
        text = packet(8, bytes([shape.compression]) + engine.compress(text) + engine.flush())
    session = octets(f"{label} session key", {9: 32, 8: 24, 7: 16, 11: 16}[shape.cipher])
    prefix = octets(f"{label} prefix", 16)
    whole = prefix + prefix[-2:] + text + b"\xd3\x14"
    code = hashlib.sha1(whole if shape.code else whole[1:]).digest()
    protected = packet(18, b"\x01" + cfb(session, whole + code))
    return (
        packet(1, b"\x03" + to.fingerprint[-8:] + b"\x01" + _encrypted(session, to, label, shape)) + protected
    )


def _encrypted(session: bytes, to: Key, label: str, shape: Shape) -> bytes:
    """Return the session key as PKCS #1 v1.5 has it, with padding that follows from the label."""
    checked = bytes([shape.cipher]) + session + (sum(session) & 0xFFFF).to_bytes(2)
    length = to.bits // 8
    filling = bytes(octet or 1 for octet in octets(f"{label} padding", length - 3 - len(checked)))
    numbers = to.private.public_key().public_numbers()
    return mpi(pow(int.from_bytes(b"\x00\x02" + filling + b"\x00" + checked), numbers.e, numbers.n))


def new_keys() -> None:
    """Make every RSA key anew."""
    KEYS.mkdir(parents=True, exist_ok=True)
    for name, bits in SIZES.items():
        made = rsa.generate_private_key(65537, bits)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (KEYS / f"{name}.pem").write_bytes(f"{COMMENT}\n".encode() + made.private_bytes(*form))


if __name__ == "__main__":
    if sys.argv[1:] != ["--new-keys"]:
        sys.exit("usage: openpgp_maker.py --new-keys")
    new_keys()
