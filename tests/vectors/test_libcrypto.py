"""The independent implementation itself: published answers, and what it refuses."""

import ctypes

import pytest

import libcrypto

KEY = b"chicken teriyaki"
TEXT = b"I would like the General Gau's Chicken, please, and wonton soup."


@pytest.mark.parametrize(
    ("length", "body"),
    [
        (17, "97c6353568f2bf8cb4d8a580362da7ff7f"),
        (31, "97687268d6ecccc0c07b25e25ecfe5fc00783e0efdb2c1d445d4c8eff7ed22"),
    ],
)
def test_cs1_answers_of_rfc_3962(length, body):
    """RFC 3962's answers, the last two blocks put in CS1 order, come out and open again."""
    assert libcrypto.seal_cs1(KEY, bytes(16), TEXT[:length]).hex() == body
    assert libcrypto.open_cs1(KEY, bytes(16), bytes.fromhex(body)) == TEXT[:length]


@pytest.mark.parametrize(("iv", "text"), [(bytes(16), TEXT[:15]), (bytes(12), TEXT)])
def test_cs1_refuses_less_than_a_block(iv, text):
    """CS1 needs 16 bytes of IV and of text."""
    with pytest.raises(libcrypto.LibcryptoError, match="needs an IV of 16 bytes"):
        libcrypto.seal_cs1(KEY, iv, text)


def test_ccm_refuses_what_openssl_refuses():
    """A nonce that CCM cannot have, and a key length without a cipher, are errors with a text."""
    with pytest.raises(libcrypto.LibcryptoError, match="of this length"):
        libcrypto.seal_ccm(KEY, bytes(14), TEXT)
    with pytest.raises(libcrypto.LibcryptoError, match="no AES-120-CCM"):
        libcrypto.seal_ccm(KEY[:15], bytes(12), TEXT)


def test_without_openssl_3_the_error_says_what_to_install(monkeypatch):
    """Where no library loads there is one clear error."""

    def none(name):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", none)
    with pytest.raises(libcrypto.LibcryptoError, match="install OpenSSL 3"):
        libcrypto._library.__wrapped__()
