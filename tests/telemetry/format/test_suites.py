"""Cipher suites: the service's names and the lengths that go with them."""

import pytest

from sealwright.telemetry.format.suites import (
    BLOCK,
    MAC_KEY_LENGTHS,
    TAG_LENGTH,
    Direction,
    Purpose,
    Suite,
)


@pytest.mark.parametrize(
    ("name", "key_length", "nonce_length", "has_mac_key"),
    [
        ("AES_128_CCM", 16, 12, False),
        ("AES_256_CCM", 32, 12, False),
        ("AES_128_CS1_HMAC_SHA256", 16, 16, True),
        ("AES_256_CS1_HMAC_SHA256", 32, 16, True),
        ("HMAC_SHA256", 0, 0, True),
    ],
)
def test_lengths(name, key_length, nonce_length, has_mac_key):
    """Each suite knows the bytes of its key and nonce, and whether it has a MAC key."""
    suite = Suite(name)
    assert suite == name
    assert (suite.key_length, suite.nonce_length, suite.has_mac_key) == (
        key_length,
        nonce_length,
        has_mac_key,
    )


@pytest.mark.parametrize("words", [Suite, Purpose, Direction], ids=lambda words: words.__name__)
def test_codes(words):
    """A code leads back to its word: it is what a column of bytes carries."""
    assert [words.of(word.code) for word in words] == list(words)


@pytest.mark.parametrize("words", [Suite, Purpose, Direction], ids=lambda words: words.__name__)
def test_unknown_words(words):
    """A word that is not on the list is a ValueError, in any case of letters."""
    for word in ("", "nonsense", next(iter(words)).swapcase()):
        with pytest.raises(ValueError, match="is not a valid"):
            words(word)


def test_policy():
    """A tag has 16 bytes whatever a reply says; a MAC key has 16 or 32."""
    assert TAG_LENGTH == BLOCK == 16
    assert {16, 32} == MAC_KEY_LENGTHS
