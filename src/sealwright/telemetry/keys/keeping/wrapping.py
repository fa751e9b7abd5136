"""A random key wrapped by what a user keeps: 32 bytes, or a passphrase."""

from __future__ import annotations

import secrets
from typing import Final, Literal

import msgspec

from sealwright.errors import InputError, StoreError
from sealwright.secret import Secret
from sealwright.telemetry.keys.keeping.crypto import KEY_BYTES, SALT_BYTES, Cipher, derive, stretch
from sealwright.telemetry.keys.strict import read_base64, read_hex

LOG_N: Final = 17
"""scrypt's cost for new wrappings: 128 MiB and about half a second."""

_MOST_LOG_N: Final = 20
"""No length is believed: a wrapping may not make us take more than 1 GiB."""

_SHORTEST_PASSPHRASE: Final = 8
_AS_HEX: Final = 2 * KEY_BYTES


class Wrapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrapped key, as it is written down: JSON, with bytes in base64."""

    purpose: str
    kdf: Literal["hkdf", "scrypt"]
    log_n: int
    salt: bytes
    wrapped: bytes


def new_key() -> Secret:
    """Return a random key of 32 bytes."""
    return Secret(secrets.token_bytes(KEY_BYTES))


def wrap(key: Secret, secret: Secret, purpose: str, *, log_n: int = LOG_N) -> bytes:
    """Wrap a key by a user's secret, as a line of JSON. Raises InputError for a secret too short."""
    kdf: Literal["hkdf", "scrypt"] = "hkdf" if _as_key(secret) is not None else "scrypt"
    if kdf == "scrypt" and len(secret) < _SHORTEST_PASSPHRASE:
        raise InputError(
            f"secret: a passphrase needs {_SHORTEST_PASSPHRASE} bytes or more, and better five words;"
            " 32 random bytes in hex are the strongest"
        )
    blank = Wrapping(purpose, kdf, log_n if kdf == "scrypt" else 0, secrets.token_bytes(SALT_BYTES), b"")
    cipher = _cipher(blank, secret)
    assert cipher is not None  # noqa: S101  # the kind of secret was looked at just now
    wrapped = cipher.seal(0, key.reveal(), _beside(blank))
    return msgspec.json.encode(msgspec.structs.replace(blank, wrapped=wrapped))


def unwrap(record: bytes, secret: Secret, purpose: str) -> Secret | None:
    """Return the key, None where the secret is another (or the record is damaged).

    Raises StoreError for a record that no version of ours has written.
    """
    try:
        wrapping = msgspec.json.decode(record, type=Wrapping)
    except (msgspec.DecodeError, UnicodeDecodeError):
        wrapping = None
    if wrapping is None or wrapping.purpose != purpose or not 0 <= wrapping.log_n <= _MOST_LOG_N:
        raise StoreError("the record of its wrapped key is damaged, or of a newer version of sealwright")
    cipher = _cipher(wrapping, secret)
    key = None if cipher is None else cipher.open(0, wrapping.wrapped, _beside(wrapping))
    return None if key is None else Secret(key)


def _cipher(wrapping: Wrapping, secret: Secret) -> Cipher | None:
    """Return the cipher that wraps, None where the secret is not of the sort that was used."""
    if wrapping.kdf == "scrypt":
        return Cipher(stretch(secret.reveal(), wrapping.salt, max(wrapping.log_n, 1)))
    key = _as_key(secret)
    return None if key is None else Cipher(derive(key, wrapping.salt, wrapping.purpose.encode()))


def _beside(wrapping: Wrapping) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(wrapping, wrapped=b""))


def _as_key(secret: Secret) -> bytes | None:
    """Return the 32 bytes that a secret is: raw, or in hex or base64. A passphrase is none.

    32 characters that could be typed are taken for a passphrase, which scrypt strengthens: to take
    them for a key would be weak where they are one.
    """
    octets = secret.reveal()
    if len(octets) == KEY_BYTES:
        return None if _typed(octets) else octets
    try:
        text = octets.decode("ascii")
        key = read_hex(text) if len(text) == _AS_HEX else read_base64(text)[0]
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _typed(octets: bytes) -> bool:
    try:
        return octets.decode().isprintable()
    except UnicodeDecodeError:
        return False
