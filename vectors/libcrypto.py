"""AES-CCM, AES-CBC-CS1 and HMAC-SHA-256 by OpenSSL 3's libcrypto, called through ctypes.

It shares nothing with sealwright: not the code, and not the OpenSSL that pyca/cryptography brings
along. What both say alike was worked out twice.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TAG_LENGTH = 16
BLOCK = 16

# Numbers of OpenSSL's <openssl/evp.h> and <openssl/core.h>.
_SET_IV_LENGTH, _GET_TAG, _SET_TAG = 0x9, 0x10, 0x11
_UTF8_STRING = 4

_int_p = ctypes.POINTER(ctypes.c_int)


class LibcryptoError(Exception):
    """There is no OpenSSL 3 here, or it refuses what it was given."""


class _Param(ctypes.Structure):
    """OSSL_PARAM: one named argument."""

    _fields_ = (
        ("key", ctypes.c_char_p),
        ("data_type", ctypes.c_uint),
        ("data", ctypes.c_char_p),
        ("data_size", ctypes.c_size_t),
        ("return_size", ctypes.c_size_t),
    )


_CS1 = (_Param * 2)(_Param(b"cts_mode", _UTF8_STRING, b"CS1", 3, 0), _Param())

_p, _s, _i = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_FUNCTIONS = {
    "OpenSSL_version_num": (ctypes.c_ulong, ()),
    "EVP_CIPHER_fetch": (_p, (_p, _s, _s)),
    "EVP_CIPHER_CTX_new": (_p, ()),
    "EVP_CIPHER_CTX_free": (None, (_p,)),
    "EVP_CIPHER_CTX_ctrl": (_i, (_p, _i, _i, _p)),
    "EVP_CipherInit_ex2": (_i, (_p, _p, _s, _s, _i, ctypes.POINTER(_Param))),
    "EVP_CipherUpdate": (_i, (_p, _p, _int_p, _s, _i)),
    "EVP_CipherFinal_ex": (_i, (_p, _p, _int_p)),
    "EVP_sha256": (_p, ()),
    "HMAC": (_p, (_p, _s, _i, _s, ctypes.c_size_t, _p, _p)),
}


@cache
def _library() -> ctypes.CDLL:
    for name in _names():
        try:
            library = ctypes.CDLL(name)
            for function, (result, arguments) in _FUNCTIONS.items():
                getattr(library, function).restype = result
                getattr(library, function).argtypes = arguments
        except (OSError, AttributeError):
            continue  # not there, or older than 3
        if library.OpenSSL_version_num() >> 28 >= 3:
            return library
    raise LibcryptoError(
        "no libcrypto of OpenSSL 3 was found: install OpenSSL 3 (libssl3, or brew install openssl@3)"
    )


def _names() -> Iterator[str]:
    yield from ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
    if found := ctypes.util.find_library("crypto"):
        yield found


def seal_ccm(key: bytes, nonce: bytes, text: bytes) -> bytes:
    """Return ciphertext and tag: AES-CCM, 12-byte nonce, 16-byte tag, no associated data."""
    library, tag = _library(), ctypes.create_string_buffer(TAG_LENGTH)
    with _ccm(key, nonce, None, len(text), encrypt=True) as context:
        body = _update(context, text)
        if body is None or not library.EVP_CipherFinal_ex(context, tag, ctypes.byref(ctypes.c_int())):
            raise LibcryptoError("AES-CCM: sealing failed")
        _demand(library.EVP_CIPHER_CTX_ctrl(context, _GET_TAG, TAG_LENGTH, tag), "the tag")
    return body + tag.raw


def open_ccm(key: bytes, nonce: bytes, sealed: bytes) -> bytes | None:
    """Return the text, or None where the tag does not verify.

    Each message has a context of its own: in OpenSSL 3.0 one that has met a bad tag goes on
    failing good messages until it is reset.
    """
    body, tag = sealed[:-TAG_LENGTH], sealed[-TAG_LENGTH:]
    with _ccm(key, nonce, tag, len(body), encrypt=False) as context:
        return _update(context, body)


def seal_cs1(key: bytes, iv: bytes, text: bytes) -> bytes:
    """Return the ciphertext: AES-CBC with ciphertext stealing CS1; 16 bytes or more."""
    return _cs1(key, iv, text, encrypt=True)


def open_cs1(key: bytes, iv: bytes, body: bytes) -> bytes:
    """Return the text under AES-CBC-CS1; 16 bytes or more."""
    return _cs1(key, iv, body, encrypt=False)


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return the whole MAC, 32 bytes."""
    library, mac = _library(), ctypes.create_string_buffer(32)
    _demand(library.HMAC(library.EVP_sha256(), key, len(key), data, len(data), mac, None), "HMAC")
    return mac.raw


@contextmanager
def _ccm(key: bytes, nonce: bytes, tag: bytes | None, length: int, *, encrypt: bool) -> Iterator[int]:
    """Set up CCM: lengths first, then key and nonce, then how long the text will be."""
    library = _library()
    with _context() as context:
        cipher = _cipher(f"AES-{8 * len(key)}-CCM")
        ready = (
            library.EVP_CipherInit_ex2(context, cipher, None, None, encrypt, None)
            and library.EVP_CIPHER_CTX_ctrl(context, _SET_IV_LENGTH, len(nonce), None)
            and library.EVP_CIPHER_CTX_ctrl(context, _SET_TAG, TAG_LENGTH, tag)
            and library.EVP_CipherInit_ex2(context, None, key, nonce, encrypt, None)
            and library.EVP_CipherUpdate(context, None, ctypes.byref(ctypes.c_int()), None, length)
        )
        _demand(ready, "AES-CCM: a key, nonce or tag of this length")
        yield context


def _cs1(key: bytes, iv: bytes, octets: bytes, *, encrypt: bool) -> bytes:
    if len(octets) < BLOCK or len(iv) != BLOCK:
        raise LibcryptoError("AES-CBC-CS1 needs an IV of 16 bytes and a text of 16 or more")
    library = _library()
    with _context() as context:
        cipher = _cipher(f"AES-{8 * len(key)}-CBC-CTS")
        _demand(library.EVP_CipherInit_ex2(context, cipher, key, iv, encrypt, _CS1), "AES-CBC-CTS")
        # Stealing works on the last two blocks, so OpenSSL takes the text in one call only.
        result = _update(context, octets)
    if result is None:
        raise LibcryptoError("AES-CBC-CTS failed")
    return result


def _update(context: int, octets: bytes) -> bytes | None:
    """Pass the whole text through a context; None where it says no."""
    # A block more than needed: OpenSSL may write one, and the buffer of an empty text has an address.
    out, written = ctypes.create_string_buffer(len(octets) + BLOCK), ctypes.c_int()
    if _library().EVP_CipherUpdate(context, out, ctypes.byref(written), octets, len(octets)) != 1:
        return None
    return ctypes.string_at(out, written.value)


@contextmanager
def _context() -> Iterator[int]:
    library = _library()
    context = library.EVP_CIPHER_CTX_new()
    try:
        yield context
    finally:
        library.EVP_CIPHER_CTX_free(context)


@cache
def _cipher(name: str) -> int:
    cipher: int | None = _library().EVP_CIPHER_fetch(None, name.encode(), None)
    if not cipher:
        raise LibcryptoError(f"this libcrypto has no {name}")
    return cipher


def _demand(result: int | None, what: str) -> None:
    if not result:
        raise LibcryptoError(f"OpenSSL refuses {what}")
