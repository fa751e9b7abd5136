"""Armour: written as RFC 4880 has it, and read strictly."""

import base64
import re

import pytest

import openpgp_maker
from sealwright.errors import CertificateError
from sealwright.provision._openpgp.armor import armor, crc24, dearmor

KIND = "PUBLIC KEY BLOCK"
OCTETS = b"\x99" + bytes(range(200))


@pytest.mark.parametrize(("octets", "checksum"), [(b"", 0xB704CE), (b"123456789", 0x21CF02)])
def test_published_checksums(octets, checksum):
    """CRC-24/OPENPGP's check value, and what it begins with (RFC 4880 section 6.1)."""
    assert crc24(octets) == checksum


@pytest.mark.parametrize("length", [0, 1, 2, 3, 47, 48, 49, 1000, 2047, 2048, 2049, 2050, 2051, 4096, 6000])
def test_another_implementation(length):
    """The vectors' maker, which goes bit by bit, writes the same; and it comes back."""
    octets = openpgp_maker.octets("armour", length)
    text = armor(KIND, octets)
    theirs = openpgp_maker.armored(KIND, octets)
    assert text == re.sub(r"Comment: .*\n", "", theirs)
    assert dearmor(text.encode(), KIND) == dearmor(theirs.encode(), KIND) == octets


def test_lines():
    """64 characters a line, and the checksum on its own."""
    lines = armor("MESSAGE", OCTETS).split("\n")
    assert lines[:2] == ["-----BEGIN PGP MESSAGE-----", ""]
    assert [len(line) for line in lines[2:-3]] == [64] * 4 + [12]
    assert re.fullmatch(r"=[A-Za-z0-9+/]{4}", lines[-3])
    assert lines[-2:] == ["-----END PGP MESSAGE-----", ""]


def test_what_is_taken():
    """Windows line ends, text around it, headers, spaces at line ends, no checksum; and binary."""
    text = armor(KIND, OCTETS)
    without = re.sub(r"\n=.{4}\n", "\n", text)
    for each in (
        text.replace("\n", "\r\n"),
        f"Dear customer,\n{text}Yours\n",
        text.replace("-----\n\n", "-----\nVersion: BCPG v1.60\nHash: SHA256\n\n", 1),
        text.replace("\n", " \t\n"),
        without,
        text.rstrip("\n"),
    ):
        assert dearmor(each.encode(), KIND) == OCTETS
    assert dearmor(OCTETS, KIND) is OCTETS


def _with(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


TEXT = armor(KIND, OCTETS)
SUM = TEXT.splitlines()[-2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no line -----BEGIN PGP"),
        ("a key", "there is no line -----BEGIN PGP"),
        (armor("MESSAGE", OCTETS), "it is a PGP MESSAGE, and a PGP PUBLIC KEY BLOCK is asked for"),
        (TEXT + TEXT, "2 armoured blocks"),
        (_with(TEXT, "-----END", "-----"), "the line -----END PGP PUBLIC KEY BLOCK----- is missing"),
        (_with(TEXT, "-----\n\n", "-----\n"), "no empty line"),
        (_with(TEXT, "-----\n\n", "-----\nnonsense\n\n"), "no empty line"),
        (_with(TEXT, SUM, "=AAAA"), f"its checksum is {crc24(OCTETS):06X} and it says 000000"),
        (_with(TEXT, SUM, "=A*AA"), "base64 is damaged"),
        (_with(TEXT, SUM, "=AA"), "base64 is damaged"),
        (_with(TEXT, "\nmQ", "\nmR"), "its checksum is"),
        (_with(TEXT, "\nmQ", "\nm"), "base64 is damaged"),
        (_with(TEXT, "\nmQ", "\nm*"), "base64 is damaged"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n", "no empty line"),
        ("x" * (256 * 1024 + 1), "longer than 262144 bytes"),
    ],
)
def test_what_is_refused(text, words):
    """Each fault with a text of its own."""
    with pytest.raises(CertificateError, match=re.escape(words)):
        dearmor(text.encode(), KIND)


def test_every_damaged_character_is_noticed():
    """A checksum is there for that."""
    body = TEXT.index("\n\n") + 2
    for place in range(body, len(TEXT) - 40):
        other = "A" if TEXT[place] != "A" else "B"
        with pytest.raises(CertificateError):
            dearmor((TEXT[:place] + other + TEXT[place + 1 :]).encode(), KIND)


def test_it_is_what_base64_is():
    """Nothing else than base64 stands between the lines."""
    body = "".join(armor("MESSAGE", OCTETS).split("\n")[2:-3])
    assert base64.b64decode(body, validate=True) == OCTETS
