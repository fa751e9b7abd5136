"""Key material: what is taken, what is refused, and what may be shown of it."""

import pytest
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from sealwright.errors import MaterialError
from sealwright.provision.material import (
    Material,
    MaterialKind,
    combine,
    new_material,
    read_hex_material,
)
from sealwright.secret import Secret

AES_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
"""The key of RFC 4493's examples, which is public."""


def material(kind, octets):
    """Return material of these bytes."""
    return Material(kind, Secret(octets))


@pytest.mark.parametrize(
    ("kind", "lengths"),
    [
        (MaterialKind.AES, (16, 32)),
        (MaterialKind.HMAC, (1, 2, 255, 256)),
        (MaterialKind.BINARY, (1, 499, 500)),
    ],
)
def test_lengths_that_are_taken(kind, lengths):
    """Section 12's lengths, from hex and from fresh randomness."""
    for length in lengths:
        assert len(read_hex_material(kind, b"5a" * length)) == length
        assert len(new_material(kind, length)) == length


@pytest.mark.parametrize(
    ("kind", "lengths", "words"),
    [
        (MaterialKind.AES, (0, 1, 15, 17, 24, 31, 33, 64), "an AES key has 16 or 32 bytes"),
        (MaterialKind.HMAC, (0, 257), "an HMAC key has 1 to 256 bytes"),
        (MaterialKind.BINARY, (0, 501), "a confidential binary file has 1 to 500 bytes"),
    ],
)
def test_lengths_that_are_refused(kind, lengths, words):
    """Each says what the lengths are, and the one that was given."""
    for length in lengths:
        for make, given in (
            (read_hex_material, b"5a" * length),
            (new_material, length),
            (material, bytes(length)),
        ):
            with pytest.raises(MaterialError, match=f"{words}.* and this has {length}$"):
                make(kind, given)


def test_hex_with_spaces():
    """Spaces, tabs and line ends may stand anywhere, even within a byte, and both cases are one."""
    text = b" 2B7e1516 28aed2a6\tabf71588\r\n09cf4f3\nc\n"
    assert read_hex_material(MaterialKind.AES, text).secret.reveal() == AES_KEY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"2b7e15g628aed2a6", "character 7 is no hex digit"),
        (b"2b 7e\n15 \xff6", "character 10 is no hex digit"),
        (b"0x2b7e", "character 2 is no hex digit"),
        (b"2b7\x0b", "character 4 is no hex digit"),
        (b"2b7", "3 hex digits are half a byte too many or too few"),
    ],
)
def test_hex_that_is_none(text, words):
    """The place is told, and nothing of what stands there."""
    with pytest.raises(MaterialError, match=words) as caught:
        read_hex_material(MaterialKind.HMAC, text)
    assert "2b7" not in str(caught.value).casefold()


def test_new_material_is_fresh():
    """The source of randomness is asked for the length, and twice gives two keys."""
    assert not new_material(MaterialKind.AES, 32).secret.matches(new_material(MaterialKind.AES, 32).secret)
    assert new_material(MaterialKind.HMAC, 3, random=lambda length: b"abc"[:length]).secret.reveal() == b"abc"


def test_key_sizes():
    """AES in bits with its name, the others in bytes, as the API has them."""
    sizes = [
        (MaterialKind.AES, 16, "AES128"),
        (MaterialKind.AES, 32, "AES256"),
        (MaterialKind.HMAC, 256, "256"),
    ]
    assert all(new_material(kind, length).key_size == size for kind, length, size in sizes)


@pytest.mark.parametrize("key", [bytes(16), AES_KEY, bytes(range(32))], ids=["zeros", "RFC 4493", "256 bits"])
def test_check_values(key):
    """Both check values agree with another implementation's."""
    values = material(MaterialKind.AES, key).check_values
    zeros = bytes(16)
    assert values.legacy == AES.new(key, AES.MODE_ECB).encrypt(zeros)[:3].hex().upper()
    assert values.cmac == CMAC.new(key, zeros, ciphermod=AES).digest()[:5].hex().upper()


def test_a_check_value_that_is_published():
    """FIPS 197's cipher of zeros under the key of zeros begins with 66E94B."""
    assert material(MaterialKind.AES, bytes(16)).check_values.legacy == "66E94B"


def test_what_custodians_type():
    """Six digits or more of either value; fewer prove nothing."""
    values = material(MaterialKind.AES, AES_KEY).check_values
    for typed in (values.legacy, values.cmac, values.cmac[:6], values.cmac[:8].lower(), " 7D F7 6B"):
        assert values.agree_with(typed)
    for typed in ("", values.cmac[:5], "000000", values.cmac + "0", values.legacy + "00"):
        assert not values.agree_with(typed)


@pytest.mark.parametrize("kind", [MaterialKind.HMAC, MaterialKind.BINARY])
def test_no_digest_of_what_can_be_guessed(kind):
    """HMAC keys and files have no check value."""
    assert new_material(kind, 16).check_values is None


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("", "bb1d6929e95937287fa37d129b756746"),
        ("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"),
    ],
)
def test_answers_of_rfc_4493(message, answer):
    """AES-CMAC, as published."""
    assert material(MaterialKind.AES, AES_KEY).answer(bytes.fromhex(message)).hex() == answer


@pytest.mark.parametrize(
    ("digest", "beginning"), [("sha256", "5bdcc146"), ("sha384", "af45d2e3"), ("sha512", "164b7a7b")]
)
def test_answers_of_rfc_4231(digest, beginning):
    """HMAC under the key Jefe, as published (test case 2)."""
    answer = material(MaterialKind.HMAC, b"Jefe").answer(b"what do ya want for nothing?", digest=digest)
    assert answer.hex().startswith(beginning)


def test_no_answers():
    """A file computes nothing, and a challenge has an end."""
    with pytest.raises(MaterialError, match="a binary file answers no challenge"):
        new_material(MaterialKind.BINARY, 4).answer(b"")
    with pytest.raises(MaterialError, match="a challenge has at most 65536 bytes"):
        new_material(MaterialKind.HMAC, 4).answer(bytes(65_537))


def test_the_payload_is_hex_text():
    """What goes into the envelope (section 12, item 6)."""
    assert material(MaterialKind.AES, AES_KEY).payload().reveal() == AES_KEY.hex().encode()
    assert len(new_material(MaterialKind.BINARY, 500).payload()) == 1000


def test_combine():
    """Components are put together by XOR; leading zeros of the result stay."""
    first, second = material(MaterialKind.HMAC, b"\x01\x02\x03"), material(MaterialKind.HMAC, b"\x01\x05\x00")
    third = material(MaterialKind.HMAC, b"\x00\x10\x20")
    assert combine([first, second]).secret.reveal() == b"\x00\x07\x03"
    assert combine([first, second, third]).secret.reveal() == b"\x00\x17\x23"


@pytest.mark.parametrize(
    ("components", "words"),
    [
        ([b"abcd"], "two components or more"),
        ([b"abcd", b"abc"], "component 2 has 3 bytes of hmac, the first 4 of hmac"),
        ([b"abcd", b"wxyz", b"abcd"], "component 3 was given before"),
        ([b"\x01", b"\x02", b"\x03"], "nothing but zeros"),
    ],
)
def test_components_that_do_not_fit(components, words):
    """Each fault has its own text."""
    with pytest.raises(MaterialError, match=words):
        combine([material(MaterialKind.HMAC, octets) for octets in components])


def test_components_of_two_kinds():
    """An AES key and an HMAC key are not combined."""
    with pytest.raises(MaterialError, match="component 2 has 16 bytes of hmac, the first 16 of aes"):
        combine([new_material(MaterialKind.AES, 16), new_material(MaterialKind.HMAC, 16)])


def test_quiet():
    """Neither its repr nor an error shows the bytes, and == is not asked."""
    shown = material(MaterialKind.AES, AES_KEY)
    assert "2b7e" not in repr(shown)
    assert "Secret of 16 bytes" in repr(shown)
    assert shown != material(MaterialKind.AES, AES_KEY)
